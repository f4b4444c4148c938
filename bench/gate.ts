import type { Bench, BenchResult } from './bench.ts';
import { boundOf, judge, showBound, showValue, valuesFor } from './budget.ts';
import type { BudgetLine, Judgement } from './budget.ts';
import { Progress } from './progress.ts';
import { runBench } from './runner.ts';
import { median } from './statistics.ts';
import type { BenchContext } from './bench.ts';

const FEWEST_ROUNDS = 3;
const MOST_ROUNDS = 12;

/** The contenders that lines speak of, by the names that the pool has for them. */
export function contendersOf(lines: readonly BudgetLine[]): ReadonlySet<string> {
  return new Set(
    lines.flatMap(({ of = 'millrace', against }) => (against === undefined ? [of] : [of, against])),
  );
}

/** Measure what the lines are about, with more rounds where it is not clear. */
export async function runGate(
  lines: readonly BudgetLine[],
  benches: readonly Bench[],
  context: BenchContext,
): Promise<Judgement[]> {
  const wanted = benches.filter(({ name }) => lines.some(({ bench }) => bench === name));
  const progress = new Progress(wanted.length);
  const judgements: Judgement[] = [];
  for (const bench of wanted) {
    const own = lines.filter((line) => line.bench === bench.name);
    const verdicts = (result: BenchResult): Judgement[] =>
      own.map((line) => judge(line, valuesFor(line, result)));
    const result = await runBench(
      bench,
      context,
      progress,
      (rounds, sofar) => wantsMoreRounds(rounds, verdicts(sofar)),
      FEWEST_ROUNDS,
    );
    judgements.push(...verdicts(result));
  }
  progress.end();
  return judgements;
}

/** Whether another round could still change something. */
export function wantsMoreRounds(rounds: number, judgements: readonly Judgement[]): boolean {
  if (rounds < FEWEST_ROUNDS) return true;
  return (
    rounds < MOST_ROUNDS && judgements.some(({ verdict }) => verdict === 'unclear' || verdict === 'missed')
  );
}

/** Whether the gate is shut: something is clearly below its budget, or was not measured although it had to be. */
export function isShut(judgements: readonly Judgement[], mustMeasure: boolean): boolean {
  return judgements.some(({ verdict }) => verdict === 'missed' || (mustMeasure && verdict === 'unmeasured'));
}

/** A judgement in one line. */
export function gateLine({ line, values, verdict }: Judgement): string {
  const bound = showBound(line, boundOf(line));
  if (verdict === 'unmeasured') return `not measured  ${line.what} (${bound})`;
  const words = { met: 'ok', unclear: 'in doubt', missed: 'MISSED' }[verdict];
  const rounds = `${values.length} rounds`;
  const range = `${showValue(line, Math.min(...values))} to ${showValue(line, Math.max(...values))}`;
  return `${words.padEnd(12)}  ${line.what}: ${showValue(line, median(values))}, ${bound} (${range}, ${rounds})`;
}
