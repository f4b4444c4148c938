const EMPTY = Buffer.alloc(0);

/** A queue of bytes that are held back. */
export class HeldBytes {
  #buffer: Buffer = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Buffer): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length, 1024));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    bytes.copy(this.#buffer, this.#length);
    this.#length = needed;
  }

  /** What is held; valid until the next call. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Let go of the first `count` bytes. */
  drop(count: number): void {
    if (count === 0) return;
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  clear(): void {
    this.#buffer = EMPTY;
    this.#length = 0;
  }
}
