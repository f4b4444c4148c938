import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuotedPrintableDecoder } from '../../../../src/core/mime/transfer/index.ts';
import { cut, cuttings, run, sliced, soup } from './chunks.ts';
import { referenceQuotedPrintable } from './reference-quoted-printable.ts';

function decode(slices: Iterable<Buffer>): { text: string; oddities: string[] } {
  const decoder = new QuotedPrintableDecoder();
  const text = run(decoder, slices).toString('latin1');
  return { text, oddities: [...decoder.oddities].toSorted() };
}

const pad = 'The quick brown fox jumps over the lazy dog, again and again';

describe('QuotedPrintableDecoder', () => {
  it.each([
    ['nothing', '', '', []],
    ['plain lines', 'abc\r\ndef\r\n', 'abc\r\ndef\r\n', []],
    ['LF lines', 'abc\ndef\n', 'abc\ndef\n', []],
    ['an escape', 'a=E9b', 'a\xe9b', []],
    ['an escaped equals sign', 'a=3D41', 'a=41', []],
    ['lower-case digits', 'a=e9b=3d=aF', 'a\xe9b=\xaf', ['lower-case-hex']],
    ['an escape that is none', 'a=zzb', 'a=zzb', ['bad-escape']],
    ['an escape cut short', 'a=4=41', 'a=4A', ['bad-escape']],
    ['an escape cut short at the end', 'a=4', 'a=4', ['bad-escape']],
    ['two equals signs', 'a==41', 'a=A', ['bad-escape']],
    ['half an escape at a line end', 'a=4\r\nb', 'a=4\r\nb', ['bad-escape']],
    ['a soft break', 'abc=\r\ndef', 'abcdef', []],
    ['an LF soft break', 'abc=\ndef', 'abcdef', []],
    ['a soft break with blanks', 'abc= \t\r\ndef', 'abcdef', ['soft-break-blanks']],
    ['an LF soft break with blanks', 'abc= \ndef', 'abcdef', ['soft-break-blanks']],
    ['blanks that are no soft break', 'abc= def', 'abc= def', ['bad-escape']],
    ['a soft break with a bare CR', 'abc=\rdef', 'abc=\rdef', ['bad-escape']],
    ['a soft break at the end', 'abc=', 'abc', ['open-soft-break']],
    ['a soft break with CR at the end', 'abc=\r', 'abc', ['open-soft-break']],
    ['a soft break with blanks at the end', 'abc= ', 'abc', ['soft-break-blanks']],
    ['blanks in front of a soft break', 'abc  =\r\ndef', 'abc  def', []],
    ['blanks at a line end', 'abc \t\r\ndef', 'abc\r\ndef', ['trailing-blanks']],
    ['blanks at an LF', 'abc \ndef', 'abc\ndef', ['trailing-blanks']],
    ['a line of blanks', 'abc\r\n  \r\ndef', 'abc\r\n\r\ndef', ['trailing-blanks']],
    ['blanks at the end', 'abc  ', 'abc', ['trailing-blanks']],
    ['an encoded blank at a line end', 'abc=20\r\n', 'abc \r\n', []],
    ['a bare CR', 'abc\rdef', 'abc\rdef', ['bare-cr']],
    ['a bare CR behind blanks', 'abc \rdef', 'abc \rdef', ['bare-cr']],
    ['a CR at the end', 'abc\r', 'abc\r', ['bare-cr']],
    ['CR CR LF', 'abc\r\r\n', 'abc\r\r\n', ['bare-cr']],
    ['an 8-bit byte', 'ab\xe9', 'ab\xe9', ['eight-bit']],
    ['a bare CR in a long stretch', `${pad}\r${pad}\r\n`, `${pad}\r${pad}\r\n`, ['bare-cr']],
    ['blanks behind a long stretch', `${pad} \t \r\n${pad}  `, `${pad}\r\n${pad}`, ['trailing-blanks']],
    [
      'escapes behind a long stretch',
      `${pad}=E9=\r\n${pad}= =4=`,
      `${pad}\xe9${pad}= =4`,
      ['bad-escape', 'open-soft-break'],
    ],
  ])('reads %s', (_name, input, text, oddities) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) {
      expect(decode(slices)).toEqual({ text, oddities });
    }
  });

  it('reports lines of more than 998 bytes', () => {
    for (const [input, oddities] of [
      ['x'.repeat(998) + '\r\n', []],
      ['x'.repeat(1000) + '\r\n', ['long-line']],
      ['x'.repeat(1000), ['long-line']],
      ['x'.repeat(600) + '\r\n' + 'x'.repeat(600), []],
    ] as const) {
      for (const slices of cuttings(Buffer.from(input))) expect(decode(slices).oddities).toEqual(oddities);
    }
  });

  it('keeps blanks of which there are more than a line may have, and holds no more of them back', () => {
    for (const input of ['a' + ' '.repeat(3000) + 'b', 'a=' + ' \t'.repeat(1500) + 'b']) {
      for (const size of [1, 7, 4096]) expect(decode(cut(Buffer.from(input), size)).text).toBe(input);
      const decoder = new QuotedPrintableDecoder();
      let withheld = 0;
      let inside = 0;
      for (const slice of cut(Buffer.from(input), 3)) {
        inside += slice.length - decoder.write(slice).length;
        withheld = Math.max(withheld, inside);
      }
      expect(withheld).toBeLessThan(1100);
    }
  });

  it('decodes soups as the reference does, at any cutting', () => {
    const tokens = soup(
      '=',
      '=4',
      '=E9',
      '=e9',
      ' ',
      '\t',
      '\r\n',
      '\n',
      '\r',
      'abc',
      pad,
      '   ',
      '=\r\n',
      '\xe9',
    );
    fc.assert(
      fc.property(sliced(tokens), (slices) => {
        const whole = Buffer.concat(slices);
        const result = decode(slices);
        expect(result.text).toBe(referenceQuotedPrintable(whole).toString('latin1'));
        expect(result).toEqual(decode([whole]));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a large text, dense and sparse, at every chunk size', () => {
    const line = `${pad} =C3=A9=\r\n${'=D0=9F'.repeat(12)}=\r\nshort\r\n\r\nend of it =20\r\n`;
    const input = Buffer.from(line.repeat(700));
    const expected = referenceQuotedPrintable(input).toString('latin1');
    for (const size of [1, 2, 7, 4096, 65535]) {
      expect(decode(cut(input, size))).toEqual({ text: expected, oddities: [] });
    }
  });

  it.each([' ', '=', '\r', '= ', ' \r', '=\r', '=4', ' x', '\n', ' \n'])(
    'is linear in 1 MB of %j',
    (unit) => {
      const input = Buffer.alloc(1_000_000, unit);
      expect(decode(cut(input, 65535)).text.length).toBeLessThanOrEqual(input.length);
    },
  );
});
