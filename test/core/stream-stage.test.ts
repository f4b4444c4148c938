import { Duplex, PassThrough, Transform } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  defineFilter,
  defineTransform,
  leave,
  reject,
  tap,
  type TransformDefinition,
  wrap,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CHUNK_SIZES } from '../support/chunks.ts';

const EML = Buffer.from(
  'Subject: hello\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n',
);

const streams = (fromStream: TransformDefinition['fromStream'], more: Partial<TransformDefinition> = {}) =>
  defineTransform({ name: 'under-test', ...(fromStream === undefined ? {} : { fromStream }), ...more });

/** Takes the whole message and puts out another. */
const rewrite = (change: (message: string) => string) => {
  const chunks: Buffer[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
    flush(done) {
      done(null, change(Buffer.concat(chunks).toString('latin1')));
    },
  });
};

describe.each(CHUNK_SIZES)('fromStream at chunk size %i', (chunkSize) => {
  it('gets the message, and changes nothing when it gives it back', async () => {
    let seen = '';
    const look = () => rewrite((message) => (seen = message));
    const result = await runFilter(defineFilter([streams(() => [new PassThrough(), look()])]), {
      eml: EML,
      chunkSize,
    });
    expect(seen).toBe(EML.toString());
    expect(result).toMatchObject({ bodyChanged: false, headerEdits: [], failures: [] });
    expect(result.message.equals(EML)).toBe(true);
  });

  it('has the new message split into parts for the transforms behind', async () => {
    const seen: string[] = [];
    const filter = defineFilter([
      streams(() =>
        rewrite((message) =>
          message.replaceAll('b\r\n', 'c\r\n').replace('b--', 'c--').replace('hello', 'bye'),
        ),
      ),
      defineTransform({
        name: 'behind',
        onPart: (part, msg) =>
          void seen.push(`${part.path} ${part.boundary ?? ''} ${msg.headers.get('Subject') ?? ''}`),
      }),
    ]);
    const result = await runFilter(filter, { eml: EML, chunkSize });
    expect(seen).toEqual(['1 c bye', '1.1  bye', '1.2  bye']);
    expect(result.headerEdits.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'change Subject',
      'change Content-Type',
    ]);
    expect(result.message.toString()).toBe(
      EML.toString().replaceAll('b\r\n', 'c\r\n').replace('b--', 'c--').replace('hello', 'bye'),
    );
    expect(result.parts).toContainEqual({ path: '1', type: 'multipart/mixed', action: 'rewritten' });
  });

  it('runs behind a barrier', async () => {
    const finding = defineTransform({ name: 'finds', onEnd: (msg) => msg.find('spam') });
    const change = () => rewrite((message) => message.replace('one', '1'));
    for (const [verdict, changed] of [
      ['spam', true],
      ['clean', false],
    ] as const) {
      const filter = defineFilter([finding, streams(change, { when: { verdict } })]);
      const result = await runFilter(filter, { eml: EML, chunkSize });
      expect(result.failures).toEqual([]);
      expect(result.bodyChanged).toBe(changed);
    }
  });
});

describe('fromStream', () => {
  it('shows the transforms behind it what is ambiguous about the message that it has made', async () => {
    const seen: string[][] = [];
    const look = (name: string) =>
      defineTransform({ name, onEnd: (msg) => void seen.push(msg.ambiguities.map(({ code }) => code)) });
    const close = streams(
      () =>
        new Transform({
          transform: (chunk, _encoding, done) => done(null, chunk),
          flush(done) {
            done(null, '\r\n--b--\r\n');
          },
        }),
    );
    const eml = Buffer.from(
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx',
    );
    const result = await runFilter(
      defineFilter([look('a'), close, look('b'), streams(() => undefined), look('c')]),
      { eml },
    );
    expect(seen).toEqual([['missing-close'], [], []]);
    expect(result.ambiguities).toEqual([{ code: 'missing-close', path: '1' }]);
  });

  it('is asked once, and may leave the message alone with a reason', async () => {
    const roots: string[] = [];
    const filter = defineFilter([
      streams((root) => {
        roots.push(root.type);
        return leave('not today');
      }),
    ]);
    const result = await runFilter(filter, { eml: EML });
    expect(roots).toEqual(['multipart/mixed']);
    expect(result.parts).toContainEqual(expect.objectContaining({ action: 'skipped', reason: 'not today' }));
    expect(result.message.equals(EML)).toBe(true);
  });

  it('is not asked for a message that the transform skips', async () => {
    const filter = defineFilter([
      streams(() => expect.fail('asked'), { onEnvelope: () => 'skip' }),
      defineTransform({ name: 'other', onPart: () => undefined }),
    ]);
    expect((await runFilter(filter, { eml: EML })).failures).toEqual([]);
  });

  it('is given the fields that a transform in front has wrapped, and the content behind them', async () => {
    let seen = '';
    const filter = defineFilter([
      defineTransform({ name: 'wraps', onPart: () => wrap({ content: 'behind\n' }) }),
      streams(() => rewrite((message) => (seen = message).replace('one', '1'))),
    ]);
    const result = await runFilter(filter, { eml: EML });
    expect(result.failures).toEqual([]);
    expect(seen).toBe(EML.toString().replace('Subject: hello\r\n', ''));
    const inside = EML.toString().replace('Subject: hello\r\n', '').replace('one', '1');
    expect(result.message.toString()).toContain(`\r\n${inside}`);
    expect(result.message.toString()).toContain('behind');
  });

  it('ends with a message that is decided by somebody else', async () => {
    const stream = new PassThrough();
    const filter = defineFilter([
      streams(() => stream),
      defineTransform({
        name: 'refuses',
        onPart: (part) => (part.path === '1.1' ? reject('no') : undefined),
      }),
    ]);
    expect((await runFilter(filter, { eml: EML })).verdict.kind).toBe('reject');
    expect(stream.destroyed).toBe(true);
  });

  it('has what a failure of another transform could undo count as changed', async () => {
    const failing = defineTransform({
      name: 'fails',
      onError: 'accept',
      edits: ['headers'],
      onEnd(msg) {
        msg.headers.set('X-Edited', 'yes');
        throw new Error('outage');
      },
    });
    const change = streams(() => rewrite((message) => message.replace('one', '1')));
    expect((await runFilter(defineFilter([change, failing]), { eml: EML })).verdict.kind).toBe('tempfail');
    expect((await runFilter(defineFilter([failing]), { eml: EML })).verdict.kind).toBe('accept');
  });

  it('counts as changed while that cannot be told', async () => {
    const failing = defineTransform({
      name: 'fails',
      onError: 'accept',
      onPart(part, msg) {
        if (part.path !== '1.2') return;
        msg.headers.set('X-Edited', 'yes');
        throw new Error('outage');
      },
    });
    const verdict = async (more: Partial<TransformDefinition>) =>
      (await runFilter(defineFilter([failing, streams(() => new PassThrough(), more)]), { eml: EML })).verdict
        .kind;
    expect(await verdict({})).toBe('tempfail');
    expect(await verdict({ edits: [] })).toBe('accept');
  });

  it('waits for the stages behind, however much comes out', async () => {
    const block = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(800));
    let sent = 0;
    let ahead = 0;
    /** All of it at the end of the message. */
    const growing = () =>
      Duplex.from(async function* (message: AsyncIterable<Buffer>) {
        yield* message;
        for (let i = 0; i < 150; i++) {
          sent += block.length;
          yield block;
        }
      });
    const slow = defineTransform({
      name: 'slow',
      onPart: () =>
        tap(async (content) => {
          let read = 0;
          for await (const chunk of content) {
            for (let left = (chunk as Buffer).length; left > 0; left -= block.length) {
              await new Promise((resolve) => setImmediate(resolve));
              read += Math.min(left, block.length);
              ahead = Math.max(ahead, sent - read);
            }
          }
        }),
    });
    const result = await runFilter(defineFilter([streams(growing), slow]), {
      eml: Buffer.from('Subject: x\r\n\r\n'),
    });
    expect(result).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: true, failures: [] });
    expect(sent).toBe(150 * block.length);
    // Node keeps 16 blocks on each side of such a stream.
    expect(ahead).toBeLessThan(75 * block.length);
  });

  it('has a throw at the end of a stream that is no Transform follow onError', async () => {
    const throwing = () =>
      new Duplex({
        read() {},
        write: (_chunk, _encoding, done) => done(),
        final() {
          throw new Error('outage');
        },
      });
    const result = await runFilter(defineFilter([streams(throwing)]), { eml: EML });
    expect(result.verdict.kind).toBe('tempfail');
    expect(result.failures).toMatchObject([{ error: { message: 'outage' } }]);
  });

  it('fails when it returns something that is no stream', async () => {
    const filter = defineFilter([streams(() => ({ verb: 'drop' }) as never), streams(() => [{}] as never)]);
    const result = await runFilter(filter, { eml: EML });
    expect(result.verdict.kind).toBe('tempfail');
  });

  it('does not go together with onPart', () => {
    expect(() => streams(() => undefined, { onPart: () => undefined })).toThrow(/exclude each other/);
  });

  it('asks the MTA for the whole body, and for leave to change it', () => {
    const { interest } = defineFilter([streams(() => undefined)]);
    expect(interest).toMatchObject({ body: true, wholeBody: true, headers: true });
    expect([...interest.edits]).toContain('body');
  });
});
