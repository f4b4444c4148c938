import type { ByteCoder } from './byte-coder.ts';
import { HEX_DIGITS } from './hex.ts';
import { Scratch } from './scratch.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;

/** Columns of an encoded line without the `=` of a soft break (RFC 2045 6.7 rule 5). */
const LINE = 75;
/** Most bytes that one step of the encoder writes: a soft break and a line, or what was held and a line end. */
const STEP = LINE + 16;

/** 1 for bytes that stand for themselves wherever they are. */
const LITERAL: Uint8Array = (() => {
  const table = new Uint8Array(256);
  table.fill(1, 0x21, 0x7f);
  table[EQUALS] = 0;
  return table;
})();

/** How a quoted-printable encoder begins and what it takes the input for. */
export interface QuotedPrintableEncoderOptions {
  /** Whether CR and LF are data like any other byte; default false: CRLF is a line end and stays one. */
  readonly binary?: boolean;
  /** Columns that are already taken on the line, default 0. */
  readonly column?: number;
  /** Whether the last line gets a CRLF; default false. */
  readonly finalLineEnd?: boolean;
}

/**
 * Encodes quoted-printable in lines of at most 76 columns (RFC 2045 6.7). Of the input only CRLF is a line end; a CR
 * or LF alone is encoded, so is a blank in front of a line end or of the end of the data.
 */
export class QuotedPrintableEncoder implements ByteCoder {
  readonly #scratch = new Scratch();
  readonly #binary: boolean;
  readonly #finalLineEnd: boolean;
  #out: Buffer = this.#scratch.reserve(0);
  #length = 0;
  #column: number;
  /** A blank whose form depends on what follows, and a CR behind it; 0 and false if there is none. */
  #blank = 0;
  #return = false;

  constructor(options: QuotedPrintableEncoderOptions = {}) {
    this.#binary = options.binary ?? false;
    this.#column = options.column ?? 0;
    this.#finalLineEnd = options.finalLineEnd ?? false;
  }

  write(slice: Buffer): Buffer {
    this.#length = 0;
    this.#out = this.#scratch.reserve(slice.length + (slice.length >> 3) + STEP);
    let at = 0;
    while (at < slice.length) {
      this.#out = this.#scratch.grow(this.#length, this.#length + 2 * STEP);
      const byte = slice[at];
      if (this.#return && byte === LF) {
        this.#lineEnd();
        at++;
        continue;
      }
      if (this.#return) this.#settle();
      if (byte === CR && !this.#binary) {
        this.#return = true;
        at++;
        continue;
      }
      this.#literalBlank();
      if (byte === SPACE || byte === TAB) {
        this.#blank = byte;
        at++;
      } else if (LITERAL[byte] === 1) {
        at = this.#literals(slice, at);
      } else {
        this.#escape(byte);
        at++;
      }
    }
    return this.#out.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#length = 0;
    this.#out = Buffer.allocUnsafe(STEP);
    if (this.#return) this.#settle();
    else if (this.#blank !== 0) this.#escape(this.#blank);
    if (this.#finalLineEnd && this.#column > 0) this.#put(CR, LF);
    this.#scratch.release();
    return this.#out.subarray(0, this.#length);
  }

  /** Copies what stands for itself, to the end of this line at most; blanks within count if more text follows. */
  #literals(slice: Buffer, from: number): number {
    if (this.#column >= LINE) this.#softBreak();
    const out = this.#out;
    const end = Math.min(slice.length, from + LINE - this.#column);
    let length = this.#length;
    let at = from;
    for (; at < end; at++) {
      const byte = slice[at];
      if (LITERAL[byte] === 0) {
        if (byte !== SPACE || at + 1 >= end || LITERAL[slice[at + 1]] === 0) break;
      }
      out[length++] = byte;
    }
    this.#column += at - from;
    this.#length = length;
    return at;
  }

  #lineEnd(): void {
    if (this.#blank !== 0) this.#escape(this.#blank);
    this.#blank = 0;
    this.#return = false;
    this.#put(CR, LF);
    this.#column = 0;
  }

  /** The CR is no line end. */
  #settle(): void {
    this.#literalBlank();
    this.#return = false;
    this.#escape(CR);
  }

  #literalBlank(): void {
    if (this.#blank === 0) return;
    if (this.#column >= LINE) this.#softBreak();
    this.#out[this.#length++] = this.#blank;
    this.#column++;
    this.#blank = 0;
  }

  #escape(byte: number): void {
    if (this.#column + 3 > LINE) this.#softBreak();
    this.#out[this.#length++] = EQUALS;
    this.#put(HEX_DIGITS[byte >> 4], HEX_DIGITS[byte & 15]);
    this.#column += 3;
  }

  #softBreak(): void {
    this.#out[this.#length++] = EQUALS;
    this.#put(CR, LF);
    this.#column = 0;
  }

  #put(first: number, second: number): void {
    this.#out[this.#length++] = first;
    this.#out[this.#length++] = second;
  }
}
