import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { createTextDecoder } from '../../../../src/core/mime/charset/index.ts';
import { bytes, cuttings, sliced, soup } from '../transfer/chunks.ts';

interface Result {
  text: string;
  malformed: boolean;
  encoding: string | undefined;
}

function decode(label: string, slices: Iterable<Buffer>): Result {
  const decoder = createTextDecoder(label)!;
  let text = '';
  for (const slice of slices) {
    const borrowed = Buffer.from(slice);
    const piece = decoder.write(borrowed);
    borrowed.fill(0x3f);
    expect(piece).not.toMatch(/[\ud800-\udbff]$/);
    text += piece;
  }
  text += decoder.end();
  return { text, malformed: decoder.malformed, encoding: decoder.encoding };
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('createTextDecoder', () => {
  it.each([
    ['utf-8', 'Grüße, €, 漢字, 😀!\r\n', Buffer.from('Grüße, €, 漢字, 😀!\r\n')],
    ['utf-8', '\ufeffwith a mark', Buffer.from('\ufeffwith a mark')],
    ['utf-8', 'a real \ufffd', Buffer.from('a real \ufffd')],
    ['us-ascii', 'plain', latin1('plain')],
    ['iso-8859-1', 'Gr\xfc\xdfe \x80', latin1('Gr\xfc\xdfe \x80')],
    ['windows-1252', 'cost: €', latin1('cost: \x80')],
    ['koi8-r', 'Привет', iconv.encode('Привет', 'koi8-r')],
    ['x-mac-roman', 'été', iconv.encode('été', 'macintosh')],
    ['utf-16le', 'a😀b', Buffer.from('a😀b', 'utf16le')],
    ['utf-16be', '\ufeffa😀b', Buffer.from('\ufeffa😀b', 'utf16le').swap16()],
    ['shift_jis', '表示ｱ\\ソ', iconv.encode('表示ｱ\\ソ', 'shiftjis')],
    ['euc-jp', '日本語', iconv.encode('日本語', 'eucjp')],
    ['gbk', '汉字', iconv.encode('汉字', 'gbk')],
    ['big5', '漢字Ê̄', iconv.encode('漢字Ê̄', 'big5')],
    ['euc-kr', '한국어똠', iconv.encode('한국어똠', 'cp949')],
    ['gb18030', '汉字😀abc', iconv.encode('汉字😀abc', 'gb18030')],
    ['gb18030', 'a😀', iconv.encode('a😀', 'gb18030')],
    ['iso-2022-jp', 'こん abc', latin1('\x1b$B$3$s\x1b(B abc')],
    ['utf-7', 'Hi 日本 &', latin1('Hi +ZeVnLA- &')],
    ['utf-7', '1 + 1, 日本.', latin1('1 +- 1, +ZeVnLA.')],
    ['utf-7', '😀a', latin1('+2D3eAA-a')],
    ['euc-jp', '丂', latin1('\x8f\xb0\xa1')],
  ])('reads %s: %j', (label, text, input) => {
    for (const slices of cuttings(input)) {
      expect(decode(label, slices)).toEqual({
        text,
        malformed: false,
        encoding: createTextDecoder(label)!.encoding,
      });
    }
  });

  it.each([
    ['utf-8', 'a\ufffdb', latin1('a\xffb')],
    ['utf-8', 'a\ufffd\ufffd', latin1('a\xc0\x80')],
    ['utf-8', '\ufffd\ufffd\ufffd', latin1('\xed\xa0\x80')],
    ['utf-8', 'a\ufffd', latin1('a\xf0\x9f\x98')],
    ['utf-8', '\ufffdA\ufffd', latin1('\xe2\x82A\xe2')],
    ['us-ascii', 'a\ufffd', latin1('a\xe9')],
    ['windows-1252', '\ufffd', latin1('\x81')],
    ['shift_jis', 'a\ufffd', latin1('a\x81')],
    ['gbk', 'a\ufffd', latin1('a\x81')],
    ['gb18030', 'a\ufffd', latin1('a\x81\x30')],
    ['euc-jp', 'a\ufffd\ufffd', latin1('a\x8f\xb0')],
    ['shift_jis', '\ufffd\0', latin1('\x87\0')],
    ['utf-7', 'a\ufffd b', latin1('a+ b')],
    ['utf-7', 'a\ufffd', latin1('a+')],
    ['utf-7', 'a\ufffd-', latin1('a+Z--')],
    ['utf-7', 'a\ufffd', latin1('a+2D0')],
    ['utf-7', 'a\ufffd', latin1('a\xe9')],
    ['utf-16le', 'a\ud800b', Buffer.from('a\ud800b', 'utf16le')],
    ['utf-16le', '\udc00', Buffer.from('\udc00', 'utf16le')],
    ['utf-16le', 'a\ufffd', latin1('a\0b')],
    ['utf-16le', 'a\ud83d', Buffer.from('a😀', 'utf16le').subarray(0, 4)],
    ['utf-16le', 'a\ud83d\ufffd', Buffer.from('a😀', 'utf16le').subarray(0, 5)],
  ])('finds %s malformed: %j', (label, text, input) => {
    for (const slices of cuttings(input)) {
      const decoder = createTextDecoder(label)!;
      const result = slices.map((slice) => decoder.write(slice)).join('') + decoder.end();
      expect({ result, malformed: decoder.malformed }).toEqual({ result: text, malformed: true });
    }
  });

  it('learns the byte order of UTF-16 from the mark, and does not trust its absence', () => {
    const little = Buffer.from('\ufeffa😀', 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const slices of cuttings(little)) {
      expect(decode('utf-16', slices)).toEqual({ text: '\ufeffa😀', malformed: false, encoding: 'utf-16le' });
    }
    for (const slices of cuttings(big)) {
      expect(decode('utf-16', slices)).toEqual({ text: '\ufeffa😀', malformed: false, encoding: 'utf-16be' });
    }
    for (const slices of cuttings(big.subarray(2))) {
      expect(decode('utf-16', slices)).toEqual({ text: 'a😀', malformed: true, encoding: 'utf-16be' });
    }
    expect(decode('utf-16', []).encoding).toBeUndefined();
    expect(decode('utf-16', [little.subarray(0, 1)])).toMatchObject({ text: '\ufffd', malformed: true });
    expect(decode('utf-16le', [big]).malformed).toBe(true);
    expect(decode('utf-16be', [little]).malformed).toBe(true);
  });

  it.each([
    'utf-8',
    'us-ascii',
    'windows-1252',
    'viscii',
    'utf-16',
    'utf-16le',
    'shift_jis',
    'euc-jp',
    'gbk',
    'gb18030',
    'big5',
    'euc-kr',
    'iso-2022-jp',
    'utf-7',
  ])('reads %s alike however it is cut', (label) => {
    const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((text) => Buffer.from(text));
    const shifts = soup(
      '\x1b$B',
      '\x1b(B',
      '\x1b(J',
      '\x1b',
      '$B',
      '0!',
      'a',
      '\r\n',
      '\x80',
      '+',
      '-',
      '2D3eAA',
    );
    fc.assert(
      fc.property(sliced(fc.oneof(bytes(60), ascii, shifts)), (slices) => {
        const decoder = createTextDecoder(label)!;
        const text = slices.map((slice) => decoder.write(slice)).join('') + decoder.end();
        const whole = createTextDecoder(label)!;
        const expected = whole.write(Buffer.concat(slices)) + whole.end();
        expect([text, decoder.malformed]).toEqual([expected, whole.malformed]);
      }),
      { numRuns: 300 },
    );
  });

  it('has room for what a short slice completes', () => {
    // Node's own decoder throws here, fatal or not.
    const slices = [[0, 0, 0, 0, 0, 0x81, 0x30, 0x81], [0]].map((slice) => Buffer.from(slice));
    expect(decode('gb18030', slices)).toMatchObject({
      text: '\0\0\0\0\0\ufffd0\ufffd\0',
      malformed: true,
    });
  });

  it('agrees with the strict reading of UTF-8', () => {
    fc.assert(
      fc.property(sliced(bytes(30)), (slices) => {
        const whole = Buffer.concat(slices);
        let strict: string | undefined;
        try {
          strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(whole);
        } catch {
          strict = undefined;
        }
        const { text, malformed } = decode('utf-8', slices);
        expect(malformed).toBe(strict === undefined);
        expect(text).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves text in unknown charsets alone', () => {
    expect(createTextDecoder('base64')).toBeUndefined();
    expect(createTextDecoder('iso-2022-kr')).toBeUndefined();
  });
});
