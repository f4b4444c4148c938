import { BASE64_CLASS, JUNK, LINE_FEED, PADDING, URL_SAFE } from '../transfer/base64-alphabet.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';

const NOTHING = Buffer.alloc(0);
const DASH = 0x2d;
/** A longer line is decoded in pieces, in bytes of what comes out. */
const MAX_LINE = 8192;

/** How some readers decode base64 that is not regular. */
export interface Base64Rule {
  /**
   * What `=` is: junk; the end of a quantum, always, or where padding can stand; one of the four characters of a quantum, wherever it
   * stands; or, in front of other digits, the digit of zero.
   */
  readonly padding: 'junk' | 'ends' | 'regular' | 'counts' | 'zero';
  /** `-` and `_` are digits (RFC 4648 section 5). */
  readonly urlSafe?: boolean;
  /**
   * Each line is decoded by itself. One with text in it not at all; or up to the first thing in it that is no digit, and its last
   * quantum, where that is not complete, with the next line, or as it is, or not at all.
   */
  readonly lines?: 'text' | 'joined' | 'whole' | 'cut';
}

/** The digits of a quantum that is not complete: how many, and their bits. */
export interface Quantum {
  readonly phase: number;
  readonly bits: number;
}

/** Decodes base64 in such a way. */
export class OtherBase64 implements ByteCoder {
  readonly #rule: Base64Rule;
  #phase = 0;
  #bits = 0;
  /** Characters of the quantum, where padding counts. */
  #characters = 0;
  #out: Buffer = NOTHING;
  #length = 0;
  /** Of a line that is decoded by itself: what has come of it, and whether it is text. */
  #line: Buffer = NOTHING;
  #isText = false;

  /** @param quantum what it goes on with */
  constructor(rule: Base64Rule, quantum: Quantum = { phase: 0, bits: 0 }) {
    this.#rule = rule;
    this.#phase = quantum.phase;
    this.#bits = quantum.bits;
    this.#characters = quantum.phase;
  }

  write(slice: Buffer): Buffer {
    const { padding, urlSafe = false, lines } = this.#rule;
    // A line that is not complete is taken along, in front.
    this.#out = Buffer.allocUnsafe(this.#line.length + Math.ceil((slice.length + 3) / 4) * 3 + 3);
    this.#length = this.#line.copy(this.#out);
    let start = 0;
    for (const byte of slice) {
      let digit = BASE64_CLASS[byte];
      if (digit === URL_SAFE && urlSafe) digit = byte === DASH ? 62 : 63;
      if (digit === PADDING && padding === 'zero') digit = 0;
      if (digit < 64) {
        if (!this.#isText || lines === 'text') this.#digit(digit);
      } else if (digit === PADDING) {
        if (this.#isText && lines !== 'text') continue;
        if (padding === 'counts') this.#count();
        else if (padding === 'ends' || (padding === 'regular' && this.#phase > 1)) this.#flush();
      } else if (digit === JUNK || digit === URL_SAFE) this.#isText = lines !== undefined;
      if (lines === undefined) continue;
      if (digit === LINE_FEED) {
        if (lines === 'cut') this.#bits = this.#phase = 0;
        else if (lines !== 'joined') this.#flush();
      } else if (lines !== 'text' || this.#length - start < MAX_LINE) continue;
      if (lines === 'text' && this.#isText) this.#length = start;
      start = this.#length;
      // Behind a piece of a long line the line goes on.
      if (digit === LINE_FEED) this.#isText = false;
    }
    if (lines !== 'text') return this.#out.subarray(0, this.#length);
    this.#line = Buffer.from(this.#out.subarray(start, this.#length));
    return this.#out.subarray(0, start);
  }

  end(): Buffer {
    this.#out = Buffer.allocUnsafe(3);
    this.#length = 0;
    if (this.#rule.lines !== 'cut') this.#flush();
    const last = this.#out.subarray(0, this.#length);
    if (this.#rule.lines !== 'text') return last;
    return this.#isText ? NOTHING : Buffer.concat([this.#line, last]);
  }

  #digit(digit: number): void {
    this.#bits = (this.#bits << 6) | digit;
    this.#phase++;
    if (this.#rule.padding === 'counts') this.#count();
    else if (this.#phase === 4) this.#flush();
  }

  /** One more character of a quantum in which padding may stand anywhere. */
  #count(): void {
    if (++this.#characters < 4) return;
    this.#flush();
  }

  /** The bytes of a quantum, complete or not. */
  #flush(): void {
    const bits = this.#bits << (6 * (4 - this.#phase));
    if (this.#phase > 1) this.#out[this.#length++] = bits >> 16;
    if (this.#phase > 2) this.#out[this.#length++] = bits >> 8;
    if (this.#phase > 3) this.#out[this.#length++] = bits;
    this.#bits = this.#phase = this.#characters = 0;
  }
}
