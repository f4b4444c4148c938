import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform } from '../../src/core/transform.ts';
import { replace, tap } from '../../src/core/verbs.ts';
import type { ConnectCommand } from '../../src/protocol/commands.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { PROTOCOL } from '../../src/protocol/codes.ts';
import { footer } from '../../src/transforms/index.ts';
import { startServer } from '../support/milter-server.ts';
import { body, END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';
import { PLAIN } from '../support/send-once.ts';

describe('CONNECT', () => {
  it.each<[string, Omit<ConnectCommand, 'type'>, object]>([
    [
      '4',
      { host: 'mail.example.net', family: 'inet', port: 25, address: '192.0.2.7' },
      { host: 'mail.example.net', family: 'inet', port: 25, address: '192.0.2.7' },
    ],
    [
      '6',
      { host: '[IPv6:2001:db8::1]', family: 'inet6', port: 0, address: '2001:db8::1' },
      { host: '[IPv6:2001:db8::1]', family: 'inet6', port: 0, address: '2001:db8::1' },
    ],
    [
      'L',
      { host: 'localhost', family: 'unix', port: 0, address: '/run/smtp.sock' },
      { host: 'localhost', family: 'unix', address: '/run/smtp.sock' },
    ],
    ['U', { host: 'localhost', family: 'unknown' }, { host: 'localhost', family: 'unknown' }],
  ])('of family %s tells who the client is', async (_, client, expected) => {
    const seen: unknown[] = [];
    const { address } = await startServer([
      defineTransform({ name: 'witness', onConnect: ({ connection }) => void seen.push({ ...connection }) }),
    ]);
    const mta = await MilterClient.connect(address, { client });
    await mta.close();
    expect(seen).toEqual([expect.objectContaining(expected)]);
    if (client.family === 'unknown') expect(seen[0]).not.toHaveProperty('address');
  });
});

describe('an end-of-message packet with data', () => {
  const LAST = { type: 'endOfMessage', data: Buffer.from('last line\r\n') } as const;

  it.each([
    ['behind body chunks', [body('first line\r\n')], 'first line\r\nlast line\r\nfooter\r\n'],
    ['in the place of them', [], 'last line\r\nfooter\r\n'],
  ])('%s brings the end of the body', async (_, chunks, expected) => {
    const { address } = await startServer([footer({ text: 'footer' })]);
    const peer = await RawPeer.negotiated(address);
    // A footer is not told of recipients.
    peer.say(ENVELOPE[0], ...HEADER, ...chunks, LAST);
    const codes = [await peer.codes(), await peer.codes()];
    expect(codes).toEqual(['c', 'ba']);
    expect(peer.bodies()).toBe(expected);
    peer.destroy();
  });

  it('is counted with the body, and not looked at where nobody wants it', async () => {
    const { address, messages } = await startServer([
      defineTransform({ name: 'end', edits: ['headers'], onEnd: (msg) => msg.headers.set('X-A', 'b') }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, ...HEADER, LAST);
    expect([await peer.codes(), await peer.codes()]).toEqual(['c', 'ha']);
    expect(messages()).toMatchObject([{ verdict: 'accept', bytesIn: LAST.data.length }]);
    peer.destroy();
  });
});

it('a footer needs no recipients to tell a bounce', async () => {
  const { address, messages } = await startServer([footer({ text: 'footer' })]);
  const peer = await RawPeer.negotiated(address);
  expect(peer.protocol & PROTOCOL.NORCPT).not.toBe(0);
  for (const path of ['<>', '<a@example.org>']) {
    peer.say({ type: 'mail', address: path, args: [] }, ...HEADER);
    await peer.codes();
  }
  expect(messages()).toMatchObject([{ verdict: 'accept', notes: 'footer: no footer: null sender' }]);
  peer.destroy();
});

describe('SKIP', () => {
  /** Reads a part's content to its end. */
  const reader = (seen: number[]): AnyTransform =>
    defineTransform({
      name: 'reader',
      edits: [],
      onPart: () =>
        tap(async (content) => {
          let bytes = 0;
          for await (const chunk of content) bytes += (chunk as Buffer).length;
          seen.push(bytes);
        }),
    });
  /** Is done with a message when its first part has begun. */
  const glance = defineTransform({ name: 'glance', edits: [], onPart: () => undefined });
  const changer = defineTransform({ name: 'changer', onPart: () => replace({ content: 'new' }) });
  const eml = Buffer.concat([PLAIN, Buffer.alloc(300_000, 'x\r\n')]);

  it.each<[string, (seen: number[]) => AnyTransform[], boolean]>([
    ['everybody is done', () => [glance, glance], true],
    ['one reads to the end', (seen) => [glance, reader(seen)], false],
    ['the first one reads to the end', (seen) => [reader(seen), glance], false],
    ['one changes the body', () => [glance, changer], false],
  ])('is answered only when all transforms agree: %s', async (_, transforms, isSkipped) => {
    const seen: number[] = [];
    const { address, messages } = await startServer(transforms(seen));
    const client = await MilterClient.connect(address);
    expect((await client.send({ eml })).verdict).toBe('accept');
    await client.close();
    const [{ bytesIn }] = messages();
    if (isSkipped) expect(bytesIn).toBeLessThanOrEqual(65_535);
    else expect(bytesIn).toBe(300_015);
    expect(seen.every((bytes) => bytes === 300_015)).toBe(true);
  });
});

it('a recipient comes with its ESMTP parameters', async () => {
  const seen: unknown[] = [];
  const { address } = await startServer([
    defineTransform({
      name: 'witness',
      onMail: (sender) => void seen.push(sender),
      onRcpt: (recipient) => void seen.push(recipient),
    }),
  ]);
  const client = await MilterClient.connect(address);
  await client.send({
    eml: PLAIN,
    from: 'a@example.org',
    parameters: ['SIZE=100', 'BODY=8BITMIME'],
    rcpt: ['b@example.org', { address: 'ü@example.org', parameters: ['NOTIFY=NEVER', 'ORCPT=rfc822;c'] }],
  });
  await client.close();
  expect(seen).toEqual([
    { address: 'a@example.org', parameters: ['SIZE=100', 'BODY=8BITMIME'] },
    { address: 'b@example.org', parameters: [] },
    { address: 'ü@example.org', parameters: ['NOTIFY=NEVER', 'ORCPT=rfc822;c'] },
  ]);
});

describe('the signal of a hook at CONNECT or HELO', () => {
  it.each(['onConnect', 'onHelo'] as const)('aborts when %s takes too long', async (hook) => {
    const reasons: unknown[] = [];
    const { address } = await startServer(
      [
        defineTransform({
          name: 'slow',
          [hook]: (msg: { signal: AbortSignal }) =>
            new Promise(() => msg.signal.addEventListener('abort', () => reasons.push(msg.signal.reason))),
        }),
      ],
      { deadlines: { command: 20 } },
    );
    const client = await MilterClient.connect(address);
    expect((await client.send({ eml: PLAIN })).verdict).toBe('tempfail');
    await client.close();
    expect(reasons).toEqual([expect.objectContaining({ code: 'MILLRACE_DEADLINE' })]);
  });

  it('aborts when the connection is lost, or another client comes in its place', async () => {
    const signals: AbortSignal[] = [];
    const { address } = await startServer([
      defineTransform({ name: 'keeper', onConnect: (msg) => void signals.push(msg.signal) }),
    ]);
    const peer = await RawPeer.negotiated(address);
    const connect = { type: 'connect', host: 'x', family: 'unknown' } as const;
    peer.say(connect);
    await peer.next();
    expect(signals[0].aborted).toBe(false);
    peer.say({ type: 'quitNewConnection' }, connect);
    await peer.next();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    peer.say(ENVELOPE[0], END);
    await peer.next();
    expect(signals[1].aborted).toBe(false);
    peer.destroy();
    await expect.poll(() => signals[1].aborted).toBe(true);
  });
});
