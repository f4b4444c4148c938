import { describe, expect, it } from 'vitest';
import { TnefNames } from '../../../../src/core/mime/readings/index.ts';
import { CHUNK_SIZES, chunksOf, feed, twoPieceSplits } from '../../../support/chunks.ts';
import { fileData, messageObject, properties, title, tnef } from '../../../support/tnef.ts';

function names(pieces: Iterable<Buffer>): string[] {
  const found: string[] = [];
  const container = new TnefNames((name) => found.push(name));
  feed(pieces, (piece) => container.write(piece));
  container.end();
  return found;
}

const CONTENT: [number, Buffer] = [0x0006800f, Buffer.from('MZ, and so on')];
const LONG = tnef([0x0006800f, Buffer.alloc(200_000, 'x')], title('behind.exe'));

const FOUND: [what: string, bytes: Buffer, names: string[]][] = [
  ['nothing', Buffer.alloc(0), []],
  ['something else', Buffer.from('no container, but \x10\x80\x01\0'), []],
  ['a title', tnef(CONTENT, title('a.exe')), ['a.exe']],
  ['several', tnef(title('a.txt'), CONTENT, title('b.exe'), CONTENT), ['a.txt', 'b.exe']],
  [
    'a long name among the properties',
    tnef(title('A~1.TXT'), properties(0x3707, 'a long.exe', true)),
    ['A~1.TXT', 'a long.exe'],
  ],
  ['one of one byte a character', tnef(properties(0x3704, 'a.exe', false)), ['a.exe']],
  ['a message in it', tnef(title('A message'), messageObject(tnef(title('a.exe')))), ['A message', 'a.exe']],
  [
    'a message in a message in it',
    tnef(messageObject(tnef(messageObject(tnef(CONTENT, title('a.exe')))))),
    ['a.exe'],
  ],
  [
    'a file in it that is one',
    tnef(title('winmail.dat'), fileData(tnef(title('a.exe')))),
    ['winmail.dat', 'a.exe'],
  ],
  ['what is behind a message', tnef(messageObject(tnef(title('a.txt'))), title('b.exe')), ['a.txt', 'b.exe']],
  ['a message that is cut off', tnef(messageObject(tnef(title('a.exe')))).subarray(0, -5), ['a.exe']],
  ['an empty title', tnef(title(''), title('a.exe')), ['a.exe']],
  ['what is cut off', tnef(title('a.txt'), title('setup.exe')).subarray(0, -3), ['a.txt', 'setup.exe']],
  ['what is longer than a name', tnef(title('x'.repeat(2000)), title('a.exe')), ['x'.repeat(520), 'a.exe']],
];

describe('the names of files in a TNEF container (rules A1, A8)', () => {
  it.each(FOUND)('of %s', (_, bytes, expected) => {
    for (const size of CHUNK_SIZES) expect(names(chunksOf(bytes, size))).toEqual(expected);
    if (bytes.length > 1000) return;
    for (const pieces of twoPieceSplits(bytes)) expect(names(pieces)).toEqual(expected);
  });

  it('are found behind content of any length', () => {
    for (const size of [7, 4096, 65_535]) expect(names(chunksOf(LONG, size))).toEqual(['behind.exe']);
  });

  it('are found in a message behind properties of any length', () => {
    const long = tnef(messageObject(tnef(title('behind.exe')), 100_000), title('last.exe'));
    for (const size of [1, 7, 4096, 65_535])
      expect(names(chunksOf(long, size))).toEqual(['behind.exe', 'last.exe']);
  });

  it('are looked for in four levels, not in more', () => {
    let inner = tnef(title('a.exe'));
    for (let i = 0; i < 4; i++) inner = tnef(fileData(inner));
    expect(names([inner])).toEqual(['a.exe']);
    expect(names([tnef(fileData(inner))])).toEqual([]);
  });

  it('are not more than there is, however hostile it is', () => {
    const tags = Buffer.from([0x1e, 0, 4, 0x37, 1, 0, 0, 0, 255, 255, 255, 255]);
    const hostile = tnef([0x00069005, Buffer.concat(Array<Buffer>(10_000).fill(tags))]);
    expect(names([hostile]).length).toBe(64);
    expect(names([Buffer.concat([hostile.subarray(0, 6), Buffer.alloc(100_000, 0xff)])])).toEqual([]);
  });
});
