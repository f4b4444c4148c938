import type { Bench } from './bench.ts';
import { MACRO_BENCHES } from './macro/rows.ts';
import { microBench } from './micro/micro-bench.ts';
import { MICRO_SPECS } from './micro/specs.ts';
import { SCALING_BENCHES } from './scaling/scaling-bench.ts';

/** Everything that can be measured, in the order of the report. */
export const BENCHES: readonly Bench[] = [
  ...MACRO_BENCHES,
  ...SCALING_BENCHES,
  ...MICRO_SPECS.map(microBench),
];

/** The names of the groups, each of which stands for all its benches. */
export const GROUPS: readonly string[] = [...new Set(BENCHES.map(({ group }) => group))];

/** The benches that names of benches and groups stand for, each once; all of them, save what takes long, when none is named. */
export function selectBenches(names: readonly string[], isQuick: boolean): Bench[] {
  if (names.length === 0) return BENCHES.filter(({ isLong }) => !isQuick || isLong !== true);
  return BENCHES.filter(({ name, group }) => names.includes(name) || names.includes(group));
}
