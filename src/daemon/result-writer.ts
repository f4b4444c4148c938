import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { MessageFile } from './message-file.ts';

/** Writes resulting messages below a directory, and never over a message that was read or over another result. */
export class ResultWriter {
  readonly #directory: string | undefined;
  readonly #written = new Map<string, string>();

  /** Without a directory nothing is written. */
  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** Write the result of a message. The chunks may be borrowed. Throws an Error that says why it cannot. */
  async write(file: MessageFile, result: AsyncIterable<Buffer>): Promise<void> {
    if (this.#directory === undefined) return;
    const path = resolve(this.#directory, file.target);
    const other = this.#written.get(path);
    if (other !== undefined) throw new Error(`not written: its result would replace that of ${other}`);
    if (await isSameFile(path, file.path))
      throw new Error('not written: the result would replace the message');
    this.#written.set(path, file.name);
    await mkdir(dirname(path), { recursive: true });
    // Each chunk is in the file before the next one is asked for.
    await writeFile(path, result);
  }
}

async function isSameFile(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([stat(path).catch(() => undefined), stat(other)]);
  return one !== undefined && one.ino === two.ino && one.dev === two.dev;
}
