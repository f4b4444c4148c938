import { MillraceError } from '../../../base/errors.ts';
import { LINE_LIMIT } from './byte-coder.ts';
import { HEX_VALUE, NO_HEX } from './hex.ts';
import { QuotedPrintableEncoder } from './quoted-printable-encoder.ts';
import { Scratch } from './scratch.ts';
import type { Tail } from './tail.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;

/**
 * The end of a quoted-printable part. Held back is what means something else at the end than in the middle: an open
 * soft break, blanks that a decoder removes there, an escape or a line end cut in two.
 *
 * An open soft break is closed, so that extra text begins on a line of its own, in the encoded form only. Extra text
 * takes the place of blanks at the end, unless it begins with a line end itself: then they stay what they are.
 * Nothing can be appended behind a bare CR or half an escape, be there blanks or a soft break in between or not, nor
 * behind more blanks than a line may have.
 */
export class QuotedPrintableTail implements Tail {
  readonly #scratch = new Scratch();
  #held: Buffer = Buffer.alloc(0);
  /** Column in front of the held bytes. */
  #column = 0;
  #endsWithLineEnd = false;
  /** The last two bytes in front of the held ones. */
  #lastButOne = 0;
  #last = 0;
  /** Whether so many blanks stood at the end that they were let go. */
  #released = false;

  get canAppend(): boolean {
    const last = this.#held.at(-1);
    if (last === undefined) return !this.#released;
    return (last === EQUALS || last === LF || isBlank(last)) && !this.#behindBadEscape();
  }

  get endsWithLineEnd(): boolean {
    return this.#endsWithLineEnd && !this.#released && this.canAppend;
  }

  pass(slice: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? slice : this.#joined(slice);
    const blanks = trailingBlanks(bytes);
    this.#released = blanks > LINE_LIMIT || (this.#released && blanks === bytes.length);
    const to = this.#released ? bytes.length : constructStart(bytes);
    const ready = bytes.subarray(0, to);
    // A small copy, lest the slice be kept.
    this.#held = Buffer.from(bytes.subarray(to));
    const lineFeed = ready.lastIndexOf(LF);
    this.#column = lineFeed === -1 ? this.#column + to : to - lineFeed - 1;
    if (to > 0) {
      this.#lastButOne = to > 1 ? ready[to - 2] : this.#last;
      this.#last = ready[to - 1];
    }
    this.#endsWithLineEnd = lineEndDecoded(ready) ?? this.#endsWithLineEnd;
    return ready;
  }

  finish(extra: Buffer | undefined): Buffer {
    if (extra === undefined || extra.length === 0) return this.#held;
    if (!this.canAppend) {
      throw new MillraceError(
        'MILLRACE_ENCODING',
        'The quoted-printable data of the part end inside an escape',
      );
    }
    const kept = this.#closedEnd(extra);
    const column = kept.at(-1) === LF ? 0 : this.#column + kept.length;
    const encoder = new QuotedPrintableEncoder({ column });
    const encoded = Buffer.from(encoder.write(extra));
    return Buffer.concat([kept, encoded, encoder.end()]);
  }

  /** What becomes of the held bytes in front of `extra`. */
  #closedEnd(extra: Buffer): Buffer {
    if (trailingBlanks(this.#held) === this.#held.length) {
      return startsLine(extra) ? this.#held : this.#held.subarray(0, 0);
    }
    return this.#held.at(-1) === LF ? this.#held : Buffer.from('=\r\n');
  }

  /** Whether the data in front of the held bytes end with half an escape, which extra text could complete. */
  #behindBadEscape(): boolean {
    return this.#last === EQUALS || (this.#lastButOne === EQUALS && HEX_VALUE[this.#last] !== NO_HEX);
  }

  #joined(slice: Buffer): Buffer {
    const length = this.#held.length + slice.length;
    const bytes = this.#scratch.reserve(length);
    this.#held.copy(bytes);
    slice.copy(bytes, this.#held.length);
    return bytes.subarray(0, length);
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function startsLine(text: Buffer): boolean {
  return text[0] === CR && text[1] === LF;
}

function trailingBlanks(bytes: Buffer): number {
  return bytes.length - beforeBlanks(bytes, bytes.length);
}

function beforeBlanks(bytes: Buffer, to: number): number {
  let at = to;
  while (at > 0 && isBlank(bytes[at - 1])) at--;
  return at;
}

/** Where a soft break that ends at `to` begins, undefined if there is none. */
function softBreakStart(bytes: Buffer, to: number): number | undefined {
  if (bytes[to - 1] !== LF) return undefined;
  const blanksEnd = bytes[to - 2] === CR ? to - 2 : to - 1;
  const at = beforeBlanks(bytes, blanksEnd);
  return bytes[at - 1] === EQUALS && blanksEnd - at <= LINE_LIMIT ? at - 1 : undefined;
}

/** Where something begins that more bytes could change, or that an end of data changes; the length if nothing does. */
function constructStart(bytes: Buffer): number {
  const end = bytes.length;
  if (bytes[end - 1] === LF) return softBreakStart(bytes, end) ?? end;
  const blanksEnd = bytes[end - 1] === CR ? end - 1 : end;
  const at = beforeBlanks(bytes, blanksEnd);
  if (blanksEnd - at > LINE_LIMIT) return blanksEnd;
  if (bytes[at - 1] === EQUALS) return at - 1;
  const half = at === end && end > 1 && bytes[end - 2] === EQUALS && HEX_VALUE[bytes[end - 1]] !== NO_HEX;
  return half ? end - 2 : at;
}

/** Whether the decoded text ends with LF; undefined if these bytes decode to nothing. */
function lineEndDecoded(bytes: Buffer): boolean | undefined {
  let end = bytes.length;
  for (let start = softBreakStart(bytes, end); start !== undefined; start = softBreakStart(bytes, end))
    end = start;
  if (end === 0) return undefined;
  if (bytes[end - 1] === LF) return true;
  return end > 2 && /^=0a$/i.test(bytes.toString('latin1', end - 3, end));
}
