import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext } from './bench.ts';
import type { LoadGenerator } from './load/job.ts';
import { writeMessages } from './load/messages.ts';
import { compileMilterload, hasMilterload } from './load/milterload.ts';
import { OWN_GENERATOR } from './load/own-generator.ts';
import { ContenderPool } from './macro/contender-pool.ts';

/** How long everything takes. */
export interface Pace {
  readonly turnSeconds: number;
  /** Untimed messages of 2 KB through a pipeline before it is measured. */
  readonly warmUp: number;
  /** Most seconds of untimed messages in front of each row. */
  readonly warmUpSeconds: number;
}

/** As much as makes figures steady within some minutes for all. */
export const FULL: Pace = { turnSeconds: 0.4, warmUp: 16_000, warmUpSeconds: 3 };
export const QUICK: Pace = { turnSeconds: 0.1, warmUp: 1000, warmUpSeconds: 0.5 };
export const GATE: Pace = { turnSeconds: 0.3, warmUp: 12_000, warmUpSeconds: 3 };

/** A directory with messages, a load generator and contenders; `close` ends and removes all of it. */
export async function openWorkshop(
  pace: Pace,
  isOwnGenerator: boolean,
  contenders?: ReadonlySet<string>,
): Promise<BenchContext & { close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  try {
    const { text } = await writeMessages(directory);
    const generator: LoadGenerator =
      !isOwnGenerator && hasMilterload() ? compileMilterload(directory) : OWN_GENERATOR;
    const pool = new ContenderPool(directory, generator, { messages: pace.warmUp, message: { path: text } });
    const close = async (): Promise<void> => {
      await pool.close();
      await rm(directory, { recursive: true, force: true });
    };
    // A bench that is cut short leaves nothing behind either.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void close().finally(() => process.exit(1)));
    return {
      directory,
      generator,
      pool,
      turnSeconds: pace.turnSeconds,
      warmUpSeconds: pace.warmUpSeconds,
      ...(contenders === undefined ? {} : { contenders }),
      close,
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
