import { isAscii } from 'node:buffer';
import { StrictBase64 } from './strict-base64.ts';
import { StrictQuotedPrintable } from './strict-quoted-printable.ts';
import type { StrictDecoder } from './strict-decoding.ts';

/**
 * A decoder for content that is to be changed. It takes only what every mail reader decodes to the same bytes, and
 * says where in the encoded text each byte stands, so that something can be put in between.
 */
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

  release(): void {}

  end(): void {}

  position(n: number): number {
    return n;
  }
}
