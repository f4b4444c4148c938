import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuotedPrintableDecoder, QuotedPrintableEncoder } from '../../../../src/core/mime/transfer/index.ts';
import type { QuotedPrintableEncoderOptions } from '../../../../src/core/mime/transfer/index.ts';
import { bytes, cut, cuttings, run, sliced, soup } from './chunks.ts';

const encode = (slices: Iterable<Buffer>, options?: QuotedPrintableEncoderOptions): string =>
  run(new QuotedPrintableEncoder(options), slices).toString('latin1');

/** RFC 2045 6.7: nothing but the safe characters, escapes in capitals, no blank at a line end, 76 columns. */
function expectConforming(encoded: string): void {
  for (const line of encoded.split('\r\n')) {
    expect(line.length).toBeLessThanOrEqual(76);
    expect(line).toMatch(/^(?:[!-<>-~ \t]|=[0-9A-F]{2})*=?$/);
    expect(line).not.toMatch(/[ \t]$/);
  }
}

describe('QuotedPrintableEncoder', () => {
  it.each([
    ['nothing', '', ''],
    ['plain lines', 'abc\r\ndef\r\n', 'abc\r\ndef\r\n'],
    ['an equals sign', 'a=b', 'a=3Db'],
    ['8-bit bytes', '\xc3\xa9\xff', '=C3=A9=FF'],
    ['controls', 'a\0b\x7f', 'a=00b=7F'],
    ['blanks within', 'a b\tc', 'a b\tc'],
    ['blanks at a line end', 'a  \r\nb\t\r\n', 'a =20\r\nb=09\r\n'],
    ['a blank at the end', 'a ', 'a=20'],
    ['a lone LF', 'a\nb', 'a=0Ab'],
    ['a lone CR', 'a\rb\r', 'a=0Db=0D'],
    ['a blank and a lone CR', 'a \rb', 'a =0Db'],
    ['CR CR LF', 'a\r\r\n', 'a=0D\r\n'],
    ['a blank, CR and CRLF', 'a \r\r\n', 'a =0D\r\n'],
  ])('writes %s', (_name, input, output) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) expect(encode(slices)).toBe(output);
  });

  it('takes CR and LF for data in binary mode', () => {
    for (const slices of cuttings(Buffer.from('a \r\nb\n'))) {
      expect(encode(slices, { binary: true })).toBe('a =0D=0Ab=0A');
    }
  });

  it('breaks lines softly at 76 columns, no matter how they are cut', () => {
    const inputs = [
      'x'.repeat(200),
      'word '.repeat(60),
      '\xe9'.repeat(80),
      `${'x'.repeat(74)} y`,
      `${'x'.repeat(75)}  z`,
    ];
    for (const input of inputs) {
      const whole = encode([Buffer.from(input, 'latin1')]);
      expectConforming(whole);
      expect(whole.split('\r\n')[0].length).toBeGreaterThan(72);
      for (const slices of cuttings(Buffer.from(input, 'latin1'))) expect(encode(slices)).toBe(whole);
    }
  });

  it('continues a line that has been begun, and ends the last one where asked to', () => {
    expect(encode([Buffer.from('abcdefgh')], { column: 70 })).toBe('abcde=\r\nfgh');
    expect(encode([Buffer.from('abc')], { column: 90 })).toBe('=\r\nabc');
    expect(encode([Buffer.from('abc')], { finalLineEnd: true })).toBe('abc\r\n');
    expect(encode([Buffer.from('abc\r\n')], { finalLineEnd: true })).toBe('abc\r\n');
  });

  it('is read back, conforms, and does not depend on the cutting', () => {
    const texts = soup('\r\n', '\r', '\n', ' ', '\t', '=', 'word', 'x'.repeat(70), '\xe9', '\0', '  \r\n');
    fc.assert(
      fc.property(sliced(fc.oneof(texts, bytes())), fc.boolean(), (slices, binary) => {
        const whole = Buffer.concat(slices);
        const encoded = encode(slices, { binary });
        expectConforming(encoded);
        expect(encoded).toBe(encode([whole], { binary }));
        const decoder = new QuotedPrintableDecoder();
        expect(run(decoder, cut(Buffer.from(encoded), 7))).toEqual(whole);
        expect([...decoder.oddities]).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([' ', '=', '\r', '\xff', 'x', '\r\n', ' \r\n'])(
    'keeps its output bounded for 64 KB of %j',
    (unit) => {
      const input = Buffer.alloc(65536, unit, 'latin1');
      expect(encode([input]).length).toBeLessThan(65536 * 3.2);
    },
  );
});
