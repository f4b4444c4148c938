import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePercent } from '../../../../src/core/mime/transfer/percent.ts';

describe('percent escapes', () => {
  it.each([
    ['a.exe', 'a.exe'],
    ['%61%2Eexe', 'a.exe'],
    ['%c3%A4', '\xc3\xa4'],
    ['%00', '\0'],
    ['%ff\xff', '\xff\xff'],
    ['%2541', '%41'],
    ['%%41', '%A'],
    ['%4', '%4'],
    ['%', '%'],
    ['%4g%g4%zz%', '%4g%g4%zz%'],
    ['%41%', 'A%'],
    ['', ''],
  ])('in %j are %j', (text, decoded) => {
    expect(decodePercent(text)).toBe(decoded);
  });

  it.each(['upper', 'lower'])('stand for every byte: digits in %s case', (digits) => {
    for (let byte = 0; byte < 256; byte++) {
      const hex = byte.toString(16).padStart(2, '0');
      const escape = `%${digits === 'upper' ? hex.toUpperCase() : hex}`;
      expect(decodePercent(`a${escape}b${escape}`)).toBe(
        `a${String.fromCharCode(byte)}b${String.fromCharCode(byte)}`,
      );
    }
  });

  it('are what encodeURIComponent makes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = Buffer.from(text, 'utf8').toString('latin1');
        expect(decodePercent(encodeURIComponent(text))).toBe(bytes);
      }),
    );
  });
});
