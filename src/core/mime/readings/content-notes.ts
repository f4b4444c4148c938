import { isAscii } from 'node:buffer';
import type { AmbiguityCode } from '../ambiguity.ts';
import { canonicalCharset, createTextChecker, isAsciiSuperset, type TextChecker } from '../charset/index.ts';
import { MessagePart } from '../message-part.ts';
import type { Part } from '../part.ts';
import { TNEF_MAGIC } from '../tnef.ts';
import type { Oddity } from '../transfer/byte-coder.ts';

/** Bytes of a text, decoded, that are looked at for its charset: a few KB say it, and some charsets are slow. */
const SAMPLE = 64 * 1024;

/** What is told of the transfer encodings that have rules to be broken. */
const CODES: ReadonlyMap<Oddity, AmbiguityCode> = new Map<Oddity, AmbiguityCode>([
  ['non-alphabet', 'base64-junk'],
  ['url-safe', 'base64-junk'],
  ['padding-inside', 'base64-padding'],
  ['bad-padding', 'base64-padding'],
  ['unpadded', 'base64-tail'],
  ['truncated', 'base64-tail'],
  ['short-line', 'base64-short-lines'],
  ['bad-escape', 'quoted-printable-escape'],
  ['lower-case-hex', 'quoted-printable-lower-case'],
  ['soft-break-blanks', 'quoted-printable-blanks'],
  ['long-line', 'encoded-line-too-long'],
]);
const ENCODED = new Set(['base64', 'quoted-printable']);

const UTF_8_MARK = Buffer.of(0xef, 0xbb, 0xbf);
/** Marks of byte order, the longer ones of the same beginning first, and the charsets that have them. */
const MARKS: readonly (readonly [mark: Buffer, charset: RegExp])[] = [
  [Buffer.of(0xff, 0xfe, 0, 0), /^utf-?32/],
  [Buffer.of(0, 0, 0xfe, 0xff), /^utf-?32/],
  [Buffer.of(0xff, 0xfe), /^utf-?16/],
  [Buffer.of(0xfe, 0xff), /^utf-?16/],
  [UTF_8_MARK, /^utf-?8$/],
];
const LONGEST_MARK = 4;
const NOTHING = Buffer.alloc(0);
/** In these a character has bytes that are NUL. */
const WIDE = /utf-?(?:16|32)|ucs-?[24]|unicode/;

/** Tell of a leaf what was odd about its transfer encoding so far. */
export function tellOddities(part: Part, oddities: ReadonlySet<Oddity>): void {
  if (oddities.size === 0 || !isTold(part) || !ENCODED.has(part.transferEncoding)) return;
  for (const oddity of oddities) {
    const code = CODES.get(oddity);
    if (code !== undefined) part.tell(code);
  }
}

/** What is watched of a leaf's content while it is decoded by the rules; undefined for one that only some readers find. */
export function notesOn(part: Part): ContentNotes | undefined {
  return isTold(part) ? new ContentNotes(part) : undefined;
}

function isTold(part: Part): part is MessagePart {
  return part instanceof MessagePart && part.reading === undefined;
}

/** What marks, and a TNEF container, begin with. */
const FIRST_OF_MARKS: ReadonlySet<number> = new Set([...MARKS.map(([mark]) => mark[0]), TNEF_MAGIC[0]]);

/** Watches what comes of a leaf's content by the rules, and tells of the part what is ambiguous about that. */
export class ContentNotes {
  readonly #part: MessagePart;
  readonly #isText: boolean;
  /** Undefined where nothing but ASCII has come of what ASCII is a part of, or nothing is known about the charset. */
  #checker: TextChecker | undefined;
  #isChecked = false;
  /** The first bytes, where they may be a mark. */
  #start = NOTHING;
  /** Bytes so far, up to {@link SAMPLE}. */
  #seen = 0;
  #hasNul = false;

  constructor(part: MessagePart) {
    this.#part = part;
    this.#isText = part.type.startsWith('text/');
  }

  /** Something was found in the content. */
  tell(code: AmbiguityCode): void {
    this.#part.tell(code);
  }

  /** Decoded content; borrowed. */
  write(slice: Buffer): void {
    if (this.#seen >= SAMPLE || slice.length === 0) return;
    this.#lookForMark(slice);
    const room = SAMPLE - this.#seen;
    const sample = slice.length > room ? slice.subarray(0, room) : slice;
    this.#seen += sample.length;
    if (!this.#isText) return;
    this.#hasNul ||= sample.includes(0);
    if (!this.#isChecked && (!isAscii(sample) || !this.#isAsciiText)) {
      this.#isChecked = true;
      const { charset } = this.#part;
      if (charset !== undefined) this.#checker = createTextChecker(charset);
    }
    this.#checker?.write(sample);
  }

  /** @param oddities of the transfer encoding */
  end(oddities: ReadonlySet<Oddity> | undefined): void {
    if (oddities !== undefined) tellOddities(this.#part, oddities);
    if (!this.#isText) return;
    // The sample of a longer text may end within a character.
    if (this.#seen < SAMPLE) this.#checker?.end();
    if (this.#checker?.malformed === true) this.tell('charset-differs');
    // Nearly all texts begin with a letter.
    if (this.#start.length === 0 && !this.#hasNul) return;
    const mark = MARKS.find(([bytes]) => this.#start.subarray(0, bytes.length).equals(bytes));
    const label = this.#part.charset ?? '';
    const charset = canonicalCharset(label) ?? label;
    const isWide = mark !== undefined && mark[0] !== UTF_8_MARK;
    // Without a charset, a text in UTF-8 is what most readers take it for.
    if (mark !== undefined && !mark[1].test(charset) && (label !== '' || isWide))
      this.tell('charset-differs');
    if (this.#hasNul && !isWide && !WIDE.test(charset)) this.tell('binary-in-text');
  }

  #lookForMark(slice: Buffer): void {
    const { length } = this.#start;
    if (length >= LONGEST_MARK || length < this.#seen) return;
    if (length === 0 && !FIRST_OF_MARKS.has(slice[0])) return;
    this.#start = Buffer.concat([this.#start, slice.subarray(0, LONGEST_MARK - length)]);
    if (this.#start.equals(TNEF_MAGIC)) this.tell('tnef');
  }

  /** Whether ASCII is text in the part's charset, and says nothing about what comes behind it. */
  get #isAsciiText(): boolean {
    const { charset } = this.#part;
    return charset === undefined || isAsciiSuperset(charset);
  }
}
