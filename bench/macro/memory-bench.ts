import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchContext, RunningBench } from '../bench.ts';
import { stopProgram } from '../contenders/process.ts';
import { residentMemory } from '../process-meter.ts';
import type { ContenderResult, Skipped } from '../result.ts';
import type { ContenderName } from './contender-pool.ts';
import { MESSAGES } from './messages.ts';
import type { BenchMessage, MessageName } from './messages.ts';
import { contenderResult } from './session-bench.ts';
import { playTurn } from './turn.ts';

/** Memory of fresh processes. */
export interface MemoryRow {
  readonly name: string;
  readonly message: MessageName;
  /** So many messages at once, all of them in before the first one ends. */
  readonly connections: number;
  readonly rounds: number;
  readonly isLong?: boolean;
}

const CONTENDERS: readonly ContenderName[] = ['footer', 'libmilter'];

/** A process that has just begun to listen is still busy for a moment. Milliseconds. */
const SETTLING = 300;

/** The bench of a row: every round starts the contenders anew, because what a process once had it keeps. */
export function memoryBench(row: MemoryRow): Bench {
  const message: BenchMessage = MESSAGES[row.message];
  const { name, rounds, isLong } = row;
  const title =
    row.connections === 1
      ? `memory of a fresh process, one message of ${message.title}`
      : `memory of a fresh process, ${row.connections} messages of ${message.title}, held at end-of-message`;
  return {
    name,
    group: 'memory',
    title,
    rounds,
    ...(isLong === true ? { isLong } : {}),
    start: (context) => Promise.resolve(measureMemory(row, title, message, context)),
  };
}

function measureMemory(
  { name, connections }: MemoryRow,
  title: string,
  message: BenchMessage,
  { pool, generator, directory }: BenchContext,
): RunningBench {
  const results = new Map<ContenderName, ContenderResult>();
  const skipped = new Map<ContenderName, Skipped>();
  return {
    async round() {
      for (const contender of CONTENDERS) {
        const entry = await pool.fresh(contender, 'unix');
        if ('reason' in entry) {
          skipped.set(contender, { name: contender, reason: entry.reason });
          continue;
        }
        const { filter, negotiated } = entry;
        try {
          await sleep(SETTLING);
          const idleMemory = residentMemory(filter.pid, 'VmRSS');
          const figures = await playTurn(
            generator,
            filter,
            {
              connections,
              messages: connections,
              message: message.in(directory),
              hold: connections > 1,
              requireNewBody: true,
            },
            message.bytes,
          );
          if (figures.peakMemory !== undefined) {
            figures.idleMemory = idleMemory;
            figures.memoryOverIdle = figures.peakMemory - idleMemory;
          }
          let result = results.get(contender);
          if (result === undefined) {
            result = contenderResult(contender, false, negotiated);
            results.set(contender, result);
          }
          result.rounds.push(figures);
        } finally {
          await stopProgram(filter);
        }
      }
    },
    result: () => ({
      row: {
        name,
        group: 'memory',
        title,
        sizes: `${connections} x ${message.title}, a process of its own each round`,
        contenders: [...results.values()],
        skipped: [...skipped.values()],
        chart: { bytes: message.bytes, connections, socket: 'unix', memory: true },
      },
    }),
    stop: async () => {},
  };
}
