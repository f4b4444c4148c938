import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineBreaks } from '../../../src/transforms/canonicalize/line-breaks.ts';
import { twoPieceSplits } from '../../support/chunks.ts';

function convert(pieces: readonly Buffer[]): string {
  const coder = new LineBreaks();
  return [
    ...pieces.map((piece) => coder.write(piece).toString('latin1')),
    coder.end().toString('latin1'),
  ].join('');
}

const rule = (text: string) =>
  text
    .replace(/(?<!\r)\r{1,8}\n/g, '\n')
    .replace(/\r\n/g, '\n')
    .replace(/[\r\n]/g, '\r\n');

describe('LineBreaks', () => {
  it.each([
    ['a\r\nb', 'a\r\nb'],
    ['a\nb', 'a\r\nb'],
    ['a\rb', 'a\r\nb'],
    ['a\r\r\r\nb', 'a\r\nb'],
    ['a\r\rb', 'a\r\n\r\nb'],
    ['a\n\rb', 'a\r\n\r\nb'],
    [`a${'\r'.repeat(9)}\nb`, `a${'\r\n'.repeat(9)}b`],
    ['a\r', 'a\r\n'],
    ['\n', '\r\n'],
    ['', ''],
  ])('makes of %j %j', (before, after) => {
    expect(convert([Buffer.from(before)])).toBe(after);
  });

  it('does the same wherever a run of CRs is cut that is longer than one line end', () => {
    for (const text of [`a${'\r'.repeat(9)}\nb`, `${'\r'.repeat(12)}\n`, `${'\r'.repeat(9)}b\n`])
      for (const pieces of twoPieceSplits(Buffer.from(text))) expect(convert(pieces)).toBe(rule(text));
  });

  it('does the same wherever the text is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('\r', '\r', '\r', '\r', '\r', '\n', 'a'), maxLength: 14 });
    fc.assert(
      fc.property(text, (given) => {
        for (const pieces of twoPieceSplits(Buffer.from(given))) expect(convert(pieces)).toBe(rule(given));
        expect(convert([...given].map((char) => Buffer.from(char)))).toBe(rule(given));
      }),
    );
  });

  it('is linear in a flood of CRs', () => {
    // A quadratic search in two million bytes would take hours, not the seconds of the test's time limit.
    expect(
      convert([Buffer.alloc(1_000_000, '\r'), Buffer.from('a'), Buffer.alloc(1_000_000, '\r')]),
    ).toHaveLength(4_000_001);
  });
});
