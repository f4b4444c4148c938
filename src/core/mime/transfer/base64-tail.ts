import { MillraceError } from '../../../base/errors.ts';
import { BASE64_CLASS, BLANK, LINE_FEED, PADDING } from './base64-alphabet.ts';
import { decodeLines, type Base64Lines } from './base64-lines.ts';
import { Base64Encoder } from './base64-encoder.ts';
import { Scratch } from './scratch.ts';
import type { Tail } from './tail.ts';

const CR = 0x0d;
const LF = 0x0a;
/** Most bytes held back. A quantum that is spread over more, or more blank lines at the end, count as odd. */
const HELD_MAX = 512;

/** Regular lines are decoded into it, only to see that they are. */
let proof = Buffer.alloc(0);

/**
 * The end of a base64 part. Held back is what follows the last complete quantum without padding: a quantum that is
 * incomplete or padded, line ends, blanks. Extra bytes are encoded together with those of that quantum and continue its
 * line up to 76 characters; the line ends at the very end come behind them again.
 *
 * Nothing can be appended to data with junk in them, with padding in the middle or of the wrong number, or without the
 * padding that is due: what readers make of those is not known, and to many of them text behind padding is lost.
 */
export class Base64Tail implements Tail {
  readonly #scratch = new Scratch();
  readonly #held = Buffer.allocUnsafe(HELD_MAX);
  #heldLength = 0;
  /** How many of the held bytes stand before the line ends at the very end. */
  #quantumLength = 0;
  /** Characters on the line in front of the held bytes. */
  #heldColumn = 0;
  #column = 0;
  #odd = false;
  /** Digits, their bits and `=` of the held quantum, and the bits of the complete one before. */
  #digits = 0;
  #bits = 0;
  #paddings = 0;
  #previous = 0;

  get canAppend(): boolean {
    return !this.#odd && (this.#digits === 0 || this.#digits + this.#paddings === 4);
  }

  get endsWithLineEnd(): boolean {
    if (this.#digits === 2) return ((this.#bits >> 4) & 0xff) === LF;
    if (this.#digits === 3) return ((this.#bits >> 2) & 0xff) === LF;
    return (this.#previous & 0xff) === LF;
  }

  pass(slice: Buffer): Buffer {
    // Positions in front of the slice, in the held bytes, are negative.
    let from = -this.#heldLength;
    let quantumEnd = from + this.#quantumLength;
    let digits = this.#digits;
    let bits = this.#bits;
    let column = this.#column;
    let linesFrom = 0;
    for (let at = 0; at < slice.length; at++) {
      if (digits === 0 && column === 0 && this.#paddings === 0 && at >= linesFrom) {
        const lines = linesAt(slice, at);
        if (lines !== undefined && lines.bytes > 0) {
          if (at + 4 - from > HELD_MAX) this.#odd = true;
          from = quantumEnd = lines.end - lines.lineEnd;
          this.#heldColumn = lines.stride - lines.lineEnd;
          this.#previous = proof[lines.bytes - 1];
          at = lines.end - 1;
          continue;
        }
        linesFrom = lines?.end ?? at + 1;
      }
      const kind = BASE64_CLASS[slice[at]];
      if (kind === LINE_FEED) {
        column = 0;
        continue;
      }
      if (kind === BLANK) {
        if (slice[at] !== CR) column++;
        continue;
      }
      column++;
      quantumEnd = at + 1;
      if (kind < 64) {
        if (this.#paddings > 0) this.#odd = true;
        bits = (bits << 6) | kind;
        if (++digits < 4) continue;
        if (quantumEnd - from > HELD_MAX) this.#odd = true;
        from = quantumEnd;
        this.#heldColumn = column;
        this.#previous = bits;
        digits = 0;
        bits = 0;
      } else if (kind === PADDING && digits >= 2 && digits + this.#paddings < 4) {
        this.#paddings++;
      } else {
        this.#odd = true;
      }
    }
    if (slice.length - from > HELD_MAX) this.#odd = true;
    this.#digits = digits;
    this.#bits = bits;
    this.#column = column;
    this.#quantumLength = Math.max(0, quantumEnd - from);
    return this.#forward(slice, this.#odd ? slice.length : from);
  }

  finish(extra: Buffer | undefined): Buffer {
    const held = this.#held.subarray(0, this.#heldLength);
    if (extra === undefined || extra.length === 0) return held;
    if (!this.canAppend)
      throw new MillraceError('MILLRACE_ENCODING', 'The base64 data of the part are irregular');
    const encoder = new Base64Encoder({ column: this.#heldColumn });
    const encoded = Buffer.from(encoder.write(Buffer.concat([this.#quantumBytes(), extra])));
    return Buffer.concat([encoded, encoder.end(), held.subarray(this.#quantumLength)]);
  }

  /** Lets go what stands before `to`, a position in the slice or that of the first held byte; holds the rest. */
  #forward(slice: Buffer, to: number): Buffer {
    const before = this.#heldLength;
    if (to <= 0) {
      this.#heldLength += slice.copy(this.#held, before);
      return this.#scratch.reserve(0).subarray(0, 0);
    }
    let ready = slice.subarray(0, to);
    if (before > 0) {
      const out = this.#scratch.reserve(before + to);
      this.#held.copy(out, 0, 0, before);
      slice.copy(out, before, 0, to);
      ready = out.subarray(0, before + to);
    }
    this.#heldLength = slice.copy(this.#held, 0, to);
    return ready;
  }

  /** The bytes that the held, padded quantum stands for. */
  #quantumBytes(): Buffer {
    if (this.#digits === 2) return Buffer.of((this.#bits >> 4) & 0xff);
    if (this.#digits === 3) return Buffer.of((this.#bits >> 10) & 0xff, (this.#bits >> 2) & 0xff);
    return Buffer.alloc(0);
  }
}

function linesAt(slice: Buffer, from: number): Base64Lines | undefined {
  if (proof.length < slice.length) proof = Buffer.allocUnsafeSlow(slice.length);
  return decodeLines(slice, from, proof, 0);
}
