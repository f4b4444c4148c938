import { isAscii } from 'node:buffer';
import { StrictBase64 } from './strict-base64.ts';
import { StrictQuotedPrintable } from './strict-quoted-printable.ts';

/**
 * A decoder for content that is to be changed. It takes only what every mail reader decodes to the same bytes, and
 * says where in the encoded text each byte stands, so that something can be put in between.
 */
export interface StrictDecoder {
  /** Decode the next bytes. The result is valid until the next call and as long as the slice is. */
  write(slice: Buffer): Buffer;
  /** No bytes follow; only now it is known whether the end is whole. */
  end(): void;
  /** Readers would not agree on what the input says, or it breaks the encoding; what `write` returned is void. */
  readonly broken: boolean;
  /**
   * Where the n-th byte of what `write` returned last begins in the encoded text, counted from the beginning of the
   * slice; negative for a byte that begins in an earlier one. In base64 it is where its quantum begins.
   */
  position(n: number): number;
  /** Where what is not decoded yet begins, counted like {@link position}; the slice's length if everything is. */
  readonly openAt: number;
}

/** The decoder of a transfer encoding (RFC 2045 section 6); undefined for one that is not known. */
export function strictDecoder(encoding: string): StrictDecoder | undefined {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return new StrictIdentity(encoding);
    case 'quoted-printable':
      return new StrictQuotedPrintable();
    case 'base64':
      return new StrictBase64();
    default:
      return undefined;
  }
}

/** 7bit, 8bit, binary: broken by a byte that the encoding does not allow. */
class StrictIdentity implements StrictDecoder {
  readonly #encoding: '7bit' | '8bit' | 'binary';
  broken = false;
  openAt = 0;

  constructor(encoding: '7bit' | '8bit' | 'binary') {
    this.#encoding = encoding;
  }

  write(slice: Buffer): Buffer {
    if (this.#encoding === '7bit' && !isAscii(slice)) this.broken = true;
    if (this.#encoding !== 'binary' && slice.includes(0)) this.broken = true;
    this.openAt = slice.length;
    return slice;
  }

  end(): void {}

  position(n: number): number {
    return n;
  }
}
