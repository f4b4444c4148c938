import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, judge, raw, SpoolStore, tap } from '../../../src/core/index.ts';
import { runFilter } from '../../../src/testing/index.ts';
import { chunksOf } from '../../support/chunks.ts';

const CHUNK = 65_535;
const HEADER = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n';
const TEXT = 'words that nobody takes for the digits of base64\r\n'.repeat(60_000);
const eml = Buffer.from(`${HEADER}--b\r\n\r\n${TEXT}--b\r\n\r\n${TEXT}--b--\r\n`);

/** Reads slower than the content comes; `most` is what has been waiting for it at a time, in bytes. */
class SlowReader {
  most = 0;
  read = 0;

  async take(content: Readable): Promise<void> {
    for await (const bytes of content) {
      // All that has been waiting comes at once.
      const { length } = bytes as Buffer;
      this.most = Math.max(this.most, length);
      this.read += length;
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
  }
}

/** What a transform that looks at the parts does with them. */
const VERBS = {
  tap: (reader: SlowReader) => tap((content) => reader.take(content)),
  judge: (reader: SlowReader) => judge((content) => reader.take(content)),
};

describe('a slow reader holds back what comes', () => {
  it.each(['tap', 'judge'] as const)('of the content of a part: %s', async (verb) => {
    const reader = new SlowReader();
    const slow = defineTransform({
      name: 'slow',
      onPart: (part) => (part.isLeaf ? VERBS[verb](reader) : undefined),
    });
    await runFilter(defineFilter([slow]), { eml, chunkSize: CHUNK });
    expect(reader.read).toBe(2 * TEXT.length - 4);
    expect(reader.most).toBeLessThanOrEqual(2 * CHUNK);
  });

  it.each(['tap', 'judge'] as const)('behind a barrier: %s', async (verb) => {
    const reader = new SlowReader();
    const first = defineTransform({ name: 'first', edits: [], onPart: () => {} });
    const slow = defineTransform({
      name: 'slow',
      when: { verdict: 'clean' },
      onPart: (part) => (part.isLeaf ? VERBS[verb](reader) : undefined),
    });
    await runFilter(defineFilter([first, slow]), { eml, chunkSize: CHUNK });
    expect(reader.read).toBe(2 * TEXT.length - 4);
    expect(reader.most).toBeLessThanOrEqual(2 * CHUNK);
  });
});

describe('a slow file holds back what comes', () => {
  const MEMORY = 1024 * 1024;
  const large = Buffer.from(`${HEADER}--b\r\n\r\n${TEXT.repeat(4)}--b--\r\n`);

  /** The most memory that the spools have had for the message, in bytes. */
  async function mostMemory(holding: Parameters<typeof defineTransform>[0]): Promise<number> {
    const spools = new SpoolStore({ memory: MEMORY });
    // What the message itself is kept in has room for all of it.
    const original = new SpoolStore({ memory: 4 * large.length });
    const stores = [original];
    let most = 0;
    const meter = defineTransform({
      name: 'meter',
      onPart: (part) =>
        part.isLeaf
          ? raw({
              write: (slice, output) => {
                most = Math.max(most, spools.stats.memory);
                output.pass(slice);
              },
              end: () => {},
            })
          : undefined,
    });
    const filter = defineFilter([meter, defineTransform(holding)]);
    const processed = await filter.process(Readable.from(chunksOf(large, CHUNK)), {
      openSpool: () => (stores.pop() ?? spools).open(),
    });
    expect(processed.bytes).toBe(large.length);
    processed.dispose();
    await Promise.all([spools.close(), original.close()]);
    return most;
  }

  it('where a part is held', async () => {
    const most = await mostMemory({
      name: 'judge',
      onPart: (part) => (part.isLeaf ? judge(() => {}) : undefined),
    });
    expect(most).toBeGreaterThan(MEMORY / 2);
    expect(most).toBeLessThan(3 * MEMORY);
  });

  it('where the message is held', async () => {
    const most = await mostMemory({ name: 'late', when: { verdict: 'clean' }, onPart: () => {} });
    expect(most).toBeGreaterThan(MEMORY / 2);
    expect(most).toBeLessThan(3 * MEMORY);
  });
});
