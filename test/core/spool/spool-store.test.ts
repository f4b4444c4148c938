import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpoolStore } from '../../../src/core/spool/index.ts';
import { type OpenSpoolFile, openUnnamed, type SpoolFileHandle } from '../../../src/core/spool/spool-file.ts';
import { openDescriptors, pattern, readAll, writeAll } from './helpers.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-test-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const spoolError = (status?: string) =>
  expect.objectContaining({ code: 'MILLRACE_SPOOL', ...(status === undefined ? {} : { status }) });

const systemError = (code: string) => Object.assign(new Error(`${code}: from a test`), { code });

/** Real files with some calls broken. */
function broken(change: (handle: SpoolFileHandle) => Partial<SpoolFileHandle>): OpenSpoolFile {
  return async (path) => {
    const handle = await openUnnamed(path);
    const real: SpoolFileHandle = {
      read: (block, offset, length, position) => handle.read(block, offset, length, position),
      write: (block, offset, length, position) => handle.write(block, offset, length, position),
      close: () => handle.close(),
    };
    return { ...real, ...change(real) };
  };
}

/** Write as a pipeline does that hears of the failure only at the end. */
async function expectFailure(store: SpoolStore, status: string, message: RegExp): Promise<void> {
  const before = openDescriptors();
  const spool = store.open();
  await writeAll(spool, pattern(500_000), 20_000);
  await expect(spool.finish()).rejects.toEqual(spoolError(status));
  expect(spool.failed?.message).toMatch(message);
  expect(() => spool.read()).toThrow(spoolError(status));
  expect(spool.pending()).toBeUndefined();
  expect(store.stats.memory).toBe(0);
  spool.discard();
  await store.close();
  expect(store.stats).toMatchObject({ memory: 0, bytesOnDisk: 0, filesOpen: 0 });
  expect(openDescriptors()).toBe(before);
}

describe('where the files are', () => {
  it('in the given directory, with no name and for the owner only', async () => {
    let mode = 0;
    let names: string[] = [];
    const store = new SpoolStore({ directory, memory: 0 }, async (path) => {
      const handle = await openUnnamed(path);
      mode = (await handle.stat()).mode & 0o777;
      names = readdirSync(path);
      return handle;
    });
    const spool = store.open();
    await writeAll(spool, pattern(50_000), 5000);
    await spool.finish();
    expect(store.stats.filesOpen).toBe(1);
    expect(mode).toBe(0o600);
    expect(names).toEqual([]);
    spool.discard();
    await store.close();
    expect(existsSync(directory)).toBe(true);
  });

  it('without one in a private directory that is made when needed and removed at the end', async () => {
    const paths: string[] = [];
    const store = new SpoolStore({ memory: 0 }, (path) => {
      paths.push(path);
      return openUnnamed(path);
    });
    const small = store.open();
    small.write(pattern(100));
    expect(paths).toEqual([]);
    const spools = [store.open(), store.open()];
    for (const spool of spools) spool.write(pattern(50_000));
    await Promise.all(spools.map((spool) => spool.finish()));
    expect(paths).toHaveLength(2);
    expect(paths[0]).toBe(paths[1]);
    expect(statSync(paths[0]).mode & 0o777).toBe(0o700);

    rmdirSync(paths[0]); // as a cleaner of temporary directories does
    const late = [store.open(), store.open()];
    for (const spool of late) spool.write(pattern(50_000));
    await Promise.all(late.map((spool) => spool.finish()));
    for (const spool of late) expect((await readAll(spool)).equals(pattern(50_000))).toBe(true);
    expect(new Set(paths).size).toBe(2);

    for (const spool of [small, ...late, ...spools]) spool.discard();
    await store.close();
    expect(existsSync(paths.at(-1)!)).toBe(false);
  });

  it('nowhere when the directory is missing or is none', () => {
    expect(() => new SpoolStore({ directory: join(directory, 'missing') })).toThrow(spoolError('4.3.0'));
    expect(() => new SpoolStore({ directory: join(directory, 'missing') })).toThrow(/missing: ENOENT/);
    const file = join(directory, 'file');
    writeFileSync(file, '', { mode: 0o700 });
    expect(() => new SpoolStore({ directory: file })).toThrow(/is no directory/);
  });

  it('nowhere when the directory goes away later', async () => {
    const store = new SpoolStore({ directory, memory: 0 });
    rmdirSync(directory);
    const spool = store.open();
    await writeAll(spool, pattern(100_000), 5000);
    await expect(spool.finish()).rejects.toEqual(spoolError('4.3.0'));
    expect(spool.failed).toEqual(spoolError());
    spool.discard();
    expect(store.stats).toMatchObject({ memory: 0, filesOpen: 0 });
  });
});

describe('a spool that cannot be written', () => {
  it('fails at the quota, which counts all spools and is free again after a discard', async () => {
    const store = new SpoolStore({ directory, memory: 0, quota: 300_000 });
    const first = store.open();
    await writeAll(first, pattern(200_000), 5000);
    await first.finish();
    const second = store.open();
    await writeAll(second, pattern(200_000), 5000);
    await expect(second.finish()).rejects.toEqual(spoolError('4.3.1'));
    expect(second.failed?.message).toMatch(/quota of 300000 bytes/);
    second.discard();
    expect((await readAll(first)).equals(pattern(200_000))).toBe(true);
    first.discard();
    while (store.stats.filesOpen > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(store.stats.bytesOnDisk).toBe(0);
    const third = store.open();
    await writeAll(third, pattern(200_000), 5000);
    await third.finish();
    third.discard();
    await store.close();
  });

  it('says that the disk is full where the user has no more of it', async () => {
    const store = new SpoolStore({ directory, memory: 0 }, () => Promise.reject(systemError('EDQUOT')));
    await expectFailure(store, '4.3.1', /EDQUOT/);
  });

  it('fails when the disk is full', async () => {
    const full = broken((handle) => {
      let room = 100_000;
      return {
        async write(block, offset, length, position) {
          if (room === 0) throw systemError('ENOSPC');
          const taken = Math.min(length, room); // a full disk takes a part first
          room -= taken;
          return handle.write(block, offset, taken, position);
        },
      };
    });
    await expectFailure(new SpoolStore({ directory, memory: 0 }, full), '4.3.1', /spool directory: ENOSPC/);
  });

  it('fails when too many files are open', async () => {
    const store = new SpoolStore({ directory, memory: 0 }, () => Promise.reject(systemError('EMFILE')));
    await expectFailure(store, '4.3.0', /EMFILE/);
  });

  it('fails when the file takes nothing', async () => {
    const deaf = broken(() => ({ write: () => Promise.resolve({ bytesWritten: 0 }) }));
    await expectFailure(new SpoolStore({ directory, memory: 0 }, deaf), '4.3.0', /takes no bytes/);
  });

  it('ignores what is written after the failure', async () => {
    const store = new SpoolStore({ directory, memory: 0 }, () => Promise.reject(systemError('EMFILE')));
    const spool = store.open();
    await writeAll(spool, pattern(50_000), 50_000);
    while (spool.failed === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    spool.write(pattern(50_000));
    expect(spool.length).toBe(50_000);
    expect(store.stats.memory).toBe(0);
    spool.discard();
  });

  it('does not take others with it, and the next one works', async () => {
    let failures = 1;
    const store = new SpoolStore({ directory, memory: 0 }, (path) =>
      failures-- > 0 ? Promise.reject(systemError('EMFILE')) : openUnnamed(path),
    );
    const [first, second] = [store.open(), store.open()];
    for (const spool of [first, second]) spool.write(pattern(100_000));
    const results = await Promise.allSettled([first.finish(), second.finish()]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
    expect((await readAll(second)).equals(pattern(100_000))).toBe(true);
    first.discard();
    second.discard();
    await store.close();
  });
});

describe('a spool that is read', () => {
  it('takes short reads', async () => {
    const short = broken((handle) => ({
      read: (block, offset, length, position) => handle.read(block, offset, Math.min(length, 1000), position),
      write: (block, offset, length, position) =>
        handle.write(block, offset, Math.min(length, 1000), position),
    }));
    const store = new SpoolStore({ directory, memory: 0 }, short);
    const spool = store.open();
    await writeAll(spool, pattern(100_000), 7000);
    await spool.finish();
    expect((await readAll(spool)).equals(pattern(100_000))).toBe(true);
    spool.discard();
    await store.close();
  });

  it.each([
    ['ends early', () => Promise.resolve({ bytesRead: 0 }), /ended early/],
    ['cannot be read', () => Promise.reject(systemError('EIO')), /cannot read the spool: EIO/],
  ])('fails when the file %s', async (_, read, message) => {
    const store = new SpoolStore(
      { directory, memory: 0 },
      broken(() => ({ read })),
    );
    const spool = store.open();
    await writeAll(spool, pattern(100_000), 7000);
    await spool.finish();
    await expect(readAll(spool)).rejects.toThrow(message);
    await expect(readAll(spool)).rejects.toEqual(spoolError('4.3.0'));
    expect(store.stats.memory).toBe(16_384);
    spool.discard();
    await store.close();
    expect(store.stats.memory).toBe(0);
  });
});

describe('a closed store', () => {
  it('opens no more files and has none open', async () => {
    const store = new SpoolStore({ directory, memory: 0 });
    const before = openDescriptors();
    const [finished, opening, later] = [store.open(), store.open(), store.open()];
    await writeAll(finished, pattern(100_000), 7000);
    await finished.finish();
    opening.write(pattern(20_000));
    later.write(pattern(1000));
    const finishing = opening.finish();
    await Promise.all([store.close(), Promise.allSettled([finishing])]);
    expect(openDescriptors()).toBe(before);
    await expect(readAll(finished)).rejects.toEqual(spoolError());
    later.write(pattern(100_000));
    await expect(later.finish()).rejects.toThrow(/store is closed/);
    for (const spool of [finished, opening, later]) spool.discard();
    expect(store.stats.memory).toBe(0);
    await store.close();
  });
});
