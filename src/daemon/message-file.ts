import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** A message to work on. */
export interface MessageFile {
  /** As the user wrote it (for one found in a directory: directory and name). */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** Where its result goes, relative to an output directory. */
  readonly target: string;
}

/** A file or directory that cannot be worked on. */
export interface UnreadableFile {
  readonly name: string;
  readonly error: string;
}

/**
 * The message files that operands name: a file itself, of a directory all `*.eml` below it, sorted by name.
 * What cannot be found is reported in its place, so that the others are still worked on.
 */
export async function* findMessages(
  operands: readonly string[],
  cwd: string,
): AsyncGenerator<MessageFile | UnreadableFile> {
  for (const operand of operands) {
    const path = resolve(cwd, operand);
    try {
      if ((await stat(path)).isDirectory()) yield* messagesBelow(operand, path);
      else yield { name: operand, path, target: basename(path) };
    } catch (error) {
      yield { name: operand, error: fileError(error) };
    }
  }
}

async function* messagesBelow(name: string, directory: string): AsyncGenerator<MessageFile | UnreadableFile> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.eml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (found.length === 0) yield { name, error: 'has no *.eml file below it' };
  for (const path of found) {
    const target = path.slice(directory.length).replace(/^\/+/, '');
    yield { name: join(name, target), path, target };
  }
}

/** A system error in the words of a person. */
export function fileError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'is not a directory',
    ENOSPC: 'no space left on the device',
    EROFS: 'the file system is read-only',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
