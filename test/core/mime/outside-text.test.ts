import { describe, expect, it } from 'vitest';
import { OutsideText } from '../../../src/core/mime/outside-text.ts';
import { chunksOf, twoPieceSplits } from '../../support/chunks.ts';

function looks(pieces: Iterable<Buffer>): boolean {
  const outside = new OutsideText();
  outside.begin();
  return [...pieces].some((piece) => outside.looksLikeHeader(piece));
}

describe('text outside of parts', () => {
  it.each([
    ['Content-Type: text/html', true],
    ['CONTENT-', true],
    ['text\r\nContent-Type: x', true],
    ['\n\ncontent-type: x', true],
    ['con\ncontent-type: x', true],
    ['c\r\ncontent-disposition', true],
    ['content', false],
    ['content type', false],
    [' Content-Type: x', false],
    ['no Content-Type: x', false],
    ['\rContent-Type: x', false],
    ['concontent-type', false],
    ['This is a message in several parts.\r\n', false],
    ['', false],
  ])('%j looks like a header: %s', (text, expected) => {
    const bytes = Buffer.from(text);
    expect(looks([bytes])).toBe(expected);
    expect(looks(chunksOf(bytes, 1))).toBe(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(looks(pieces)).toBe(expected);
  });
});
