import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BuiltinScanner } from '../../../src/transforms/virus-scan/builtin-scanner.ts';
import { ByteSearch } from '../../../src/transforms/virus-scan/byte-search.ts';
import { readHashes } from '../../../src/transforms/virus-scan/hash-list.ts';
import { EICAR } from '../../support/eicar.ts';

const PART = { what: 'part', maxSize: Infinity } as const;
const FOUND = { kind: 'infected', name: 'Eicar-Test-Signature' };
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

function scan(
  content: readonly Buffer[],
  scanner = new BuiltinScanner(),
  info: Parameters<BuiltinScanner['scan']>[1] = PART,
) {
  return scanner.scan(Readable.from(content), info, new AbortController().signal);
}

describe('the EICAR test string', () => {
  it('is the one that scanners know', () => {
    expect(createHash('sha256').update(EICAR).digest('hex')).toBe(
      '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
    );
  });

  it('is found at every split point', async () => {
    const content = Buffer.concat([Buffer.from('X5O!'), EICAR, Buffer.from('tail')]);
    for (let at = 0; at <= content.length; at++) {
      expect(await scan([content.subarray(0, at), content.subarray(at)])).toEqual(FOUND);
    }
  });

  it.each([1, 2, 7, 67, 68, 4096])('is found in pieces of %i', async (size) => {
    const content = Buffer.concat([Buffer.alloc(5000, 'X5O!P%'), EICAR, Buffer.alloc(5000, 'x')]);
    const pieces: Buffer[] = [];
    for (let at = 0; at < content.length; at += size) pieces.push(content.subarray(at, at + size));
    expect(await scan(pieces)).toEqual(FOUND);
  });

  it('is found only when it is whole, and in one place', async () => {
    const half = EICAR.subarray(0, 40);
    expect(await scan([half, Buffer.from('-'), EICAR.subarray(40)])).toEqual({ kind: 'clean' });
    expect(await scan([half, half, half])).toEqual({ kind: 'clean' });
    expect(await scan([EICAR.subarray(0, 67)])).toEqual({ kind: 'clean' });
    expect(await scan([])).toEqual({ kind: 'clean' });
  });

  it('is found when the buffers of earlier pieces are used again', () => {
    const search = new ByteSearch(EICAR);
    const shared = Buffer.alloc(80);
    EICAR.copy(shared, 20, 0, 60);
    expect(search.write(shared)).toBe(false);
    shared.fill(0);
    EICAR.copy(shared, 0, 60);
    expect(search.write(shared)).toBe(true);
  });
});

describe('the hash list', () => {
  const scanner = new BuiltinScanner(new Set([sha256('bad file')]));

  it('finds a leaf by its content', async () => {
    expect(await scan([Buffer.from('bad '), Buffer.from('file')], scanner)).toEqual({
      kind: 'infected',
      name: `Hash.${sha256('bad file').slice(0, 16)}`,
    });
    expect(await scan([Buffer.from('bad file.')], scanner)).toEqual({ kind: 'clean' });
  });

  it('is about leaves', async () => {
    expect(await scan([Buffer.from('bad file')], scanner, { what: 'message', maxSize: Infinity })).toEqual({
      kind: 'clean',
    });
  });

  it('comes as a list or as a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-hashes-'));
    const path = join(directory, 'bad.txt');
    await writeFile(path, `# comment\n\n${sha256('a').toUpperCase()}\r\n${sha256('b')}  name of file\n`);
    expect(readHashes('test', path)).toEqual(new Set([sha256('a'), sha256('b')]));
    expect(readHashes('test', [sha256('a')])).toEqual(new Set([sha256('a')]));
    await writeFile(path, `${sha256('a')}\nabc\n`);
    expect(() => readHashes('test', path)).toThrow(/bad\.txt:2 is no SHA-256/);
    await rm(directory, { recursive: true });
    expect(() => readHashes('test', path)).toThrow(/cannot read .*ENOENT/);
    expect(() => readHashes('test', ['abc'])).toThrow(/hashes\[0\] is no SHA-256/);
  });
});

describe('what cannot be scanned', () => {
  it('is content over the limit', async () => {
    expect(await scan([Buffer.alloc(60), Buffer.alloc(41)], undefined, { ...PART, maxSize: 100 })).toEqual({
      kind: 'unscanned',
      reason: 'too-large',
    });
    expect(await scan([Buffer.alloc(60), Buffer.alloc(40)], undefined, { ...PART, maxSize: 100 })).toEqual({
      kind: 'clean',
    });
  });

  it('is a message that is given up', async () => {
    const result = await new BuiltinScanner().scan(
      Readable.from([Buffer.alloc(1)]),
      PART,
      AbortSignal.abort(),
    );
    expect(result.kind).toBe('unavailable');
  });
});
