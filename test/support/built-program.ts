import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const MAIN = join(ROOT, 'dist/daemon/main.js');
const LOCK = join(ROOT, '.tmp/build.lock');
/** A lock that is older belongs to a test run that was killed. Milliseconds. */
const LOCK_LIFE = 60_000;

/** Compile the sources unless that has been done since they were changed. Safe in several test processes at once. */
export async function ensureBuilt(): Promise<void> {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
    const newest = Math.max(...sources.map((name) => changedAt(join(ROOT, 'src', name))));
    if (changedAt(MAIN) > 0 && changedAt(join(ROOT, 'dist/.tsbuildinfo')) >= newest) return;
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: ROOT });
  } finally {
    rmdirSync(LOCK);
  }
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    if (Date.now() - changedAt(LOCK) > LOCK_LIFE) rmdirSync(LOCK);
    return false;
  }
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** What a program has done. */
export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program as a process of its own. */
export function startProgram(cwd: string, ...argv: readonly string[]): ChildProcess {
  return startNode(cwd, MAIN, ...argv);
}

/** Node as a process of its own. */
export function startNode(cwd: string, ...argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Wait for a process to end. */
export function finished(child: ChildProcess): Promise<ProgramResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
