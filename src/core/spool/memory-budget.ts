/** The block that every spool may always have, whatever the budget says. */
export const SMALL_BLOCK = 16 * 1024;

/**
 * The largest block: below 512 KiB an asynchronous file write costs more in thread switches than in copying, above it
 * the blocks of many connections cost too much memory (measured). All larger blocks are multiples of 65,535 bytes, so that who
 * cuts them into pieces of the largest size that milter packets have is left with no small rests.
 */
export const LARGE_BLOCK = 8 * 65_535;

/** A spool's part in memory grows in these steps; the last one repeats. */
const BLOCK_SIZES: readonly number[] = [SMALL_BLOCK, 65_535, 4 * 65_535, LARGE_BLOCK];

/** Small blocks that are kept even when the budget is spent, 2 MiB: just then they come and go with every file write. */
const KEPT_SMALL_BLOCKS = 128;

/** The share of the budget that spools may keep as their content; the rest is for blocks on their way to or from a file. */
const WINDOW_SHARE = 0.6;

/**
 * The memory of all spools of a process, in bytes, handed out in blocks: first come, first served.
 *
 * Nothing here ever fails or waits. When the budget is spent the window ends (the spool goes on in its file) and
 * file blocks shrink down to the small ones, which are always given: in the worst case memory is the budget plus a
 * few small blocks for each spool in use, and the small ones that are kept. Blocks that come back are kept for the next taker, inside the budget: to drop them
 * and allocate others costs more memory than to keep them, since the garbage collector is in no hurry with buffers
 * (measured: 42 MiB at a budget of 40, against 94 with a short list of free blocks).
 */
export class MemoryBudget {
  /** Bytes that blocks may have, in use or kept. */
  readonly total: number;
  readonly #free = new Map<number, Buffer[]>(BLOCK_SIZES.map((size) => [size, []]));
  #lentBytes = 0;
  #freeBytes = 0;

  constructor(total: number) {
    this.total = total;
  }

  /** Bytes in blocks that somebody has. */
  get lent(): number {
    return this.#lentBytes;
  }

  /** Bytes in blocks that are kept for the next taker. */
  get free(): number {
    return this.#freeBytes;
  }

  /**
   * The `n`-th (0-based) block of a spool's window; undefined when the window is spent. The first is always given; the
   * second may use up the whole budget, so that large messages do not send small ones to the disk.
   */
  takeWindow(n: number): Buffer | undefined {
    const size = BLOCK_SIZES[Math.min(n, BLOCK_SIZES.length - 1)];
    const limit = n <= 1 ? this.total : this.total * WINDOW_SHARE;
    return n === 0 || this.#lentBytes + size <= limit ? this.#lend(size) : undefined;
  }

  /** A block to write `wanted` bytes to a file, or read them: of that size or the largest that there is. */
  take(wanted: number): Buffer {
    let step = BLOCK_SIZES.findIndex((size) => size >= wanted);
    if (step < 0) step = BLOCK_SIZES.length - 1;
    while (step > 0 && this.#lentBytes + BLOCK_SIZES[step] > this.total) step--;
    return this.#lend(BLOCK_SIZES[step]);
  }

  /** Give a block back, once. Its content may be overwritten from now on. */
  give(block: Buffer): void {
    this.#lentBytes -= block.length;
    const free = this.#free.get(block.length)!;
    const isKept = block.length === SMALL_BLOCK && free.length < KEPT_SMALL_BLOCKS;
    if (!isKept && !this.#fits(block.length)) return;
    free.push(block);
    this.#freeBytes += block.length;
  }

  #lend(wanted: number): Buffer {
    const block = this.#takeFree(wanted) ?? this.#takeFreeLike(wanted) ?? this.#allocate(wanted);
    this.#lentBytes += block.length;
    return block;
  }

  #takeFree(size: number): Buffer | undefined {
    const block = this.#free.get(size)?.pop();
    if (block !== undefined) this.#freeBytes -= size;
    return block;
  }

  /**
   * When there is no room for a new block: a free one of a neighbouring size, rather than to drop that and allocate another,
   * since what is dropped stays until the next garbage collection. Small blocks are always just that.
   */
  #takeFreeLike(size: number): Buffer | undefined {
    if (size === SMALL_BLOCK || this.#fits(size)) return undefined;
    const step = BLOCK_SIZES.indexOf(size);
    return this.#takeFree(BLOCK_SIZES[step + 1] ?? size) ?? this.#takeFree(BLOCK_SIZES[step - 1]);
  }

  /** Free blocks of other sizes make room. */
  #allocate(size: number): Buffer {
    for (const blocks of this.#free.values()) {
      while (!this.#fits(size) && blocks.length > 0) this.#freeBytes -= blocks.pop()!.length;
    }
    return Buffer.allocUnsafeSlow(size);
  }

  #fits(size: number): boolean {
    return this.#lentBytes + this.#freeBytes + size <= this.total;
  }
}
