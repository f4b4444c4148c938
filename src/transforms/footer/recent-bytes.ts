/** The last bytes of a stream. */
export class RecentBytes {
  readonly #bytes: Buffer;
  #length = 0;

  /** Remembers up to `size` bytes. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  push(chunk: Buffer): void {
    const size = this.#bytes.length;
    if (chunk.length >= size) {
      this.#length = chunk.copy(this.#bytes, 0, chunk.length - size);
      return;
    }
    const kept = Math.min(this.#length, size - chunk.length);
    this.#bytes.copyWithin(0, this.#length - kept, this.#length);
    this.#length = kept + chunk.copy(this.#bytes, kept);
  }

  /** The bytes in front of `chunk[to]`, when `chunk` has not been pushed yet; a copy. */
  before(chunk: Buffer, to: number): Buffer {
    const size = this.#bytes.length;
    if (to >= size) return Buffer.from(chunk.subarray(to - size, to));
    const kept = Math.min(this.#length, size - to);
    return Buffer.concat([this.#bytes.subarray(this.#length - kept, this.#length), chunk.subarray(0, to)]);
  }
}
