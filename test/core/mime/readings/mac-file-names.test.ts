import { describe, expect, it } from 'vitest';
import { isMacBinary, MacFileNames } from '../../../../src/core/mime/readings/index.ts';
import { CHUNK_SIZES, chunksOf, feed, twoPieceSplits } from '../../../support/chunks.ts';
import { appleFile, dataFork, macBinary, realName } from '../../../support/mac-files.ts';

function names(pieces: Iterable<Buffer>): string[] {
  const found: string[] = [];
  const file = new MacFileNames((name) => found.push(name));
  feed(pieces, (piece) => file.write(piece));
  file.end();
  return found;
}

const CONTENT = Buffer.from('MZ, and so on');

const FOUND: [what: string, bytes: Buffer, names: string[]][] = [
  ['nothing', Buffer.alloc(0), []],
  ['something else', Buffer.from('no file of a Mac, and long enough for its header'.repeat(5)), []],
  ['AppleSingle', appleFile('single', realName('a.exe'), dataFork(CONTENT)), ['a.exe']],
  ['AppleDouble', appleFile('double', [9, Buffer.alloc(32)], realName('a.exe')), ['a.exe']],
  [
    'one with its name behind the content',
    appleFile('single', dataFork(CONTENT), realName('a.exe')),
    ['a.exe'],
  ],
  ['two names', appleFile('single', realName('a.txt'), realName('a.exe')), ['a.txt', 'a.exe']],
  ['an empty name', appleFile('single', realName(''), dataFork(CONTENT)), []],
  ['what is cut off in its name', appleFile('single', realName('a.exe')).subarray(0, -1), ['a.ex']],
  ['what is cut off in its entries', appleFile('single', realName('a.exe')).subarray(0, 30), []],
  ['MacBinary', macBinary('a.exe', CONTENT), ['a.exe']],
  ['MacBinary that is cut off', macBinary('a.exe', CONTENT).subarray(0, 100), []],
];

describe('the name that a file has on a Mac', () => {
  it.each(FOUND)('of %s', (_, bytes, expected) => {
    for (const size of CHUNK_SIZES) expect(names(chunksOf(bytes, size))).toEqual(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(names(pieces)).toEqual(expected);
  });

  it('is found behind content of any length', () => {
    const bytes = appleFile('single', dataFork(Buffer.alloc(200_000, 'x')), realName('behind.exe'));
    for (const size of [7, 4096, 65_535]) expect(names(chunksOf(bytes, size))).toEqual(['behind.exe']);
  });

  it('is not more than there is, however hostile it is', () => {
    const many = Array.from({ length: 5000 }, () => realName('x'.repeat(2000)));
    const found = names([appleFile('single', ...many)]);
    expect(found.length).toBe(4);
    expect(found.every((name) => name.length === 520)).toBe(true);
    const far = appleFile('double', realName('a.exe'));
    far.fill(0xff, 30, 38);
    expect(names(chunksOf(Buffer.concat([far, Buffer.alloc(100_000)]), 4096))).toEqual([]);
  });

  it.each([
    ['another version', (head: Buffer) => void (head[122] = 1)],
    ['bytes where there are zeros', (head: Buffer) => void (head[74] = 1)],
    ['a name that is too long', (head: Buffer) => void (head[1] = 64)],
    ['zeros in its name', (head: Buffer) => void (head[3] = 0)],
  ])('is none of a file with %s', (_, change) => {
    const bytes = macBinary('a.exe', CONTENT);
    expect(isMacBinary(bytes)).toBe(true);
    change(bytes);
    expect(isMacBinary(bytes)).toBe(false);
  });
});
