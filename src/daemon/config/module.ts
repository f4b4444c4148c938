import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { AnyTransform, Filter } from '../../core/index.ts';
import { fileError } from '../message-file.ts';
import { configError } from './config-error.ts';

/**
 * The default export of a user's module.
 * @param file how error messages name it
 * @throws MillraceError `MILLRACE_CONFIG` when it cannot be loaded or has none.
 */
export async function importDefault(file: string, path: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    await access(path);
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw configError(file, { path: [], text: loadFailure(error) }, undefined, error);
  }
  if (module.default === undefined) throw configError(file, { path: [], text: 'has no default export' });
  return module.default;
}

function loadFailure(error: unknown): string {
  if (!(error instanceof Error)) return `cannot be loaded: ${String(error)}`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return `this Node (${process.version}) cannot run TypeScript; 22.18 and later can`;
  }
  if (code === 'ENOENT' || code === 'EACCES') return fileError(error);
  // For a syntax error V8 puts the place in front of the stack, not into the message.
  const place =
    error instanceof SyntaxError ? /:(\d+)$/.exec(error.stack?.split('\n')[0] ?? '')?.[1] : undefined;
  return `cannot be loaded: ${error.message.split('\n')[0]}${place === undefined ? '' : ` (line ${place})`}`;
}

/** Told by its shape: a module may come with its own copy of the package. */
export function isFilter(value: unknown): value is Filter {
  const filter = value as Partial<Filter> | null;
  return (
    typeof value === 'object' &&
    Array.isArray(filter?.transforms) &&
    typeof filter?.connect === 'function' &&
    typeof filter.open === 'function'
  );
}

/** Told by its shape, as {@link isFilter}. */
export function isTransform(value: unknown): value is AnyTransform {
  return typeof value === 'object' && typeof (value as Partial<AnyTransform> | null)?.name === 'string';
}
