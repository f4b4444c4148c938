import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { integrationRequired, sharedTool } from './shared-tools.ts';

/**
 * Where Sendmail is unpacked: beside Postfix it cannot be installed. Sendmail trusts nothing below a directory that
 * everybody may write to, so it is not the one for temporary files.
 */
export const SENDMAIL_ROOT = process.env['SENDMAIL_ROOT'] ?? '/opt/millrace-test-sendmail';

const PROGRAM = 'usr/libexec/sendmail/sendmail';
const LIBRARIES = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'];

/**
 * Why Sendmail cannot be started from {@link SENDMAIL_ROOT}; undefined when it can. Only where the tests with real MTAs
 * are required is it fetched (by apt-get, as root): nobody else expects tests to do that.
 */
export function findSendmail(): string | undefined {
  if (!existsSync(join(SENDMAIL_ROOT, PROGRAM))) {
    if (!integrationRequired) return `there is no Sendmail in ${SENDMAIL_ROOT}`;
    const problem = unpack();
    if (problem !== undefined) return problem;
  }
  return problemIn(SENDMAIL_ROOT);
}

/** Unpack into a directory of another name first: several test processes may be at it. */
function unpack(): string | undefined {
  const setup = sharedTool('harness/sendmail_setup.sh');
  if (setup === undefined) return 'the script that unpacks Sendmail is not beside the repository';
  const directory = mkdtempSync(join(dirname(SENDMAIL_ROOT), '.sendmail-'));
  try {
    chmodSync(directory, 0o755);
    const { stdout, stderr } = spawnSync('bash', [setup, directory], { encoding: 'utf8' });
    const program = join(directory, PROGRAM);
    if (!existsSync(program)) return `Sendmail cannot be fetched: ${(stdout + stderr).slice(-1000)}`;
    // A setgid program does not look for its libraries where it is told to.
    chmodSync(program, 0o755);
    const problem = problemIn(directory);
    if (problem === undefined && !existsSync(SENDMAIL_ROOT)) renameSync(directory, SENDMAIL_ROOT);
    return problem;
  } catch (error) {
    // Another process was faster.
    if (existsSync(join(SENDMAIL_ROOT, PROGRAM))) return undefined;
    throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function problemIn(root: string): string | undefined {
  const program = join(root, PROGRAM);
  if ((statSync(program).mode & 0o2000) !== 0) return `${program} is setgid and would not find its libraries`;
  const { stdout } = spawnSync('ldd', [program], {
    env: { ...process.env, LD_LIBRARY_PATH: LIBRARIES.map((name) => join(root, name)).join(':') },
    encoding: 'utf8',
  });
  return stdout.includes('not found') ? `Sendmail in ${root} does not find its libraries` : undefined;
}
