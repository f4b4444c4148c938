import type { LoadGenerator } from './load/job.ts';
import type { ContenderPool } from './macro/contender-pool.ts';
import type { ProfileResult, RowResult, ScalingResult } from './result.ts';

/** What a bench works with. */
export interface BenchContext {
  /** For whatever it writes; removed afterwards. */
  readonly directory: string;
  readonly generator: LoadGenerator;
  readonly pool: ContenderPool;
  /** Seconds that one contender's turn should take about. */
  readonly turnSeconds: number;
  /** Seconds that a filter is given at most to get used to the messages of a row; see `warmUp`. */
  readonly warmUpSeconds: number;
  /** Only these take part, by their names in results; all when left out. */
  readonly contenders?: ReadonlySet<string>;
}

/** What a bench has measured. */
export type BenchResult =
  { readonly row: RowResult } | { readonly scaling: ScalingResult } | { readonly profile: ProfileResult };

/** A bench that is under way: any number of rounds, then its result. */
export interface RunningBench {
  /** Every contender once, in turns. */
  round(): Promise<void>;
  result(): BenchResult;
  stop(): Promise<void>;
}

/** Something that can be measured by its name. */
export interface Bench {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  /** Rounds unless said otherwise; those that take long have fewer. */
  readonly rounds: number;
  /** Left out by --quick unless it is named. */
  readonly isLong?: boolean;
  start(context: BenchContext): Promise<RunningBench>;
}
