import { performance } from 'node:perf_hooks';
import type { Bench, BenchContext, RunningBench } from '../bench.ts';
import { PIPELINES } from '../contenders/millrace.ts';
import type { RunningFilter, SocketKind } from '../contenders/process.ts';
import { figuresOf } from '../measures.ts';
import type { Figures } from '../measures.ts';
import type { ContenderResult, RowChart, RowResult, Skipped } from '../result.ts';
import { CONTENDER_TITLES } from './contender-pool.ts';
import type { ContenderName } from './contender-pool.ts';
import { MESSAGES } from './messages.ts';
import type { BenchMessage, MessageName } from './messages.ts';
import { playTurn } from './turn.ts';

/** Whole sessions of some contenders, in turns. */
export interface SessionRow {
  readonly name: string;
  readonly group: string;
  readonly socket: SocketKind;
  readonly message: MessageName;
  readonly connections: number;
  readonly contenders: readonly ContenderName[];
  readonly rounds: number;
  readonly isLong?: boolean;
  /** One contender a pipeline of Millrace. */
  readonly stages?: boolean;
}

/** Messages of the first untimed turn, by which the others are sized. */
const FIRST = 20;
const MOST = 100_000;

/** After so many small messages what they use is compiled. */
const WARM = 6000;

/** Larger bodies are sized by fewer messages. */
const LARGE = 1024 * 1024;

/** A contender that takes part. */
interface Player {
  readonly filter: RunningFilter;
  readonly changesBody: boolean;
  readonly result: ContenderResult;
  messages: number;
}

/** The bench of a row. */
export function sessionBench(row: SessionRow): Bench {
  const { name, group, rounds, isLong } = row;
  const message: BenchMessage = MESSAGES[row.message];
  const sockets = { unix: 'Unix socket', tcp: 'TCP' };
  const title = `${sockets[row.socket]}, ${message.title}, ${row.connections === 1 ? 'one connection' : `${row.connections} connections`}`;
  return {
    name,
    group,
    title,
    rounds,
    ...(isLong === true ? { isLong } : {}),
    start: (context) => startSessions(row, title, message, context),
  };
}

async function startSessions(
  row: SessionRow,
  title: string,
  message: BenchMessage,
  context: BenchContext,
): Promise<RunningBench> {
  const { generator, pool, directory, turnSeconds } = context;
  const { socket, connections } = row;
  const players: Player[] = [];
  const skipped: Skipped[] = [];
  const play = ({ filter, changesBody }: Player, messages: number): Promise<Figures> =>
    playTurn(
      generator,
      filter,
      { connections, messages, message: message.in(directory), requireNewBody: changesBody },
      message.bytes,
    );
  for (const name of row.contenders) {
    if (context.contenders?.has(resultName(name, row.stages === true)) === false) continue;
    const entry = await pool.shared(name, socket);
    if ('reason' in entry) {
      skipped.push({ name, reason: entry.reason });
      continue;
    }
    const player: Player = {
      filter: entry.filter,
      changesBody: !(name in PIPELINES) || name.startsWith('footer'),
      result: contenderResult(name, row.stages === true, entry.negotiated),
      messages: connections,
    };
    const first = await play(player, message.bytes > LARGE ? connections : Math.max(connections, FIRST));
    player.messages = sized(first, turnSeconds, connections);
    if (name in PIPELINES && message.bytes <= LARGE) {
      const last = await warmUp((messages) => play(player, messages), player.messages, context);
      player.messages = sized(last, turnSeconds, connections);
    }
    players.push(player);
  }
  const chart: RowChart = {
    bytes: message.bytes,
    connections,
    socket,
    ...(row.stages === true ? { stages: true } : {}),
  };
  return {
    async round() {
      for (const player of players) {
        // Among many, one waits long for its turn: what V8 has thrown away meanwhile is compiled again before it counts.
        if (row.stages === true && message.bytes <= LARGE) await play(player, player.messages);
        player.result.rounds.push(await play(player, player.messages));
      }
    },
    result: () => ({
      row: {
        name: row.name,
        group: row.group,
        title,
        sizes: `${message.title}; ${players.map(({ messages, result }) => `${result.name} ${messages}`).join(', ')} messages a round`,
        contenders: players.map(({ result }) => result),
        skipped,
        chart,
      } satisfies RowResult,
    }),
    stop: async () => {},
  };
}

/**
 * Untimed turns until V8 has compiled what these messages use. It also throws away code that was not used for a while, so a process
 * that was warm once is not warm for ever. The figures of the last turn.
 */
export async function warmUp(
  play: (messages: number) => Promise<Figures>,
  messages: number,
  { warmUpSeconds }: BenchContext,
): Promise<Figures> {
  const until = performance.now() + warmUpSeconds * 1e3;
  for (let done = messages; ; done += messages) {
    const figures = await play(messages);
    if (done >= WARM || performance.now() >= until) return figures;
  }
}

/** How many messages take about so long; every connection gets the same number. */
function sized(figures: Figures, seconds: number, connections: number): number {
  const [rate] = figuresOf([figures], 'messagesPerSecond');
  const each = Math.max(1, Math.round((rate * seconds) / connections));
  return Math.min(MOST, each * connections);
}

/** Beside peers Millrace is called so; beside other pipelines by its pipeline. */
function resultName(name: ContenderName, isStage: boolean): string {
  return isStage ? name : name.replace(/^footer(?=$|-eager)/, 'millrace');
}

/** A contender without rounds yet. */
export function contenderResult(name: ContenderName, isStage: boolean, negotiated: string): ContenderResult {
  return {
    name: resultName(name, isStage),
    title: CONTENDER_TITLES[name],
    negotiated,
    rounds: [],
  };
}
