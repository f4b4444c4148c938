import type { Spool } from './spool/index.ts';
import type { ByteSink } from './stage.ts';

/** What a run gets from whoever drives it. */
export interface RunServices {
  /** A spool for held parts and, unless `output` is given, for the new body. */
  readonly openSpool: () => Spool;
  /** Where the new body goes instead of into a spool; provisional until the outcome is there. */
  readonly output?: ByteSink;
}
