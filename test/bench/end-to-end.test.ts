import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport } from '../../bench/compare.ts';
import type { BenchReport } from '../../bench/result.ts';
import { ensureBuilt, finished, ROOT } from '../support/built-program.ts';

/** Other processes do their work beside this one, several times over. */
const PATIENCE = 300_000;

let directory: string;
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string) => join(directory, name);

/** As users type it, in the checkout. */
const bench = (...words: string[]) =>
  finished(
    spawn('npm', ['run', '-s', 'bench', '--', ...words], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: directory },
    }),
  );

describe('npm run bench', () => {
  it(
    'measures, reports, and compares with an earlier run',
    async () => {
      const names = ['unix-2k-c16', 'memory-2k', 'scaling-headers', 'header-parse'];
      const options = ['--quick', '--rounds', '1', '--own-generator', '--report', file('report.html')];
      const first = await bench(...options, '--json', file('first.json'), ...names);
      expect(first.stderr).toContain('[4/4] header-parse');
      expect(first.status).toBe(0);
      const report: BenchReport = readReport(readFileSync(file('first.json'), 'utf8'), 'first.json');
      expect([...report.rows, ...report.scaling].map(({ name }) => name).toSorted()).toEqual(
        names.toSorted(),
      );

      const [sessions, memory, parse] = report.rows;
      const [ours] = sessions.contenders;
      expect(ours).toMatchObject({ name: 'millrace', negotiated: expect.stringContaining('CHGBODY') });
      expect(ours.rounds).toHaveLength(1);
      for (const measure of [
        'messagesPerSecond',
        'latencyP50',
        'latencyP99',
        'endP50',
        'generatorCpu',
      ] as const)
        expect(ours.rounds[0][measure], measure).toBeGreaterThan(0);
      // Every contender that is not there is named with the reason.
      const there = [...sessions.contenders, ...sessions.skipped].map(({ name }) => name);
      expect(there.toSorted()).toEqual(['libmilter', 'millrace', 'millrace-eager', 'pymilter']);
      expect(memory.contenders[0].rounds[0].idleMemory).toBeGreaterThan(1e7);
      expect(parse.contenders.map(({ name }) => name)).toEqual(['millrace', 'mailsplit']);
      expect(report.scaling[0].exponent).toBeLessThan(2);

      expect(readFileSync(file('report.html'), 'utf8')).toContain('Latency of a message');
      expect(existsSync(file('report.md'))).toBe(true);

      const second = await bench(...options, '--compare', file('first.json'), 'header-parse');
      expect(second.status).toBe(0);
      expect(second.stdout).toContain('Against the run of');
      expect(second.stdout).toContain('millrace to mailsplit');
    },
    PATIENCE,
  );

  it(
    'says what is wrong with its arguments, with status 2, and measures nothing',
    async () => {
      for (const [words, message] of [
        [['--quik'], 'bench: unknown option --quik; did you mean "--quick"?'],
        [['memori'], 'bench: unknown bench "memori"; did you mean "memory"?'],
        [['--compare', file('nowhere.json')], 'nowhere.json'],
      ] as const) {
        const { status, stdout, stderr } = await bench(...words);
        expect(status).toBe(2);
        expect(stdout).toBe('');
        expect(stderr).toContain(message);
      }
    },
    PATIENCE,
  );

  it(
    'lists what there is',
    async () => {
      const { status, stdout } = await bench('--list');
      expect(status).toBe(0);
      expect(stdout).toMatch(/^sessions\n {2}unix-2k-c1 /);
    },
    PATIENCE,
  );
});
