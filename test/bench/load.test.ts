import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadConnection } from '../../bench/load/load-connection.ts';
import { openMessage } from '../../bench/load/message-source.ts';
import { defineFilter, defineTransform, reject, tap } from '../../src/core/index.ts';
import type { Filter } from '../../src/core/index.ts';
import { serve } from '../../src/server/index.ts';
import { footer } from '../../src/transforms/index.ts';

const body = (source: ReturnType<typeof openMessage>, chunk: number): Buffer => {
  const slices: Buffer[] = [];
  for (let at = 0; at < source.bodyBytes; at += chunk)
    slices.push(...source.slices(at, Math.min(chunk, source.bodyBytes - at)));
  return Buffer.concat(slices);
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('a message source', () => {
  it.each(['text', 'mixed'] as const)('makes up a %s of so many bytes, whatever the chunks', (kind) => {
    const source = openMessage({ kind, bytes: 300_000 });
    const whole = body(source, 65_535);
    expect(whole).toHaveLength(300_000);
    expect(whole.equals(body(source, 1009))).toBe(true);
    const text = whole.toString('latin1');
    if (kind === 'mixed') expect(text).toMatch(/^--=_made_up\r\n[^]*\r\n--=_made_up--\r\n$/);
    for (const line of text.split('\r\n')) expect(line.length).toBeLessThan(100);
  });

  it('reads a file, its folds as LF', async () => {
    const path = join(directory, 'folded.eml');
    await writeFile(path, 'Subject: one\r\n two\r\nTo:x\r\n\r\nHello.\r\n');
    const source = openMessage({ path });
    expect(source.fields).toEqual([
      { name: 'Subject', value: 'one\n two' },
      { name: 'To', value: 'x' },
    ]);
    expect(body(source, 3).toString()).toBe('Hello.\r\n');
  });
});

describe('the load generator', () => {
  const look = defineTransform({
    name: 'look',
    edits: [],
    onPart(part) {
      if (!part.isLeaf) return;
      return tap(async (content) => {
        for await (const _ of content);
      });
    },
  });

  /** Play one message through a filter on a Unix socket, twice on one connection. */
  async function play(filter: Filter, bytes: number) {
    const path = join(directory, `${bytes}-${filter.transforms.length}-${Math.random()}.sock`);
    const server = await serve(filter, { listen: `unix:${path}` });
    try {
      const connection = new LoadConnection(openMessage({ kind: 'mixed', bytes }));
      await connection.open({ path });
      const sent = [await connection.send(() => undefined), await connection.send(() => undefined)];
      await connection.close();
      return sent;
    } finally {
      await server.close();
    }
  }

  it.each([2000, 65_535, 65_536, 3_000_000])('gets a new body for %i bytes', async (bytes) => {
    for (const sent of await play(defineFilter([footer({ text: 'x' })]), bytes)) {
      expect(sent.bodyBytes).toBe(bytes);
      expect(sent.hasNewBody).toBe(true);
      expect(sent.newBodyBytes).toBeGreaterThan(bytes);
      expect(sent.total).toBeGreaterThanOrEqual(sent.end);
    }
  });

  it('gets none where nothing is changed', async () => {
    for (const sent of await play(defineFilter([look]), 200_000))
      expect(sent).toMatchObject({ bodyBytes: 200_000, newBodyBytes: 0, hasNewBody: false });
  });

  it('sends no body that nobody wants', async () => {
    const nobody = footer({ text: 'x', when: { from: '*@nobody.invalid' } });
    for (const sent of await play(defineFilter([nobody]), 200_000)) expect(sent.bodyBytes).toBe(0);
  });

  it('goes on after a message that was rejected early', async () => {
    const no = defineTransform({ name: 'no', onEnvelope: () => reject('no') });
    for (const sent of await play(defineFilter([no]), 200_000)) expect(sent.bodyBytes).toBe(0);
  });
});
