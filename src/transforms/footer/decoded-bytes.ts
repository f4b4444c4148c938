/** Bytes without meaning (soft breaks, line ends, blanks) between two bytes of content; no sender needs more. */
export const GAP_MAX = 1000;

/** What a strict decoder has decoded of a slice, and where it stood. Its memory is used again for the next slice. */
export class DecodedBytes {
  #bytes: Buffer = Buffer.alloc(0);
  #positions = new Int32Array(0);
  #length = 0;

  begin(capacity: number): void {
    if (this.#bytes.length < capacity) {
      this.#bytes = Buffer.allocUnsafe(capacity);
      this.#positions = new Int32Array(capacity);
    }
    this.#length = 0;
  }

  add(byte: number, position: number): void {
    this.#bytes[this.#length] = byte;
    this.#positions[this.#length++] = position;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  position(n: number): number {
    return this.#positions[n]!;
  }
}
