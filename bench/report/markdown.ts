import type { Judgement } from '../budget.ts';
import { showBound, showValue } from '../budget.ts';
import { figuresOf, showFigure } from '../measures.ts';
import type { Measure } from '../measures.ts';
import { machineLine } from '../machine.ts';
import type { BenchReport } from '../result.ts';
import { median } from '../statistics.ts';
import { markdown } from '../tables.ts';

/** A short table for a README: what there is a goal for, Millrace beside the peer that the goal names. */
export function markdownReport(report: BenchReport, judgements: readonly Judgement[]): string {
  const rows = judgements
    .filter(({ line, values }) => line.goal !== undefined && values.length > 0)
    .map(({ line, values, isGoalMet }) => {
      const measured = (name: string): string =>
        line.measure === 'exponent' ? '' : medianOf(report, line.bench, name, line.measure);
      return [
        line.what,
        line.against === undefined ? '' : showValue(line, median(values)),
        line.measure === 'exponent' ? showValue(line, median(values)) : measured(line.of ?? 'millrace'),
        measured(line.against ?? 'libmilter'),
        `${showBound(line, line.goal!)}: ${isGoalMet === true ? 'met' : 'not met'}`,
      ];
    });
  const table = markdown({ head: ['', 'ratio', 'Millrace', 'libmilter', 'goal'], rows });
  return `${table}\n\n${machineLine(report.machine)}; load generator: ${report.generator}.\n`;
}

function medianOf(report: BenchReport, bench: string, contender: string, measure: Measure): string {
  const row = report.rows.find(({ name }) => name === bench);
  const rounds = row?.contenders.find(({ name }) => name === contender)?.rounds ?? [];
  const figures = figuresOf(rounds, measure);
  return figures.length === 0 ? '' : showFigure(measure, median(figures));
}
