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
      changesBody: !(name in PIPELINES) || name === 'footer' || name === 'footer-strip',
      result: contenderResult(name, row.stages === true, entry.negotiated),
      messages: connections,
    };
    const first = await play(player, message.bytes > LARGE ? connections : Math.max(connections, FIRST));
    player.messages = sized(first, turnSeconds, connections);
    // The first turn met code that was not compiled yet.
    if (message.bytes <= LARGE)
      player.messages = sized(await play(player, player.messages), turnSeconds, connections);
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
      for (const player of players) player.result.rounds.push(await play(player, player.messages));
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

/** How many messages take about so long; every connection gets the same number. */
function sized(figures: Figures, seconds: number, connections: number): number {
  const [rate] = figuresOf([figures], 'messagesPerSecond');
  const each = Math.max(1, Math.round((rate * seconds) / connections));
  return Math.min(MOST, each * connections);
}

/** Beside peers Millrace is called so; beside other pipelines by its pipeline. */
function resultName(name: ContenderName, isStage: boolean): string {
  return name === 'footer' && !isStage ? 'millrace' : name;
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
