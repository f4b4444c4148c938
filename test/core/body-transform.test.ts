import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, raw, reject, tap } from '../../src/core/index.ts';

const HEADERS = [
  ['From', ' a@example.org'],
  ['Content-Type', ' text/plain'],
] as const;

const shout = defineTransform({
  name: 'shout',
  onPart: () =>
    raw({
      write: (slice, output) => output.pass(slice),
      end: (output) => output.put(Buffer.from('!\r\n')),
    }),
});

describe('a filter as a Node Transform', () => {
  it('works inside any stream.pipeline, and tells the outcome', async () => {
    const { body, outcome } = defineFilter([shout]).open({ headers: HEADERS });
    const chunks: Buffer[] = [];
    await pipeline(
      Readable.from([Buffer.from('hel'), Buffer.from('lo')]),
      body,
      new Writable({
        write(chunk: Buffer, _encoding, callback) {
          chunks.push(chunk);
          setImmediate(callback);
        },
      }),
    );
    expect(Buffer.concat(chunks).toString()).toBe('hello!\r\n');
    expect(await outcome).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: true });
  });

  it('puts an unchanged body through as it is', async () => {
    const look = defineTransform({
      name: 'look',
      onPart: () => tap(async (content) => void (await buffer(content))),
    });
    const { body, outcome } = defineFilter([look]).open({ headers: HEADERS });
    expect(String(await buffer(Readable.from([Buffer.from('as it is')]).pipe(body)))).toBe('as it is');
    expect(await outcome).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: false });
  });

  it('takes chunks while nobody reads only up to its high-water mark', async () => {
    const { body } = defineFilter([shout]).open({ headers: HEADERS });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    while (written < 100) {
      written++;
      if (!body.write(chunk)) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(body.readableLength).toBeLessThanOrEqual(2 * chunk.length);
    expect(written).toBeLessThan(5);
    body.destroy();
  });

  it('resolves its outcome as tempfail when it is destroyed, and ends what still reads', async () => {
    let ended: unknown;
    const stuck = defineTransform({
      name: 'stuck',
      onPart: () =>
        tap(async (content) =>
          buffer(content).then(
            () => undefined,
            (error: unknown) => void (ended = error),
          ),
        ),
    });
    const { body, outcome } = defineFilter([stuck]).open({ headers: HEADERS });
    body.write('some');
    body.once('error', () => {});
    setImmediate(() => body.destroy(new Error('the client went away')));
    expect(await outcome).toMatchObject({ verdict: { kind: 'tempfail' }, bodyChanged: false });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toMatchObject({ code: 'MILLRACE_ABORTED' });
  });

  it('swallows the rest of a body once the message is decided', async () => {
    const no = defineTransform({ name: 'no', onEnvelope: () => reject('no') });
    const { body, outcome } = defineFilter([no]).open({ headers: HEADERS });
    body.end(Buffer.alloc(1e6));
    body.resume();
    expect(await outcome).toMatchObject({ verdict: { kind: 'reject' } });
  });
});
