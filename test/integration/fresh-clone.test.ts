import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/built-program.ts';
import { integrationRequired } from '../support/shared-tools.ts';

const run = promisify(execFile);
const suite = integrationRequired
  ? 'a fresh clone'
  : 'a fresh clone: skipped, it needs the package registry (MILLRACE_INTEGRATION=required runs it)';

describe.skipIf(!integrationRequired)(suite, () => {
  let directory: string;

  /** A command in the clone, as a newcomer's shell runs it. */
  const inClone = (program: string, ...argv: string[]) => {
    // What npm tells its scripts about this checkout is nothing that a newcomer has.
    const foreign =
      /^(?:npm_(?!config_(?:registry|cache|userconfig)$)|VITEST|NODE_ENV|INIT_CWD|FORCE_COLOR)/i;
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
    return run(program, argv, { cwd: join(directory, 'clone'), env, maxBuffer: 1 << 24 });
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-clone-'));
    await run('git', ['clone', '--quiet', '--no-hardlinks', ROOT, join(directory, 'clone')]);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('installs, and its demo shows before and after', { timeout: 300_000 }, async () => {
    await inClone('npm', 'ci', '--no-audit', '--no-fund');
    const { stdout } = await inClone('npm', 'run', 'demo');
    expect(stdout).toMatch(/before/i);
    expect(stdout).toMatch(/after/i);
    expect(stdout).toContain('smtpd_milters');
    expect(stdout).toContain('INPUT_MAIL_FILTER');
    const { stdout: changes } = await inClone('git', 'status', '--porcelain');
    expect(changes).toBe('');
  });
});
