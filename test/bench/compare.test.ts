import { describe, expect, it } from 'vitest';
import { changeOf, compareReports, readReport } from '../../bench/compare.ts';
import { sampleReport } from './sample-report.ts';

describe('--compare', () => {
  it('reads what --json writes, and nothing else', () => {
    const report = sampleReport();
    expect(readReport(JSON.stringify(report), 'old.json')).toEqual(JSON.parse(JSON.stringify(report)));
    expect(() => readReport('{', 'old.json')).toThrow('old.json is no JSON');
    expect(() => readReport('{"format":2}', 'old.json')).toThrow('old.json was not written by --json');
  });

  it('tells how figures and ratios changed', () => {
    const { rows } = compareReports(sampleReport(3000, 6000), sampleReport(4500, 6000));
    const of = (bench: string) => rows.filter(([name]) => name === bench);
    expect(of('unix-2k-c1')).toEqual([
      ['unix-2k-c1', 'millrace, messagesPerSecond', '3,000', '4,500', '1.50', 'faster'],
      ['unix-2k-c1', 'libmilter, messagesPerSecond', '6,000', '6,000', '1.00', 'same'],
      ['unix-2k-c1', 'millrace to libmilter', '0.50x', '0.75x', '1.50', 'faster'],
    ]);
    expect(of('scaling-size')).toHaveLength(1);
  });

  it('leaves out what only one of them has measured', () => {
    const now = sampleReport();
    expect(compareReports({ ...now, rows: [], scaling: [] }, now).rows).toEqual([]);
  });

  it.each<[Parameters<typeof changeOf>[0], number[], number[], string]>([
    ['messagesPerSecond', [100, 101, 102], [50, 51, 52], 'slower'],
    ['messagesPerSecond', [100, 101, 102], [95, 96, 97], 'same'], // less than noise
    ['messagesPerSecond', [100, 150, 160], [110, 111, 170], 'same'], // within each other's rounds
    ['cpuPerMessage', [1, 1.1, 1.2], [2, 2.1, 2.2], 'slower'],
    ['cpuPerMessage', [2, 2.1, 2.2], [1, 1.1, 1.2], 'faster'],
    ['peakMemory', [8e7, 8e7], [12e7, 12e7], 'worse'],
    ['generatorCpu', [0.1, 0.1], [0.9, 0.9], 'same'], // no way is better
  ])('%s from %j to %j is %s', (measure, before, now, change) => {
    expect(changeOf(measure, before, now)).toBe(change);
  });
});
