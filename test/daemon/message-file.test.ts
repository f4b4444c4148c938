import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMessages } from '../../src/daemon/message-file.ts';

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
