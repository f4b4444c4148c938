const EMPTY = Buffer.alloc(0);
const SMALLEST = 256;

/** The buffer that a coder writes into, used again for every call. It grows to the largest result and is then freed. */
export class Scratch {
  #buffer = EMPTY;

  /** At least `bytes` long, in whatever state the last use left it. */
  reserve(bytes: number): Buffer {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafe(Math.max(bytes, SMALLEST));
    return this.#buffer;
  }

  /** Like {@link reserve} in the middle of writing: the first `used` bytes are kept, and it grows by half at least. */
  grow(used: number, bytes: number): Buffer {
    if (this.#buffer.length >= bytes) return this.#buffer;
    const larger = Buffer.allocUnsafe(Math.max(bytes, this.#buffer.length + (this.#buffer.length >> 1)));
    this.#buffer.copy(larger, 0, 0, used);
    this.#buffer = larger;
    return larger;
  }

  /** Gives the memory back; what was handed out stays valid as long as it is referred to. */
  release(): void {
    this.#buffer = EMPTY;
  }
}
