import { isUtf8 } from 'node:buffer';
import type { StreamingTextDecoder } from './streaming-text-decoder.ts';

/** UTF-8 (RFC 3629), strictly: what is over-long, a surrogate or cut short is malformed. */
export class Utf8Decoder implements StreamingTextDecoder {
  readonly encoding = 'utf-8';
  #malformed = false;
  /** The beginning of a character, 0 to 3 bytes. */
  readonly #carry = Buffer.allocUnsafe(3);
  #carried = 0;

  get malformed(): boolean {
    return this.#malformed;
  }

  write(slice: Buffer): string {
    const bytes =
      this.#carried === 0 ? slice : Buffer.concat([this.#carry.subarray(0, this.#carried), slice]);
    const complete = bytes.length - unfinished(bytes);
    this.#carried = bytes.copy(this.#carry, 0, complete);
    return this.#decode(bytes.subarray(0, complete));
  }

  end(): string {
    return this.#decode(this.#carry.subarray(0, this.#carried));
  }

  #decode(bytes: Buffer): string {
    if (!isUtf8(bytes)) this.#malformed = true;
    return bytes.toString('utf8');
  }
}

/** How many bytes at the end are the beginning of a character that goes on. */
export function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
