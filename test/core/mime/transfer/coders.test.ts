import { describe, expect, it } from 'vitest';
import { createDecoder, createEncoder, createTail } from '../../../../src/core/mime/transfer/index.ts';
import type { EncoderOptions } from '../../../../src/core/mime/transfer/index.ts';
import { cuttings, run } from './chunks.ts';

const encode = (encoding: string, options?: EncoderOptions): string =>
  run(createEncoder(encoding, options)!, [Buffer.from('a\r\nb')]).toString();

describe('coders', () => {
  it('knows the encodings of RFC 2045 and uuencode, and no other', () => {
    const all = ['7bit', '8bit', 'binary', 'base64', 'quoted-printable', 'x-uuencode', 'x-uue', 'uuencode'];
    const names = [...all, '', 'x-base64', 'BASE64', 'yenc', 'constructor'];
    expect(names.filter((name) => createDecoder(name) !== undefined)).toEqual(all);
    expect(names.filter((name) => createEncoder(name) !== undefined)).toEqual(all.slice(0, 5));
    expect(names.filter((name) => createTail(name) !== undefined)).toEqual(all.slice(0, 5));
  });

  it.each(['x-uuencode', 'x-uue', 'uuencode'])('decodes %s', (encoding) => {
    const input = Buffer.from('begin 644 a\r\n#0V%T\r\n`\r\nend\r\n');
    expect(run(createDecoder(encoding)!, [input]).toString()).toBe('Cat');
  });

  it.each([
    ['7bit', 'a\0b\xe9', ['eight-bit', 'nul']],
    ['8bit', 'a\0b\xe9', ['nul']],
    ['binary', 'a\0b\xe9', []],
    ['7bit', 'plain\r\n', []],
  ])('passes %s %j as it is and says what breaks the promise', (encoding, input, oddities) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) {
      const decoder = createDecoder(encoding)!;
      expect(run(decoder, slices).toString('latin1')).toBe(input);
      expect([...decoder.oddities].toSorted()).toEqual(oddities);
    }
  });

  it('hands the options on', () => {
    expect(encode('quoted-printable', { binary: true, finalLineEnd: true })).toBe('a=0D=0Ab\r\n');
    expect(encode('base64', { finalLineEnd: true })).toBe('YQ0KYg==\r\n');
    expect(encode('8bit', { finalLineEnd: true })).toBe('a\r\nb');
  });
});
