import { isAscii, isUtf8 } from 'node:buffer';
import { isAsciiSuperset } from './ascii-superset.ts';
import { findCharset } from './charset-table.ts';
import type { StreamingTextDecoder } from './streaming-text-decoder.ts';
import { decoderFor } from './text-decoder.ts';
import { unfinished } from './utf8-decoder.ts';

/** Says whether bytes are text in a charset, without the text: what a decoder's `malformed` says, at a tenth of the time. */
export interface TextChecker {
  /** The next bytes; borrowed. */
  write(slice: Buffer): void;
  /** No bytes follow. */
  end(): void;
  /** Whether something was no text in the charset. */
  readonly malformed: boolean;
}

/** A checker for a charset label; undefined for a label that is not known. */
export function createTextChecker(label: string): TextChecker | undefined {
  const charset = findCharset(label);
  if (charset === undefined) return undefined;
  if (charset.engine.kind === 'utf-8') return new Utf8Checker();
  const asciiAsIs = charset.engine.kind === 'single-byte' && isAsciiSuperset(charset.name);
  return new DecodingChecker(decoderFor(charset), asciiAsIs);
}

class Utf8Checker implements TextChecker {
  /** The beginning of a character. */
  #carry: Buffer | undefined;
  malformed = false;

  write(slice: Buffer): void {
    const bytes = this.#carry === undefined ? slice : Buffer.concat([this.#carry, slice]);
    const open = unfinished(bytes);
    const complete = open === 0 ? bytes : bytes.subarray(0, bytes.length - open);
    this.#carry = open === 0 ? undefined : Buffer.from(bytes.subarray(bytes.length - open));
    if (!isUtf8(complete)) this.malformed = true;
  }

  end(): void {
    if (this.#carry !== undefined) this.malformed = true;
  }
}

/** By decoding, but for ASCII in a charset where that is always text. */
class DecodingChecker implements TextChecker {
  readonly #decoder: StreamingTextDecoder;
  readonly #asciiAsIs: boolean;

  constructor(decoder: StreamingTextDecoder, asciiAsIs: boolean) {
    this.#decoder = decoder;
    this.#asciiAsIs = asciiAsIs;
  }

  get malformed(): boolean {
    return this.#decoder.malformed;
  }

  write(slice: Buffer): void {
    if (!this.#asciiAsIs || !isAscii(slice)) this.#decoder.write(slice);
  }

  end(): void {
    this.#decoder.end();
  }
}
