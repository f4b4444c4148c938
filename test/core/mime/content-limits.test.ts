import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../support/chunks.ts';
import { scan } from '../../support/scan.ts';

const HEADER = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n';
const LIMITS = { lineBytes: 20, textPartBytes: 50 };
const part = (content: string, type = 'text/plain') => `--b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;

describe('content limits', () => {
  it.each([
    // Its CR counts for a line.
    ['lines as long as they may be', part(`${'a'.repeat(19)}\r\n${'b'.repeat(19)}\r\n`), []],
    ['a first line that is too long', part(`${'a'.repeat(20)}\r\nb`), ['1.1 line-too-long']],
    ['an inner line that is too long', part(`a\r\n${'b'.repeat(20)}\r\nc`), ['1.1 line-too-long']],
    ['a last line that is too long', part(`a\r\n${'b'.repeat(21)}`), ['1.1 line-too-long']],
    ['a line of another type', part('a'.repeat(21), 'image/png'), ['1.1 line-too-long']],
    ['a text as long as it may be', part('a\r\n'.repeat(16).trimEnd()), []],
    ['a text that is too long', part('a\r\n'.repeat(18)), ['1.1 text-too-long']],
    ['an image of that length', part('a\r\n'.repeat(18), 'image/png'), []],
    ['two texts of that length together', part('a\r\n'.repeat(9)).repeat(2), []],
    ['a long preamble', `${'a'.repeat(60)}\r\n${part('a')}`, []],
  ])('of %s', (_what, body, expected) => {
    const bytes = Buffer.from(`${body}--b--\r\n`);
    expect(scan(HEADER, [Buffer.from(bytes)], LIMITS).ambiguities).toEqual(expected);
    for (const size of CHUNK_SIZES) {
      expect(scan(HEADER, chunksOf(bytes, size), LIMITS).ambiguities).toEqual(expected);
    }
    for (const pieces of twoPieceSplits(bytes)) {
      expect(scan(HEADER, pieces, LIMITS).ambiguities).toEqual(expected);
    }
  });

  it('are far from ordinary mail by default', () => {
    expect(DEFAULT_LIMITS.lineBytes).toBe(1024 * 1024);
    expect(scan('', [Buffer.from('a'.repeat(1024 * 1024))]).ambiguities).toEqual([]);
    expect(scan('', [Buffer.from('a'.repeat(1024 * 1024 + 1))]).ambiguities).toEqual(['1 line-too-long']);
  });
});
