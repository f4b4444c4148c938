import { decodeEncodedWords } from './encoded-words.ts';

/** A word of which the end is missing. */
const OPEN_WORD = /=\?([^?\s]{0,80})\?([bq])\?([^?"\s]*)(?=["\s;]|$)/gi;
/** One without a charset. */
const BARE_WORD = /=\?\?([bq])\?/gi;
const COMMENT = /\([^()]*\)/g;

/**
 * What a field with parameters is to readers who take it apart in another way: a parameter where the type or the disposition should
 * stand, all encoded words decoded before the field is read (RFC 2047 section 5 forbids them there), also those that do not end,
 * comments left out in values, or taken for what they are not,folds in quotes left out, a colon for the equals sign, and quotes around it
 * all. Bytes as latin1 "binary" strings; only what differs; linear.
 */
export function fieldReadings(rawValue: string): Set<string> {
  const found = new Set<string>();
  if (/^[^;"]*=/.test(rawValue)) found.add(`;${rawValue}`);
  if (rawValue.includes('=?')) {
    for (const words of new Set([rawValue, mended(rawValue)])) {
      const decoded = Buffer.from(decodeEncodedWords(words), 'utf8').toString('latin1');
      found.add(decoded).add(`;${decoded}`);
    }
  }
  // In quotes, there are no comments for anybody.
  if (rawValue.includes('(') && !rawValue.includes('"'))
    found.add(rawValue.replace(COMMENT, '')).add(rawValue.replace(/[()]/g, ' '));
  // One that does not end is none for some, and all that follows for others.
  else if (rawValue.includes('(') && rawValue.replace(COMMENT, '').includes('('))
    found.add(rawValue.replaceAll('(', ' ')).add(`;${rawValue.replaceAll('(', ';')}`);
  if (/=[ \t]*"[^"\n]*\n/.test(rawValue)) found.add(rawValue.replace(/\r?\n[ \t]+/g, ''));
  if (/name[ \t]*:/i.test(rawValue)) found.add(rawValue.replace(/(name)[ \t]*:/gi, '$1='));
  if (/^[ \t]*"[^"]*;/.test(rawValue)) found.add(rawValue.replaceAll('"', ''));
  return found;
}

function mended(text: string): string {
  return text
    .replace(BARE_WORD, '=?utf-8?$1?')
    .replace(
      OPEN_WORD,
      (_, charset: string, encoding: string, word: string) => `=?${charset}?${encoding}?${word}?=`,
    );
}
