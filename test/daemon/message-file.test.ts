import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMessages, inChunks, readMessage, withCrlfLines } from '../../src/daemon/message-file.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const repaired = async (text: string, size: number) =>
  Buffer.concat(await collect(withCrlfLines(pieces(Buffer.from(text, 'latin1'), size)))).toString('latin1');

describe('withCrlfLines', () => {
  const cases: [string, string][] = [
    ['a\nb\n', 'a\r\nb\r\n'],
    ['a\r\nb\r\n', 'a\r\nb\r\n'],
    ['a\nb\r\nc\n\r\n', 'a\r\nb\r\nc\r\n\r\n'],
    ['a\rb\r\n', 'a\rb\r\n'],
    ['a\r\r\n', 'a\r\r\n'],
    ['\n\n', '\r\n\r\n'],
    ['a\0\xff\n', 'a\0\xff\r\n'],
    ['no end', 'no end'],
    ['ends in cr\r', 'ends in cr\r'],
    ['', ''],
  ];
  it.each(cases)('%j', async (text, expected) => {
    for (const size of [1, 2, 3, 7, 4096]) expect(await repaired(text, size)).toBe(expected);
  });

  it('does not depend on the chunks', async () => {
    const text = fc.string({ unit: fc.constantFrom('\r', '\n', 'a', '\r\n') });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (input, size) => {
        expect(await repaired(input, size)).toBe(input.replace(/(?<!\r)\n/g, '\r\n'));
      }),
    );
  });
});

describe('readMessage', () => {
  it('reads a file larger than a chunk', async () => {
    const path = join(directory, 'large');
    const line = 'x'.repeat(70);
    writeFileSync(path, `${line}\n`.repeat(5000));
    const chunks = await collect(readMessage(path));
    expect(chunks.length).toBeGreaterThan(2);
    expect(Buffer.concat(chunks).toString()).toBe(`${line}\r\n`.repeat(5000));
  });
});

describe('inChunks', () => {
  it.each([1, 2, 7, 100])('gives chunks of exactly %i bytes', async (size) => {
    const bytes = Buffer.from('The quick brown fox jumps over the lazy dog');
    for (const given of [1, 5, 100]) {
      const chunks = await collect(inChunks(pieces(bytes, given), size));
      expect(Buffer.concat(chunks)).toEqual(bytes);
      expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
      expect(chunks.at(-1)!.length).toBeLessThanOrEqual(size);
    }
  });
});

describe('findMessages', () => {
  it('takes files as they are, and of a directory the *.eml below it', async () => {
    mkdirSync(join(directory, 'd/inner'), { recursive: true });
    for (const name of ['d/b.eml', 'd/a.eml', 'd/inner/c.eml', 'd/readme.txt', 'odd.txt']) {
      writeFileSync(join(directory, name), 'x');
    }
    expect(await collect(findMessages(['odd.txt', 'gone.eml', 'd/'], directory))).toEqual([
      { name: 'odd.txt', path: join(directory, 'odd.txt'), target: 'odd.txt' },
      { name: 'gone.eml', error: 'no such file or directory' },
      { name: 'd/a.eml', path: join(directory, 'd/a.eml'), target: 'a.eml' },
      { name: 'd/b.eml', path: join(directory, 'd/b.eml'), target: 'b.eml' },
      { name: 'd/inner/c.eml', path: join(directory, 'd/inner/c.eml'), target: 'inner/c.eml' },
    ]);
  });

  it('says when a directory has none', async () => {
    mkdirSync(join(directory, 'empty'));
    expect(await collect(findMessages(['empty'], directory))).toEqual([
      { name: 'empty', error: 'has no *.eml file below it' },
    ]);
  });
});
