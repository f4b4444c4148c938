import { BASE64_CLASS, BLANK, LINE_FEED, PADDING } from '../../core/mime/transfer/base64-alphabet.ts';
import { DecodedBytes, GAP_MAX } from './decoded-bytes.ts';
import type { StrictDecoder } from './strict-decoding.ts';

const CR = 0x0d;

/**
 * Base64: broken by any byte that is neither alphabet nor line end, by blanks between digits, by padding that is
 * wrong in number or not at the end, and by an incomplete quantum.
 */
export class StrictBase64 implements StrictDecoder {
  readonly #decoded = new DecodedBytes();
  #bits = 0;
  #digits = 0;
  #padding = 0;
  #quantumAt = 0;
  #blank = false;
  #any = false;
  #gap = 0;
  #sliceLength = 0;
  broken = false;

  get openAt(): number {
    return this.#digits > 0 ? this.#quantumAt : this.#sliceLength;
  }

  write(slice: Buffer): Buffer {
    this.#quantumAt -= this.#sliceLength;
    this.#sliceLength = slice.length;
    this.#decoded.begin(slice.length + 3);
    for (let at = 0; at < slice.length; at++) {
      if (this.#digits === 0 && this.#padding === 0 && !this.#blank) {
        // Most of all data: whole quanta in a row.
        const end = this.#decoded.addQuanta(slice, at);
        if (end > at) {
          this.#any = true;
          this.#gap = 0;
          at = end;
          if (at === slice.length) break;
        }
      }
      const kind = BASE64_CLASS[slice[at]];
      if (kind < 64) this.#digit(kind, at);
      else if (kind === PADDING) this.#pad();
      else if (kind === LINE_FEED || slice[at] === CR) this.broken = ++this.#gap > GAP_MAX;
      else if (kind === BLANK) this.#blank = this.#any;
      else this.broken = true;
      if (this.broken) break;
    }
    return this.#decoded.bytes();
  }

  end(): void {
    if (this.#digits > 0) this.broken = true;
  }

  position(n: number): number {
    return this.#decoded.position(n);
  }

  #digit(value: number, at: number): void {
    if (this.#padding > 0 || this.#blank) {
      this.broken = true;
      return;
    }
    this.#any = true;
    this.#gap = 0;
    if (this.#digits === 0) this.#quantumAt = at;
    this.#bits = (this.#bits << 6) | value;
    if (++this.#digits === 4) this.#flush(3);
  }

  #pad(): void {
    if (this.#digits < 2 || this.#blank) {
      this.broken = true;
      return;
    }
    this.#padding++;
    if (this.#digits + this.#padding < 4) return;
    const bytes = this.#digits - 1;
    this.#bits <<= 6 * this.#padding;
    this.#flush(bytes);
  }

  #flush(bytes: number): void {
    for (let n = 0; n < bytes; n++) this.#decoded.add((this.#bits >> (16 - 8 * n)) & 255, this.#quantumAt);
    this.#bits = 0;
    this.#digits = 0;
  }
}
