import type { Bench, BenchContext, RunningBench } from '../bench.ts';
import type { ContenderResult } from '../result.ts';
import { WorkerProcess } from '../worker-process.ts';
import type { MicroSpec } from './subject.ts';
import type { TurnAnswer, TurnRequest } from './worker.ts';

const WORKER = new URL('./worker.js', import.meta.url);

/** A turn is this part of a session's. */
const SHARE = 0.2;

/** The bench of a spec: every subject in a process of its own, in turns. */
export function microBench(spec: MicroSpec): Bench {
  const { name, title } = spec;
  return { name, group: 'micro', title, rounds: 5, start: (context) => startMicro(spec, context) };
}

async function startMicro(spec: MicroSpec, { turnSeconds }: BenchContext): Promise<RunningBench> {
  const request: TurnRequest = { seconds: turnSeconds * SHARE };
  const players = spec.subjects.map((subject) => ({
    worker: new WorkerProcess(WORKER, `${spec.name} (${subject})`, [spec.name, subject]),
    result: { name: subject, title: subject, rounds: [] } as ContenderResult,
  }));
  // Untimed: until then V8 is still compiling.
  for (const { worker } of players) await worker.ask<TurnAnswer>(request);
  for (const { worker } of players) await worker.ask<TurnAnswer>(request);
  return {
    async round() {
      for (const { worker, result } of players) {
        const turn = await worker.ask<TurnAnswer>(request);
        result.rounds.push({
          bytesPerSecond: spec.bytes / turn.wallSeconds,
          secondsPerEvent: turn.cpuSeconds / spec.events,
          cpuPerGigabyte: (turn.cpuSeconds / spec.bytes) * 1e9,
          peakMemory: turn.peakMemory,
        });
      }
    },
    result: () => ({
      row: {
        name: spec.name,
        group: 'micro',
        title: spec.title,
        sizes: spec.sizes,
        contenders: players.map(({ result }) => result),
        skipped: [],
      },
    }),
    stop: async () => {
      for (const { worker } of players) worker.stop();
    },
  };
}
