import iconv from 'iconv-lite';
import { findCharset } from './charset-table.ts';
import type { Charset } from './charset-table.ts';
import { Iso2022JpEncoder } from './iso-2022-jp-encoder.ts';
import { decoderFor } from './text-decoder.ts';

/** Encodes text as it comes. The bytes do not depend on how the text was cut. */
export interface StreamingTextEncoder {
  write(text: string): Buffer;
  /** What is left at the end. */
  end(): Buffer;
  /** How many characters the charset could not hold, so that a substitute was written. */
  readonly substitutions: number;
}

/** What a text encoder does about characters that its charset does not have. */
export interface TextEncoderOptions {
  /** What to write for a character (very rarely two that belong together). Default: `?`. Should be ASCII. */
  readonly substitute?: (character: string) => string;
}

/** Conversion without a check: what cannot be written becomes `?`. */
interface RawEncoder {
  write(text: string): Buffer;
  end(): Buffer | undefined;
}

const EMPTY = Buffer.alloc(0);
const REPLACEMENT = '\ufffd';
const CHARACTER = /./gsu;
/** Big5 has places for these four letters with their accents, but not for the accents. */
const BIG5_CHARACTER = /[\u00ca\u00ea][\u0304\u030c]|./gsu;
const LONE_SURROGATE = /\p{Surrogate}/u;
const HIGH_SURROGATE_LAST = /[\ud800-\udbff]$/;
const BIG5_OPEN_LAST = /[\ud800-\udbff\u00ca\u00ea]$/;

/**
 * An encoder for a charset label; undefined for a label that is not known, for UTF-7, and for plain `utf-16`, whose
 * byte order the text to be changed decides: ask its decoder.
 */
export function createTextEncoder(
  label: string,
  options: TextEncoderOptions = {},
): StreamingTextEncoder | undefined {
  const charset = findCharset(label);
  if (charset === undefined) return undefined;
  const raw = rawEncoder(charset);
  return raw && new CheckingEncoder(charset, raw, options.substitute ?? (() => '?'));
}

/** The text in a charset, proven by decoding it again; undefined if it cannot be written in it. */
export function encodeExactly(text: string, label: string): Buffer | undefined {
  const charset = findCharset(label);
  return charset && encodeProven(text, charset);
}

class CheckingEncoder implements StreamingTextEncoder {
  readonly #charset: Charset;
  readonly #raw: RawEncoder;
  readonly #substitute: (character: string) => string;
  /** The first half of a character. */
  #held = '';
  #substitutions = 0;

  constructor(charset: Charset, raw: RawEncoder, substitute: (character: string) => string) {
    this.#charset = charset;
    this.#raw = raw;
    this.#substitute = substitute;
  }

  get substitutions(): number {
    return this.#substitutions;
  }

  write(text: string): Buffer {
    const open = this.#charset.name === 'big5' ? BIG5_OPEN_LAST : HIGH_SURROGATE_LAST;
    const whole = this.#held + text;
    this.#held = open.test(whole) ? whole.slice(-1) : '';
    return this.#encode(whole.slice(0, whole.length - this.#held.length));
  }

  end(): Buffer {
    const last = this.#encode(this.#held);
    return Buffer.concat([last, this.#raw.end() ?? EMPTY]);
  }

  #encode(text: string): Buffer {
    if (text === '') return EMPTY;
    if (encodeProven(text, this.#charset) !== undefined) return this.#raw.write(text);
    const missing = unrepresentable(text, this.#charset);
    const written = text.replaceAll(characterOf(this.#charset), (character) => {
      if (!missing.has(character)) return character;
      this.#substitutions++;
      return this.#substitute(character);
    });
    return this.#raw.write(written);
  }
}

function characterOf(charset: Charset): RegExp {
  return charset.name === 'big5' ? BIG5_CHARACTER : CHARACTER;
}

function rawEncoder({ engine }: Charset): RawEncoder | undefined {
  switch (engine.kind) {
    case 'utf-8':
      return { write: (text) => Buffer.from(text, 'utf8'), end: () => EMPTY };
    case 'utf-16': {
      if (engine.order === 'marked') return undefined;
      const swapped = engine.order === 'be';
      const write = (text: string): Buffer => {
        const bytes = Buffer.from(text, 'utf16le');
        return swapped ? bytes.swap16() : bytes;
      };
      return { write, end: () => EMPTY };
    }
    case 'single-byte':
    case 'multi-byte':
      return iconv.getEncoder(engine.iconv);
    case 'gb18030':
      return iconv.getEncoder('gb18030');
    case 'iso-2022-jp':
      return new Iso2022JpEncoder();
    case 'utf-7':
      return undefined;
  }
}

/** Libraries write `?` in silence, and some take U+FFFD for an unused byte: only decoding again tells. */
function encodeProven(text: string, charset: Charset): Buffer | undefined {
  const raw = rawEncoder(charset);
  if (raw === undefined) return undefined;
  if (!isUnicode(charset) && text.includes(REPLACEMENT)) return undefined;
  if (LONE_SURROGATE.test(text)) return undefined;
  const bytes = Buffer.concat([raw.write(text), raw.end() ?? EMPTY]);
  return decodesTo(bytes, charset) === text ? bytes : undefined;
}

/** The characters of a text that a charset does not have. All are tried at once, each on a line of its own. */
function unrepresentable(text: string, charset: Charset): Set<string> {
  const characters = new Set(text.match(characterOf(charset)));
  characters.delete('\n');
  const raw = rawEncoder(charset)!;
  const bytes = Buffer.concat([raw.write([...characters].join('\n')), raw.end() ?? EMPTY]);
  const lines = decodesTo(bytes, charset).split('\n');
  const missing = new Set<string>();
  let line = 0;
  for (const character of characters) {
    const refused = LONE_SURROGATE.test(character) || (character === REPLACEMENT && !isUnicode(charset));
    if (lines[line++] !== character || refused) missing.add(character);
  }
  return missing;
}

function isUnicode({ engine }: Charset): boolean {
  return engine.kind === 'utf-8' || engine.kind === 'utf-16' || engine.kind === 'gb18030';
}

function decodesTo(bytes: Buffer, charset: Charset): string {
  const decoder = decoderFor(charset);
  return decoder.write(bytes) + decoder.end();
}
