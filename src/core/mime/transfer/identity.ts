import { isAscii } from 'node:buffer';
import type { Decoder, Oddity } from './byte-coder.ts';

const EMPTY = Buffer.alloc(0);

/** What an identity encoding promises about its bytes. */
export type IdentityEncoding = '7bit' | '8bit' | 'binary';

/** 7bit, 8bit and binary: bytes pass as they are, and what breaks the encoding's promise is reported. */
export class IdentityCoder implements Decoder {
  readonly #oddities = new Set<Oddity>();
  readonly #encoding: IdentityEncoding;

  constructor(encoding: IdentityEncoding) {
    this.#encoding = encoding;
  }

  get oddities(): ReadonlySet<Oddity> {
    return this.#oddities;
  }

  write(slice: Buffer): Buffer {
    if (this.#encoding === '7bit' && !isAscii(slice)) this.#oddities.add('eight-bit');
    if (this.#encoding !== 'binary' && slice.includes(0)) this.#oddities.add('nul');
    return slice;
  }

  end(): Buffer {
    return EMPTY;
  }
}
