import { createReadStream } from 'node:fs';
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

/** The bytes of a message file as {@link withCrlfLines} gives them; never the whole file at once. */
export function readMessage(path: string): AsyncGenerator<Buffer> {
  return withCrlfLines(createReadStream(path) as AsyncIterable<Buffer>);
}

/**
 * A message with CR LF line ends, as an MTA hands it on: a bare LF becomes CR LF, everything else (a bare CR, a NUL)
 * stays, and what has CR LF everywhere comes out byte for byte.
 */
export async function* withCrlfLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let endsInCr = false;
  for await (const chunk of source) {
    yield withCrlf(chunk, endsInCr);
    endsInCr = chunk[chunk.length - 1] === CR;
  }
}

const CR = 0x0d;
const LF = 0x0a;

/** A chunk with its bare LFs made CR LF; `afterCr` says whether the byte in front of the chunk is a CR. */
function withCrlf(chunk: Buffer, afterCr: boolean): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    if (at === 0 ? afterCr : chunk[at - 1] === CR) continue;
    pieces.push(chunk.subarray(start, at), CRLF);
    start = at + 1;
  }
  if (pieces.length === 0) return chunk;
  pieces.push(chunk.subarray(start));
  return Buffer.concat(pieces);
}

const CRLF = Buffer.from('\r\n');

/** The same bytes in chunks of exactly `size` bytes (the last one may be shorter); undefined leaves them as they are. */
export async function* inChunks(source: AsyncIterable<Buffer>, size: number | undefined): AsyncGenerator<Buffer> {
  if (size === undefined) return yield* source;
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let at = 0;
    for (; bytes.length - at >= size; at += size) yield bytes.subarray(at, at + size);
    held = bytes.subarray(at);
  }
  if (held.length > 0) yield held;
}
