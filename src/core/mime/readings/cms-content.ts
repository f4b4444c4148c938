import type { ByteCoder } from '../transfer/byte-coder.ts';

const NOTHING = Buffer.alloc(0);
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
const CONSTRUCTED = 0x20;
/** The tag [0] around the content, and an octet string in pieces. */
const AROUND_CONTENT: ReadonlySet<number> = new Set([0xa0, OCTET_STRING | CONSTRUCTED]);
const INDEFINITE = 0x80;
/** id-data (RFC 5652 section 4), which is what signed data is about in mail (RFC 8551 section 3.5.2). */
const DATA = '2a864886f70d010701';
const LONGEST_IDENTIFIER = 32;

/**
 * Takes what is signed out of a message that is signed data (RFC 5652 section 5): the octets behind the first identifier of data, in
 * one piece or several, with lengths or without (X.690 section 8.1). Of what is encrypted nothing comes out, nor of what is
 * something else. Bounded memory, linear; what comes out does not depend on how the content is cut.
 */
export class CmsContent implements ByteCoder {
  #state: 'tag' | 'length' | 'value' | 'over' = 'tag';
  #tag = 0;
  #length = 0;
  /** Bytes of a long length still to come. */
  #lengthBytes = 0;
  #isFirstTag = true;
  #identifier: number[] = [];
  /** The content comes next. */
  #isNext = false;
  /** Some of it has come. */
  #hasBegun = false;

  write(slice: Buffer): Buffer {
    const out: Buffer[] = [];
    let at = 0;
    while (at < slice.length && this.#state !== 'over') {
      if (this.#state === 'value') {
        const end = Math.min(slice.length, at + this.#length);
        this.#value(slice.subarray(at, end), out);
        this.#length -= end - at;
        at = end;
        if (this.#length === 0) this.#endValue();
      } else if (this.#state === 'tag') this.#beginTag(slice[at++]);
      else this.#takeLength(slice[at++]);
    }
    return out.length === 1 ? out[0] : Buffer.concat(out);
  }

  end(): Buffer {
    return NOTHING;
  }

  #beginTag(tag: number): void {
    // It is a sequence, or nothing of this kind.
    if (this.#isFirstTag && tag !== 0x30) this.#state = 'over';
    else this.#state = 'length';
    this.#isFirstTag = false;
    this.#tag = tag;
    this.#length = this.#lengthBytes = 0;
  }

  #takeLength(byte: number): void {
    if (this.#lengthBytes > 0) {
      this.#length = this.#length * 256 + byte;
      if (--this.#lengthBytes === 0) this.#begin();
    } else if (byte < INDEFINITE) {
      this.#length = byte;
      this.#begin();
    } else if (byte === INDEFINITE) this.#begin();
    else if (byte - INDEFINITE > 6) this.#state = 'over';
    else this.#lengthBytes = byte - INDEFINITE;
  }

  /** Tag and length are known. */
  #begin(): void {
    const isContent = this.#tag === OCTET_STRING && this.#isNext;
    const isEnd = this.#tag === 0 && this.#length === 0;
    if (this.#hasBegun && !isContent && !isEnd) this.#state = 'over';
    else if ((this.#tag & CONSTRUCTED) !== 0) {
      // What is in it comes as the next ones.
      if (!AROUND_CONTENT.has(this.#tag)) this.#isNext = false;
      this.#state = 'tag';
    } else {
      if (!isContent && !isEnd) this.#isNext = false;
      this.#identifier = [];
      this.#state = 'value';
      if (this.#length === 0) this.#endValue();
    }
  }

  #value(bytes: Buffer, out: Buffer[]): void {
    if (this.#tag === OCTET_STRING && this.#isNext) {
      out.push(Buffer.from(bytes));
      this.#hasBegun = true;
    } else if (this.#tag === OBJECT_IDENTIFIER && this.#identifier.length < LONGEST_IDENTIFIER)
      this.#identifier.push(...bytes.subarray(0, LONGEST_IDENTIFIER));
  }

  #endValue(): void {
    if (this.#tag === OBJECT_IDENTIFIER)
      this.#isNext = Buffer.from(this.#identifier).toString('hex') === DATA;
    this.#state = 'tag';
  }
}
