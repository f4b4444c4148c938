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

/** What is left for others where one spool has more blocks on their way to its file than it must. */
const ROOM = 4 * LARGE_BLOCK;

/** For a block of one size, the others but the small one, the nearest first. */
const SUBSTITUTES: ReadonlyMap<number, readonly number[]> = new Map(
  BLOCK_SIZES.map((size, step) => {
    const distance = (other: number): number => Math.abs(BLOCK_SIZES.indexOf(other) - step);
    const others = BLOCK_SIZES.filter((other) => other !== size && other !== SMALL_BLOCK);
    return [size, others.toSorted((one, other) => distance(one) - distance(other) || other - one)];
  }),
);

/**
 * Bytes in small blocks that do not count: while the budget is spent they come and go all the time, and each would have a
 * large one dropped for which another is allocated soon (measured with 16 messages of 50 MB: 8 MiB of garbage).
 */
const SMALL_RESERVE = 64 * SMALL_BLOCK;

/** The share of the budget that spools may keep as their content; the rest is for blocks on their way to or from a file. */
const WINDOW_SHARE = 2 / 3;

/**
 * The memory of all spools of a process, in bytes, handed out in blocks: first come, first served.
 *
 * Nothing here ever fails or waits. When the budget is spent the window ends (the spool goes on in its file) and
 * file blocks shrink down to the small ones, which are always given: in the worst case memory is the budget plus a
 * few small blocks for each spool in use, and a reserve of 1 MiB of them. Blocks that come back are kept for the next taker, inside the budget: to drop them
 * and allocate others costs more memory than to keep them, since the garbage collector is in no hurry with buffers
 * (measured: 42 MiB at a budget of 40, against 94 with a short list of free blocks).
 */
export class MemoryBudget {
  /** Bytes that blocks may have, in use or kept. */
  readonly total: number;
  readonly #free = new Map<number, Buffer[]>(BLOCK_SIZES.map((size) => [size, []]));
  #lentBytes = 0;
  #freeBytes = 0;
  /** Of both, in small blocks. */
  #smallBytes = 0;

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

  /** Whether somebody may take one more of the largest blocks, and others would still find some. */
  get hasRoom(): boolean {
    return this.#lentBytes + ROOM <= this.total;
  }

  /** Give a block back, once. Its content may be overwritten from now on. */
  give(block: Buffer): void {
    this.#lentBytes -= block.length;
    if (block.length === SMALL_BLOCK) this.#smallBytes -= SMALL_BLOCK;
    if (!this.#fits(block.length)) return;
    if (block.length === SMALL_BLOCK) this.#smallBytes += SMALL_BLOCK;
    this.#free.get(block.length)!.push(block);
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
   * When there is no room for a new block: a free one of the size that is nearest, rather than to drop that and allocate
   * another, since what is dropped stays until the next full garbage collection (measured: 12 MiB at 16 x 50 MB). Small
   * blocks are always just that, and no substitute.
   */
  #takeFreeLike(size: number): Buffer | undefined {
    if (size === SMALL_BLOCK || this.#fits(size)) return undefined;
    for (const other of SUBSTITUTES.get(size)!) {
      const block = this.#takeFree(other);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  /** Free blocks of other sizes make room. */
  #allocate(size: number): Buffer {
    for (const [other, blocks] of this.#free) {
      while (!this.#fits(size) && blocks.length > 0) {
        blocks.pop();
        this.#freeBytes -= other;
        if (other === SMALL_BLOCK) this.#smallBytes -= other;
      }
    }
    if (size === SMALL_BLOCK) this.#smallBytes += size;
    return Buffer.allocUnsafeSlow(size);
  }

  #fits(size: number): boolean {
    const small = size === SMALL_BLOCK ? this.#smallBytes + size : this.#smallBytes;
    return this.#lentBytes + this.#freeBytes + size - Math.min(small, SMALL_RESERVE) <= this.total;
  }
}
