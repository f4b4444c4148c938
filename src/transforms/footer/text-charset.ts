import {
  canonicalCharset,
  createTextChecker,
  createTextDecoder,
  isAsciiSuperset,
  type TextChecker,
} from '../../core/mime/charset/index.ts';
import { Iso2022Shifts } from './iso-2022-shifts.ts';

const EMPTY = Buffer.alloc(0);

/** Reads the bytes of a text in one charset, to see whether they are that text. */
export class CharsetReader {
  readonly #checker: TextChecker;
  readonly #shifts: Iso2022Shifts | undefined;
  #hidden: Buffer | undefined;

  /** `charset` must be one that {@link takesAscii}. */
  constructor(charset: string) {
    this.#checker = createTextChecker(charset)!;
    this.#shifts = hasShifts(charset) ? new Iso2022Shifts() : undefined;
  }

  /** What has to come in front of ASCII text at this place. */
  get toAscii(): Buffer {
    return this.#shifts?.toAscii ?? EMPTY;
  }

  /** False when the bytes so far cannot be text in this charset. */
  push(bytes: Buffer): boolean {
    this.#hidden = this.#shifts?.hide(bytes);
    this.#checker.write(bytes);
    return !this.#checker.malformed;
  }

  /** The same for the end of the text: false when a character was cut in two. */
  end(): boolean {
    this.#checker.end();
    return !this.#checker.malformed;
  }

  /** The bytes that were pushed last; those of longer characters that look like `<` are hidden. */
  markup(bytes: Buffer): Buffer {
    return this.#hidden ?? bytes;
  }
}

/** Whether ASCII text can be put between characters of this charset, at most behind an escape sequence. */
export function takesAscii(charset: string): boolean {
  return isAsciiSuperset(charset) || hasShifts(charset);
}

/** The text of bytes in a charset that is known; undefined when they are not text in it, and for UTF-7. */
export function decodeStrictly(bytes: Buffer, charset: string): string | undefined {
  const decoder = createTextDecoder(charset);
  // UTF-7 has several ways to write a text, and is read by few.
  if (decoder === undefined || canonicalCharset(charset) === 'utf-7') return undefined;
  const text = decoder.write(bytes) + decoder.end();
  return decoder.malformed ? undefined : text;
}

function hasShifts(charset: string): boolean {
  return canonicalCharset(charset) === 'iso-2022-jp';
}
