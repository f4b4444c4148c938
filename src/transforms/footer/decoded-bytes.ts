import { BASE64_CLASS } from '../../core/mime/transfer/base64-alphabet.ts';

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

  /** Add the bytes of a slice from `from` on that `table` marks, as they are; where they end. */
  addRun(slice: Buffer, from: number, table: Uint8Array): number {
    const bytes = this.#bytes;
    const positions = this.#positions;
    let length = this.#length;
    let at = from;
    for (; at < slice.length && table[slice[at]] === 1; at++) {
      bytes[length] = slice[at]!;
      positions[length++] = at;
    }
    this.#length = length;
    return at;
  }

  /** Add the bytes of the base64 quanta that stand without a break from `from` on; where they end. */
  addQuanta(slice: Buffer, from: number): number {
    const bytes = this.#bytes;
    const positions = this.#positions;
    let length = this.#length;
    let at = from;
    for (; at + 4 <= slice.length; at += 4) {
      const a = BASE64_CLASS[slice[at]];
      const b = BASE64_CLASS[slice[at + 1]];
      const c = BASE64_CLASS[slice[at + 2]];
      const d = BASE64_CLASS[slice[at + 3]];
      if ((a | b | c | d) > 63) break;
      bytes[length] = (a << 2) | (b >> 4);
      bytes[length + 1] = (b << 4) | (c >> 2);
      bytes[length + 2] = (c << 6) | d;
      positions[length] = positions[length + 1] = positions[length + 2] = at;
      length += 3;
    }
    this.#length = length;
    return at;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  position(n: number): number {
    return this.#positions[n];
  }
}
