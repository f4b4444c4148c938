import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import type { Encoding } from 'iconv-lite';
import type { StreamingTextDecoder } from './streaming-text-decoder.ts';
import type { Conversion } from './conversion.ts';

/** A conversion that writes U+FFFD for what is no character. No charset that is converted so has one of its own. */
export class ConvertingDecoder implements StreamingTextDecoder {
  readonly encoding: string;
  readonly #conversion: Conversion;
  /** Whether ASCII bytes can be taken as they are, whatever came before. */
  readonly #asciiAsIs: boolean;
  #malformed = false;

  constructor(encoding: string, conversion: Conversion, asciiAsIs = false) {
    this.encoding = encoding;
    this.#conversion = conversion;
    this.#asciiAsIs = asciiAsIs;
  }

  get malformed(): boolean {
    return this.#malformed;
  }

  write(slice: Buffer): string {
    if (this.#asciiAsIs && isAscii(slice)) return slice.toString('latin1');
    return this.#check(this.#conversion.write(slice));
  }

  end(): string {
    return this.#check(this.#conversion.end() ?? '');
  }

  #check(text: string): string {
    if (text.includes('\ufffd')) this.#malformed = true;
    return text;
  }
}

/** Decoders of ICU that have come to their end, which leaves them as new: one costs some ten microseconds to make. */
const idle = new Map<string, IcuDecoder>();
type IcuDecoder = InstanceType<typeof TextDecoder>;

/**
 * Node (20.20) makes room for two UTF-16 units a byte of the slice, whatever is pending from the slice before, and throws
 * when that is not enough: gb18030 81 30 81 | 00. A character or an escape sequence has no more pending bytes than this.
 */
const LEAST_BYTES = 8;

/** ICU's decoder, for what iconv-lite does not know. */
export function icuConversion(name: string): Conversion {
  let decoder: IcuDecoder | undefined;
  let short = Buffer.alloc(0);
  return {
    write: (slice) => {
      const bytes = short.length === 0 ? slice : Buffer.concat([short, slice]);
      if (bytes.length < LEAST_BYTES) {
        short = Buffer.from(bytes);
        return '';
      }
      short = Buffer.alloc(0);
      return (decoder ??= take(name)).decode(bytes, { stream: true });
    },
    end: () => {
      const last = decoder ?? take(name);
      const text = last.decode(short);
      idle.set(name, last);
      decoder = undefined;
      short = Buffer.alloc(0);
      return text;
    },
  };
}

function take(name: string): IcuDecoder {
  const decoder = idle.get(name) ?? new TextDecoder(name, { ignoreBOM: true });
  idle.delete(name);
  return decoder;
}

/**
 * A multi-byte charset without shifts, by iconv-lite. Its own stream decoder loses characters when bytes from an
 * earlier slice make a slice give more characters than it has bytes (0.7.3: Shift_JIS 87 | 00, Big5 88 | 62). So every
 * slice gets a new one, with the beginning of a character from the slice before in front.
 */
export class MultiByteConversion implements Conversion {
  readonly #name: Encoding;
  #carry = Buffer.alloc(0);

  constructor(name: Encoding) {
    this.#name = name;
  }

  write(slice: Buffer): string {
    const bytes = this.#carry.length === 0 ? slice : Buffer.concat([this.#carry, slice]);
    const decoder = iconv.getDecoder(this.#name);
    const text = decoder.write(bytes);
    // At its end the decoder gives one U+FFFD for each byte of a character that is not complete.
    const unfinished = decoder.end()?.length ?? 0;
    this.#carry = Buffer.from(bytes.subarray(bytes.length - unfinished));
    return text;
  }

  end(): string {
    return '\ufffd'.repeat(this.#carry.length);
  }
}
