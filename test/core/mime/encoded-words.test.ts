import { describe, expect, it } from 'vitest';
import { decodeEncodedWords } from '../../../src/core/mime/encoded-words.ts';

describe('encoded words (RFC 2047)', () => {
  it.each([
    ['plain', 'plain'],
    ['=?utf-8?q?caf=C3=A9?=', 'café'],
    ['=?UTF-8?Q?a_b=5F?=', 'a b_'],
    ['=?utf-8?b?Y2Fmw6k=?=', 'café'],
    ['=?iso-8859-1?q?caf=e9?=', 'café'],
    ['=?iso-8859-1*en?q?caf=E9?=', 'café'],
    ['=?utf-8?b?Y2Fmw6k?=', 'café'],
    // Blanks between words vanish, others stay (section 6.2).
    ['=?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
    ['=?utf-8?q?a?=\r\n\t=?iso-8859-1?q?=E9?=', 'aé'],
    ['=?utf-8?q?a?= b =?utf-8?q?c?= ', 'a b c '],
    // A character in two words, as many write it.
    ['=?utf-8?b?ww==?= =?utf-8?q?=A9?=', 'é'],
    ['=?utf-8?q?=C3?= =?iso-8859-1?q?=A9?=', 'Ã©'],
    ['=?utf-8?q?=C3?= =?utf-8?q?=A9?=', 'é'],
    // Inside other text, as in a quoted file name.
    ['a=?utf-8?q?.e?=xe', 'a.exe'],
    ['=?utf-8?q?a b?=', 'a b'],
    // No words.
    ['=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
    ['=?utf-8?q?abc', '=?utf-8?q?abc'],
    ['=?utf-8?q?abc? =', '=?utf-8?q?abc? ='],
    ['=??q?abc?=', '=??q?abc?='],
    ['=?=?utf-8?q?x?=', '=?x'],
    // A charset that nobody knows: as unlabelled bytes.
    ['=?x-none?q?caf=C3=A9?=', 'café'],
    ['=?base64?q?a?=', 'a'],
    // Bytes around words are UTF-8 where they are valid, latin1 else.
    ['\xc3\xa9 =?utf-8?q?x?= \xe9', 'é x é'],
  ])('%j', (text, expected) => {
    expect(decodeEncodedWords(text)).toBe(expected);
  });

  it('decode multi-byte charsets', () => {
    expect(decodeEncodedWords('=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=')).toBe('日本');
    expect(decodeEncodedWords('=?gb2312?b?ufqzzg==?=')).toBe('国澄');
  });

  it('end with a result for a hundred thousand of anything', () => {
    for (const piece of ['=?', '=?q', '=?utf-8?q?', '=?utf-8?q?a?=', '=?utf-8?q?a?= ', '?=', '?']) {
      expect(decodeEncodedWords(piece.repeat(100_000)).length).toBeLessThanOrEqual(piece.length * 100_000);
    }
  });
});
