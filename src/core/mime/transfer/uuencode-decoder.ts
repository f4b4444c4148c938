import { LINE_LIMIT } from './byte-coder.ts';
import type { Decoder, Oddity } from './byte-coder.ts';
import { indexOrEnd } from './index-or-end.ts';
import { Scratch } from './scratch.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Bytes of a line that are looked at: a data line has at most 85 characters, a begin line a name. */
const LINE_MAX = 512;

/** The first line of a file. The mode has three digits or four; readers take one of any length, some in any case, and without a name. */
const BEGIN = /^begin(?:[ \t]+[0-7]+(?:[ \t]+\S|[ \t]*$)| {2,}\S)/i;

/**
 * Decodes uuencode (POSIX.1-2017 `uuencode`; `x-uuencode` and `x-uue` in mail): the data between `begin MODE NAME` and
 * `end`. Lines end in LF, CR or both. Text outside is skipped; several files in one body come out one behind the other; characters missing from a
 * line count as zero, since transports took trailing blanks away (so 2 bytes of input can give 63 of output at most).
 * Of a line only the first 512 bytes are looked at.
 */
export class UuencodeDecoder implements Decoder {
  readonly #oddities = new Set<Oddity>();
  readonly #scratch = new Scratch();
  readonly #line = Buffer.allocUnsafe(LINE_MAX);
  #lineLength = 0;
  #column = 0;
  #inside = false;
  #files = 0;
  #out: Buffer = this.#scratch.reserve(0);
  #length = 0;

  get oddities(): ReadonlySet<Oddity> {
    return this.#oddities;
  }

  write(slice: Buffer): Buffer {
    // A line of n characters gives less than n bytes, unless characters are missing: then up to 45 (63) bytes.
    this.#out = this.#scratch.reserve(slice.length + LINE_MAX);
    this.#length = 0;
    let at = 0;
    let lineFeed = -1;
    let carriageReturn = -1;
    while (at < slice.length) {
      if (lineFeed < at) lineFeed = indexOrEnd(slice, LF, at);
      if (carriageReturn < at) carriageReturn = indexOrEnd(slice, CR, at);
      const end = Math.min(lineFeed, carriageReturn);
      this.#column += end - at;
      this.#lineLength += slice.copy(this.#line, this.#lineLength, at, end);
      if (end === slice.length) break;
      // Between CR and LF there is a line more, which is empty and does not matter.
      this.#endLine();
      at = end + 1;
    }
    return this.#out.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#out = Buffer.allocUnsafe(LINE_MAX);
    this.#length = 0;
    if (this.#column > 0) this.#endLine();
    if (this.#files === 0) this.#oddities.add('missing-begin');
    if (this.#inside) this.#oddities.add('truncated');
    this.#scratch.release();
    return this.#out.subarray(0, this.#length);
  }

  #endLine(): void {
    const length = this.#lineLength;
    if (this.#column > LINE_LIMIT) this.#oddities.add('long-line');
    this.#column = 0;
    this.#lineLength = 0;
    if (!this.#inside) this.#outside(length);
    else if (this.#line.toString('latin1', 0, Math.min(length, 80)).trimEnd() === 'end') this.#inside = false;
    else if (length > 0) this.#data(length);
  }

  #outside(length: number): void {
    const line = this.#line.toString('latin1', 0, length);
    if (BEGIN.test(line)) {
      this.#inside = true;
      if (++this.#files > 1) this.#oddities.add('several-files');
    } else if (line.trim() !== '') {
      this.#oddities.add('text-outside');
    }
  }

  #data(length: number): void {
    const bytes = this.#value(0);
    if (length < 1 + Math.ceil((bytes * 4) / 3)) this.#oddities.add('short-line');
    const out = (this.#out = this.#scratch.grow(this.#length, this.#length + LINE_MAX));
    const end = this.#length + bytes;
    let to = this.#length;
    for (let at = 1; to < end; at += 4) {
      let bits = 0;
      for (let i = at; i < at + 4; i++) bits = (bits << 6) | (i < length ? this.#value(i) : 0);
      out[to++] = bits >> 16;
      out[to++] = bits >> 8;
      out[to++] = bits;
    }
    this.#length = end;
  }

  #value(at: number): number {
    const byte = this.#line[at];
    if (byte < 0x20 || byte > 0x60) this.#oddities.add('non-alphabet');
    return (byte - 0x20) & 63;
  }
}
