import { median, quantile } from './statistics.ts';

/** How a figure is shown. */
type Unit = 'count' | 'bytes' | 'bytes/s' | 'seconds' | 'share';

interface MeasureSpec {
  readonly title: string;
  readonly unit: Unit;
  /** Which way is better; undefined where a figure is only told. */
  readonly better?: 'more' | 'less';
}

/** Everything that is measured, in the order of the tables. Times are in seconds, sizes in bytes. */
export const MEASURES = {
  messagesPerSecond: { title: 'messages/s', unit: 'count', better: 'more' },
  bytesPerSecond: { title: 'throughput', unit: 'bytes/s', better: 'more' },
  secondsPerEvent: { title: 'time an event', unit: 'seconds', better: 'less' },
  cpuPerMessage: { title: 'CPU a message', unit: 'seconds', better: 'less' },
  cpuPerGigabyte: { title: 'CPU a GB', unit: 'seconds', better: 'less' },
  latencyP50: { title: 'latency p50', unit: 'seconds', better: 'less' },
  latencyP95: { title: 'latency p95', unit: 'seconds', better: 'less' },
  latencyP99: { title: 'latency p99', unit: 'seconds', better: 'less' },
  latencyMax: { title: 'latency max', unit: 'seconds', better: 'less' },
  endP50: { title: 'end-of-message p50', unit: 'seconds', better: 'less' },
  endP95: { title: 'end-of-message p95', unit: 'seconds', better: 'less' },
  endP99: { title: 'end-of-message p99', unit: 'seconds', better: 'less' },
  loopDelayP99: { title: 'event loop delay p99', unit: 'seconds', better: 'less' },
  peakMemory: { title: 'peak memory', unit: 'bytes', better: 'less' },
  memoryOverIdle: { title: 'peak memory over idle', unit: 'bytes', better: 'less' },
  idleMemory: { title: 'memory when idle', unit: 'bytes', better: 'less' },
  spoolBytes: { title: 'spool files', unit: 'bytes' },
  bodyBytesSent: { title: 'body bytes the MTA sent', unit: 'bytes' },
  generatorCpu: { title: 'load generator CPU', unit: 'share' },
} as const satisfies Record<string, MeasureSpec>;

/** The name of something that is measured. */
export type Measure = keyof typeof MEASURES;

/** What one round of one contender gave. */
export type Figures = Partial<Record<Measure, number>>;

/** All rounds of one measure; those without it left out, also where a system does not tell it (NaN). */
export function figuresOf(rounds: readonly Figures[], measure: Measure): number[] {
  return rounds
    .map((round) => round[measure])
    .filter((figure) => figure !== undefined && Number.isFinite(figure)) as number[];
}

/** Which way a measure is better, if any. */
export function betterWay(measure: Measure): 'more' | 'less' | undefined {
  const spec: MeasureSpec = MEASURES[measure];
  return spec.better;
}

/** A figure with its unit, three digits that count. */
export function showFigure(measure: Measure, figure: number): string {
  return show(figure, MEASURES[measure].unit);
}

/** `median [least-most]` with its unit; the machine of a bench is rarely quiet, so one figure alone says little. */
export function showSpread(measure: Measure, figures: readonly number[]): string {
  if (figures.length === 0) return '-';
  const { unit } = MEASURES[measure];
  if (figures.length === 1) return show(figures[0], unit);
  const [least, most] = [quantile(figures, 0), quantile(figures, 1)];
  return `${show(median(figures), unit)} [${show(least, unit)} - ${show(most, unit)}]`;
}

/** A ratio, two digits that count and more where it is small. */
export function showRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return '-';
  return ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

function show(figure: number, unit: Unit): string {
  switch (unit) {
    case 'count':
      return digits(figure);
    case 'share':
      return `${(figure * 100).toFixed(0)} %`;
    case 'seconds':
      return scaled(figure, [
        [1, 's'],
        [1e-3, 'ms'],
        [1e-6, 'us'],
        [1e-9, 'ns'],
      ]);
    case 'bytes':
      return scaled(figure, [
        [2 ** 30, 'GiB'],
        [2 ** 20, 'MiB'],
        [2 ** 10, 'KiB'],
        [1, 'B'],
      ]);
    case 'bytes/s':
      return scaled(figure, [
        [1e9, 'GB/s'],
        [1e6, 'MB/s'],
        [1e3, 'KB/s'],
        [1, 'B/s'],
      ]);
  }
}

function scaled(figure: number, units: ReadonlyArray<readonly [size: number, name: string]>): string {
  const [size, name] = units.find(([least]) => Math.abs(figure) >= least * 0.9995) ?? units.at(-1)!;
  return `${digits(figure / size)} ${name}`;
}

function digits(figure: number): string {
  const size = Math.abs(figure);
  if (size >= 1000) return Math.round(figure).toLocaleString('en-US');
  return figure.toFixed(size >= 100 || figure === 0 ? 0 : size >= 10 ? 1 : 2);
}
