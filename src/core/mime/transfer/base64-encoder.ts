import type { ByteCoder } from './byte-coder.ts';
import { Scratch } from './scratch.ts';

/** Characters of an encoded line (RFC 2045 6.8) and the bytes that they hold. */
const LINE = 76;
const LINE_BYTES = 57;
const CR = 0x0d;
const LF = 0x0a;

/** Where a base64 encoder begins, and how it ends. */
export interface Base64EncoderOptions {
  /** Characters that already stand on the line, 0 to 76; default 0. */
  readonly column?: number;
  /** Whether the last line gets a CRLF; default false. */
  readonly finalLineEnd?: boolean;
}

/** Encodes base64 in lines of 76 characters with CRLF between them, and padding at the end (RFC 2045 6.8). */
export class Base64Encoder implements ByteCoder {
  readonly #scratch = new Scratch();
  readonly #finalLineEnd: boolean;
  /** 0 to 2 bytes that do not yet make a quantum. */
  readonly #carry = Buffer.alloc(3);
  #carried = 0;
  #column: number;
  #out: Buffer = this.#scratch.reserve(0);
  #length = 0;

  constructor(options: Base64EncoderOptions = {}) {
    this.#column = options.column ?? 0;
    this.#finalLineEnd = options.finalLineEnd ?? false;
  }

  write(slice: Buffer): Buffer {
    const characters = Math.ceil((slice.length + 3) / 3) * 4;
    // A line that begins in the middle may hold a single quantum, hence the 4.
    this.#out = this.#scratch.reserve(characters + 2 * Math.ceil(characters / LINE) + 4);
    this.#length = 0;
    let at = 0;
    if (this.#carried > 0) {
      at = slice.copy(this.#carry, this.#carried, 0, 3 - this.#carried);
      this.#carried += at;
      if (this.#carried < 3) return this.#out.subarray(0, 0);
      this.#line(this.#carry, 0, 3);
    }
    const whole = at + Math.floor((slice.length - at) / 3) * 3;
    // Up to the end of the line that is begun, then whole lines at once, then the beginning of another.
    if (this.#column > 0 && at < whole) at = this.#line(slice, at, whole);
    if (whole - at >= LINE_BYTES) at = this.#lines(slice, at, whole);
    while (at < whole) at = this.#line(slice, at, whole);
    this.#carried = slice.copy(this.#carry, 0, whole);
    return this.#out.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#out = Buffer.allocUnsafe(8);
    this.#length = 0;
    if (this.#carried > 0) this.#line(this.#carry, 0, this.#carried);
    if (this.#finalLineEnd && this.#column > 0) this.#lineEnd();
    this.#scratch.release();
    return this.#out.subarray(0, this.#length);
  }

  /** Encodes what has room on this line, on the next one if that is full. */
  #line(bytes: Buffer, from: number, to: number): number {
    if (this.#column + 4 > LINE) this.#lineEnd();
    const end = Math.min(to, from + Math.floor((LINE - this.#column) / 4) * 3);
    const written = this.#out.write(bytes.toString('base64', from, end), this.#length, 'latin1');
    this.#length += written;
    this.#column += written;
    return end;
  }

  /** Encodes as many whole lines as there are; the line before, if any, is full. */
  #lines(slice: Buffer, from: number, to: number): number {
    if (this.#column > 0) this.#lineEnd();
    const count = Math.floor((to - from) / LINE_BYTES);
    const end = from + count * LINE_BYTES;
    const out = this.#out;
    // Written in one go behind the room for the line ends, then moved to the front line by line.
    let source = this.#length + 2 * (count - 1);
    out.write(slice.toString('base64', from, end), source, 'latin1');
    for (let line = 0; line < count; line++, source += LINE) {
      if (line > 0) this.#lineEnd();
      if (source > this.#length) out.copyWithin(this.#length, source, source + LINE);
      this.#length += LINE;
    }
    this.#column = LINE;
    return end;
  }

  #lineEnd(): void {
    this.#out[this.#length++] = CR;
    this.#out[this.#length++] = LF;
    this.#column = 0;
  }
}
