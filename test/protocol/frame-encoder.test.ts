import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  encodeReplacementBody,
  frameReplacementBodyInPlace,
} from '../../src/protocol/frame-encoder.ts';
import { packet } from './wire.ts';

describe('encodeFrame', () => {
  it('counts the code in the length', () => {
    expect(encodeFrame(0x63)).toEqual(Buffer.from([0, 0, 0, 1, 0x63]));
    expect(encodeFrame(0x62, Buffer.from('ab'))).toEqual(Buffer.from([0, 0, 0, 3, 0x62, 0x61, 0x62]));
  });
});

describe('encodeReplacementBody', () => {
  it.each([0, 1, 65534, 65535, 65536, 131070, 200000])(
    'cuts %d bytes into packets of at most 65535',
    (size) => {
      const body = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
      const expected: Buffer[] = [];
      for (let at = 0; at === 0 || at < size; at += 65535)
        expected.push(packet('b', body.subarray(at, at + 65535)));
      expect(Buffer.concat(encodeReplacementBody(body)).equals(Buffer.concat(expected))).toBe(true);
    },
  );

  it('does not copy the body', () => {
    const body = Buffer.alloc(70000, 1);
    const pieces = encodeReplacementBody(body);
    expect(pieces.map((piece) => piece.length)).toEqual([5, 65535, 5, 4465]);
    expect(pieces[3].buffer).toBe(body.buffer);
  });
});

describe('frameReplacementBodyInPlace', () => {
  it('writes the header before the chunk', () => {
    const block = Buffer.from('.....12345hello...');
    const frame = frameReplacementBodyInPlace(block, 10, 15);
    expect(frame).toEqual(packet('b', 'hello'));
    expect(frame.buffer).toBe(block.buffer);
    expect(block.toString('latin1', 0, 5)).toBe('.....');
  });

  it.each([
    [4, 6],
    [6, 5],
    [5, 70001],
    [5, 5 + 65536],
  ])('refuses %d to %d', (start, end) => {
    expect(() => frameReplacementBodyInPlace(Buffer.alloc(70000), start, end)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_PACKET' }),
    );
  });
});
