import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UuencodeDecoder } from '../../../../src/core/mime/transfer/index.ts';
import { bytes, cut, cuttings, run } from './chunks.ts';

function uuencode(input: Buffer, zero = '`'): string {
  const digit = (value: number) => (value === 0 ? zero : String.fromCharCode(value + 32));
  let text = 'begin 644 file.bin\r\n';
  for (let at = 0; at < input.length; at += 45) {
    const line = input.subarray(at, at + 45);
    text += digit(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const bits = ((line[i] << 16) | ((line[i + 1] ?? 0) << 8) | (line[i + 2] ?? 0)) >>> 0;
      for (const shift of [18, 12, 6, 0]) text += digit((bits >> shift) & 63);
    }
    text += '\r\n';
  }
  return `${text}${zero}\r\nend\r\n`;
}

function decode(slices: Iterable<Buffer>): { text: string; oddities: string[] } {
  const decoder = new UuencodeDecoder();
  const text = run(decoder, slices).toString('latin1');
  return { text, oddities: [...decoder.oddities].toSorted() };
}

describe('UuencodeDecoder', () => {
  it.each([
    ['nothing', '', '', ['missing-begin']],
    ['a file', 'begin 644 a\r\n#0V%T\r\n`\r\nend\r\n', 'Cat', []],
    ['LF lines', 'begin 0755 a b\n#0V%T\n`\nend\n', 'Cat', []],
    ['text around', 'hello\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\nbye', 'Cat', ['text-outside']],
    [
      'two files',
      'begin 644 a\r\n#0V%T\r\n`\r\nend\r\nbegin 644 b\r\n#0V%T\r\nend\r\n',
      'CatCat',
      ['several-files'],
    ],
    ['CR lines', 'begin 644 a\r#0V%T\r`\rend\r', 'Cat', []],
    ['lines that end in LF CR and CR CR LF', 'begin 644 a\n\r#0V%T\r\r\n`\n\rend\n\r', 'Cat', []],
    ['a mode of one digit', 'begin 0 a\r\n#0V%T\r\nend\r\n', 'Cat', []],
    ['a mode of eight digits', 'BEGIN 00100644 a\r\n#0V%T\r\nend\r\n', 'Cat', []],
    ['no name', 'begin 644\r\n#0V%T\r\nend\r\n', 'Cat', []],
    ['no end', 'begin 644 a\r\n#0V%T', 'Cat', ['truncated']],
    ['a line without its blanks', 'begin 644 a\r\n#0V\r\nend\r\n', 'C`\0', ['short-line']],
    ['lower-case letters', 'begin 644 a\r\n#0v%T\r\nend\r\n', 'Aat', ['non-alphabet']],
    ['plain text', 'begin the day\r\nwell\r\n', '', ['missing-begin', 'text-outside']],
  ])('reads %s', (_name, input, text, oddities) => {
    for (const slices of cuttings(Buffer.from(input))) expect(decode(slices)).toEqual({ text, oddities });
  });

  it('reads back what an encoder writes, with either zero', () => {
    fc.assert(
      fc.property(bytes(500), fc.constantFrom('`', ' '), fc.constantFrom(1, 7, 4096), (input, zero, size) => {
        const encoded = Buffer.from(uuencode(input, zero));
        expect(decode(cut(encoded, size))).toEqual({ text: input.toString('latin1'), oddities: [] });
      }),
    );
  });

  it('looks at no more than the beginning of a long line', () => {
    const input = `begin 644 a\r\n#0V%T${'!'.repeat(100_000)}\r\nend\r\n`;
    expect(decode(cut(Buffer.from(input), 4096))).toEqual({ text: 'Cat', oddities: ['long-line'] });
  });
});
