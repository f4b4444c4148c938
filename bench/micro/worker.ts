/* One subject of a micro bench as a process: its arguments are the names of the bench and of the subject. */
import { performance } from 'node:perf_hooks';
import { answerRequests } from '../worker-process.ts';
import { MICRO_SPECS } from './specs.ts';

/** How long a turn should take. */
export interface TurnRequest {
  readonly seconds: number;
}

/** What a turn took, each run. */
export interface TurnAnswer {
  readonly runs: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Of the process so far, in bytes. */
  readonly peakMemory: number;
}

const [, , benchName, subjectName] = process.argv;
const subject = MICRO_SPECS.find(({ name }) => name === benchName)!.create(subjectName);

answerRequests(async (request) => {
  const { seconds } = request as TurnRequest;
  const until = performance.now() + seconds * 1e3;
  const started = performance.now();
  const cpu = process.cpuUsage();
  let runs = 0;
  let now = started;
  // The clock is not asked at every run: some of them are shorter than that.
  for (let batch = 1; now < until; batch = Math.min(1000, batch * 2)) {
    for (let i = 0; i < batch; i++) {
      const busy = subject.run();
      if (busy !== undefined) await busy;
      runs++;
      if (batch > 1 && i % 16 === 15 && performance.now() >= until) break;
    }
    now = performance.now();
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    runs,
    wallSeconds: (now - started) / 1e3 / runs,
    cpuSeconds: (user + system) / 1e6 / runs,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  } satisfies TurnAnswer;
});
