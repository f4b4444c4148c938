import { figuresOf, showFigure, showRatio } from '../measures.ts';
import type { Measure } from '../measures.ts';
import type { BenchReport, ContenderResult, ProfileResult, RowResult } from '../result.ts';
import { median, pairedRatios, quantile } from '../statistics.ts';
import { lineChart } from './line-chart.ts';
import type { Axis, Point, Series } from './line-chart.ts';
import { rowChart } from './row-chart.ts';
import type { ChartRow } from './row-chart.ts';

/** Contenders keep their colours in all charts. */
const COLOURS: Readonly<Record<string, number>> = {
  millrace: 0,
  libmilter: 1,
  pymilter: 2,
  altermime: 3,
  'millrace-eager': 4,
};

const SPREAD = 'median; whiskers: least and most of the rounds';

/** A figure without the second digit behind the point: room is scarce on an axis. */
function axis(measure: Measure, title: string, log?: 2 | 10): Axis {
  const format = (value: number): string =>
    value === 0 ? '0' : showFigure(measure, value).replace(/\.0+(?=\D|$)/, '');
  return log === undefined ? { title, format } : { title, format, log };
}

const BYTES = axis('peakMemory', 'message size (logarithmic)', 2);
const CONNECTIONS: Axis = { title: 'connections (logarithmic)', log: 2, format: String };

/** All charts that the report has figures for. */
export function charts(report: BenchReport): string[] {
  const sessions = report.rows.filter(({ group }) => group === 'sessions');
  const memory = report.rows.filter(({ group }) => group === 'memory');
  return [
    throughput(sessions, memory),
    concurrency(sessions),
    latency(sessions, 'Latency of a message', 'from MAIL to the last answer', [
      'latencyP50',
      'latencyP95',
      'latencyP99',
    ]),
    latency(sessions, 'Time at end-of-message', 'from BODYEOB to the last answer', [
      'endP50',
      'endP95',
      'endP99',
    ]),
    memoryBySize(memory),
    memoryByConnections(memory),
    ...report.rows.filter(({ group }) => group === 'stages').map(stageCost),
    ...(report.profiles ?? []).map(profile),
    growth(report),
    pieces(report),
  ].filter((chart) => chart !== undefined);
}

function pointsOf(
  rows: readonly RowResult[],
  contender: string,
  measure: Measure,
  size: (row: RowResult) => number | undefined,
): Point[] {
  return rows
    .flatMap((row): Point[] => {
      const x = size(row);
      const rounds = row.contenders.find(({ name }) => name === contender)?.rounds ?? [];
      const figures = figuresOf(rounds, measure).filter((figure) => figure > 0);
      if (x === undefined || figures.length === 0) return [];
      return [{ x, y: median(figures), low: Math.min(...figures), high: Math.max(...figures) }];
    })
    .toSorted((one, other) => one.x - other.x);
}

/** The series of some contenders, without those that have nothing; Millrace first, each at the same place in all charts. */
function seriesOf(
  rows: readonly RowResult[],
  measure: Measure,
  size: (row: RowResult) => number | undefined,
  suffix = '',
): Series[] {
  const names = new Set(rows.flatMap(({ contenders }) => contenders.map(({ name }) => name)));
  return Object.keys(COLOURS)
    .filter((name) => names.has(name))
    .map((name) => ({ name: `${name}${suffix}`, points: pointsOf(rows, name, measure, size) }))
    .filter(({ points }) => points.length > 0);
}

function throughput(sessions: readonly RowResult[], memory: readonly RowResult[]): string | undefined {
  const single = sessions.filter(({ chart }) => chart?.connections === 1);
  const sizes = new Set(single.map(({ chart }) => chart!.bytes));
  // The largest message is played by fresh processes only.
  const largest = memory.filter(
    ({ chart }) => chart?.connections === 1 && chart.bytes! > 2 ** 29 && !sizes.has(chart.bytes),
  );
  const bytes = (row: RowResult): number | undefined => row.chart?.bytes;
  const series = [
    ...seriesOf(
      [...single.filter(({ chart }) => chart?.socket === 'unix'), ...largest],
      'bytesPerSecond',
      bytes,
      ', Unix socket',
    ),
    ...seriesOf(
      single.filter(({ chart }) => chart?.socket === 'tcp'),
      'bytesPerSecond',
      bytes,
      ', TCP',
    ),
  ];
  if (series.length === 0) return undefined;
  const y = axis('bytesPerSecond', 'body bytes a second (logarithmic)', 10);
  return lineChart('Throughput against message size', `footer, one connection; ${SPREAD}`, BYTES, y, series);
}

function concurrency(sessions: readonly RowResult[]): string | undefined {
  const small = sessions.filter(({ chart }) => chart?.socket === 'unix' && chart.bytes === 2048);
  if (new Set(small.map(({ chart }) => chart?.connections)).size < 2) return undefined;
  const series = seriesOf(small, 'messagesPerSecond', (row) => row.chart?.connections);
  const y = axis('messagesPerSecond', 'messages a second');
  return lineChart(
    'Small messages against connections',
    `footer, 2 KB, Unix socket; ${SPREAD}`,
    CONNECTIONS,
    y,
    series,
  );
}

function latency(
  sessions: readonly RowResult[],
  title: string,
  note: string,
  measures: readonly Measure[],
): string | undefined {
  const rows = sessions.flatMap((row) =>
    row.contenders.flatMap(({ name, rounds }): ChartRow[] => {
      const values = measures.map((measure) => median(figuresOf(rounds, measure)));
      if (!values.every((value) => value > 0)) return [];
      return [{ label: `${row.name} ${name}`, colour: COLOURS[name] ?? 4, values }];
    }),
  );
  if (rows.length === 0) return undefined;
  const time = axis(measures[0], 'time (logarithmic)', 10);
  return rowChart(title, `${note}; medians of the rounds`, time, rows, { names: ['p50', 'p95', 'p99'] });
}

function memoryBySize(memory: readonly RowResult[]): string | undefined {
  const single = memory.filter(({ chart }) => chart?.connections === 1);
  const series = seriesOf(single, 'peakMemory', (row) => row.chart?.bytes);
  if (series.length === 0) return undefined;
  const y = axis('peakMemory', 'peak resident memory (logarithmic)', 2);
  return lineChart(
    'Memory against message size',
    `footer, a fresh process, one message; ${SPREAD}`,
    BYTES,
    y,
    series,
  );
}

function memoryByConnections(memory: readonly RowResult[]): string | undefined {
  const ten = memory.filter(({ chart }) => chart?.bytes === 10 * 2 ** 20);
  if (ten.length < 2) return undefined;
  const series = seriesOf(ten, 'peakMemory', (row) => row.chart?.connections);
  const y = axis('peakMemory', 'peak resident memory (logarithmic)', 2);
  const note = `footer, 10 MiB on each, all held at end-of-message; ${SPREAD}`;
  return lineChart('Memory against connections', note, CONNECTIONS, y, series);
}

function stageCost(row: RowResult): string | undefined {
  const isLarge = (row.chart?.bytes ?? 0) >= 2 ** 20;
  const measure: Measure = isLarge ? 'cpuPerGigabyte' : 'cpuPerMessage';
  const rows = row.contenders
    .map(({ name, rounds }): ChartRow & { order: number } => {
      const figures = figuresOf(rounds, measure);
      return {
        label: name,
        order: STAGE_ORDER.indexOf(name),
        colour: 0,
        values: [median(figures)],
        low: Math.min(...figures),
        high: Math.max(...figures),
      };
    })
    .filter(({ values }) => Number.isFinite(values[0]))
    .toSorted((one, other) => one.order - other.order);
  if (rows.length === 0) return undefined;
  const cost = axis(measure, isLarge ? 'CPU of Millrace, a GB of mail' : 'CPU of Millrace, a message');
  return rowChart(`Cost of each pipeline: ${row.name}`, `${row.title}; ${SPREAD}`, cost, rows, {
    isBar: true,
  });
}

const STAGE_ORDER = ['nothing', 'inspect', 'strip', 'footer', 'footer-strip', 'scan-stub', 'scan-clamd'];

function profile({ name, title, perMessage, shares }: ProfileResult): string {
  const rows = shares
    .filter(({ share }) => share > 0)
    .map(({ what, share }): ChartRow => ({ label: what, colour: 0, values: [share * perMessage] }));
  const time = axis('cpuPerMessage', 'time a message');
  return rowChart(`Where the time goes: ${name}`, title, time, rows, { isBar: true });
}

function growth({ scaling }: BenchReport): string | undefined {
  if (scaling.length === 0) return undefined;
  const series = scaling.map(({ title, exponent, points }): Series => {
    const [first] = points;
    const unit = median(first.costs);
    return {
      name: `${title} (exponent ${exponent.toFixed(2)})`,
      points: points.map(({ size, costs }) => ({
        x: size / first.size,
        y: median(costs) / unit,
        low: Math.min(...costs) / unit,
        high: Math.max(...costs) / unit,
      })),
    };
  });
  const most = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)));
  const linear = [1, most].map((x) => ({ x, y: x, low: x, high: x }));
  const times: Axis = {
    title: 'size, to the smallest (logarithmic)',
    log: 2,
    format: showTimes,
  };
  return lineChart(
    'Growth of the cost',
    `CPU of a message as something of it grows; ${SPREAD}`,
    times,
    { ...times, title: 'cost, to that of the smallest' },
    [...series, { name: 'linear', points: linear, isReference: true }],
  );
}

function showTimes(value: number): string {
  return `${value < 1 ? value.toFixed(2) : Math.round(value)}x`;
}

function pieces({ rows }: BenchReport): string | undefined {
  const compared = rows
    .filter(({ group }) => group === 'micro')
    .flatMap((row) => row.contenders.slice(1).map((other) => pieceRow(row, row.contenders[0], other)))
    .filter(({ values }) => values[0] > 0);
  if (compared.length === 0) return undefined;
  const ratio: Axis = {
    title: 'CPU of the other, to that of Millrace (logarithmic)',
    log: 10,
    format: (value) => `${showRatio(value).replace(/\.0+$/, '')}x`,
  };
  return rowChart('Pieces, beside libraries', `right of 1 Millrace is cheaper; ${SPREAD}`, ratio, compared, {
    isBar: true,
    from: 1,
  });
}

function pieceRow(row: RowResult, ours: ContenderResult, other: ContenderResult): ChartRow {
  const ratios = pairedRatios(
    figuresOf(other.rounds, 'secondsPerEvent'),
    figuresOf(ours.rounds, 'secondsPerEvent'),
  );
  return {
    label: `${row.name}, ${other.name}`,
    colour: median(ratios) >= 1 ? 0 : 1,
    values: [median(ratios)],
    low: quantile(ratios, 0),
    high: quantile(ratios, 1),
  };
}
