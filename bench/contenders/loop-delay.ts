/* Loaded into a filter before its own code: how late its event loop was is written down when it ends. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks; they are part of every figure. */
const RESOLUTION = 1;

const file = process.env['BENCH_LOOP_DELAY'];
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  // Only what happens under load counts, not the start.
  process.on('SIGUSR2', () => delay.reset());
  process.on('exit', () =>
    writeFileSync(
      file,
      JSON.stringify({
        p50: delay.percentile(50) / 1e9,
        p99: delay.percentile(99) / 1e9,
        max: delay.max / 1e9,
      }),
    ),
  );
}
