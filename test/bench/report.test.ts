import { describe, expect, it } from 'vitest';
import { readBudget } from '../../bench/budget.ts';
import { escapeHtml } from '../../bench/report/escape.ts';
import { htmlReport } from '../../bench/report/html.ts';
import { markdownReport } from '../../bench/report/markdown.ts';
import { linearScale, logScale } from '../../bench/report/scale.ts';
import {
  budgetTable,
  groupTables,
  limitLines,
  judgeReport,
  markdown,
  negotiatedTable,
  profileTable,
  scalingTable,
  skippedLines,
} from '../../bench/tables.ts';
import { sampleReport } from './sample-report.ts';

const report = sampleReport();
const judgements = judgeReport(readBudget(), report);
const page = htmlReport(report, judgements, sampleReport(1000));

describe('the HTML report', () => {
  it('loads nothing', () => {
    expect(page).not.toMatch(/\b(src|href)=|url\(|@import|https?:/);
  });

  it.each([
    'Throughput against message size',
    'Small messages against connections',
    'Latency of a message',
    'Time at end-of-message',
    'Memory against message size',
    'Memory against connections',
    'Cost of each pipeline: stages-2k',
    'Where the time goes: profile-2k',
    'Growth of the cost',
    'Pieces, beside libraries',
  ])('has the chart "%s"', (title) => {
    const chart = page.split('<figure>').find((figure) => figure.includes(`<b>${title}</b>`))!;
    expect(chart).toMatch(/<svg viewBox="0 0 440 \d+" role="img" aria-label/);
    expect(chart).toMatch(/class="axis"/);
  });

  it('places nothing outside of its charts', () => {
    for (const [, text] of page.matchAll(/ (?:[cxy][xy12]?)="([^"]*)"/g)) {
      expect(Number(text), text).toBeGreaterThanOrEqual(0);
      expect(Number(text), text).toBeLessThan(5000);
    }
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says what the time goes into, and why a goal is not met', () => {
    expect(profileTable(report).rows).toEqual([
      ['writing to sockets', '25.0 %'],
      ['log', '75.0 %'],
      ['time at work a message', '100 us'],
    ]);
    const lines = limitLines(judgements);
    expect(lines.some((line) => line.startsWith('2 KB, 1 connection, Unix socket: messages/s: '))).toBe(true);
    for (const line of lines) expect(page).toContain(escapeHtml(line));
    // What is met needs no excuse.
    const met = judgeReport(readBudget(), sampleReport(60_000));
    expect(limitLines(met).some((line) => line.startsWith('2 KB, 1 connection, Unix'))).toBe(false);
  });

  it('says where and how it was measured, what was negotiated, and what was left out', () => {
    for (const text of [
      'Some CPU',
      'v20.20.2',
      'load generator: own',
      'version 6; actions: CHGBODY',
      '2 KB &amp; more',
    ])
      expect(page).toContain(text);
    expect(page).toContain('pymilter skipped: it is &lt;not&gt; here');
  });

  it('renders what a run of one bench gives, too', () => {
    const small = { ...report, rows: [], scaling: report.scaling.slice(0, 1) };
    expect(htmlReport(small, [], undefined)).toContain('Growth of the cost');
    expect(htmlReport({ ...report, scaling: [] }, [], undefined)).not.toContain('Growth of the cost');
  });
});

describe('the tables', () => {
  it('compare the first contender with the others, with the spread of the rounds', () => {
    const [sessions] = groupTables(report);
    expect(sessions.title).toBe('Whole sessions');
    expect(sessions.rows[0].slice(0, 4)).toEqual(['unix-2k-c1', 'millrace', '3,000 [2,940 - 3,060]', '']);
    expect(sessions.rows[1].slice(0, 4)).toEqual([
      '',
      'libmilter',
      '6,000 [5,880 - 6,120]',
      '0.50x [0.50 - 0.50]',
    ]);
    for (const row of sessions.rows) expect(row).toHaveLength(sessions.head.length);
  });

  it('flag what grows faster than linearly', () => {
    const verdicts = scalingTable(report.scaling).rows.map((row) => row[5]);
    expect(verdicts).toEqual(['linear or less', 'ABOVE LINEAR']);
  });

  it('say of each goal whether it is met', () => {
    const rows = budgetTable(judgements).rows;
    expect(rows.find(([what]) => what.includes('1 connection, Unix'))!.slice(1, 4)).toEqual([
      '0.50x [0.50x - 0.50x]',
      'at least 1.00x',
      'not met',
    ]);
    expect(rows.find(([what]) => what.includes('1 connection, TCP'))![3]).toBe('not met');
    const better = budgetTable(judgeReport(readBudget(), sampleReport(9000))).rows;
    expect(better.find(([what]) => what.includes('1 connection, Unix'))![3]).toBe('met');
  });

  it('gather what was skipped and what was negotiated', () => {
    expect(skippedLines(report)).toHaveLength(1);
    expect(negotiatedTable(report).rows).toHaveLength(2);
    expect(negotiatedTable(report).rows[0][2]).toContain('unix-2k-c1 unix-2k-c16');
  });

  it('are Markdown with columns of one width', () => {
    const lines = markdown({ head: ['a', 'longer'], rows: [['wider cell', '1']] }).split('\n');
    expect(lines).toEqual(['| a          | longer |', '| ---------- | ------ |', '| wider cell | 1      |']);
  });

  it('are short for the README', () => {
    const text = markdownReport(report, judgements);
    expect(text).toContain('2 KB, 1 connection, Unix socket: messages/s');
    expect(text).toMatch(/\| 0\.50x +\| 3,000 +\| 6,000 +\| at least 1\.00x: not met \|/);
    expect(text).toContain('Some CPU');
  });
});

describe('a scale', () => {
  it('goes from zero to a round figure', () => {
    const scale = linearScale([3, 87], 0, 100);
    expect(scale.ticks).toEqual([0, 50, 100]);
    expect(scale.place(50)).toBe(50);
  });

  it('has whole powers as ticks, also for a single figure', () => {
    expect(logScale([3, 800], 0, 300).ticks).toEqual([1, 10, 100, 1000]);
    expect(logScale([3, 800], 0, 300).place(10)).toBeCloseTo(100);
    expect(logScale([1, 16], 0, 10, 2).ticks).toEqual([1, 2, 4, 8, 16]);
    expect(logScale([5], 0, 10).ticks).toEqual([1, 10]);
  });
});
