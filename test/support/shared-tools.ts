import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Load generator, MTA harness and the like lie beside the repository, where there are any. */
const TOOLS = resolve(import.meta.dirname, '../../../shared/tools');

/** Whether a missing program is a failure and not a reason to skip. */
export const integrationRequired = process.env['MILLRACE_INTEGRATION'] === 'required';

/** The path of a tool; undefined when it is not there. */
export function sharedTool(name: string): string | undefined {
  const path = join(TOOLS, name);
  return existsSync(path) ? path : undefined;
}

/** Whether a program can be found. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', 'command -v -- "$0"', name], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    });
    return true;
  } catch {
    return false;
  }
}

/** A private directory, removed by the function that comes with it. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-it-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
