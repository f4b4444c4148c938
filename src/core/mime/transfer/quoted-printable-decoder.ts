import { isAscii } from 'node:buffer';
import { LINE_LIMIT } from './byte-coder.ts';
import type { Decoder, Oddity } from './byte-coder.ts';
import { HEX_VALUE, NO_HEX } from './hex.ts';
import { indexOrEnd } from './index-or-end.ts';
import { Scratch } from './scratch.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;

// What the provisional end of the output is (see #mark).
const TEXT = 0; // nothing provisional
const BLANKS = 1; // blanks: content, unless the line ends behind them
const RETURN = 2; // the same and a CR
const ESCAPE = 3; // "="
const ESCAPE_DIGIT = 4; // "=" and one digit
const SOFT_BLANKS = 5; // "=" and blanks
const SOFT_RETURN = 6; // "=", perhaps blanks, CR

const SPECIAL = 0;
const ORDINARY = 1;
const LINE_FEED = 2;
/** What a byte is where nothing is provisional. */
const KIND: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(ORDINARY);
  for (const byte of [TAB, CR, SPACE, EQUALS]) table[byte] = SPECIAL;
  table[LF] = LINE_FEED;
  return table;
})();

/** A stretch without anything special is copied in one go from this length on. */
const STRETCH_MIN = 32;
/** Bytes that go through the table once a short stretch has been met, before the next search. */
const DENSE_WINDOW = 256;
/** More blanks than this in a row are content: no line may be longer. */
const BLANKS_MAX = LINE_LIMIT;

/**
 * Decodes quoted-printable as mail readers do (RFC 2045 6.7): blanks at the end of a line and of the data go (rule 3),
 * `=`, blanks and a line end are a soft break, so is `=` at the end of the data. `=` with anything else behind it
 * stands for itself; lower-case digits count. Line ends stay as they are, bare CR and 8-bit bytes too.
 */
export class QuotedPrintableDecoder implements Decoder {
  readonly #oddities = new Set<Oddity>();
  readonly #scratch = new Scratch();
  #out: Buffer = this.#scratch.reserve(0);
  #length = 0;
  #state = TEXT;
  /**
   * Where the provisional end of the output begins: input that may yet turn out to be an escape, a soft break or
   * blanks to be removed is written as it stands, and taken back when it does. Behind the last slice it is withheld.
   */
  #mark = 0;
  readonly #withheld = Buffer.allocUnsafe(BLANKS_MAX + 2);
  #column = 0;

  get oddities(): ReadonlySet<Oddity> {
    return this.#oddities;
  }

  write(slice: Buffer): Buffer {
    this.#resume(slice.length);
    if (!isAscii(slice)) this.#oddities.add('eight-bit');
    let nextEquals = -1;
    let nextReturn = -1;
    let at = 0;
    while (at < slice.length) {
      const lineFeed = slice.indexOf(LF, at);
      const lineEnd = lineFeed === -1 ? slice.length : lineFeed + 1;
      this.#measure(lineEnd - at, lineFeed !== -1);
      while (at < lineEnd) {
        if (nextEquals < at) nextEquals = indexOrEnd(slice, EQUALS, at);
        let stop = Math.min(nextEquals, lineEnd);
        if (this.#state !== TEXT || stop - at < STRETCH_MIN) {
          // Many escapes, or short lines: searching each one would cost more than looking at every byte.
          const window = Math.min(at + (this.#state === TEXT ? DENSE_WINDOW : 1), lineEnd);
          this.#byteByByte(slice, at, window);
          at = window;
          continue;
        }
        if (stop === lineEnd) stop = beforeLineEnd(slice, at, stop);
        if (nextReturn < at) nextReturn = indexOrEnd(slice, CR, at);
        if (nextReturn < stop) this.#oddities.add('bare-cr');
        this.#length += slice.copy(this.#out, this.#length, at, stop);
        at = stop;
        const special = Math.min(at + 3, lineEnd);
        this.#byteByByte(slice, at, special);
        at = special;
      }
    }
    return this.#suspend();
  }

  end(): Buffer {
    this.#resume(0);
    switch (this.#state) {
      case BLANKS:
        this.#takeBack('trailing-blanks');
        break;
      case RETURN:
        this.#oddities.add('bare-cr');
        break;
      case ESCAPE:
        this.#takeBack('open-soft-break');
        break;
      case ESCAPE_DIGIT:
        this.#oddities.add('bad-escape');
        break;
      case SOFT_BLANKS:
        this.#takeBack('soft-break-blanks');
        break;
      case SOFT_RETURN:
        this.#takeBack('open-soft-break');
        break;
    }
    this.#scratch.release();
    return this.#out.subarray(0, this.#length);
  }

  #resume(bytes: number): void {
    const held = this.#state === TEXT ? 0 : this.#mark;
    this.#out = this.#scratch.reserve(held + bytes);
    this.#length = this.#withheld.copy(this.#out, 0, 0, held);
    this.#mark = 0;
  }

  #suspend(): Buffer {
    if (this.#state === TEXT) return this.#out.subarray(0, this.#length);
    const ready = this.#mark;
    this.#mark = this.#out.copy(this.#withheld, 0, ready, this.#length);
    return this.#out.subarray(0, ready);
  }

  /** Removes the provisional end of the output. */
  #takeBack(oddity?: Oddity): void {
    this.#length = this.#mark;
    this.#state = TEXT;
    if (oddity !== undefined) this.#oddities.add(oddity);
  }

  #byteByByte(slice: Buffer, from: number, to: number): void {
    const out = this.#out;
    let length = this.#length;
    let at = from;
    while (at < to) {
      const byte = slice[at];
      if (this.#state !== TEXT) {
        this.#length = length;
        if (this.#continues(byte)) at++;
        length = this.#length;
        continue;
      }
      // What can be settled by a look at the next bytes is; the states are for slices' ends and odd input.
      const next = at + 1 < to ? slice[at + 1] : CR;
      const afterNext = at + 2 < to ? slice[at + 2] : CR;
      if (KIND[byte] !== SPECIAL || (byte === SPACE && KIND[next] === ORDINARY)) {
        out[length++] = byte;
        at++;
      } else if (byte === EQUALS && HEX_VALUE[next] + HEX_VALUE[afterNext] < NO_HEX) {
        out[length++] = this.#unescape(HEX_VALUE[next], HEX_VALUE[afterNext]);
        at += 3;
      } else if (byte === EQUALS && next === CR && afterNext === LF) {
        at += 3;
      } else if (byte === CR && next === LF) {
        out[length++] = CR;
        out[length++] = LF;
        at += 2;
      } else {
        this.#mark = length;
        this.#state = byte === EQUALS ? ESCAPE : byte === CR ? RETURN : BLANKS;
        out[length++] = byte;
        at++;
      }
    }
    this.#length = length;
  }

  #unescape(high: number, low: number): number {
    if (high > 15 || low > 15) this.#oddities.add('lower-case-hex');
    return ((high & 15) << 4) | (low & 15);
  }

  /** Takes a byte behind a provisional end; false if that has become final and the byte is still to be looked at. */
  #continues(byte: number): boolean {
    const blank = byte === SPACE || byte === TAB;
    switch (this.#state) {
      case BLANKS:
        if (byte === LF) {
          this.#takeBack('trailing-blanks');
        } else if (byte === CR) {
          this.#state = RETURN;
        } else if (!blank) {
          return this.#settle();
        } else if (this.#length - this.#mark === BLANKS_MAX) {
          this.#mark = this.#length;
        }
        break;
      case RETURN:
        if (byte !== LF) return this.#settle('bare-cr');
        if (this.#length - this.#mark > 1) this.#takeBack('trailing-blanks');
        else this.#takeBack();
        this.#out[this.#length++] = CR;
        break;
      case ESCAPE:
        if (byte === LF) {
          this.#takeBack();
          return true;
        }
        if (byte === CR) this.#state = SOFT_RETURN;
        else if (blank) this.#state = SOFT_BLANKS;
        else if (HEX_VALUE[byte] !== NO_HEX) this.#state = ESCAPE_DIGIT;
        else return this.#settle('bad-escape');
        break;
      case ESCAPE_DIGIT: {
        const low = HEX_VALUE[byte];
        if (low === NO_HEX) return this.#settle('bad-escape');
        const high = HEX_VALUE[this.#out[this.#length - 1]];
        this.#takeBack();
        this.#out[this.#length++] = this.#unescape(high, low);
        return true;
      }
      case SOFT_BLANKS:
        if (byte === LF) {
          this.#takeBack('soft-break-blanks');
          return true;
        }
        if (byte === CR) this.#state = SOFT_RETURN;
        else if (!blank || this.#length - this.#mark > BLANKS_MAX) return this.#settle('bad-escape');
        break;
      case SOFT_RETURN:
        if (byte !== LF) return this.#settle('bad-escape');
        this.#takeBack(this.#length - this.#mark > 2 ? 'soft-break-blanks' : undefined);
        return true;
    }
    this.#out[this.#length++] = byte;
    return true;
  }

  /** The provisional end stays as it is. */
  #settle(oddity?: Oddity): false {
    this.#state = TEXT;
    if (oddity !== undefined) this.#oddities.add(oddity);
    return false;
  }

  /** Counts the bytes of a line; the CR cannot be told from data at a slice's edge, hence the one more. */
  #measure(bytes: number, lineFeed: boolean): void {
    this.#column += bytes;
    if (this.#column > LINE_LIMIT + (lineFeed ? 2 : 1)) this.#oddities.add('long-line');
    if (lineFeed) this.#column = 0;
  }
}

/** Where the blanks and CRs in front of a line end, or of a slice's end, begin. */
function beforeLineEnd(slice: Buffer, from: number, lineEnd: number): number {
  let at = lineEnd;
  if (slice[at - 1] === LF) at--;
  while (at > from && (slice[at - 1] === CR || slice[at - 1] === SPACE || slice[at - 1] === TAB)) at--;
  return at;
}
