import { BASE64_CLASS, JUNK, LINE_FEED, PADDING, URL_SAFE } from '../transfer/base64-alphabet.ts';
import type { ByteCoder, Oddity } from '../transfer/byte-coder.ts';
import { Base64Decoder } from '../transfer/index.ts';

const NOTHING = Buffer.alloc(0);
const EQUALS = 0x3d;
const DASH = 0x2d;
/** What is kept of what has been decoded, in bytes: readings that begin in the middle get it first. */
const MAX_HISTORY = 16_384;
/** A longer line is decoded in pieces, in bytes of what comes out. */
const MAX_LINE = 8192;

/** How some readers decode base64 that is not regular. */
interface Rule {
  /** What some reader may take in another way. */
  readonly at: (byte: number) => boolean;
  /** Without one of these behind it, there is no difference. */
  readonly from: readonly Oddity[];
  /** `=` is junk, or ends a quantum: always, or where padding can stand. */
  readonly padding: 'junk' | 'ends' | 'regular';
  /** `-` and `_` are digits (RFC 4648 section 5). */
  readonly urlSafe?: boolean;
  /** Text: each line behind it is decoded by itself, and one with more text in it not at all. */
  readonly byLine?: boolean;
}

const isPadding = (byte: number): boolean => byte === EQUALS;
const isUrlSafe = (byte: number): boolean => BASE64_CLASS[byte] === URL_SAFE;
const isText = (byte: number): boolean => BASE64_CLASS[byte] === JUNK || isUrlSafe(byte);

const RULES: readonly Rule[] = [
  { at: isPadding, from: ['padding-inside', 'bad-padding'], padding: 'junk' },
  { at: isPadding, from: ['bad-padding'], padding: 'ends' },
  { at: isUrlSafe, from: ['url-safe'], padding: 'regular', urlSafe: true },
  { at: isText, from: ['non-alphabet', 'url-safe'], padding: 'ends', byLine: true },
];

/** Where a slice begins: what has been decoded in front, and the quantum that was not complete. */
interface Beginning {
  readonly history: Buffer;
  readonly phase: number;
  readonly bits: number;
}

/**
 * Decodes base64 by the rules, and in the other ways in which readers do: RFC 2045 section 6.8 leaves open what is to become of what is no
 * digit. Of these nothing comes out while the base64 is regular; then each gives what was in front, the
 * last 16 KB of it, and all that follows. Only who decodes by the line begins with the next one.
 */
export class Base64Readings {
  readonly #decoder = new Base64Decoder();
  /** What the decoder was in the middle of, in front of the slice that it got last, and what came out of that. */
  #phase = 0;
  #bits = 0;
  #last: Buffer = NOTHING;
  #history: Buffer = NOTHING;

  /** By the rules. */
  readonly primary: ByteCoder = {
    write: (slice) => {
      const { phase, bits } = this.#decoder.quantum;
      this.#phase = phase;
      this.#bits = bits;
      this.#last = this.#decoder.write(slice);
      return this.#last;
    },
    end: () => this.#decoder.end(),
  };

  /** The others. Each gets a slice behind {@link primary}, in this order; the last one takes notes. */
  readonly others: readonly ByteCoder[] = [
    ...RULES.map(
      (rule) =>
        new OtherBase64(
          rule,
          () => this.#isOdd(rule),
          () => ({ history: this.#history, phase: this.#phase, bits: this.#bits }),
        ),
    ),
    { write: () => this.#keep(), end: () => NOTHING },
  ];

  #isOdd({ from }: Rule): boolean {
    return this.#decoder.oddities.size > 0 && from.some((oddity) => this.#decoder.oddities.has(oddity));
  }

  #keep(): Buffer {
    const more = this.#last.subarray(-MAX_HISTORY);
    const kept = this.#history.subarray(Math.max(0, this.#history.length + more.length - MAX_HISTORY));
    this.#history = Buffer.concat([kept, more]);
    this.#last = NOTHING;
    return NOTHING;
  }
}

class OtherBase64 implements ByteCoder {
  readonly #rule: Rule;
  readonly #isOdd: () => boolean;
  readonly #beginning: () => Beginning;
  /** What has come out, until it is known that it matters; undefined while all readers do the same. */
  #kept: Buffer[] | undefined;
  #isTold = false;
  #phase = 0;
  #bits = 0;
  #out: Buffer = NOTHING;
  #length = 0;
  /** Of a line that is decoded by itself: what has come of it, and whether it is text. */
  #line: Buffer = NOTHING;
  #isText = true;

  constructor(rule: Rule, isOdd: () => boolean, beginning: () => Beginning) {
    this.#rule = rule;
    this.#isOdd = isOdd;
    this.#beginning = beginning;
  }

  write(slice: Buffer): Buffer {
    if (this.#isTold) return this.#decode(slice);
    const isOdd = this.#isOdd();
    if (this.#kept === undefined) {
      // Padding is odd only by what follows it.
      if (!isOdd && (this.#rule.at !== isPadding || !slice.includes(EQUALS))) return NOTHING;
      this.#kept = this.#begin(slice);
      if (this.#kept === undefined) return NOTHING;
    } else {
      const bytes = this.#decode(slice);
      if (bytes.length > 0) this.#kept.push(Buffer.from(bytes));
    }
    if (!isOdd) return NOTHING;
    this.#isTold = true;
    const kept = Buffer.concat(this.#kept);
    this.#kept = [];
    return kept;
  }

  end(): Buffer {
    if (!this.#isTold) return NOTHING;
    this.#out = Buffer.allocUnsafe(3);
    this.#length = 0;
    this.#flush();
    const last = this.#out.subarray(0, this.#length);
    if (this.#rule.byLine !== true) return last;
    return this.#isText ? NOTHING : Buffer.concat([this.#line, last]);
  }

  /** Up to the first byte that readers do not agree about, all is as by the rules. */
  #begin(slice: Buffer): Buffer[] | undefined {
    const at = slice.findIndex(this.#rule.at);
    if (at < 0) return undefined;
    if (this.#rule.byLine === true) return [Buffer.from(this.#decode(slice.subarray(at)))];
    const { history, phase, bits } = this.#beginning();
    this.#phase = phase;
    this.#bits = bits;
    const front = Buffer.concat([history, this.#decode(slice.subarray(0, at))]);
    return [Buffer.from(front.subarray(-MAX_HISTORY)), Buffer.from(this.#decode(slice.subarray(at)))];
  }

  #decode(slice: Buffer): Buffer {
    const { padding, urlSafe = false, byLine = false } = this.#rule;
    // A line that is not complete is taken along, in front.
    this.#out = Buffer.allocUnsafe(this.#line.length + Math.ceil((slice.length + 3) / 4) * 3 + 3);
    this.#length = this.#line.copy(this.#out);
    let start = 0;
    for (const byte of slice) {
      let digit = BASE64_CLASS[byte];
      if (digit === URL_SAFE && urlSafe) digit = byte === DASH ? 62 : 63;
      if (digit < 64) {
        this.#bits = (this.#bits << 6) | digit;
        if (++this.#phase === 4) this.#flush();
      } else if (digit === PADDING) {
        if (padding === 'ends' || (padding === 'regular' && this.#phase > 1)) this.#flush();
      } else if (digit === JUNK || digit === URL_SAFE) this.#isText = true;
      if (!byLine || (digit !== LINE_FEED && this.#length - start < MAX_LINE)) continue;
      if (digit === LINE_FEED) this.#flush();
      if (this.#isText) this.#length = start;
      start = this.#length;
      // Behind a piece of a long line the line goes on.
      if (digit === LINE_FEED) this.#isText = false;
    }
    if (!byLine) return this.#out.subarray(0, this.#length);
    this.#line = Buffer.from(this.#out.subarray(start, this.#length));
    return this.#out.subarray(0, start);
  }

  /** The bytes of a quantum, complete or not. */
  #flush(): void {
    const bits = this.#bits << (6 * (4 - this.#phase));
    if (this.#phase > 1) this.#out[this.#length++] = bits >> 16;
    if (this.#phase > 2) this.#out[this.#length++] = bits >> 8;
    if (this.#phase > 3) this.#out[this.#length++] = bits;
    this.#bits = this.#phase = 0;
  }
}
