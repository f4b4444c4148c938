import type { Figures } from './measures.ts';

/** Where a bench ran. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly node: string;
}

/** What was measured of one contender: one entry a round, in the order of the rounds. */
export interface ContenderResult {
  readonly name: string;
  readonly title: string;
  /** What it negotiated, for milters. */
  readonly negotiated?: string;
  readonly rounds: Figures[];
}

/** Something that could not be measured here. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** Contenders that did the same work in turns. The first one is what the others are compared with. */
export interface RowResult {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  /** What was sent or read, and how it was counted. */
  readonly sizes: string;
  readonly contenders: ContenderResult[];
  readonly skipped: Skipped[];
  /** For charts: bytes of a message, connections, and what joins the rows of one line. */
  readonly chart?: RowChart;
}

/** Where a row belongs in the charts. */
export interface RowChart {
  readonly bytes?: number;
  readonly connections?: number;
  readonly socket?: 'unix' | 'tcp';
  /** Memory of fresh processes, all messages in before the first one ends. */
  readonly memory?: boolean;
  /** One contender a pipeline. */
  readonly stages?: boolean;
}

/** How the cost of a message grows with something. */
export interface ScalingResult {
  readonly name: string;
  readonly title: string;
  /** What grows, the title of the axis. */
  readonly what: string;
  /** CPU seconds of a message (or of a byte, where messages do not grow) at each size, one figure a round. */
  readonly points: ReadonlyArray<{ readonly size: number; readonly costs: readonly number[] }>;
  /** The exponent over all sizes, and over the upper half of them. */
  readonly exponent: number;
  readonly upperExponent: number;
  readonly isLinear: boolean;
  readonly peakMemory: number;
}

/** What the time of Millrace goes into with one kind of message. */
export interface ProfileResult {
  readonly name: string;
  readonly title: string;
  /** That it was taken from. */
  readonly messages: number;
  /** Seconds in which the thread was at work, a message; the profiler's own cost is in them. */
  readonly perMessage: number;
  readonly shares: ReadonlyArray<{ readonly what: string; readonly share: number }>;
}

/** One run of the bench suite; what `--json` writes and `--compare` reads. */
export interface BenchReport {
  readonly format: 1;
  readonly date: string;
  readonly machine: Machine;
  /** Which load generator drove the sessions. */
  readonly generator: string;
  readonly isQuick: boolean;
  readonly seconds: number;
  readonly rows: readonly RowResult[];
  readonly scaling: readonly ScalingResult[];
  /** Left out by older runs. */
  readonly profiles?: readonly ProfileResult[];
}
