import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Program } from './process.ts';

/** The scripts of package.json run in the checkout. */
const FOOTER_C = resolve(process.cwd(), 'bench/libmilter/footer.c');
const FOOTER_PY = resolve(process.cwd(), 'bench/pymilter/footer.py');

/** Debian's own Python, for which python3-milter is; another one may come first in PATH. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** A peer that is here, or why it is not. */
export type Peer = { readonly program: Program } | { readonly reason: string };

/** The naive footer of libmilter, in C, compiled into a directory. */
export function libmilter(directory: string): Peer {
  try {
    execFileSync('cc', ['-include', 'libmilter/mfapi.h', '-fsyntax-only', '-x', 'c', '/dev/null'], {
      stdio: 'ignore',
    });
  } catch {
    return {
      reason: 'there is no C compiler with libmilter (Debian: apt-get install gcc libc6-dev libmilter-dev)',
    };
  }
  const file = join(directory, 'footer');
  if (!existsSync(file)) execFileSync('cc', ['-O2', '-o', file, FOOTER_C, '-lmilter', '-lpthread']);
  return { program: { name: 'libmilter', command: [file] } };
}

/** The naive footer of pymilter, in Python. */
export function pymilter(): Peer {
  const python = PYTHONS.find((file) => {
    try {
      execFileSync(file, ['-c', 'import Milter'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  return python === undefined
    ? { reason: 'pymilter is not installed (Debian: apt-get install python3-milter)' }
    : { program: { name: 'pymilter', command: [python, FOOTER_PY] } };
}

/** Where altermime is, or why it is not. */
export function altermime(): { readonly file: string } | { readonly reason: string } {
  const file = ['/usr/bin/altermime', '/usr/local/bin/altermime'].find((path) => existsSync(path));
  return file === undefined
    ? { reason: 'altermime is not installed (Debian: apt-get install altermime)' }
    : { file };
}
