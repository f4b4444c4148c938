import { MillraceError } from '../../base/errors.ts';
import { LARGE_BLOCK, type MemoryBudget } from './memory-budget.ts';
import { type SpoolFile, spoolError } from './spool-file.ts';

/** What a reader reads: the blocks in memory, then the file. */
export interface SpoolContent {
  readonly memory: readonly Buffer[];
  readonly file: SpoolFile | undefined;
}

/** A block of the file that is read, or was. */
interface Ahead {
  readonly block: Buffer;
  readonly length: number;
  readonly done: Promise<void>;
}

/**
 * One way through a finished spool. While the consumer works on a block from the file the next one is read.
 *
 * Pull blocks with {@link SpoolReader.next}, or iterate with `for await`, which costs a promise a block also for those in memory.
 */
export class SpoolReader implements AsyncIterable<Buffer> {
  readonly #content: SpoolContent;
  readonly #budget: MemoryBudget;
  readonly #onClose: (reader: SpoolReader) => void;
  #memoryIndex = 0;
  #position = 0;
  #lent: Buffer | undefined;
  #ahead: Ahead | undefined;
  #state: 'open' | 'ended' | 'closed' = 'open';

  constructor(content: SpoolContent, budget: MemoryBudget, onClose: (reader: SpoolReader) => void) {
    this.#content = content;
    this.#budget = budget;
    this.#onClose = onClose;
  }

  /**
   * The next block, undefined behind the last one: at once for what is in memory, by a promise for what is in the file. The
   * block is borrowed until the next call of `next` or `close`. Rejects with `MILLRACE_SPOOL` when the file cannot be
   * read; fails so too after `close` or the spool's discard, which must not look like the end. Ask again only when the
   * promise before is settled.
   */
  next(): Buffer | undefined | Promise<Buffer | undefined> {
    if (this.#state === 'ended') return undefined;
    if (this.#state === 'closed') throw closedError();
    this.#giveLent();
    const { memory } = this.#content;
    if (this.#memoryIndex < memory.length) {
      const block = memory[this.#memoryIndex++];
      if (this.#memoryIndex === memory.length) this.#readAhead();
      return block;
    }
    this.#readAhead();
    if (this.#ahead !== undefined) return this.#fromFile(this.#ahead);
    this.#end('ended');
    return undefined;
  }

  /** Give up before the end: the blocks go back. The spool's discard does it for all its readers. */
  close(): void {
    if (this.#state === 'open') this.#end('closed');
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    try {
      for (let block = await this.next(); block !== undefined; block = await this.next()) yield block;
    } finally {
      this.close();
    }
    return undefined;
  }

  async #fromFile(ahead: Ahead): Promise<Buffer> {
    try {
      await ahead.done;
    } catch (error) {
      this.close();
      throw spoolError('read the spool', error);
    }
    if (this.#state !== 'open') throw closedError();
    this.#ahead = undefined;
    this.#lent = ahead.block;
    this.#readAhead();
    return ahead.block.subarray(0, ahead.length);
  }

  #end(state: 'ended' | 'closed'): void {
    this.#state = state;
    this.#giveLent();
    this.#abandonAhead();
    this.#onClose(this);
  }

  #readAhead(): void {
    const { file } = this.#content;
    if (this.#ahead !== undefined || file === undefined || this.#position === file.length) return;
    const left = file.length - this.#position;
    const block = this.#budget.take(Math.min(left, LARGE_BLOCK));
    const length = Math.min(left, block.length);
    const done = file.read(block, length, this.#position);
    done.catch(() => {}); // told when the block is asked for
    this.#position += length;
    this.#ahead = { block, length, done };
  }

  #giveLent(): void {
    if (this.#lent !== undefined) this.#budget.give(this.#lent);
    this.#lent = undefined;
  }

  /** A block that is being read into goes back when that has ended. */
  #abandonAhead(): void {
    const ahead = this.#ahead;
    if (ahead === undefined) return;
    this.#ahead = undefined;
    const give = () => this.#budget.give(ahead.block);
    ahead.done.then(give, give);
  }
}

function closedError(): MillraceError {
  return new MillraceError('MILLRACE_SPOOL', 'the spool was closed before it was read to its end');
}
