import { Base64Decoder } from './base64-decoder.ts';
import { Base64Encoder } from './base64-encoder.ts';
import { Base64Tail } from './base64-tail.ts';
import type { Decoder, Encoder } from './byte-coder.ts';
import { IdentityTail } from './identity-tail.ts';
import { IdentityCoder } from './identity.ts';
import type { IdentityEncoding } from './identity.ts';
import { QuotedPrintableDecoder } from './quoted-printable-decoder.ts';
import { QuotedPrintableEncoder } from './quoted-printable-encoder.ts';
import { QuotedPrintableTail } from './quoted-printable-tail.ts';
import type { Tail } from './tail.ts';
import { UuencodeDecoder } from './uuencode-decoder.ts';

/** How encoded text ends and what is encoded. */
export interface EncoderOptions {
  /** For quoted-printable: CR and LF are data like any other byte. Default false: CRLF is a line end. */
  readonly binary?: boolean;
  /** For base64 and quoted-printable: whether the last line gets a CRLF. Default false: a delimiter brings its own. */
  readonly finalLineEnd?: boolean;
}

/** The encodings that Millrace writes. */
export type WritableEncoding = IdentityEncoding | 'base64' | 'quoted-printable';

/** A decoder for a lower-case Content-Transfer-Encoding; undefined for one that is not known and so opaque. */
export function createDecoder(encoding: string): Decoder | undefined {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return new IdentityCoder(encoding);
    case 'base64':
      return new Base64Decoder();
    case 'quoted-printable':
      return new QuotedPrintableDecoder();
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
      return new UuencodeDecoder();
    default:
      return undefined;
  }
}

/**
 * An encoder for a lower-case Content-Transfer-Encoding; undefined for one that Millrace does not write. For 7bit,
 * 8bit and binary the bytes must already be what the encoding promises.
 */
export function createEncoder(encoding: WritableEncoding, options?: EncoderOptions): Encoder;
export function createEncoder(encoding: string, options?: EncoderOptions): Encoder | undefined;
export function createEncoder(encoding: string, options: EncoderOptions = {}): Encoder | undefined {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return new IdentityCoder(encoding);
    case 'base64':
      return new Base64Encoder(options);
    case 'quoted-printable':
      return new QuotedPrintableEncoder(options);
    default:
      return undefined;
  }
}

/** Watches the encoded bytes of a part, to put text at its end; undefined where that cannot be done. */
export function createTail(encoding: string): Tail | undefined {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return new IdentityTail();
    case 'base64':
      return new Base64Tail();
    case 'quoted-printable':
      return new QuotedPrintableTail();
    default:
      return undefined;
  }
}
