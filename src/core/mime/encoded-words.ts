import { decodeCharset, decodeUnlabelled } from './decode-text.ts';

/** Longer charset names are none; the bound keeps the reading linear. */
const MAX_CHARSET = 80;

/**
 * Runs of words of one charset that are decoded in one text: each costs some microseconds, and no file system takes a name of
 * more characters. What follows stays as it stands.
 */
const MAX_RUNS = 255;

interface EncodedWord {
  readonly charset: string;
  /** Decoded, as a latin1 "binary" string. */
  readonly bytes: string;
  /** Behind the word. */
  readonly end: number;
}

/**
 * Text with encoded words (RFC 2047), from the bytes of a field as a latin1 "binary" string.
 *
 * Lenient, as mail readers are: words may stand inside other text or quotes, be longer than 75 characters, hold blanks, and
 * a character may be split between two of them. Blanks between two words vanish (section 6.2). Linear, never throws. Behind
 * {@link MAX_RUNS} runs words stay encoded.
 *
 * @param heedsCharset false for what a reader shows that takes all words for UTF-8 or Latin-1
 */
export function decodeEncodedWords(text: string, heedsCharset = true): string {
  if (!text.includes('=?')) return decodeUnlabelled(text);
  const pieces: string[] = [];
  let pending: { charset: string; bytes: string[] } | undefined;
  let runs = 0;
  const flush = () => {
    if (pending !== undefined) {
      const bytes = pending.bytes.join('');
      pieces.push(heedsCharset ? decodeCharset(bytes, pending.charset) : decodeUnlabelled(bytes));
    }
    pending = undefined;
  };
  let from = 0;
  let at = text.indexOf('=?');
  while (at >= 0 && runs < MAX_RUNS) {
    const word = readWord(text, at);
    if (word === undefined) {
      at = text.indexOf('=?', at + 2);
      continue;
    }
    const between = text.slice(from, at);
    if (pending === undefined || /[^ \t\r\n]/.test(between)) {
      flush();
      pieces.push(decodeUnlabelled(between));
    }
    if (pending?.charset !== word.charset) flush();
    if (pending === undefined) runs++;
    pending ??= { charset: word.charset, bytes: [] };
    pending.bytes.push(word.bytes);
    from = word.end;
    at = text.indexOf('=?', from);
  }
  flush();
  pieces.push(decodeUnlabelled(text.slice(from)));
  return pieces.join('');
}

/** `=?charset[*language]?B|Q?text?=` */
function readWord(text: string, start: number): EncodedWord | undefined {
  const charsetEnd = text.indexOf('?', start + 2);
  if (charsetEnd < 0 || charsetEnd - start > MAX_CHARSET || text[charsetEnd + 2] !== '?') return undefined;
  const [charset] = text.slice(start + 2, charsetEnd).split('*', 1);
  const encoding = text[charsetEnd + 1].toLowerCase();
  if (charset === '' || (encoding !== 'b' && encoding !== 'q')) return undefined;
  const textStart = charsetEnd + 3;
  const textEnd = text.indexOf('?', textStart);
  if (textEnd < 0 || text[textEnd + 1] !== '=') return undefined;
  const encoded = text.slice(textStart, textEnd);
  const bytes = encoding === 'b' ? Buffer.from(encoded, 'base64').toString('latin1') : decodeQ(encoded);
  return { charset: charset.toLowerCase(), bytes, end: textEnd + 2 };
}

/** RFC 2047 section 4.2. */
function decodeQ(text: string): string {
  return text
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
