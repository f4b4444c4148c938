import { betterWay, figuresOf, showFigure, showRatio } from './measures.ts';
import type { Measure } from './measures.ts';
import { machineLine } from './machine.ts';
import type { BenchReport, ContenderResult, RowResult } from './result.ts';
import { median, pairedRatios } from './statistics.ts';
import { mainMeasure } from './tables.ts';
import type { Table } from './tables.ts';

/** Smaller differences are noise on most machines, whatever the spread of the rounds says. */
const NOISE = 0.1;

/** How a figure differs from the one before. */
type Change = 'faster' | 'slower' | 'better' | 'worse' | 'same';

/** Read what --json wrote. @throws Error when it is something else. */
export function readReport(text: string, file: string): BenchReport {
  let report: Partial<BenchReport>;
  try {
    report = JSON.parse(text) as Partial<BenchReport>;
  } catch {
    throw new Error(`${file} is no JSON`);
  }
  if (report.format !== 1 || !Array.isArray(report.rows) || !Array.isArray(report.scaling))
    throw new Error(`${file} was not written by --json of this bench`);
  return report as BenchReport;
}

/**
 * What changed from one run to another, for everything that both have measured. Where a peer was there both times the ratio to it is
 * compared, which does not depend on how busy the machine was; else the figure itself.
 */
export function compareReports(before: BenchReport, now: BenchReport): Table {
  const rows = now.rows.flatMap((row) => {
    const old = before.rows.find(({ name }) => name === row.name);
    return old === undefined
      ? []
      : row.contenders.flatMap((contender) => compareContender(old, row, contender));
  });
  const scaling = now.scaling.flatMap((result) => {
    const old = before.scaling.find(({ name }) => name === result.name);
    if (old === undefined) return [];
    const change = old.isLinear === result.isLinear ? 'same' : result.isLinear ? 'better' : 'worse';
    return [[result.name, 'exponent', old.exponent.toFixed(2), result.exponent.toFixed(2), '', change]];
  });
  return {
    title: `Against the run of ${before.date} (${machineLine(before.machine)})`,
    head: ['bench', 'figure', 'before', 'now', 'now to before', 'change'],
    rows: [...rows, ...scaling],
  };
}

function compareContender(old: RowResult, row: RowResult, contender: ContenderResult): string[][] {
  const before = old.contenders.find(({ name }) => name === contender.name);
  if (before === undefined) return [];
  const measure = mainMeasure(row.group);
  const figures = [figuresOf(before.rounds, measure), figuresOf(contender.rounds, measure)] as const;
  const lines: string[][] = [];
  if (figures.every(({ length }) => length > 0)) {
    const [was, is] = figures.map(median);
    lines.push([
      row.name,
      `${contender.name}, ${measure}`,
      showFigure(measure, was),
      showFigure(measure, is),
      showRatio(is / was),
      changeOf(measure, ...figures),
    ]);
  }
  if (contender !== row.contenders[0]) {
    const ratios = [old, row].map(({ contenders }) => {
      const other = contenders.find(({ name }) => name === contender.name)!;
      return pairedRatios(figuresOf(contenders[0].rounds, measure), figuresOf(other.rounds, measure));
    });
    if (ratios.every(({ length }) => length > 0)) {
      const [was, is] = ratios.map(median);
      const what = `${row.contenders[0].name} to ${contender.name}`;
      lines.push([
        row.name,
        what,
        `${showRatio(was)}x`,
        `${showRatio(is)}x`,
        showRatio(is / was),
        changeOf(measure, ratios[0], ratios[1]),
      ]);
    }
  }
  return lines;
}

/** A change counts when the medians are further apart than noise, and each is outside of the other's rounds. */
export function changeOf(measure: Measure, before: readonly number[], now: readonly number[]): Change {
  const [was, is] = [median(before), median(now)];
  const isFar = Math.abs(Math.log(is / was)) > Math.log(1 + NOISE);
  const isOutside =
    is > was
      ? is > Math.max(...before) && was < Math.min(...now)
      : is < Math.min(...before) && was > Math.max(...now);
  const way = betterWay(measure);
  if (!isFar || !isOutside || way === undefined) return 'same';
  const isBetter = way === 'more' ? is > was : is < was;
  if (measure === 'peakMemory') return isBetter ? 'better' : 'worse';
  return isBetter ? 'faster' : 'slower';
}
