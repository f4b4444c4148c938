import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Base64Encoder, createDecoder } from '../../../../src/core/mime/transfer/index.ts';
import { bytes, cut, cuttings, run, sliced } from './chunks.ts';

const wrapped = (input: Buffer): string => input.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\r\n');

const ended = (text: string): string =>
  run(new Base64Encoder({ finalLineEnd: true }), [Buffer.from(text)]).toString();

describe('Base64Encoder', () => {
  it('writes lines of 76 characters, the last without a line end', () => {
    for (const length of [0, 1, 2, 3, 56, 57, 58, 59, 113, 114, 115, 171, 400]) {
      const input = Buffer.from(Array.from({ length }, (_, i) => i * 11));
      for (const slices of cuttings(input)) {
        expect(run(new Base64Encoder(), slices).toString()).toBe(wrapped(input));
      }
    }
  });

  it('writes large input alike at every chunk size', () => {
    const input = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) >> 2));
    for (const size of [1, 2, 7, 57, 4096, 65535]) {
      expect(run(new Base64Encoder(), cut(input, size)).toString()).toBe(wrapped(input));
    }
  });

  it('ends the last line where asked to, but no empty one', () => {
    expect(ended('ABC')).toBe('QUJD\r\n');
    expect(ended('x'.repeat(57))).toMatch(/^.{76}\r\n$/);
    expect(ended('')).toBe('');
  });

  it('continues a line that has been begun', () => {
    fc.assert(
      fc.property(sliced(bytes(300)), fc.integer({ min: 0, max: 76 }), (slices, column) => {
        const lines = run(new Base64Encoder({ column }), slices).toString().split('\r\n');
        const whole = Buffer.concat(slices);
        expect(lines.join('')).toBe(whole.toString('base64'));
        lines[0] = ' '.repeat(column) + lines[0];
        for (const [index, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(76);
          if (index < lines.length - 1) expect(line.length).toBeGreaterThan(72);
        }
      }),
    );
  });

  it('is read back', () => {
    fc.assert(
      fc.property(sliced(bytes(1000)), (slices) => {
        const encoded = run(new Base64Encoder(), slices);
        expect(run(createDecoder('base64')!, cut(encoded, 5))).toEqual(Buffer.concat(slices));
      }),
    );
  });
});
