import { describe, expect, it } from 'vitest';
import {
  createDecoder,
  createEncoder,
  createTail,
  isWritableEncoding,
} from '../../../../src/core/mime/transfer/index.ts';
import type { EncoderOptions, WritableEncoding } from '../../../../src/core/mime/transfer/index.ts';
import { cuttings, run } from './chunks.ts';

const encode = (encoding: WritableEncoding, options?: EncoderOptions): string =>
  run(createEncoder(encoding, options), [Buffer.from('a\r\nb')]).toString();

describe('coders', () => {
  it('knows which encodings it writes, and where text can be put at the end', () => {
    const names = ['7bit', '8bit', 'binary', 'base64', 'quoted-printable'];
    const others = ['', 'x-uuencode', 'x-base64', 'BASE64', 'yenc', 'constructor'];
    expect([...names, ...others].filter(isWritableEncoding)).toEqual(names);
    expect([...names, ...others].filter((name) => createTail(name) !== undefined)).toEqual(names);
  });

  it.each(['x-uuencode', 'x-uue', 'uuencode'])('decodes %s', (encoding) => {
    const input = Buffer.from('begin 644 a\r\n#0V%T\r\n`\r\nend\r\n');
    expect(run(createDecoder(encoding), [input]).toString()).toBe('Cat');
  });

  it('passes an unknown encoding as it is', () => {
    const decoder = createDecoder('x-base64');
    expect(run(decoder, [Buffer.from('QUJD\0')]).toString()).toBe('QUJD\0');
    expect([...decoder.oddities]).toEqual([]);
  });

  it.each([
    ['7bit', 'a\0b\xe9', ['eight-bit', 'nul']],
    ['8bit', 'a\0b\xe9', ['nul']],
    ['binary', 'a\0b\xe9', []],
    ['7bit', 'plain\r\n', []],
  ])('passes %s %j as it is and says what breaks the promise', (encoding, input, oddities) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) {
      const decoder = createDecoder(encoding);
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
