import { MillraceError } from '../../base/errors.ts';
import type { ByteSink } from '../stage.ts';
import { LARGE_BLOCK, type MemoryBudget } from './memory-budget.ts';
import { type SpoolFile, spoolError } from './spool-file.ts';
import { SpoolReader } from './spool-reader.ts';

/** A block full of bytes that wait for the file. */
interface Filled {
  readonly block: Buffer;
  readonly length: number;
}

/** Blocks that may wait for the file before whoever writes is asked to wait, and while there is room in the budget. */
const QUEUE_MAX = 2;
const QUEUE_MAX_WITH_ROOM = 6;

/**
 * Bytes that wait: append-only, then readable from the front as often as one likes.
 *
 * The first bytes stay in memory (as long as the window of the process has room, see {@link MemoryBudget}); what
 * follows goes to one file without a name. There is one file write under way while the next block fills; what comes
 * in beyond that is still taken, but {@link Spool.pending} asks to wait.
 *
 * Get one from {@link SpoolStore.open}; every spool must be discarded.
 */
export class Spool implements ByteSink {
  readonly #budget: MemoryBudget;
  readonly #openFile: () => Promise<SpoolFile>;
  #length = 0;
  #failed: MillraceError | undefined;
  #finished = false;
  #discarded = false;

  readonly #memory: Buffer[] = [];
  #filling: Buffer | undefined;
  #filled = 0;
  /** Once the window has ended, all that follows goes to the file. */
  #spilling = false;

  #queue: Filled[] = [];
  #file: SpoolFile | undefined;
  #draining = false;
  #drained: Promise<void> | undefined;
  #room: { promise: Promise<void>; resolve: () => void } | undefined;
  readonly #readers = new Set<SpoolReader>();

  constructor(budget: MemoryBudget, openFile: () => Promise<SpoolFile>) {
    this.#budget = budget;
    this.#openFile = openFile;
  }

  /** Bytes taken so far. */
  get length(): number {
    return this.#length;
  }

  /** Whether it has been given back. */
  get isDiscarded(): boolean {
    return this.#discarded;
  }

  /** Why the spool has lost bytes (`MILLRACE_SPOOL`: disk or quota full, too many open files, ...); it can only be discarded. */
  get failed(): MillraceError | undefined {
    return this.#failed;
  }

  /** Copy the slice behind what is there. Ignored once the spool has failed or is discarded. */
  write(slice: Buffer): void {
    if (this.#failed !== undefined || this.#discarded) return;
    if (this.#finished)
      throw new MillraceError('MILLRACE_TOO_LATE', 'the spool is finished: nothing can be written');
    for (let offset = 0; offset < slice.length;) {
      if (this.#filling === undefined || this.#filled === this.#filling.length) this.#nextBlock();
      const copied = slice.copy(this.#filling!, this.#filled, offset);
      this.#filled += copied;
      offset += copied;
    }
    this.#length += slice.length;
  }

  /** A promise while several blocks wait for the file; it never rejects, see {@link Spool.failed}. */
  pending(): Promise<void> | undefined {
    if (this.#queue.length < (this.#budget.hasRoom ? QUEUE_MAX_WITH_ROOM : QUEUE_MAX)) return undefined;
    this.#room ??= deferred();
    return this.#room.promise;
  }

  /**
   * Nothing follows. Undefined when everything is in its place already (always when it is all in memory), else a
   * promise; it rejects with {@link Spool.failed}.
   */
  finish(): Promise<void> | undefined {
    if (this.#discarded) return Promise.reject(discardedError());
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    if (!this.#finished && this.#spilling) this.#enqueueFilling();
    this.#finished = true;
    return this.#draining ? this.#settled() : undefined;
  }

  /**
   * All that is in a finished spool, where that is one block in memory, as it is with most messages: there is nothing to
   * read then. Undefined otherwise, and for an empty one. Borrowed until the discard.
   */
  get onlyBlock(): Buffer | undefined {
    if (!this.#finished || this.#spilling || this.#memory.length !== 1) return undefined;
    return this.#memory[0].subarray(0, this.#filled);
  }

  /** A new way through a finished spool, from its front. Throws `MILLRACE_SPOOL` before that, and when it has failed. */
  read(): SpoolReader {
    if (this.#discarded) throw discardedError();
    if (this.#failed !== undefined) throw this.#failed;
    if (!this.#finished || this.#draining) {
      throw new MillraceError('MILLRACE_SPOOL', 'a spool is read when it is finished');
    }
    const memory = this.#spilling ? this.#memory : this.#trimmedMemory();
    const reader = new SpoolReader({ memory, file: this.#file }, this.#budget, (closed) =>
      this.#readers.delete(closed),
    );
    this.#readers.add(reader);
    return reader;
  }

  /**
   * Give everything back: blocks at once (one that the system is working on when it has ended), the file soon. Ends
   * all readers; blocks that they lent are no longer valid. May be called at any time and again.
   */
  discard(): void {
    if (this.#discarded) return;
    this.#discarded = true;
    this.#release();
  }

  #nextBlock(): void {
    if (this.#spilling) {
      this.#enqueueFilling();
    } else {
      const block = this.#budget.takeWindow(this.#memory.length);
      this.#filled = 0;
      this.#filling = block;
      if (block !== undefined) {
        this.#memory.push(block);
        return;
      }
      this.#spilling = true;
    }
    this.#filling = this.#budget.take(LARGE_BLOCK);
  }

  #enqueueFilling(): void {
    if (this.#filling === undefined) return;
    this.#queue.push({ block: this.#filling, length: this.#filled });
    this.#filling = undefined;
    this.#filled = 0;
    if (this.#draining) return;
    this.#draining = true;
    this.#drained = this.#drain();
  }

  /** Write the queue to the file until it is empty. Never rejects. */
  async #drain(): Promise<void> {
    try {
      this.#file ??= await this.#openFile();
      while (this.#queue.length > 0 && !this.#discarded) {
        const { block, length } = this.#queue[0];
        await this.#file.append(block, length);
        this.#budget.give(block);
        this.#queue.shift();
        this.#wake();
      }
    } catch (error) {
      this.#failed = spoolError('write to the spool directory', error);
    }
    this.#draining = false;
    if (this.#failed !== undefined || this.#discarded) this.#release();
  }

  async #settled(): Promise<void> {
    await this.#drained;
    if (this.#failed !== undefined) throw this.#failed;
    if (this.#discarded) throw discardedError();
  }

  #wake(): void {
    if (this.#queue.length >= QUEUE_MAX) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Give back all but the block that is being written and its file; the end of that write calls this again. */
  #release(): void {
    for (const reader of this.#readers) reader.close();
    for (const block of this.#memory) this.#budget.give(block);
    this.#memory.length = 0;
    if (this.#spilling && this.#filling !== undefined) this.#budget.give(this.#filling);
    this.#filling = undefined;
    const writing = this.#draining ? this.#queue.slice(0, 1) : [];
    for (const { block } of this.#queue.slice(writing.length)) this.#budget.give(block);
    this.#queue = writing;
    if (!this.#draining) void this.#file?.close();
    this.#wake();
  }

  #trimmedMemory(): Buffer[] {
    return this.#memory.map((block, index) =>
      index < this.#memory.length - 1 ? block : block.subarray(0, this.#filled),
    );
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function discardedError(): MillraceError {
  return new MillraceError('MILLRACE_SPOOL', 'the spool is discarded');
}
