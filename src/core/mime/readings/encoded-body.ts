import type { ByteCoder } from '../transfer/byte-coder.ts';
import { createDecoder } from '../transfer/index.ts';

/** Twice encoded: decoded once as a part and once with the whole, other text comes out. */
const TWICE = /=3d[0-9a-f]{2}/i;
const TWICE_LENGTH = 5;

/**
 * A multipart with a transfer encoding is split as it stands, by most; some decode it first (RFC 2045 section 6.4 forbids
 * the encoding). Compares both: where the decoded text has the same delimiters and fields, or none at all, the latter
 * find nothing else.
 */
export class EncodedBody {
  readonly #decoder: ByteCoder | undefined;
  readonly #isBase64: boolean;
  readonly #raw: Counts;
  readonly #decoded: Counts;

  /** @param boundary as a latin1 "binary" string */
  constructor(encoding: string, boundary: string) {
    this.#decoder = createDecoder(encoding);
    this.#isBase64 = encoding === 'base64';
    this.#raw = new Counts(boundary);
    this.#decoded = new Counts(boundary);
  }

  write(slice: Buffer): void {
    if (this.#decoder === undefined) return;
    this.#raw.write(slice);
    this.#decoded.write(this.#decoder.write(slice));
  }

  /** Whether who decodes first finds other parts, or other content. */
  end(): boolean {
    if (this.#decoder === undefined) return true;
    this.#decoded.write(this.#decoder.end());
    if (this.#isBase64) return this.#decoded.delimiters + this.#decoded.fields > 0;
    return (
      this.#raw.isTwiceEncoded ||
      this.#decoded.delimiters !== this.#raw.delimiters ||
      this.#decoded.fields !== this.#raw.fields
    );
  }
}

/** Counts what splits a text into parts. */
class Counts {
  delimiters = 0;
  fields = 0;
  isTwiceEncoded = false;
  readonly #delimiter: string;
  #tail = '';

  constructor(boundary: string) {
    this.#delimiter = `--${boundary}`;
  }

  write(slice: Buffer): void {
    const before = this.#tail;
    const text = before + slice.toString('latin1');
    this.delimiters += this.#count(text, before.length, this.#delimiter);
    this.fields += this.#count(text.toLowerCase(), before.length, 'content-');
    this.isTwiceEncoded ||= TWICE.test(text);
    this.#tail = text.slice(-Math.max(this.#delimiter.length, 'content-'.length, TWICE_LENGTH));
  }

  /** Those that end behind `from`: the others have been counted. */
  #count(text: string, from: number, word: string): number {
    let count = 0;
    const start = Math.max(0, from - word.length + 1);
    for (let at = text.indexOf(word, start); at >= 0; at = text.indexOf(word, at + 1)) count++;
    return count;
  }
}
