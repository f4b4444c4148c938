import { BASE64_CLASS, BLANK, LINE_FEED, PADDING } from '../../core/mime/transfer/base64-alphabet.ts';
import { decodeLines } from '../../core/mime/transfer/base64-lines.ts';
import { DecodedBytes, GAP_MAX } from './decoded-bytes.ts';
import type { StrictDecoder } from './strict-decoding.ts';

const CR = 0x0d;

/**
 * Base64: broken by any byte that is neither alphabet nor line end, by blanks between digits, by padding that is
 * wrong in number or not at the end, and by an incomplete quantum.
 */
export class StrictBase64 implements StrictDecoder {
  #decoded: DecodedBytes | undefined;
  #bits = 0;
  #digits = 0;
  #padding = 0;
  #quantumAt = 0;
  #blank = false;
  #any = false;
  #gap = 0;
  #sliceLength = 0;
  /** Where in the slice lines may be looked at for being regular. */
  #linesFrom = 0;
  /** Where the next quantum begins if it belongs to the current stretch. */
  #nextAt: number | undefined;
  broken = false;

  get openAt(): number {
    return this.#digits > 0 ? this.#quantumAt : this.#sliceLength;
  }

  write(slice: Buffer): Buffer {
    this.#quantumAt -= this.#sliceLength;
    this.#sliceLength = slice.length;
    const decoded = (this.#decoded ??= DecodedBytes.take());
    decoded.begin(slice.length + 3);
    this.#linesFrom = 0;
    this.#nextAt = undefined;
    for (let at = 0; at < slice.length; at++) {
      if (this.#digits === 0 && this.#padding === 0 && !this.#blank) {
        // Most of all data: whole quanta in a row.
        at = this.#quanta(decoded, slice, this.#lines(decoded, slice, at));
        if (at === slice.length) break;
      }
      const kind = BASE64_CLASS[slice[at]];
      if (kind < 64) this.#digit(kind, at);
      else if (kind === PADDING) this.#pad();
      else if (kind === LINE_FEED || slice[at] === CR) this.broken ||= ++this.#gap > GAP_MAX;
      else if (kind === BLANK) this.#blank = this.#any;
      else this.broken = true;
      if (this.broken) break;
    }
    return decoded.bytes();
  }

  release(): void {
    this.#decoded?.giveBack();
    this.#decoded = undefined;
  }

  end(): void {
    if (this.#digits > 0) this.broken = true;
  }

  position(n: number): number {
    return this.#decoded!.stretches.place(n, 3, 4);
  }

  /** Decode the lines of equal length that begin at `from`; where they end. */
  #lines(decoded: DecodedBytes, slice: Buffer, from: number): number {
    if (from < this.#linesFrom) return from;
    const lines = decodeLines(slice, from, decoded.target, decoded.length);
    if (lines === undefined) return from;
    const { end, stride, lineEnd, bytes } = lines;
    if (bytes < 0) {
      this.#linesFrom = end;
      return from;
    }
    const bytesOfLine = bytes / ((end - from) / stride);
    for (let at = from, { length } = decoded; at < end; at += stride, length += bytesOfLine)
      decoded.stretches.add(length, at);
    decoded.length += bytes;
    this.#nextAt = undefined;
    this.#any = true;
    this.#gap = lineEnd;
    return end;
  }

  /** Decode the quanta that stand without a break from `from` on; where they end. */
  #quanta(decoded: DecodedBytes, slice: Buffer, from: number): number {
    const { target } = decoded;
    let { length } = decoded;
    let at = from;
    for (; at + 4 <= slice.length; at += 4) {
      const a = BASE64_CLASS[slice[at]];
      const b = BASE64_CLASS[slice[at + 1]];
      const c = BASE64_CLASS[slice[at + 2]];
      const d = BASE64_CLASS[slice[at + 3]];
      if ((a | b | c | d) > 63) break;
      target[length] = (a << 2) | (b >> 4);
      target[length + 1] = (b << 4) | (c >> 2);
      target[length + 2] = (c << 6) | d;
      length += 3;
    }
    if (at === from) return from;
    if (from !== this.#nextAt) decoded.stretches.add(decoded.length, from);
    this.#nextAt = at;
    decoded.length = length;
    this.#any = true;
    this.#gap = 0;
    return at;
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
    const decoded = this.#decoded!;
    if (this.#quantumAt !== this.#nextAt) decoded.stretches.add(decoded.length, this.#quantumAt);
    this.#nextAt = this.#quantumAt + 4;
    for (let n = 0; n < bytes; n++) decoded.target[decoded.length++] = this.#bits >> (16 - 8 * n);
    this.#bits = 0;
    this.#digits = 0;
  }
}
