import type { HeaderField } from '../../core/index.ts';
import { decodeUnlabelled } from '../../core/mime/decode-text.ts';
import { percentEncoded } from './structured-value.ts';

/** Bytes of UTF-8 in an encoded word of at most 75 characters (RFC 2047 section 2). */
const WORD_BYTES = 42;
const LONGEST_LINE = 998;
/** What is read in different ways in any header: a lone CR, a control, a line of nothing but blanks. */
const UNCLEAN = /\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\n[ \t]*(?:\r?\n|$)/;

/**
 * The raw value of a field that is not about to be written anew, without what readers stumble over: lone CRs, controls, lines of
 * blanks, and eight bits in those MIME fields that are free text. Undefined where the field can stay as it is. Folds are LF.
 */
export function cleanedValue(field: HeaderField): string | undefined {
  const { rawValue, lowerName } = field;
  const isWide = DESCRIBES.test(lowerName) && /[\x80-\xff]/.test(rawValue);
  const isForm = field.source !== undefined && !isRegular(field);
  if (!isWide && !isForm && !UNCLEAN.test(rawValue)) return undefined;
  const lines = rawValue
    .replace(/\r\n/g, '\n')
    .replace(/\r/g, ' ')
    .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
    .split('\n')
    .filter((line, index) => index === 0 || line.trim() !== '');
  const text = isWide ? ascii(lowerName, lines.join('')) : lines.flatMap(folded).join('\n');
  return /^[ \t]/.test(text) ? text : ` ${text}`;
}

/** Free text about a part. */
const DESCRIBES = /^content-(?:description|id|location)$/;

/** Whether the bytes of a field are `Name:value`, and end in CR LF. */
function isRegular({ name, source = '' }: HeaderField): boolean {
  return source[name.length] === ':' && (source.endsWith('\r\n') || !source.endsWith('\n'));
}

function ascii(lowerName: string, value: string): string {
  if (lowerName === 'content-description') return encodedWords(decodeUnlabelled(value.trim()));
  return ` ${value.trim().replace(/[\x80-\xff]+/g, (bytes) => percentEncoded(decodeUnlabelled(bytes)))}`;
}

function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return ` ${words.map((piece) => `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`).join('\n ')}`;
}

/** A line that is too long is folded at its blanks, as far as it has some. */
function folded(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  const lines: string[] = [];
  let rest = line;
  while (rest.length > LONGEST_LINE) {
    const blank = rest.lastIndexOf(' ', LONGEST_LINE);
    if (blank <= 0 || rest.slice(0, blank).trim() === '') break;
    lines.push(rest.slice(0, blank));
    rest = rest.slice(blank);
  }
  return [...lines, rest];
}
