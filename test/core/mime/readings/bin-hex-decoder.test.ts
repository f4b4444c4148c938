import { describe, expect, it } from 'vitest';
import { BinHexDecoder } from '../../../../src/core/mime/readings/bin-hex-decoder.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';
import { toBinHex } from '../../../support/transfer-encoders.ts';

function decoded(pieces: Iterable<Buffer>): string {
  const decoder = new BinHexDecoder();
  let text = '';
  for (const piece of pieces) {
    text += decoder.write(piece).toString('latin1');
    piece.fill(0x2e);
  }
  return text + decoder.end().toString('latin1');
}

/** The digits, from the colon on. */
const digitsOf = (content: Buffer): Buffer => {
  const text = toBinHex(content);
  return Buffer.from(text.slice(text.indexOf('\r\n\r\n:') + 4), 'latin1');
};

describe('BinHex (RFC 1741)', () => {
  it.each([
    ['text', Buffer.from('Hello, this is a file.')],
    ['all bytes, the mark of repeated ones too', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
    ['nothing', Buffer.alloc(0)],
  ])('gives the file: %s', (_, content) => {
    const bytes = digitsOf(content);
    const expected = content.toString('latin1');
    expect(decoded([Buffer.from(bytes)]).startsWith(expected)).toBe(true);
    const whole = decoded([Buffer.from(bytes)]);
    // Behind it are two checksums.
    expect(whole.length - expected.length).toBeLessThanOrEqual(6);
    for (const size of CHUNK_SIZES) expect(decoded(chunksOf(bytes, size))).toBe(whole);
    for (const pieces of twoPieceSplits(bytes)) expect(decoded(pieces)).toBe(whole);
  });

  it('ends at the second colon', () => {
    const decoder = new BinHexDecoder();
    decoder.write(digitsOf(Buffer.from('abc')));
    expect(decoder.isOver).toBe(true);
    expect(decoder.write(Buffer.from('!!!!:!!!!!!!!')).length).toBe(0);
  });

  it('repeats a byte up to 255 times', () => {
    // A name of no length, its header of 21 bytes, then `a` 255 times, `b`.
    const packed = Buffer.from([0, ...Buffer.alloc(21), 0x61, 0x90, 255, 0x62, 0, 0]);
    const digits = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
    const bits = [...packed].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const text = bits.match(/.{6}/g)!.map((six) => digits[Number.parseInt(six, 2)]);
    expect(decoded([Buffer.from(`:${text.join('')}:`)]).startsWith(`${'a'.repeat(255)}b`)).toBe(true);
  });
});
