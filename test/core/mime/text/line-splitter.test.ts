import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../src/core/mime/text/index.ts';
import type { Line } from '../../../../src/core/mime/text/index.ts';
import { cutText, piecesOf, textCuttings } from './pieces.ts';

function split(pieces: string[], limit?: number): Line[] {
  const splitter = new LineSplitter(limit);
  return [...pieces.flatMap((piece) => splitter.write(piece)), ...splitter.end()];
}

const whole = (...sources: string[]): Line[] => sources.map((source) => ({ source, overlong: false }));

describe('LineSplitter', () => {
  it.each([
    ['', []],
    ['abc', ['abc']],
    ['a\r\nb\n\nc', ['a\r\n', 'b\n', '\n', 'c']],
    ['a\rb\r\n', ['a\rb\r\n']],
    ['\r\n', ['\r\n']],
    ['é😀\r\n😀', ['é😀\r\n', '😀']],
  ])('cuts %j', (text, lines) => {
    for (const pieces of textCuttings(text)) expect(split(pieces)).toEqual(whole(...lines));
  });

  it('hands on a line over the limit in pieces, and says so of every one', () => {
    const text = `short\n${'x'.repeat(25)}\n${'y'.repeat(9)}\n${'z'.repeat(10)}\nend`;
    for (const pieces of textCuttings(text)) {
      expect(split(pieces, 10)).toEqual([
        { source: 'short\n', overlong: false },
        { source: 'x'.repeat(10), overlong: true },
        { source: 'x'.repeat(10), overlong: true },
        { source: 'xxxxx\n', overlong: true },
        { source: `${'y'.repeat(9)}\n`, overlong: false },
        { source: 'z'.repeat(10), overlong: true },
        { source: '\n', overlong: true },
        { source: 'end', overlong: false },
      ]);
    }
  });

  it('does not cut a surrogate pair in two', () => {
    for (const pieces of textCuttings('abc😀def')) {
      expect(split(pieces, 4).map((line) => line.source)).toEqual(['abc', '😀de', 'f']);
    }
  });

  it('loses nothing and does not depend on the cutting', () => {
    fc.assert(
      fc.property(
        piecesOf('\r\n', '\n', '\r', 'ab', '😀', 'xxxxxxx'),
        fc.integer({ min: 2, max: 12 }),
        (pieces, limit) => {
          const text = pieces.join('');
          const lines = split(pieces, limit);
          expect(lines.map((line) => line.source).join('')).toBe(text);
          expect(lines).toEqual(split([text], limit));
          for (const line of lines) expect(line.source.length).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([1, 1000, 65535])('takes a line of 1 MB in pieces of %d', (size) => {
    const lines = split(cutText('x'.repeat(1_000_000), size));
    expect(lines.length).toBe(Math.ceil(1_000_000 / 65536));
    expect(lines.slice(0, -1).every((line) => line.overlong)).toBe(true);
  });
});
