import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGE_BLOCK, type Spool, SpoolStore } from '../../../src/core/spool/index.ts';
import { openDescriptors, pattern, readAll, writeAll } from './helpers.ts';

const MiB = 1024 * 1024;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-test-'));
});

afterAll(() => {
  expect(readdirSync(directory)).toEqual([]);
  rmSync(directory, { recursive: true });
});

const idle = { memory: 0, bytesOnDisk: 0, filesOpen: 0 };

/** Discard, and see that everything came back. */
async function expectNothingLeft(store: SpoolStore, ...spools: Spool[]): Promise<void> {
  for (const spool of spools) spool.discard();
  await store.close();
  expect(store.stats).toMatchObject(idle);
}

describe('a spool', () => {
  it.each([1, 2, 7, 4096, 65_535, 300_000])(
    'gives back what was written in chunks of %i bytes',
    async (size) => {
      const content = pattern(size < 10 ? 200_000 : 3 * MiB);
      for (const memory of [0, 100_000, 1 * MiB, 40 * MiB]) {
        const store = new SpoolStore({ directory, memory });
        const spool = store.open();
        await writeAll(spool, content, size);
        await spool.finish();
        expect(spool.length).toBe(content.length);
        expect((await readAll(spool)).equals(content)).toBe(true);
        expect((await readAll(spool)).equals(content)).toBe(true);
        await expectNothingLeft(store, spool);
      }
    },
  );

  it('gives back any pieces, also when nobody waits', async () => {
    const piece = fc.oneof(
      fc.nat({ max: 40 }),
      fc.nat({ max: 70_000 }),
      fc.constantFrom(16_384, 65_535, 81_919),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom(0, 100_000, 40 * MiB),
        async (sizes, memory) => {
          const store = new SpoolStore({ directory, memory });
          const spool = store.open();
          const content = pattern(sizes.reduce((sum, size) => sum + size, 0));
          let offset = 0;
          for (const size of sizes) spool.write(content.subarray(offset, (offset += size)));
          await spool.finish();
          expect((await readAll(spool)).equals(content)).toBe(true);
          await expectNothingLeft(store, spool);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('copies what it is given', () => {
    const spool = new SpoolStore().open();
    const slice = Buffer.from('hello');
    spool.write(slice);
    slice.fill(0);
    void spool.finish();
    expect(spool.read().next()).toEqual(Buffer.from('hello'));
    spool.discard();
  });

  it('needs no promise, no file and one small block for a small message', () => {
    const store = new SpoolStore({ directory });
    const spool = store.open();
    expect(store.stats).toMatchObject(idle);
    spool.write(pattern(2000));
    expect(spool.pending()).toBeUndefined();
    expect(spool.finish()).toBeUndefined();
    expect(store.stats).toMatchObject({ memory: 16_384, filesOpen: 0 });
    const reader = spool.read();
    expect(reader.next()).toEqual(pattern(2000));
    expect(reader.next()).toBeUndefined();
    expect(reader.next()).toBeUndefined();
    spool.discard();
    expect(store.stats).toMatchObject(idle);
  });

  it('may be empty', () => {
    const spool = new SpoolStore().open();
    spool.write(Buffer.alloc(0));
    expect(spool.finish()).toBeUndefined();
    expect(spool.read().next()).toBeUndefined();
    expect(spool.length).toBe(0);
    spool.discard();
  });

  it('gives blocks in memory at once and blocks in the file by a promise', async () => {
    const store = new SpoolStore({ directory, memory: 0 });
    const spool = store.open();
    await writeAll(spool, pattern(50_000), 5000);
    await spool.finish();
    const reader = spool.read();
    expect(reader.next()).toBeInstanceOf(Buffer);
    const second = reader.next();
    expect(second).toBeInstanceOf(Promise);
    expect((await second)?.length).toBe(16_384);
    await expectNothingLeft(store, spool);
  });

  it('is read by several readers at once', async () => {
    const store = new SpoolStore({ directory, memory: 200_000 });
    const spool = store.open();
    const content = pattern(2 * MiB);
    await writeAll(spool, content, 65_535);
    await spool.finish();
    const all = await Promise.all([readAll(spool), readAll(spool), readAll(spool)]);
    expect(all.every((one) => one.equals(content))).toBe(true);
    await expectNothingLeft(store, spool);
  });

  it('asks to wait while blocks queue up, and no longer', async () => {
    const store = new SpoolStore({ directory, memory: 0 });
    const spool = store.open();
    spool.write(pattern(16_384 * 2));
    expect(spool.pending()).toBeUndefined();
    spool.write(pattern(16_384 * 2));
    const pending = spool.pending();
    expect(pending).toBeInstanceOf(Promise);
    expect(spool.pending()).toBe(pending);
    await pending;
    expect(spool.pending()).toBeUndefined();
    await expectNothingLeft(store, spool);
  });

  it('lets more blocks queue up while there is room for those of others', async () => {
    const store = new SpoolStore({ directory, memory: 30 * LARGE_BLOCK });
    const spool = store.open();
    const other = store.open();
    const block = pattern(LARGE_BLOCK);
    const queued = (): number => {
      let blocks = 0;
      for (; spool.pending() === undefined; blocks++) spool.write(block);
      return blocks;
    };
    spool.write(pattern(20 * LARGE_BLOCK));
    const alone = queued();
    expect(alone).toBeGreaterThan(4);
    expect(alone).toBeLessThan(7);
    await spool.pending();
    other.write(pattern(8 * LARGE_BLOCK));
    expect(queued()).toBeLessThan(2);
    await expectNothingLeft(store, spool, other);
  });

  it('refuses to be read before it is finished, and to be written after', async () => {
    const store = new SpoolStore({ directory, memory: 0 });
    const spool = store.open();
    spool.write(pattern(100_000));
    expect(() => spool.read()).toThrow(expect.objectContaining({ code: 'MILLRACE_SPOOL' }));
    const finished = spool.finish();
    expect(() => spool.read()).toThrow(expect.objectContaining({ code: 'MILLRACE_SPOOL' }));
    await Promise.all([finished, spool.finish()]);
    expect(spool.finish()).toBeUndefined();
    expect(() => spool.write(pattern(1))).toThrow(expect.objectContaining({ code: 'MILLRACE_TOO_LATE' }));
    await expectNothingLeft(store, spool);
  });
});

describe('a discarded spool', () => {
  it.each(['while it is written', 'while it is finished', 'while it is read', 'after it was read'])(
    'leaves nothing behind %s',
    async (when) => {
      const store = new SpoolStore({ directory, memory: 1 * MiB });
      const before = openDescriptors();
      const spool = store.open();
      const pending: Array<Promise<unknown> | undefined> = [];
      for (let i = 0; i < 40; i++) spool.write(pattern(100_000));
      pending.push(spool.pending());
      if (when !== 'while it is written') pending.push(spool.finish());
      if (when.endsWith('read')) {
        await Promise.all(pending);
        const iterator = spool.read()[Symbol.asyncIterator]();
        for (let i = 0; i < 5; i++) await iterator.next();
        pending.push(iterator.next());
        if (when === 'after it was read') await readAll(spool);
      }
      spool.discard();
      spool.discard();
      spool.write(pattern(100));
      expect(spool.pending()).toBeUndefined();
      expect(() => spool.read()).toThrow(expect.objectContaining({ code: 'MILLRACE_SPOOL' }));
      await expect(spool.finish()).rejects.toMatchObject({ code: 'MILLRACE_SPOOL' });
      await Promise.allSettled(pending);
      await store.close();
      expect(store.stats).toMatchObject(idle);
      expect(openDescriptors()).toBe(before);
    },
  );

  it('does not look like one that has been read to its end', async () => {
    const store = new SpoolStore({ directory, memory: 0 });
    const spool = store.open();
    await writeAll(spool, pattern(100_000), 10_000);
    await spool.finish();
    const [inMemory, inFile] = [spool.read(), spool.read()];
    await inFile.next();
    const next = inFile.next();
    spool.discard();
    await expect(next).rejects.toMatchObject({ code: 'MILLRACE_SPOOL' });
    expect(() => inMemory.next()).toThrow(expect.objectContaining({ code: 'MILLRACE_SPOOL' }));
    expect(() => inFile.next()).toThrow(expect.objectContaining({ code: 'MILLRACE_SPOOL' }));
    await expectNothingLeft(store, spool);
  });

  it('gives the blocks of a reader back that stopped early', async () => {
    const store = new SpoolStore({ directory, memory: 2 * MiB });
    const spool = store.open();
    await writeAll(spool, pattern(6 * MiB), 65_535);
    await spool.finish();
    const held = store.stats.memory;
    let blocks = 0;
    for await (const block of spool.read()) {
      expect(block.length).toBeGreaterThan(0);
      if (++blocks === 7) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(store.stats.memory).toBe(held);
    await expectNothingLeft(store, spool);
  });
});

describe('the memory of spools', () => {
  it('stays flat for 300 MB, and the file holds what is not in memory', async () => {
    const memory = 8 * MiB;
    const store = new SpoolStore({ directory, memory });
    const spool = store.open();
    const chunk = pattern(256 * 1024);
    const written = createHash('md5');
    const start = process.memoryUsage().arrayBuffers;
    let peak = 0;
    for (let i = 0; i < 1200; i++) {
      spool.write(chunk);
      written.update(chunk);
      await spool.pending();
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - start);
      expect(store.stats.memory + store.stats.memoryFree).toBeLessThanOrEqual(memory);
    }
    await spool.finish();
    const inMemory = store.stats.memory;
    expect(store.stats.bytesOnDisk).toBeGreaterThan(spool.length - inMemory - 1);
    expect(store.stats.filesOpen).toBe(1);
    const read = createHash('md5');
    for await (const block of spool.read()) {
      read.update(block);
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - start);
    }
    expect(read.digest('hex')).toBe(written.digest('hex'));
    expect(peak).toBeLessThan(2 * memory);
    expect(store.stats.memory).toBe(inMemory);
    await expectNothingLeft(store, spool);
  });

  it('is never short: a hundred spools go on with small blocks when the budget is spent', async () => {
    const memory = 1 * MiB;
    const store = new SpoolStore({ directory, memory });
    const content = pattern(200_000);
    const spools = Array.from({ length: 100 }, () => store.open());
    await Promise.all(spools.map((spool) => writeAll(spool, content, 30_000)));
    expect(store.stats.memory).toBeLessThanOrEqual(memory + spools.length * 5 * 16_384);
    await Promise.all(spools.map((spool) => spool.finish()));
    expect(store.stats.memory).toBeLessThanOrEqual(memory + spools.length * 16_384);
    for (const spool of spools) expect((await readAll(spool)).equals(content)).toBe(true);
    await expectNothingLeft(store, ...spools);
  });
});
