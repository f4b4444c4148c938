import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextChecker, createTextDecoder } from '../../../../src/core/mime/charset/index.ts';
import { bytes, cuttings, sliced, soup } from '../transfer/chunks.ts';

const CHARSETS = [
  'utf-8',
  'us-ascii',
  'iso-8859-1',
  'windows-1252',
  'viscii',
  'shift_jis',
  'gb18030',
  'iso-2022-jp',
  'utf-16le',
];

function check(label: string, slices: Iterable<Buffer>): boolean {
  const checker = createTextChecker(label)!;
  for (const slice of slices) {
    const borrowed = Buffer.from(slice);
    checker.write(borrowed);
    borrowed.fill(0x3f);
  }
  checker.end();
  return checker.malformed;
}

/** What the decoder says. */
function decode(label: string, text: Buffer): boolean {
  const decoder = createTextDecoder(label)!;
  decoder.write(text);
  decoder.end();
  return decoder.malformed;
}

describe('createTextChecker', () => {
  it('takes only labels that are known', () => {
    expect(createTextChecker('x-nothing')).toBeUndefined();
  });

  it.each(['Grüße 漢字 😀', 'cut \xc3', '\xed\xa0\x80', '\xc0\xaf', '\xf0\x9f\x98', 'a\xe2\x82', 'ok'])(
    'says of %j in UTF-8 what a decoder says',
    (text) => {
      for (const input of [Buffer.from(text), Buffer.from(text, 'latin1')])
        for (const slices of cuttings(input)) expect(check('utf-8', slices)).toBe(decode('utf-8', input));
    },
  );

  it('knows every byte of the charsets that have one for a character', () => {
    for (const label of [
      'us-ascii',
      'iso-8859-1',
      'iso-8859-7',
      'windows-1252',
      'windows-1255',
      'viscii',
      'ibm864',
      'tis-620',
    ])
      for (let byte = 0; byte < 256; byte++) {
        const text = Buffer.of(0x41, byte, 0x42);
        expect([label, byte, check(label, [text])]).toEqual([label, byte, decode(label, text)]);
      }
  });

  it.each(CHARSETS)('says of %s what a decoder says, wherever the bytes are cut', (label) => {
    fc.assert(
      fc.property(
        sliced(
          fc.oneof(
            bytes(),
            soup('a', '\xc3\xa9', '\xe6\xbc\xa2', '\xf0\x9f\x98\x80', '<', '\r\n', '\x1b$B', '\x1b(B'),
          ),
        ),
        (slices) => {
          expect(check(label, slices)).toBe(decode(label, Buffer.concat(slices)));
        },
      ),
    );
  });
});
