import { HEX_VALUE, NO_HEX } from '../../core/mime/transfer/hex.ts';
import { DecodedBytes, GAP_MAX } from './decoded-bytes.ts';
import type { StrictDecoder } from './strict-decoding.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;

const TEXT = 0;
const RETURN = 1; // behind CR
const ESCAPE = 2; // behind "="
const ESCAPE_DIGIT = 3; // behind "=" and a digit
const SOFT_BREAK = 4; // behind "=" and blanks
const SOFT_RETURN = 5; // the same and CR

/** 1 for the bytes that stand for themselves wherever they are. */
const LITERAL: Uint8Array = new Uint8Array(256).fill(1, 0x21, 0x7f).fill(0, EQUALS, EQUALS + 1);

/**
 * Quoted-printable: broken by `=` that is neither an escape nor a soft break, by bytes that are not printable
 * ASCII, and by a bare CR. Blanks at the end of a line go (RFC 2045 6.7 rule 3).
 */
export class StrictQuotedPrintable implements StrictDecoder {
  readonly #decoded = new DecodedBytes();
  readonly #blanks = Buffer.allocUnsafe(GAP_MAX);
  #blankCount = 0;
  #blanksAt = 0;
  #state = TEXT;
  /** Where the escape, or the CR, in work begins. */
  #unitAt = 0;
  #high = 0;
  #gap = 0;
  #sliceLength = 0;
  broken = false;

  get openAt(): number {
    return this.#state === ESCAPE || this.#state === ESCAPE_DIGIT ? this.#unitAt : this.#sliceLength;
  }

  write(slice: Buffer): Buffer {
    this.#unitAt -= this.#sliceLength;
    this.#blanksAt -= this.#sliceLength;
    this.#sliceLength = slice.length;
    this.#decoded.begin(slice.length + GAP_MAX + 1);
    let at = 0;
    while (at < slice.length && !this.broken) {
      if (this.#state === TEXT && this.#blankCount === 0) {
        // Most of all text: bytes that stand for themselves.
        const end = this.#decoded.addRun(slice, at, LITERAL);
        if (end > at) this.#gap = 0;
        at = end;
        if (at === slice.length) break;
      }
      this.#take(slice[at], at++);
    }
    return this.#decoded.bytes();
  }

  end(): void {
    if (this.#state === RETURN || this.#state === ESCAPE_DIGIT || this.#state === SOFT_RETURN)
      this.broken = true;
  }

  position(n: number): number {
    return this.#decoded.position(n);
  }

  #take(byte: number, at: number): void {
    switch (this.#state) {
      case TEXT:
        return this.#text(byte, at);
      case RETURN:
        if (byte !== LF) return this.#break();
        this.#state = TEXT;
        this.#blankCount = 0;
        this.#add(CR, this.#unitAt);
        return this.#add(LF, at);
      case ESCAPE:
        if (HEX_VALUE[byte] !== NO_HEX) {
          this.#high = HEX_VALUE[byte] & 15;
          this.#state = ESCAPE_DIGIT;
          return;
        }
        return this.#softBreak(byte);
      case ESCAPE_DIGIT:
        if (HEX_VALUE[byte] === NO_HEX) return this.#break();
        this.#state = TEXT;
        return this.#add((this.#high << 4) | (HEX_VALUE[byte] & 15), this.#unitAt);
      case SOFT_BREAK:
        return this.#softBreak(byte);
      default: // SOFT_RETURN
        return byte === LF ? this.#softBreak(byte) : this.#break();
    }
  }

  #text(byte: number, at: number): void {
    if (byte === SPACE || byte === TAB) {
      if (this.#blankCount === 0) this.#blanksAt = at;
      if (this.#blankCount === GAP_MAX) return this.#break();
      this.#blanks[this.#blankCount++] = byte;
    } else if (byte === CR) {
      this.#unitAt = at;
      this.#state = RETURN;
    } else if (byte === LF) {
      this.#blankCount = 0;
      this.#add(LF, at);
    } else if (byte < 0x21 || byte > 0x7e) {
      this.#break();
    } else {
      for (let n = 0; n < this.#blankCount; n++) this.#add(this.#blanks[n], this.#blanksAt + n);
      this.#blankCount = 0;
      if (byte !== EQUALS) return this.#add(byte, at);
      this.#unitAt = at;
      this.#state = ESCAPE;
    }
  }

  #softBreak(byte: number): void {
    if (++this.#gap > GAP_MAX) this.#break();
    else if (byte === LF) this.#state = TEXT;
    else if (byte === CR) this.#state = SOFT_RETURN;
    else if (byte === SPACE || byte === TAB) this.#state = SOFT_BREAK;
    else this.#break();
  }

  #add(byte: number, position: number): void {
    this.#gap = 0;
    this.#decoded.add(byte, position);
  }

  #break(): void {
    this.broken = true;
  }
}
