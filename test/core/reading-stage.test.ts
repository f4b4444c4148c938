import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, reject, type TransformDefinition } from '../../src/core/index.ts';
import { drop, leave, tap } from '../../src/core/verbs.ts';
import { runFilter } from '../../src/testing/run-filter.ts';

const MIXED = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n';
const hidden = (text: string) => ` --B\r\nContent-Type: text/html; name=hidden\r\n\r\n${text}\r\n`;
const eml = Buffer.from(`${MIXED}--B\r\n\r\none\r\n${hidden('secret')}--B--\r\n`);
const CHUNKS = [1, 7, 65535];

type OnReading = NonNullable<TransformDefinition['onReading']>;

const looking = (onReading: OnReading, more: Partial<TransformDefinition> = {}) =>
  defineFilter([defineTransform({ name: 'look', edits: [], onPart: () => {}, onReading, ...more })]);

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

describe('a part that only some readers find', () => {
  it('is read by a transform that looks, and nothing changes', async () => {
    for (const chunkSize of CHUNKS) {
      const seen: string[] = [];
      const filter = looking((part) =>
        tap(async (content) => void seen.push(`${part.reading} ${part.type} ${await textOf(content)}`)),
      );
      const result = await runFilter(filter, { eml, chunkSize });
      expect(seen).toEqual(['delimiter-indented text/html secret']);
      expect(result.message.equals(eml)).toBe(true);
    }
  });

  it('is never asked about by onPart', async () => {
    const asked: string[] = [];
    await runFilter(
      looking(() => {}, { onPart: ({ path, reading }) => void asked.push(`${path} ${reading}`) }),
      { eml },
    );
    expect(asked).toEqual(['1 undefined', '1.1 undefined']);
  });

  it('may decide about the message, by its header or by its content', async () => {
    const refused = { verdict: { kind: 'reject' } };
    expect(
      await runFilter(
        looking(() => reject('no')),
        { eml },
      ),
    ).toMatchObject(refused);
    expect(
      await runFilter(
        looking(async () => reject('no')),
        { eml },
      ),
    ).toMatchObject(refused);
    const byContent = looking(() =>
      tap(async (content) => ((await textOf(content)) === 'secret' ? reject('no') : undefined)),
    );
    for (const chunkSize of CHUNKS)
      expect(await runFilter(byContent, { eml, chunkSize })).toMatchObject(refused);
  });

  it('is not changed, whatever is answered', async () => {
    // A transform in JavaScript may answer what the types forbid.
    const dropping = looking((() => drop()) as unknown as OnReading, { edits: ['body'] });
    const result = await runFilter(dropping, { eml });
    expect(result.bodyChanged).toBe(false);
    expect(result.parts.map(({ action }) => action)).toEqual(['kept']);
  });

  it.each([
    ['throws', () => tap(async () => Promise.reject(new Error('outage')))],
    [
      'fails in the hook',
      () => {
        throw new Error('outage');
      },
    ],
    ['fails in the hook, later', async () => Promise.reject(new Error('outage'))],
  ] as [string, OnReading][])('follows onError when its reader %s', async (_, onReading) => {
    expect((await runFilter(looking(onReading), { eml })).verdict.kind).toBe('tempfail');
    const open = await runFilter(looking(onReading, { onError: 'accept' }), { eml });
    expect(open.verdict.kind).toBe('accept');
  });

  it('is waited for, one after the other', async () => {
    const many = Buffer.from(`${MIXED}--B\r\n\r\none\r\n${hidden('x').repeat(30)}--B--\r\n`);
    for (const chunkSize of CHUNKS) {
      let [atWork, most, done] = [0, 0, 0];
      const filter = looking(() =>
        tap(async (content) => {
          most = Math.max(most, ++atWork);
          await delay(1);
          if ((await textOf(content)).trim() === 'x') done++;
          atWork--;
        }),
      );
      await runFilter(filter, { eml: many, chunkSize });
      expect({ most, done }).toEqual({ most: 1, done: 30 });
    }
  });

  it('may be left unread', async () => {
    const large = Buffer.from(`${MIXED}--B\r\n\r\none\r\n${hidden('x'.repeat(300_000))}--B--\r\n`);
    const result = await runFilter(
      looking(() => tap(async () => {})),
      { eml: large },
    );
    expect(result.verdict.kind).toBe('accept');
  });

  it('has its ambiguities among those of the message', async () => {
    const odd = Buffer.from(eml.toString().replace('name=hidden', 'name=a; name=b'));
    const codes = (
      await runFilter(
        looking(() => {}),
        { eml: odd },
      )
    ).ambiguities.map(({ code }) => code);
    expect(codes.toSorted()).toEqual(
      ['delimiter-indented', 'header-in-content', 'duplicate-parameter', 'names-differ'].toSorted(),
    );
    const without = await runFilter(defineFilter([defineTransform({ name: 'x', onPart: () => {} })]), {
      eml: odd,
    });
    expect(without.ambiguities.map(({ code }) => code)).not.toContain('duplicate-parameter');
  });

  it('is not read by a transform that waits for the verdicts of others: that is said', async () => {
    const before = defineTransform({ name: 'before', edits: [], onEnd: (msg) => msg.note('end') });
    const late = defineTransform({
      name: 'late',
      when: { verdict: 'clean' },
      edits: [],
      onPart: () => {},
      onReading: () => reject('no'),
    });
    const result = await runFilter(defineFilter([before, late]), { eml });
    expect(result.verdict.kind).toBe('accept');
    expect(result.ambiguities.map(({ code }) => code)).toContain('too-many-readings');
  });
});

describe('behind a transform with streams', () => {
  const look = defineTransform({
    name: 'look',
    edits: [],
    onPart: () => {},
    onReading: (part) => (part.isLeaf ? reject('found') : undefined),
    onEnd: (msg) => msg.note(msg.ambiguities.map(({ code }) => code).join()),
  });

  it('what the streams have made is read in other ways', async () => {
    const streams = defineTransform({ name: 'streams', fromStream: () => new PassThrough() });
    for (const chunkSize of CHUNKS)
      expect((await runFilter(defineFilter([streams, look]), { eml, chunkSize })).verdict.kind).toBe(
        'reject',
      );
  });

  it('a message that passes by the streams is not, and that is said', async () => {
    const streams = defineTransform({ name: 'streams', fromStream: () => leave('not this one') });
    const result = await runFilter(defineFilter([streams, look]), { eml });
    expect(result.verdict.kind).toBe('accept');
    expect(result.notes).toEqual(['look: header-in-content,delimiter-indented,too-many-readings']);
  });
});

describe('onReading', () => {
  it('needs an onPart', () => {
    expect(() => defineTransform({ name: 'x', onReading: () => {} })).toThrow(/onReading needs an onPart/);
  });
});
