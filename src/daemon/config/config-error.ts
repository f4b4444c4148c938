import { MillraceError } from '../../base/errors.ts';
import type { KeyPath, Position } from './key-positions.ts';

/** One thing that is wrong in a configuration. */
export interface Problem {
  /** The key it is about; empty for the whole file. */
  readonly path: KeyPath;
  /** The end of a sentence that begins with the key. */
  readonly text: string;
}

/** The error for a problem: `FILE:LINE:COLUMN: KEY: what is wrong`. */
export function configError(
  file: string,
  problem: Problem,
  position?: Position,
  cause?: unknown,
): MillraceError {
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  const key = formatKey(problem.path);
  const text = key === '' ? `${place}: ${problem.text}` : `${place}: ${key}: ${problem.text}`;
  return new MillraceError('MILLRACE_CONFIG', text, { cause });
}

/** A key as an administrator finds it: `limits.depth`, `transform 2, when.from`; the line says which array element. */
function formatKey(path: KeyPath): string {
  const [first, index, ...rest] = path;
  if (first !== 'transform' || typeof index !== 'number') return names(path);
  const inner = names(rest);
  return inner === '' ? `transform ${index + 1}` : `transform ${index + 1}, ${inner}`;
}

function names(path: KeyPath): string {
  return path.filter((name) => typeof name === 'string').join('.');
}
