import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTextDecoder,
  createTextEncoder,
  encodeExactly,
} from '../../../../src/core/mime/charset/index.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

function decode(label: string, input: Buffer): string {
  const decoder = createTextDecoder(label)!;
  return decoder.write(input) + decoder.end();
}

function encode(label: string, pieces: string[], substitute?: (character: string) => string) {
  const encoder = createTextEncoder(label, substitute === undefined ? {} : { substitute })!;
  const out = pieces.map((piece) => encoder.write(piece));
  out.push(encoder.end());
  return { output: Buffer.concat(out), substitutions: encoder.substitutions };
}

/** Every split into two, and unit by unit. */
function* splits(text: string): Generator<string[]> {
  for (let at = 0; at <= text.length; at++) yield [text.slice(0, at), text.slice(at)];
  yield text.split('');
}

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

describe('encodeExactly', () => {
  it.each([
    ['utf-8', 'Grüße 😀', Buffer.from('Grüße 😀')],
    ['us-ascii', 'plain?', latin1('plain?')],
    ['windows-1252', '€ – ’', latin1('\x80 \x96 \x92')],
    ['iso-8859-15', '€', latin1('\xa4')],
    ['utf-16le', 'a😀', Buffer.from('a😀', 'utf16le')],
    ['utf-16be', 'aé', latin1('\0a\0\xe9')],
    ['shift_jis', '表', latin1('\x95\x5c')],
    ['gb18030', 'a😀', latin1('a\x94\x39\xfc\x36')],
    ['gb18030', '\ufffd', latin1('\x84\x31\xa4\x37')],
    ['big5', 'Ê̄', latin1('\x88\x62')],
    ['iso-2022-jp', 'plain', latin1('plain')],
    ['iso-2022-jp', 'こ\r\nんa', latin1('\x1b$B$3\x1b(B\r\n\x1b$B$s\x1b(Ba')],
    ['iso-2022-jp', 'こん', latin1('\x1b$B$3$s\x1b(B')],
    ['utf-8', '', Buffer.alloc(0)],
  ])('writes %s %j', (label, text, expected) => {
    expect(encodeExactly(text, label)).toEqual(expected);
  });

  it.each([
    ['us-ascii', 'é'],
    ['iso-8859-1', '€'],
    ['windows-1252', 'Привет'],
    ['windows-1252', '\ufffd'],
    ['shift_jis', '¥'],
    ['shift_jis', '😀'],
    ['iso-2022-jp', 'é'],
    ['iso-2022-jp', 'ｱ'],
    ['iso-2022-jp', 'a\x1b$B'],
    ['utf-8', 'a\ud800'],
    ['utf-16le', '\udc00a'],
    ['utf-16', 'a'],
    ['utf-7', 'a'],
    ['base64', 'abcd'],
    ['x-unknown', 'a'],
  ])('does not write %s %j', (label, text) => {
    expect(encodeExactly(text, label)).toBeUndefined();
  });

  it.each([
    'utf-8',
    'windows-1252',
    'viscii',
    'koi8-r',
    'shift_jis',
    'euc-jp',
    'gbk',
    'gb18030',
    'big5',
    'euc-kr',
    'iso-2022-jp',
    'utf-16be',
  ])('writes %s only if it reads back the same', (label) => {
    const text = fc.string({
      unit: fc.constantFrom(...'aZ?\r\n\\~¥€éÊ\u0304\u0416漢字表かｱ한😀\ufffd\ufeff\u001b', '\ud83d'),
    });
    fc.assert(
      fc.property(text, (value) => {
        const output = encodeExactly(value, label);
        if (output !== undefined) expect(decode(label, output)).toBe(value);
        else expect(encode(label, [value]).substitutions).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('createTextEncoder', () => {
  it.each([
    ['windows-1252', 'a€ 漢Ж😀?', 'a\x80 &#28450;&#1046;&#128512;?', 3],
    ['us-ascii', 'Grüße', 'Gr&#252;&#223;e', 2],
    ['iso-2022-jp', 'こéん', '\x1b$B$3\x1b(B&#233;\x1b$B$s\x1b(B', 1],
    ['big5', 'Ê̄é\u0304Ê', '\x88\x62\x88\x6d&#772;\x88\x66', 1],
    ['shift_jis', '表¥', '\x95\x5c&#165;', 1],
    ['windows-1252', 'a\ufffd\n\nb', 'a&#65533;\n\nb', 1],
    ['utf-8', 'a\ud800b', 'a&#55296;b', 1],
    ['gbk', '汉😀', '\xba\xba&#128512;', 1],
  ])('writes %s %j with substitutes, however it is cut', (label, text, expected, substitutions) => {
    for (const pieces of splits(text)) {
      expect(encode(label, pieces, entity)).toEqual({ output: latin1(expected), substitutions });
    }
  });

  it('writes a question mark if told nothing else', () => {
    expect(encode('us-ascii', ['aéb'])).toEqual({ output: latin1('a?b'), substitutions: 1 });
  });

  it('writes UTF-16 in the order asked for', () => {
    expect(encode('utf-16be', ['\ufeffa']).output).toEqual(latin1('\xfe\xff\0a'));
    expect(encode('utf-16le', ['\ufeffa']).output).toEqual(latin1('\xff\xfea\0'));
  });

  it.each(['utf-16', 'utf-7', 'hex', 'x-unknown'])('does not write %s', (label) => {
    expect(createTextEncoder(label)).toBeUndefined();
  });

  it.each([
    'utf-8',
    'utf-16le',
    'windows-1251',
    'shift_jis',
    'euc-jp',
    'gbk',
    'gb18030',
    'big5',
    'euc-kr',
    'iso-2022-jp',
  ])('writes %s alike however it is cut', (label) => {
    const unit = fc.constantFrom(...'aZ\r\néÊê\u0304\u030cЖ漢字かｱ한', '😀', '\ud83d', '\ude00');
    const pieces = fc.array(fc.string({ unit, maxLength: 6 }), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, (list) => {
        expect(encode(label, list, entity)).toEqual(encode(label, [list.join('')], entity));
      }),
      { numRuns: 300 },
    );
  });

  it('encodes text of many characters that it does not have in one go', () => {
    const text = Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(encode('windows-1252', [text])).toEqual({
      output: Buffer.alloc(20_000, '?'),
      substitutions: 20_000,
    });
  });
});
