import type { Bench, BenchContext, BenchResult, RunningBench } from './bench.ts';
import type { Progress } from './progress.ts';

/** How many rounds a bench gets: asked after each of them with what there is so far. */
export type MoreRounds = (rounds: number, result: BenchResult) => boolean;

/** Run a bench until nobody wants another round. */
export async function runBench(
  bench: Bench,
  context: BenchContext,
  progress: Progress,
  wantsMore: MoreRounds,
  expected: number,
): Promise<BenchResult> {
  progress.begin(bench.name);
  const running: RunningBench = await bench.start(context);
  try {
    for (let rounds = 1; ; rounds++) {
      progress.round(bench.name, rounds, Math.max(rounds, expected));
      await running.round();
      const result = running.result();
      if (!wantsMore(rounds, result)) return result;
    }
  } catch (error) {
    throw new Error(`${bench.name}: ${(error as Error).message}`, { cause: error });
  } finally {
    await running.stop();
  }
}
