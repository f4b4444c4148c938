import { BASE64_CLASS, LINE_FEED, PADDING, URL_SAFE, JUNK } from './base64-alphabet.ts';
import { LINE_LIMIT } from './byte-coder.ts';
import type { Decoder, Oddity } from './byte-coder.ts';
import { indexOrEnd } from './index-or-end.ts';
import { Scratch } from './scratch.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Shortest line, in characters, for which a row of equal lines is decoded in one go. */
const ROW_MIN = 16;
/** Lines of this many characters and more end anywhere: some programs wrap at 61, 75 or 78. */
const LONG_LINE = 60;
/** Shortest piece inside one line for which the native decoder is worth its call. */
const PIECE_MIN = 256;

/**
 * Decodes base64 as mail readers do (RFC 2045 6.8): what is no digit is skipped, and data go on after padding, as a
 * new quantum. `-` and `_` are skipped like any junk, and reported, since some readers take them as digits.
 * `=` where no padding can stand is skipped; digits missing at the end give the bytes that are complete.
 *
 * Regular input (rows of lines of equal length, long unwrapped lines) goes through Node's native decoder. That one
 * skips junk in silence, stops at `=` and takes `-` and `_`, so its result counts only where it has the length that
 * digits alone would give and neither of the two is there; everything else goes through a table.
 */
export class Base64Decoder implements Decoder {
  readonly #oddities = new Set<Oddity>();
  readonly #scratch = new Scratch();
  #out: Buffer = this.#scratch.reserve(0);
  #length = 0;
  /** Digits of the current quantum, and their bits. */
  #phase = 0;
  #bits = 0;
  /** Whether the last quantum ended with padding, and how many `=` may still come. */
  #padded = false;
  #paddingDue = 0;
  /** Bytes of the current line, digits and `=` of it, and whether an earlier line was too short. */
  #column = 0;
  #characters = 0;
  #shortLine = false;
  /** Whether an earlier line ended within a quantum. */
  #unevenLine = false;
  #hasUnevenLine = false;
  /** Where the next `-` and `_` of the slice in work stand; searched once, so that a slice is passed over once. */
  #nextDash = 0;
  #nextUnderscore = 0;

  get oddities(): ReadonlySet<Oddity> {
    return this.#oddities;
  }

  /** Whether a short line ends within a quantum, with data after it: regular, but to those who decode by the line. */
  get hasUnevenLine(): boolean {
    // Of the line that is open it is not known yet whether it is one, but it has data.
    return this.#hasUnevenLine || (this.#unevenLine && this.#characters > 0);
  }

  /** The digits of a quantum that is not complete: how many, and their bits. */
  get quantum(): { readonly phase: number; readonly bits: number } {
    return { phase: this.#phase, bits: this.#bits };
  }

  write(slice: Buffer): Buffer {
    this.#out = this.#scratch.reserve(Math.ceil((slice.length + 3) / 4) * 3);
    this.#length = 0;
    this.#nextDash = -1;
    this.#nextUnderscore = -1;
    let at = 0;
    while (at < slice.length) {
      const lineFeed = slice.indexOf(LF, at);
      const lineEnd = lineFeed === -1 ? slice.length : lineFeed + 1;
      let to = at;
      if (this.#phase === 0 && !this.#padded) {
        to = this.#row(slice, at, lineFeed);
        if (to === at) to = this.#piece(slice, at, lineFeed);
      }
      if (to === at) this.#digitByDigit(slice, at, (to = lineEnd));
      at = to;
    }
    if (this.#column > LINE_LIMIT + 1) this.#oddities.add('long-line');
    return this.#out.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#out = Buffer.allocUnsafe(2);
    this.#length = 0;
    if (this.#characters > 0) this.#noteLine();
    if (this.#paddingDue > 0) this.#oddities.add('bad-padding');
    if (this.#phase === 1) this.#oddities.add('truncated');
    if (this.#phase > 1) {
      this.#oddities.add('unpadded');
      this.#flushQuantum();
    }
    this.#scratch.release();
    return this.#out.subarray(0, this.#length);
  }

  /**
   * Decodes a row of lines as long as the one at `from`; returns where it ends, `from` if there is none. A row that
   * turns out irregular is decoded by the table as a whole: to try again behind each bad line would be quadratic.
   */
  #row(slice: Buffer, from: number, lineFeed: number): number {
    if (this.#column !== 0 || lineFeed < from + ROW_MIN) return from;
    const lineEnd = slice[lineFeed - 1] === CR ? 2 : 1;
    const stride = lineFeed + 1 - from;
    const digits = stride - lineEnd;
    if (digits > LINE_LIMIT) return from;
    let rows = 1;
    for (let last = lineFeed + stride; last < slice.length; last += stride) {
      if (slice[last] !== LF || (lineEnd === 2 && slice[last - 1] !== CR)) break;
      rows++;
    }
    while ((rows * digits) % 4 !== 0) rows--;
    if (rows === 0) return from;
    const to = from + rows * stride;
    if (!this.#native(slice, from, to, rows * digits)) this.#digitByDigit(slice, from, to);
    else {
      this.#noteLine();
      if (isUneven(digits)) {
        this.#unevenLine = true;
        if (rows > 1) this.#noteLine();
      }
    }
    return to;
  }

  /** Decodes a long piece without a line end, but for its last characters; returns where it ends. */
  #piece(slice: Buffer, from: number, lineFeed: number): number {
    let to = lineFeed === -1 ? slice.length : lineFeed;
    if (slice[to - 1] === CR) to--;
    to -= (to - from) % 4;
    if (to - from < PIECE_MIN || !this.#native(slice, from, to, to - from)) return from;
    this.#column += to - from;
    this.#characters += to - from;
    return to;
  }

  #native(slice: Buffer, from: number, to: number, digits: number): boolean {
    if (this.#nextDash < from) this.#nextDash = indexOrEnd(slice, 0x2d, from);
    if (this.#nextUnderscore < from) this.#nextUnderscore = indexOrEnd(slice, 0x5f, from);
    if (this.#nextDash < to || this.#nextUnderscore < to) return false;
    const expected = (digits / 4) * 3;
    const written = this.#out.write(slice.toString('latin1', from, to), this.#length, expected, 'base64');
    if (written !== expected) return false;
    this.#length += written;
    return true;
  }

  #digitByDigit(slice: Buffer, from: number, to: number): void {
    const out = this.#out;
    let length = this.#length;
    let phase = this.#phase;
    let bits = this.#bits;
    let lineStart = from - this.#column;
    for (let at = from; at < to; at++) {
      const kind = BASE64_CLASS[slice[at]];
      if (kind < 64) {
        if (this.#padded) this.#dataAfterPadding();
        this.#characters++;
        bits = (bits << 6) | kind;
        if (++phase === 4) {
          out[length++] = bits >> 16;
          out[length++] = bits >> 8;
          out[length++] = bits;
          phase = 0;
          bits = 0;
        }
      } else if (kind === LINE_FEED) {
        this.#endLine(at - lineStart);
        lineStart = at + 1;
      } else if (kind === PADDING) {
        this.#characters++;
        this.#phase = phase;
        this.#bits = bits;
        this.#length = length;
        this.#pad();
        phase = this.#phase;
        bits = this.#bits;
        length = this.#length;
      } else if (kind === JUNK) {
        this.#oddities.add('non-alphabet');
      } else if (kind === URL_SAFE) {
        this.#oddities.add('url-safe');
      }
    }
    this.#phase = phase;
    this.#bits = bits;
    this.#length = length;
    this.#column = to - lineStart;
  }

  #pad(): void {
    if (this.#phase >= 2) {
      this.#paddingDue = 3 - this.#phase;
      this.#padded = true;
      this.#flushQuantum();
    } else if (this.#padded && this.#paddingDue > 0) {
      this.#paddingDue--;
    } else {
      this.#oddities.add('bad-padding');
    }
  }

  #dataAfterPadding(): void {
    this.#oddities.add('padding-inside');
    if (this.#paddingDue > 0) this.#oddities.add('bad-padding');
    this.#padded = false;
    this.#paddingDue = 0;
  }

  /** The bytes of a quantum of 2 or 3 digits. */
  #flushQuantum(): void {
    const bits = this.#bits << (6 * (4 - this.#phase));
    this.#out[this.#length++] = bits >> 16;
    if (this.#phase === 3) this.#out[this.#length++] = bits >> 8;
    this.#phase = 0;
    this.#bits = 0;
  }

  #endLine(length: number): void {
    // The CR counts in `length`, which cannot be told from data at a slice's edge, hence the one more.
    if (length > LINE_LIMIT + 1) this.#oddities.add('long-line');
    if (this.#characters > 0) {
      this.#noteLine();
      if (this.#characters < 4) this.#shortLine = true;
      if (isUneven(this.#characters)) this.#unevenLine = true;
    }
    this.#characters = 0;
  }

  /** There are data in one more line. */
  #noteLine(): void {
    if (this.#shortLine) this.#oddities.add('short-line');
    if (this.#unevenLine) this.#hasUnevenLine = true;
  }
}

function isUneven(characters: number): boolean {
  return characters % 4 !== 0 && characters < LONG_LINE;
}
