import { describe, expect, it } from 'vitest';
import {
  MaybeBase64,
  UuencodeWithoutBegin,
  WithoutNul,
} from '../../../../src/core/mime/readings/reading-coders.ts';
import type { ByteCoder } from '../../../../src/core/mime/transfer/byte-coder.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

function coded(coder: ByteCoder, pieces: Iterable<Buffer>): string {
  let text = '';
  for (const piece of pieces) {
    text += coder.write(piece).toString('latin1');
    piece.fill(0x2e);
  }
  return text + coder.end().toString('latin1');
}

const FILE = 'a file of some length, of which nobody says that it is encoded';
const CODED = Buffer.from(FILE).toString('base64').replace(/.{40}/g, '$&\r\n');
const NEW: Record<string, () => ByteCoder> = {
  'what may be base64': () => new MaybeBase64(),
  'uuencode without its first line': () => new UuencodeWithoutBegin(),
  'text without NUL': () => new WithoutNul(),
};

const CASES: [coder: string, what: string, text: string, expected: string][] = [
  ['what may be base64', 'a file that is', CODED, FILE],
  ['what may be base64', 'one with junk in it', CODED.replace(/.{6}/g, '$&!'), FILE],
  ['what may be base64', 'nothing of another file', '{"a": [1, 2, 3], "b": {"c": "d"}}\r\n', ''],
  ['what may be base64', 'nothing of what is binary', '\x01\x02\xff\xfe\x80abc\x90\x05', ''],
  ['what may be base64', 'nothing of armour', `-----BEGIN X-----\r\n${CODED}`, ''],
  ['what may be base64', 'no words', 'Hello there\r\nthis is a text with words and nothing else\r\n', ''],
  ['uuencode without its first line', 'a file', '\r\n#86)C\r\n`\r\n', 'abc'],
  ['uuencode without its first line', 'one of a line', '#86)C', 'abc'],
  [
    'uuencode without its first line',
    'nothing of one that has it',
    'begin 644 a\r\n#86)C\r\n`\r\nend\r\n',
    '',
  ],
  ['uuencode without its first line', 'no words', 'HELLO THERE, AND SO ON\r\n', ''],
  ['text without NUL', 'of either order', 'a\0b\0\0c\0d\0\0\0', 'abcd'],
];

describe('what few readers see', () => {
  it.each(CASES)('is, of %s, %s', (coder, _, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(coded(NEW[coder](), [Buffer.from(bytes)])).toBe(expected);
    for (const size of CHUNK_SIZES) expect(coded(NEW[coder](), chunksOf(bytes, size))).toBe(expected);
    if (bytes.length > 1000) return;
    for (const pieces of twoPieceSplits(bytes)) expect(coded(NEW[coder](), pieces)).toBe(expected);
  });

  it('is base64 by the first kilobyte', () => {
    const content = Buffer.alloc(30_000, 'abc');
    const bytes = Buffer.from(content.toString('base64'));
    for (const size of CHUNK_SIZES)
      expect(coded(new MaybeBase64(), chunksOf(bytes, size))).toBe(content.toString());
  });
});
