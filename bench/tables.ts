import { boundOf, judge, showBound, showValue, valuesFor } from './budget.ts';
import type { BudgetLine, Judgement } from './budget.ts';
import { figuresOf, MEASURES, showFigure, showRatio, showSpread } from './measures.ts';
import type { Measure } from './measures.ts';
import type { BenchReport, ContenderResult, RowResult, ScalingResult } from './result.ts';
import { median, pairedRatios, quantile } from './statistics.ts';

/** A table for a terminal, Markdown or HTML. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
}

/** What the rows of a group are compared by, and what else is shown of them. */
interface GroupColumns {
  readonly title: string;
  readonly main: Measure;
  readonly others: readonly Measure[];
}

const COLUMNS: Readonly<Record<string, GroupColumns>> = {
  sessions: {
    title: 'Whole sessions',
    main: 'messagesPerSecond',
    others: [
      'bytesPerSecond',
      'cpuPerMessage',
      'cpuPerGigabyte',
      'latencyP50',
      'latencyP95',
      'latencyP99',
      'endP50',
      'endP95',
      'endP99',
      'peakMemory',
      'spoolBytes',
      'generatorCpu',
    ],
  },
  stages: {
    title: 'Cost of pipelines',
    main: 'cpuPerMessage',
    others: [
      'messagesPerSecond',
      'bytesPerSecond',
      'cpuPerGigabyte',
      'endP50',
      'endP95',
      'endP99',
      'bodyBytesSent',
      'peakMemory',
      'spoolBytes',
      'generatorCpu',
    ],
  },
  memory: {
    title: 'Memory of fresh processes',
    main: 'peakMemory',
    others: ['idleMemory', 'memoryOverIdle', 'spoolBytes', 'bytesPerSecond', 'generatorCpu'],
  },
  loop: {
    title: 'Event loop',
    main: 'loopDelayP99',
    others: ['bytesPerSecond', 'endP99', 'peakMemory', 'spoolBytes', 'generatorCpu'],
  },
  files: {
    title: 'Beside altermime on files',
    main: 'messagesPerSecond',
    others: ['bytesPerSecond', 'cpuPerMessage', 'cpuPerGigabyte'],
  },
  micro: {
    title: 'Pieces, each in a process of its own',
    main: 'secondsPerEvent',
    others: ['bytesPerSecond', 'cpuPerGigabyte', 'peakMemory'],
  },
};

/** What the rows of a group are compared by. */
export function mainMeasure(group: string): Measure {
  return COLUMNS[group].main;
}

/** A table for each group that was measured. */
export function groupTables(report: BenchReport): Table[] {
  return Object.entries(COLUMNS)
    .map(([group, columns]) =>
      groupTable(
        report.rows.filter((row) => row.group === group),
        columns,
      ),
    )
    .filter(({ rows }) => rows.length > 0);
}

function groupTable(rows: readonly RowResult[], { title, main, others }: GroupColumns): Table {
  const shown = others.filter((measure) =>
    rows.some(({ contenders }) => contenders.some(({ rounds }) => figuresOf(rounds, measure).length > 0)),
  );
  return {
    title,
    head: [
      'bench',
      'who',
      `${MEASURES[main].title} [least - most]`,
      'ratio, first to this one',
      ...shown.map((measure) => MEASURES[measure].title),
      'rounds',
    ],
    rows: rows.flatMap(({ name, contenders }) =>
      contenders.map((contender, place) => [
        place === 0 ? name : '',
        contender.name,
        showSpread(main, figuresOf(contender.rounds, main)),
        place === 0 ? '' : ratioText(contenders[0], contender, main),
        ...shown.map((measure) => {
          const figures = figuresOf(contender.rounds, measure);
          return figures.length === 0 ? '-' : showFigure(measure, median(figures));
        }),
        String(contender.rounds.length),
      ]),
    ),
  };
}

/** `median [least - most]` of the ratios of the rounds. */
function ratioText(one: ContenderResult, other: ContenderResult, measure: Measure): string {
  const ratios = pairedRatios(figuresOf(one.rounds, measure), figuresOf(other.rounds, measure)).filter(
    (ratio) => Number.isFinite(ratio), // CPU times are counted in steps, so one can be 0
  );
  if (ratios.length === 0) return '-';
  return `${showRatio(median(ratios))}x [${showRatio(quantile(ratios, 0))} - ${showRatio(quantile(ratios, 1))}]`;
}

/** How costs grow. */
export function scalingTable(scaling: readonly ScalingResult[]): Table {
  return {
    title: 'Growth of the cost; 1 is linear',
    head: ['bench', 'what grows', 'from - to', 'exponent', 'upper half', 'verdict', 'peak memory', 'rounds'],
    rows: scaling.map((result) => [
      result.name,
      result.what,
      `${result.points[0].size.toLocaleString('en-US')} - ${result.points.at(-1)!.size.toLocaleString('en-US')}`,
      result.exponent.toFixed(2),
      result.upperExponent.toFixed(2),
      result.isLinear ? 'linear or less' : 'ABOVE LINEAR',
      showFigure('peakMemory', result.peakMemory),
      String(Math.min(...result.points.map(({ costs }) => costs.length))),
    ]),
  };
}

/** What the time goes into. */
export function profileTable({ profiles = [] }: BenchReport): Table {
  const title = 'Where the time goes (a profile of the footer, shares of the time at work)';
  const head = ['', ...profiles.map(({ name }) => name)];
  if (profiles.length === 0) return { title, head, rows: [] };
  const shares = profiles[0].shares.map(({ what }, place) => [
    what,
    ...profiles.map((profile) => `${(profile.shares[place].share * 100).toFixed(1)} %`),
  ]);
  const times = profiles.map(({ perMessage }) => showFigure('cpuPerMessage', perMessage));
  return { title, head, rows: [...shares, ['time at work a message', ...times]] };
}

/** Goals that are not met, and what stands in their way. */
export function limitLines(judgements: readonly Judgement[]): string[] {
  return judgements.flatMap(({ line, isGoalMet }) =>
    isGoalMet === false && line.limit !== undefined ? [`${line.what}: ${line.limit}`] : [],
  );
}

/** What became of the budget and of the goals, as far as the report has measured them. */
export function judgeReport(lines: readonly BudgetLine[], report: BenchReport): Judgement[] {
  return lines.flatMap((line) => {
    const row = report.rows.find(({ name }) => name === line.bench);
    const scaling = report.scaling.find(({ name }) => name === line.bench);
    const values = row ? valuesFor(line, { row }) : scaling ? valuesFor(line, { scaling }) : undefined;
    return values === undefined ? [] : [judge(line, values)];
  });
}

/** Goals and budgets, met or not. */
export function budgetTable(judgements: readonly Judgement[]): Table {
  const verdicts = { met: 'kept', unclear: 'in doubt', missed: 'MISSED', unmeasured: 'not measured' };
  return {
    title: 'Goals and budgets',
    head: ['what', 'measured [least - most]', 'goal', 'verdict', 'budget', 'verdict'],
    rows: judgements.map(({ line, values, verdict, isGoalMet }) => [
      line.against === undefined ? line.what : `${line.what}, to ${line.against}`,
      values.length === 0
        ? '-'
        : `${showValue(line, median(values))} [${showValue(line, Math.min(...values))} - ${showValue(line, Math.max(...values))}]`,
      line.goal === undefined ? '' : showBound(line, line.goal),
      isGoalMet === undefined ? '' : isGoalMet ? 'met' : 'not met',
      showBound(line, boundOf(line)),
      verdicts[verdict],
    ]),
  };
}

/** Everything that could not be measured, once each. */
export function skippedLines(report: BenchReport): string[] {
  const benches = new Map<string, string[]>();
  for (const { name: bench, skipped } of report.rows) {
    for (const { name, reason } of skipped) {
      const line = `${name} skipped: ${reason}`;
      benches.set(line, [...(benches.get(line) ?? []), bench]);
    }
  }
  return Array.from(benches, ([line, names]) => `${line} (${names.join(', ')})`);
}

/** What each milter negotiated, and in which rows. */
export function negotiatedTable(report: BenchReport): Table {
  const rows = report.rows.flatMap(({ name, contenders }) =>
    contenders.flatMap(({ title, negotiated }) =>
      negotiated === undefined ? [] : [{ name, title, negotiated }],
    ),
  );
  const byFlags = new Map<string, typeof rows>();
  for (const row of rows) {
    const key = `${row.title}; ${row.negotiated}`;
    byFlags.set(key, [...(byFlags.get(key) ?? []), row]);
  }
  return {
    title: 'What was negotiated',
    head: ['who', 'flags', 'rows'],
    rows: Array.from(byFlags.values(), (same) => [
      same[0].title,
      same[0].negotiated,
      same.map(({ name }) => name).join(' '),
    ]),
  };
}

/** A table as Markdown, its columns aligned so that it can be read on a terminal as well. */
export function markdown({ head, rows }: Pick<Table, 'head' | 'rows'>): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}
