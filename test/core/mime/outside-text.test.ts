import { describe, expect, it } from 'vitest';
import { OutsideText } from '../../../src/core/mime/outside-text.ts';
import { chunksOf, twoPieceSplits } from '../../support/chunks.ts';

function looks(pieces: Iterable<Buffer>): boolean {
  const outside = new OutsideText();
  outside.begin();
  let found = false;
  for (const piece of pieces) if (outside.looksLikeHeader(piece)) found = true;
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
