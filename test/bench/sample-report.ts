import type { Figures } from '../../bench/measures.ts';
import type { BenchReport, ContenderResult, RowChart, RowResult } from '../../bench/result.ts';
import { scalingResult } from '../../bench/scaling/scaling-bench.ts';

const contender = (name: string, rounds: Figures[]): ContenderResult => ({
  name,
  title: `the title of ${name}`,
  negotiated: `version 6; actions: CHGBODY; protocol: NR_HDR (${name})`,
  rounds,
});

/** A row of two contenders, three rounds each, whose rates are as given. */
function sampleRow(
  name: string,
  ours: number,
  theirs: number,
  chart: RowChart = { bytes: 2048, connections: 1, socket: 'unix' },
  group = 'sessions',
): RowResult {
  const rounds = (rate: number): Figures[] =>
    [0.98, 1, 1.02].map((factor) => ({
      messagesPerSecond: rate * factor,
      bytesPerSecond: rate * factor * (chart.bytes ?? 1),
      cpuPerMessage: 1 / (rate * factor),
      cpuPerGigabyte: 1,
      secondsPerEvent: 1 / (rate * factor),
      latencyP50: 0.001,
      latencyP95: 0.002,
      latencyP99: 0.02,
      endP50: 0.0005,
      endP95: 0.001,
      endP99: 0.002,
      peakMemory: 8e7,
      generatorCpu: 0.4,
    }));
  return {
    name,
    group,
    title: `<${name}>`,
    sizes: '2 KB & more',
    contenders: [contender('millrace', rounds(ours)), contender('libmilter', rounds(theirs))],
    skipped: [{ name: 'pymilter', reason: 'it is <not> here' }],
    chart,
  };
}

/** A report with something for every chart. */
export function sampleReport(ours = 3000, theirs = 6000): BenchReport {
  const points = (exponent: number) =>
    [1, 2, 4, 8].map((size) => ({ size, costs: [size ** exponent, size ** exponent] }));
  const words = { title: 'number of parts', what: 'parts of a message' };
  return {
    format: 1,
    date: '2026-01-02T03:04:05.000Z',
    machine: { cpu: 'Some CPU', cores: 2, memory: 2 ** 34, system: 'Debian', node: 'v20.20.2' },
    generator: 'own',
    isQuick: false,
    seconds: 300,
    rows: [
      sampleRow('unix-2k-c1', ours, theirs),
      sampleRow('unix-2k-c16', ours * 2, theirs * 2, { bytes: 2048, connections: 16, socket: 'unix' }),
      sampleRow('unix-10m-c1', ours / 50, theirs / 50, {
        bytes: 10 * 2 ** 20,
        connections: 1,
        socket: 'unix',
      }),
      sampleRow('tcp-2k-c1', ours, 23, { bytes: 2048, connections: 1, socket: 'tcp' }),
      sampleRow('memory-10m', 9, 9, { bytes: 10 * 2 ** 20, connections: 1, memory: true }, 'memory'),
      sampleRow('memory-16x10m', 9, 9, { bytes: 10 * 2 ** 20, connections: 16, memory: true }, 'memory'),
      sampleRow('stages-2k', 9, 9, { bytes: 2048, connections: 16, stages: true }, 'stages'),
      sampleRow('base64-decode', 9, 9, {}, 'micro'),
    ],
    scaling: [
      scalingResult({ name: 'scaling-parts', ...words }, points(1), 1e8),
      scalingResult({ name: 'scaling-size', ...words }, points(2), 1e8),
    ],
    profiles: [
      {
        name: 'profile-2k',
        title: 'a profile',
        messages: 1000,
        perMessage: 1e-4,
        shares: [
          { what: 'writing to sockets', share: 0.25 },
          { what: 'log', share: 0.75 },
        ],
      },
    ],
  };
}
