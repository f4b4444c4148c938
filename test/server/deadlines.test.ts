import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform, TransformDefinition } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { encodeCommand } from '../../src/protocol/commands.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { startServer } from '../support/milter-server.ts';
import { body, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';

const PLAIN = Buffer.from('From: a@example.org\r\nSubject: hello\r\n\r\nfirst\r\nsecond\r\n');
const never = (): Promise<undefined> => new Promise(() => undefined);

/** A transform that hangs in one hook. */
function hanging(hook: keyof TransformDefinition): AnyTransform {
  return defineTransform({ name: 'hanging', [hook]: never });
}

describe('a transform that never answers', () => {
  it.each(['onConnect', 'onHelo', 'onMail', 'onRcpt', 'onData'] as const)(
    'at %s costs the command deadline and tempfail',
    async (hook) => {
      const { address, lines } = await startServer([hanging(hook)], { deadlines: { command: 50 } });
      const client = await MilterClient.connect(address);
      const result = await client.send({ eml: PLAIN });
      expect(result.verdict === 'tempfail' || result.refused[0]?.reply?.code === 451).toBe(true);
      await client.close();
      expect(JSON.stringify(lines)).toContain('MILLRACE_DEADLINE');
    },
  );

  it.each(['onEnvelope', 'onEnd'] as const)('at %s costs the message deadline and tempfail', async (hook) => {
    const { address, messages } = await startServer([hanging(hook)], { deadlines: { message: 50 } });
    const client = await MilterClient.connect(address);
    expect(await client.send({ eml: PLAIN })).toMatchObject({ verdict: 'tempfail', reply: { code: 451 } });
    expect(messages()).toMatchObject([{ verdict: 'tempfail' }]);
    await client.close();
  });

  it('in a part costs the message deadline and tempfail, and the next message is fine', async () => {
    let calls = 0;
    const { address } = await startServer(
      [
        defineTransform({
          name: 'stuck',
          onPart: () => tap((content) => (++calls === 1 ? never() : void content.resume())),
        }),
      ],
      { deadlines: { message: 100, progress: 20, pushback: 20 } },
    );
    const client = await MilterClient.connect(address);
    const eml = Buffer.concat([PLAIN, Buffer.alloc(3_000_000, 'z\r\n')]);
    expect((await client.send({ eml })).verdict).toBe('tempfail');
    expect((await client.send({ eml: PLAIN })).verdict).toBe('accept');
    await client.close();
  });

  it('in the middle of a body costs the message deadline and tempfail, where a reply is due', async () => {
    const { address } = await startServer(
      [defineTransform({ name: 'stuck', edits: ['headers'], onPart: () => tap(never) })],
      { deadlines: { message: 100, pushback: 100_000 } },
    );
    const client = await MilterClient.connect(address, { chunkBytes: 1000 });
    const eml = Buffer.concat([PLAIN, Buffer.alloc(3_000_000, 'z\r\n')]);
    expect(await client.send({ eml })).toMatchObject({ verdict: 'tempfail', stage: 'body' });
    await client.close();
  });

  it('does not outlive a message that the MTA gives up', async () => {
    let aborted = 0;
    const { address, server } = await startServer([
      defineTransform({
        name: 'patient',
        edits: ['headers'],
        onEnd: (msg) =>
          new Promise((resolve) => {
            msg.signal.addEventListener('abort', () => {
              aborted++;
              resolve(undefined);
            });
          }),
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, ...HEADER);
    await peer.next();
    peer.say({ type: 'endOfMessage', data: Buffer.alloc(0) });
    peer.destroy();
    await expect.poll(() => aborted).toBe(1);
    await expect.poll(() => server.connections).toBe(0);
  });
});

describe('PROGRESS', () => {
  it('tells the MTA that end-of-message takes its time, and stops before the first edit', async () => {
    const { address } = await startServer(
      [
        defineTransform({
          name: 'slow',
          async onEnd(msg) {
            await new Promise((resolve) => setTimeout(resolve, 200));
            msg.headers.set('X-Slow', 'yes');
          },
        }),
      ],
      { deadlines: { progress: 20 } },
    );
    const client = await MilterClient.connect(address, { mta: 'sendmail', timeout: 150 });
    const result = await client.send({ eml: PLAIN });
    expect(result.verdict).toBe('accept');
    expect(result.progress).toBeGreaterThan(1);
    expect(result.modifications).toHaveLength(1);
    await client.close();
  });
});

describe('a silent peer', () => {
  it('that does not negotiate is closed', async () => {
    const { address } = await startServer([], { deadlines: { handshake: 50 } });
    const peer = await RawPeer.connect(address);
    await peer.closed();
  });

  it('that negotiates byte by byte for ever is closed', async () => {
    const { address } = await startServer([], { deadlines: { handshake: 50 } });
    const peer = await RawPeer.connect(address);
    const trickle = setInterval(() => peer.write(Buffer.from([0])), 10);
    await peer.closed();
    clearInterval(trickle);
  });

  it('between messages is closed after the idle time', async () => {
    const { address, lines } = await startServer([], { deadlines: { idle: 50 } });
    const peer = await RawPeer.negotiated(address);
    await peer.closed();
    expect(lines.at(-1)).toMatchObject({ level: 'debug', fields: { reason: 'idle for too long' } });
  });

  it('in the middle of a body is closed after the idle time, and its message is forgotten', async () => {
    const { address, messages, server } = await startServer(
      [defineTransform({ name: 'reader', onPart: () => tap((content) => void content.resume()) })],
      { deadlines: { idle: 50 } },
    );
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, ...HEADER, body('half'));
    await peer.closed();
    await expect.poll(() => server.connections).toBe(0);
    expect(messages()).toEqual([]);
  });

  it('whose client is still sending its data to the MTA may take longer', async () => {
    const { address } = await startServer([defineTransform({ name: 'late', onEnd: () => undefined })], {
      deadlines: { idle: 50, transaction: 100_000 },
    });
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(peer.isClosed).toBe(false);
    peer.say(...HEADER);
    expect(await peer.codes()).toBe('c');
    peer.destroy();
  });

  it('whose client never gets to its data is closed after the transaction time', async () => {
    const { address, messages, lines } = await startServer(
      [defineTransform({ name: 'late', onEnd: () => undefined })],
      { deadlines: { transaction: 100 } },
    );
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE);
    await peer.closed();
    expect(lines.at(-1)).toMatchObject({ level: 'debug' });
    expect(messages()).toEqual([]);
  });

  it('in the middle of a packet is closed after the idle time, however slowly it trickles in', async () => {
    const { address } = await startServer([defineTransform({ name: 'late', onEnd: () => undefined })], {
      deadlines: { idle: 100 },
    });
    const peer = await RawPeer.negotiated(address);
    const header = encodeCommand({ type: 'header', name: 'Subject', value: 'x'.repeat(100_000) });
    peer.write(header.subarray(0, 10));
    let at = 10;
    const trickle = setInterval(() => peer.write(header.subarray(at, ++at)), 5);
    await peer.closed();
    clearInterval(trickle);
  });
});

describe('the largest packet', () => {
  it('is what is configured', async () => {
    const { address, lines } = await startServer([], { maxPacket: 70_000 });
    const offered = await RawPeer.negotiated(address);
    offered.say(...ENVELOPE, { type: 'header', name: 'X', value: 'y'.repeat(69_990) }, { type: 'quit' });
    await offered.closed();
    expect(lines.filter(({ text }) => text === 'connection closed')).toEqual([]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, { type: 'header', name: 'X', value: 'y'.repeat(70_000) });
    await peer.closed();
    const reasons = lines.map(({ level, fields }) => `${level}: ${fields['reason']}`);
    expect(reasons).toContainEqual(expect.stringMatching(/^debug: .*the limit is 70000$/));
  });
});
