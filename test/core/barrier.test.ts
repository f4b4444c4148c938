import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  type AnyTransform,
  defineFilter,
  defineTransform,
  drop,
  judge,
  leave,
  quarantine,
  raw,
  reject,
  type Spool,
  SpoolStore,
  tap,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CHUNK_SIZES } from '../support/chunks.ts';

const EML = Buffer.from(
  [
    'From: a@example.org',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="=_x"',
    '',
    'preamble',
    '--=_x',
    '',
    'one',
    '--=_x',
    '',
    'two',
    '--=_x--',
    'epilogue',
    '',
  ].join('\r\n'),
);

const footer = (verdict: string | string[]): AnyTransform =>
  defineTransform({
    name: 'footer',
    when: { verdict },
    onPart: (part) =>
      part.path === '1.1'
        ? raw({ write: (slice, output) => output.pass(slice), end: (output) => output.put(Buffer.from('!')) })
        : undefined,
  });

/** Reads everything and says at the very end what it has found. */
const scanner = (finding: string | undefined): AnyTransform =>
  defineTransform({
    name: 'scanner',
    onPart: (part) => (part.isLeaf ? tap(async (content) => void (await text(content))) : undefined),
    onEnd: (msg) => (finding === undefined ? undefined : msg.find(finding)),
  });

const appended = EML.toString().replace('one', 'one!');

describe.each(CHUNK_SIZES)('a barrier at chunk size %i', (chunkSize) => {
  const play = async (...transforms: AnyTransform[]): Promise<string> => {
    const result = await runFilter(defineFilter(transforms), { eml: EML, chunkSize });
    expect(result.verdict.kind).toBe('accept');
    return result.message.toString();
  };

  it('lets the transforms behind it run when the message is clean', async () => {
    expect(await play(scanner(undefined), footer('clean'))).toBe(appended);
  });

  it('takes them out when it is not', async () => {
    expect(await play(scanner('spam'), footer('clean'))).toBe(EML.toString());
  });

  it('knows findings by name', async () => {
    expect(await play(scanner('spam'), footer('spam'))).toBe(appended);
    expect(await play(scanner('spam'), footer(['clean', 'spam']))).toBe(appended);
    expect(await play(scanner('spam'), footer('infected'))).toBe(EML.toString());
  });

  it('shows the message as those in front have made it', async () => {
    const stripper = defineTransform({
      name: 'strip',
      onPart: (part) => (part.path === '1.2' ? drop() : undefined),
    });
    expect(await play(stripper, footer('clean'))).toBe(appended.replace(/\r\n--=_x\r\n\r\ntwo/, ''));
  });
});

describe('a barrier', () => {
  it('waits for each transform in front to end, in order, and asks none twice', async () => {
    const order: string[] = [];
    const ends = (name: string, more: Partial<AnyTransform> = {}): AnyTransform =>
      defineTransform({
        name,
        onPart: (part) => void (part.depth === 1 && order.push(`${name} begins`)),
        onEnd: async () => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          order.push(`${name} ends`);
        },
        ...more,
      });
    const filter = defineFilter([ends('a'), ends('b'), ends('c', { when: { verdict: 'clean' } }), ends('d')]);
    await runFilter(filter, { eml: EML });
    expect(order).toEqual([
      'a begins',
      'b begins',
      'a ends',
      'b ends',
      'c begins',
      'd begins',
      'c ends',
      'd ends',
    ]);
  });

  it('treats a quarantine as a finding, and ends with a verdict in front', async () => {
    const held = await runFilter(
      defineFilter([defineTransform({ name: 'q', onEnd: () => quarantine('odd') }), footer('clean')]),
      { eml: EML },
    );
    expect(held).toMatchObject({ quarantine: 'odd', bodyChanged: false });
    const refused = await runFilter(
      defineFilter([defineTransform({ name: 'r', onEnd: () => reject('no') }), footer('clean')]),
      { eml: EML },
    );
    expect(refused).toMatchObject({ verdict: { kind: 'reject' }, bodyChanged: false });
  });

  it('is not needed by a transform without onPart: its end waits all the same', async () => {
    const stamp = defineTransform({
      name: 'stamp',
      when: { verdict: 'clean' },
      onEnd: (msg) => msg.headers.set('X-Clean', 'yes'),
    });
    const clean = await runFilter(defineFilter([scanner(undefined), stamp]), { eml: EML });
    expect(clean.headerEdits).toHaveLength(1);
    const spam = await runFilter(defineFilter([scanner('spam'), stamp]), { eml: EML });
    expect(spam.headerEdits).toHaveLength(0);
  });

  it('tempfails a message that its spool cannot hold', async () => {
    const spools = new SpoolStore({ quota: 1000 });
    const processed = await defineFilter([scanner(undefined), footer('clean')])
      .process(
        (async function* () {
          yield EML.subarray(0, EML.indexOf('two'));
          for (let i = 0; i < 600; i++) yield Buffer.alloc(65_536, 'x');
        })(),
        { openSpool: () => spools.open() },
      )
      .catch((error: unknown) => error);
    // The message itself cannot be spooled either; what counts is that nothing hangs and nothing is half-changed.
    expect(processed).toMatchObject({ code: 'MILLRACE_SPOOL' });
    await spools.close();
  });

  it('shows a late transform all ambiguities and findings of the message when it begins', async () => {
    const seen: unknown[] = [];
    const late = defineTransform({
      name: 'late',
      late: true,
      onPart: (part, msg) => {
        if (part.depth === 1)
          seen.push(
            msg.ambiguities.map(({ code }) => code),
            [...msg.findings],
          );
      },
    });
    const cut = Buffer.from(EML.toString().replace(/--=_x--[^]*/, ''));
    await runFilter(defineFilter([scanner('spam'), late]), { eml: cut });
    expect(seen).toEqual([['missing-close'], ['spam']]);
  });

  it('stands in front of the first late transform that is at work, though others are beside it', async () => {
    const began: string[] = [];
    const late = (name: string, more: Partial<AnyTransform>): AnyTransform =>
      defineTransform({ name, late: true, ...more });
    const atWork = late('b', {
      onPart: (part, msg) => void (part.depth === 1 && began.push(...msg.findings)),
    });
    for (const beside of [
      late('a', { when: { from: 'nobody@example.org' }, onPart: () => undefined }),
      late('a', { onEnd: () => undefined }),
    ]) {
      await runFilter(defineFilter([scanner('spam'), beside, atWork]), { eml: EML, from: 'a@example.org' });
    }
    expect(began).toEqual(['spam', 'spam']);
  });

  it('plays nothing to transforms that have left the message', async () => {
    let bytes = 0;
    const late = defineTransform({ name: 'late', late: true, onPart: () => leave() });
    const count = defineTransform({
      name: 'count',
      late: true,
      fromStream: () => undefined,
    });
    const filter = defineFilter([late, count]);
    const spools = new SpoolStore({});
    const processed = await filter.process(
      (async function* () {
        yield EML;
      })(),
      {
        openSpool: () => {
          const spool = spools.open();
          const write = spool.write.bind(spool);
          spool.write = (slice: Buffer) => {
            bytes += slice.length;
            write(slice);
          };
          return spool;
        },
      },
    );
    expect(processed.outcome.bodyChanged).toBe(false);
    const body = EML.length - EML.indexOf('\r\n\r\n') - 4;
    // Once to keep the message itself, once at the barrier, and not once more behind it; the barrier keeps no delimiters.
    expect(bytes).toBeLessThanOrEqual(2 * body);
    processed.dispose();
    await spools.close();
  });

  it('refuses a condition of the wrong type', () => {
    expect(() => defineFilter([{ name: 'x', late: 'yes' as unknown as boolean }])).toThrow(
      /late must be true/,
    );
    expect(() => defineFilter([{ name: 'x', when: { verdict: [] } }])).toThrow(/when.verdict must be/);
  });
});

describe('what is held', () => {
  const eml = (content: string): Buffer =>
    Buffer.from(
      `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${content}\r\n--b\r\n\r\nend\r\n--b--\r\n`,
    );
  const decided = (judgement: () => ReturnType<typeof drop> | undefined): AnyTransform =>
    defineTransform({
      name: 'decided',
      onPart: (part) =>
        part.path === '1.1'
          ? judge(async (content) => {
              await text(content);
              return judgement();
            })
          : undefined,
    });
  const late = defineTransform({ name: 'late', late: true, onPart: () => undefined });

  // Left is the message as received, and the new one where there is one.
  it.each<[string, AnyTransform[], left: number]>([
    ['a part that is judged and kept', [decided(() => undefined)], 1],
    ['a part that is judged and dropped', [decided(() => drop('unwanted'))], 2],
    ['a message behind a barrier', [late], 1],
  ])('is given back when it has gone on: %s', async (_what, transforms, left) => {
    const store = new SpoolStore({ memory: 64 * 1024 });
    try {
      for (const size of [10, 300_000]) {
        const opened: Spool[] = [];
        const source = async function* (): AsyncGenerator<Buffer> {
          yield eml('x'.repeat(size));
        };
        const processed = await defineFilter(transforms).process(source(), {
          openSpool: () => {
            const spool = store.open();
            opened.push(spool);
            return spool;
          },
        });
        expect(processed.failures).toEqual([]);
        expect(opened.filter(({ isDiscarded }) => !isDiscarded)).toHaveLength(left);
        for await (const block of processed.message()) void block;
        processed.dispose();
        expect(opened.every(({ isDiscarded }) => isDiscarded)).toBe(true);
      }
    } finally {
      await store.close();
    }
  });

  it('is not shown to those behind a barrier once those in front have refused the message', async () => {
    const asked: string[] = [];
    const refusing = defineTransform({
      name: 'refusing',
      onPart: () => undefined,
      onEnd: () => reject('no'),
    });
    const behind = defineTransform({
      name: 'behind',
      late: true,
      onPart: ({ path }) => void asked.push(path),
    });
    const result = await runFilter(defineFilter([refusing, behind]), { eml: EML });
    expect([result.verdict.kind, asked]).toEqual(['reject', []]);
  });

  it('gives the reason of the quarantine that was asked for first', async () => {
    const held = (reason: string): AnyTransform =>
      defineTransform({ name: reason, onEnd: () => quarantine(reason) });
    const result = await runFilter(defineFilter([held('first'), held('second')]), { eml: EML });
    expect(result.quarantine).toBe('first');
  });
});
