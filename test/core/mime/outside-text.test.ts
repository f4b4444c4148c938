import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutsideText } from '../../../src/core/mime/outside-text.ts';
import { chunksOf, twoPieceSplits } from '../../support/chunks.ts';

function looks(pieces: Iterable<Buffer>, isContent = false): boolean {
  const outside = new OutsideText();
  outside.begin();
  let found = false;
  for (const piece of pieces) if (outside.looksLikeHeader(piece, isContent)) found = true;
  return found;
}

describe('text outside of parts', () => {
  it.each([
    ['Content-Transfer-Encoding: base64\r\n', true],
    ['content-type: image/png\n', true],
    ['Content-Type : application/octet-stream\n', true],
    ['Content-Type: text/plain; name=a.exe\n', true],
    ['Content-Location: http://a/b\nContent-Id: x\n', false],
    ['CONTENT-DISPOSITION: attachment\n', true],
    ['Content-Disposition: inline;\r\n filename=a.exe\r\n', true],
    ['Content-Type: text/plain;\r\n\tcharset=x;\r\n name=a\r\n', true],
    ['Content-Type: text/plain;\r\n\r\n name=a\r\n', false],
    ['Content-Type: text/plain\nname=a\n', false],
    ['Content-Disposition: inline\n', false],
    ['Content-Transfer-Encoding: 7bit\r\n', false],
    ['Content-Type: text/plain\nContent-Type: a/b\n', true],
    ['Content-Type: text/html\r\n', false],
    ['Content-Type: text/html; charset=utf-8\r\n', false],
    ['Content-Type: multipart/mixed;\r\n', false],
    ['Content-Transfer-Encoding: base64', false],
    ['text\r\nContent-Type: x\n', true],
    ['\n\ncontent-type: x\n', true],
    ['con\ncontent-type: x\n', true],
    [`Content-${'x'.repeat(300)}name\n`, false],
    ['content\n', false],
    ['content type\n', false],
    [' Content-Type: x\n', false],
    ['no Content-Type: x\n', false],
    ['\rContent-Type: x\n', false],
    ['concontent-type: x\n', false],
    ['This is a message in several parts.\r\n', false],
    ['', false],
  ])('%j looks like a header: %s', (text, expected) => {
    const bytes = Buffer.from(text);
    expect(looks([bytes])).toBe(expected);
    expect(looks(chunksOf(bytes, 1))).toBe(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(looks(pieces)).toBe(expected);
  });
});

describe('text that is content', () => {
  const FIELD = 'Content-Disposition: attachment\r\n';
  it.each([
    [FIELD, true],
    [`\r\n\r\n${FIELD}`, true],
    [`text\r\n${FIELD}`, true],
    [`text\r\n\r\n${FIELD}`, false],
    [`text\n\n${FIELD}`, false],
    [`text\r\n\r\r\n${FIELD}`, true],
    [`text\r\n\r\n--b\r\n${FIELD}`, true],
    [`text\r\n\r\n--b\r\n\r\n${FIELD}`, true],
    [`text\r\n\r\n\t--b junk\r\nX: y\r\n folded\r\n${FIELD}`, true],
    [`text\r\n\r\nx\r--b\r\n${FIELD}`, true],
    [`text\r\n\r\n--b\r\nX: y\r\n \r\n${FIELD}`, true],
    [`text\r\n\r\n--b\r\nX: y\r\n\r\n${FIELD}`, false],
    [`text\r\n\r\n- -b-\r\n-\r\n${FIELD}`, false],
    [`text\r\n\r\n${FIELD}--b\r\n${FIELD}`, true],
    [`text\r\n\r\nContent-Type: a/b;\r\n name=--b\r\n\r\n`, false],
    [`--b\r\nContent-Transfer-Encoding: base64\r\n`, false],
  ])('%j may be a header to some: %s', (text, expected) => {
    const bytes = Buffer.from(text);
    expect(looks([bytes], true)).toBe(expected);
    expect(looks(chunksOf(bytes, 1), true)).toBe(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(looks(pieces, true)).toBe(expected);
  });

  /** The same, line by line. */
  function mayBeHeader(text: string): boolean {
    let isAbove = true;
    let hasText = false;
    for (const line of text.match(/[^\n]*\n/g) ?? []) {
      if (isAbove && /^content-type: a\/b/i.test(line)) return true;
      if (line.includes('--')) [isAbove, hasText] = [true, false];
      else if (!/^\r?\n$/.test(line)) hasText = true;
      else if (hasText) isAbove = false;
    }
    return false;
  }

  const WORDS = ['\n', '\r\n', '\r', '-', '--', 'x', '\n\n', 'x\n', '-\n', '--b\n', '\r\r\n', '\n-'];
  const FIELDS = ['Content-Type: a/b\r\n', 'Content-Type: a/b;--\n', 'content-type: a/b;-\r\n'];
  /** Of texts as long as these, not every line is looked at. */
  const LONG = ['xy\n'.repeat(500), `${'x'.repeat(700)}\n`, `--${'x'.repeat(1300)}\n`, '\r\n'.repeat(520)];

  it.each([
    ['texts', 12, 60, []],
    ['long texts', 20, 8000, LONG],
  ])('is looked at in the same way however it is cut: %s', (_, maxLength, end, more) => {
    const texts = fc.array(fc.constantFrom(...WORDS, ...FIELDS, ...more), { maxLength });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(end), { maxLength: 4 }), (pieces, places) => {
        const bytes = Buffer.from(pieces.join(''));
        const cuts = [0, ...places.filter((place) => place < bytes.length), bytes.length].toSorted(
          (one, other) => one - other,
        );
        const slices = cuts.slice(1).map((cut, i) => Buffer.from(bytes.subarray(cuts[i], cut)));
        expect(looks(slices, true)).toBe(mayBeHeader(pieces.join('')));
      }),
      { numRuns: 3000 },
    );
  });
});
