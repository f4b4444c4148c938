import { describe, expect, it } from 'vitest';
import { HeaderSplitter } from '../../src/core/header-splitter.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../support/chunks.ts';

function split(pieces: Iterable<Buffer>, limit = 1000): { block: string; separator: string; body: string } {
  const splitter = new HeaderSplitter(limit);
  const body: Buffer[] = [];
  for (const piece of pieces) {
    body.push(Buffer.from(splitter.write(piece)));
    piece.fill(0x2e);
  }
  const { block, separator } = splitter.end();
  return { block: block.toString(), separator: separator.toString(), body: Buffer.concat(body).toString() };
}

const CASES: [what: string, text: string, block: string, separator: string][] = [
  ['CRLF', 'A: 1\r\nB: 2\r\n\r\nbody\r\n\r\nmore', 'A: 1\r\nB: 2\r\n', '\r\n'],
  ['bare LF', 'A: 1\n\nbody', 'A: 1\n', '\n'],
  ['mixed line ends', 'A: 1\r\n\nbody', 'A: 1\r\n', '\n'],
  ['no header at all', '\r\nbody', '', '\r\n'],
  ['no body and no blank line', 'A: 1\r\nB: 2', 'A: 1\r\nB: 2', ''],
  ['a blank-looking line, which is none', 'A: 1\r\n \r\nB: 2\r\n\r\n', 'A: 1\r\n \r\nB: 2\r\n', '\r\n'],
  ['bare CR', 'A: 1\r\r\n\r\nbody', 'A: 1\r\r\n', '\r\n'],
  ['nothing', '', '', ''],
];

describe.each(CASES)('a header with %s', (_what, text, block, separator) => {
  const expected = { block, separator, body: text.slice(block.length + separator.length) };

  it('ends at its blank line, wherever the input is cut', () => {
    for (const pieces of twoPieceSplits(Buffer.from(text))) expect(split(pieces)).toEqual(expected);
    for (const size of CHUNK_SIZES) expect(split(chunksOf(Buffer.from(text), size))).toEqual(expected);
  });
});

it('a header beyond the limit is cut there, and what follows is body', () => {
  const text = `${'x'.repeat(1500)}\r\n\r\nbody`;
  for (const size of CHUNK_SIZES) {
    const { block, separator, body } = split(chunksOf(Buffer.from(text), size), 1000);
    expect(block).toBe(text.slice(0, 1000));
    expect(separator + body).toBe(text.slice(1000));
  }
});

it('a blank line at the limit is still found', () => {
  for (const length of [996, 997, 998]) {
    const text = `${'x'.repeat(length)}\r\n\r\nbody`;
    for (const size of CHUNK_SIZES) expect(split(chunksOf(Buffer.from(text), size), 1000).body).toBe('body');
  }
});
