import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BenchResult } from './bench.ts';
import { figuresOf, MEASURES, showFigure, showRatio } from './measures.ts';
import type { Measure } from './measures.ts';
import { fitPowerLaw, median, pairedRatios, quantile } from './statistics.ts';

/** One line of bench/budget.json. */
export interface BudgetLine {
  /** What it is about, in words. */
  readonly what: string;
  readonly bench: string;
  /** Whose figure; `millrace` unless said otherwise. */
  readonly of?: string;
  /** Divided by whose figure; an amount of memory, a count or an exponent may stand alone, a time may not. */
  readonly against?: string;
  readonly measure: Measure | 'exponent';
  /** What must hold: one of the two. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What is aimed at, in the same direction. */
  readonly goal?: number;
  /** What stands in its way, for reports in which it is not met. */
  readonly limit?: string;
  /** Whether `--gate` measures it. */
  readonly gate?: boolean;
}

/** What became of a line. */
export interface Judgement {
  readonly line: BudgetLine;
  /** One value a round. */
  readonly values: readonly number[];
  readonly verdict: 'met' | 'unclear' | 'missed' | 'unmeasured';
  /** Undefined without a goal or a value. */
  readonly isGoalMet: boolean | undefined;
}

/** The scripts of package.json run in the checkout. */
const FILE = resolve(process.cwd(), 'bench/budget.json');

/** Fewer rounds say nothing. */
const FEWEST_ROUNDS = 3;

/** The lines of bench/budget.json. */
export function readBudget(): readonly BudgetLine[] {
  return (JSON.parse(readFileSync(FILE, 'utf8')) as { readonly lines: readonly BudgetLine[] }).lines;
}

/**
 * Judge a line by the value of each round. It is met when the median is; it is missed only when three quarters of the rounds
 * miss it as well: everything between is unclear, and wants more rounds.
 */
export function judge(line: BudgetLine, values: readonly number[]): Judgement {
  const finite = values.filter((value) => Number.isFinite(value));
  const isGoalMet =
    line.goal === undefined || finite.length === 0 ? undefined : holds(line, median(finite), line.goal);
  const verdict =
    finite.length === 0
      ? 'unmeasured'
      : holds(line, median(finite), boundOf(line))
        ? 'met'
        : finite.length >= FEWEST_ROUNDS && !holds(line, favourable(line, finite), boundOf(line))
          ? 'missed'
          : 'unclear';
  return { line, values: finite, verdict, isGoalMet };
}

/** The value of each round that a line is about; none when it was not measured. */
export function valuesFor(line: BudgetLine, result: BenchResult): number[] {
  const { measure, of = 'millrace', against } = line;
  if ('scaling' in result) return measure === 'exponent' ? exponents(result.scaling.points) : [];
  if ('profile' in result) return [];
  if (measure === 'exponent') return [];
  const rounds = (name: string): number[] =>
    figuresOf(result.row.contenders.find((contender) => contender.name === name)?.rounds ?? [], measure);
  return against === undefined ? rounds(of) : pairedRatios(rounds(of), rounds(against));
}

/** A value of a line, with its unit. */
export function showValue(line: BudgetLine, value: number): string {
  if (line.against !== undefined) return `${showRatio(value)}x`;
  return line.measure === 'exponent' ? value.toFixed(2) : showFigure(line.measure, value);
}

/** The bound of a line, in words. */
export function showBound(line: BudgetLine, bound: number): string {
  return `at ${line.atLeast === undefined ? 'most' : 'least'} ${showValue(line, bound)}`;
}

/** What must hold. */
export function boundOf(line: BudgetLine): number {
  return (line.atLeast ?? line.atMost)!;
}

/** What is wrong with a line itself; undefined when nothing is. */
export function faultOf(line: BudgetLine): string | undefined {
  if ((line.atLeast === undefined) === (line.atMost === undefined))
    return 'one of atLeast and atMost is needed';
  if (line.goal !== undefined && !holds(line, line.goal, boundOf(line)))
    return 'the goal is weaker than the bound';
  if (line.measure === 'exponent' || line.against !== undefined) return undefined;
  if (!(line.measure in MEASURES)) return `unknown measure ${line.measure}`;
  // What a machine does in a second is no property of the program.
  return MEASURES[line.measure].unit === 'bytes'
    ? undefined
    : `${line.measure} needs somebody to be compared with`;
}

function holds(line: BudgetLine, value: number, bound: number): boolean {
  return line.atLeast === undefined ? value <= bound : value >= bound;
}

/** The quartile of the better rounds. */
function favourable(line: BudgetLine, values: readonly number[]): number {
  return quantile(values, line.atLeast === undefined ? 0.25 : 0.75);
}

function exponents(
  points: ReadonlyArray<{ readonly size: number; readonly costs: readonly number[] }>,
): number[] {
  const rounds = Math.min(...points.map(({ costs }) => costs.length));
  return Array.from({ length: rounds }, (_, round) => {
    const law = fitPowerLaw(points.map(({ size, costs }) => ({ size, cost: costs[round] })));
    return law?.exponent ?? NaN;
  });
}
