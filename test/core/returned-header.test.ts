import { describe, expect, it } from 'vitest';
import { ReturnedHeader } from '../../src/core/returned-header.ts';
import { CHUNK_SIZES, chunksOf, feed, twoPieceSplits } from '../support/chunks.ts';

const GIVEN = Buffer.from('A: 1\r\nB: 2\r\n\r\n');

function read(pieces: Iterable<Buffer>, given = GIVEN, limit = 100) {
  const header = new ReturnedHeader(given, limit);
  let body = '';
  feed(pieces, (piece) => {
    const rest = header.write(piece);
    if (header.complete) body += rest.toString();
  });
  return { complete: header.complete, block: header.block?.toString(), body };
}

describe('ReturnedHeader', () => {
  it.each([
    ['A: 1\r\nB: 2\r\n\r\nbody\r\n\r\n', undefined, 'body\r\n\r\n'],
    ['A: 1\r\n\r\nbody', 'A: 1\r\n', 'body'],
    ['A: 1\r\nB: 3\r\n\r\nbody', 'A: 1\r\nB: 3\r\n', 'body'],
    ['X: 0\nA: 1\nB: 2\n\nbody', 'X: 0\nA: 1\nB: 2\n', 'body'],
    ['A: 1\r\nB: 2\r\nC: 3\r\n\r\n', 'A: 1\r\nB: 2\r\nC: 3\r\n', ''],
    ['\r\nbody', '', 'body'],
  ])('finds the header of %j wherever it is cut', (message, block, body) => {
    const bytes = Buffer.from(message);
    for (const size of CHUNK_SIZES)
      expect(read(chunksOf(bytes, size))).toEqual({ complete: true, block, body });
    for (const pieces of twoPieceSplits(bytes)) expect(read(pieces)).toEqual({ complete: true, block, body });
  });

  it('knows the header given even where it has a blank line inside', () => {
    const given = Buffer.from('A: 1\r\n\r\nB: 2\r\n\r\n');
    expect(read([Buffer.concat([given, Buffer.from('body')])], given)).toEqual({
      complete: true,
      block: undefined,
      body: 'body',
    });
  });

  it('is not complete without a blank line', () => {
    expect(read([Buffer.from('A: 1\r\nB: 2\r\n')]).complete).toBe(false);
    expect(read([Buffer.from('C: 1\r\n')]).complete).toBe(false);
  });

  it('refuses a header that is too long', () => {
    const long = Buffer.from(`A: ${'x'.repeat(200)}\r\n\r\n`);
    for (const size of [1, 7, 4096]) {
      expect(() => read(chunksOf(long, size))).toThrow(expect.objectContaining({ code: 'MILLRACE_LIMIT' }));
    }
  });
});
