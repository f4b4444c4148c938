import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform } from '../../src/core/transform.ts';
import { drop, replace, rewriteLines, tap } from '../../src/core/verbs.ts';
import { accept, quarantine, reject } from '../../src/core/verdict.ts';
import { actionNames, protocolNames } from '../../src/protocol/bit-names.ts';
import { STALWART_OFFER } from '../../src/protocol/client.ts';
import type { Command } from '../../src/protocol/commands.ts';
import type { Offer } from '../../src/protocol/negotiation.ts';
import type { MilterClientOptions, SendResult } from '../../src/server/client-types.ts';
import { startServer } from '../support/milter-server.ts';
import { body, END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';
import { sendOnce } from '../support/send-once.ts';

/*
 * Stalwart's dialect of the protocol: it offers version 6 without SKIP, "no reply" and HDR_LEADSPC, opens a new connection for
 * each stage of the SMTP session that milters are configured for, and replays everything from CONNECT on each of them.
 */

const STALWART: MilterClientOptions = { mta: 'stalwart', offer: STALWART_OFFER };
const CONNECT: Command = {
  type: 'connect',
  host: 'mx.example.net',
  family: 'inet',
  port: 25,
  address: '192.0.2.1',
};
const HELO: Command = { type: 'helo', name: 'mx.example.net' };
const EML = Buffer.from('From: a@example.org\r\nSubject: hello\r\nX-Old: 1\r\n\r\nfirst\r\n');

/** What it may do, as Stalwart grants it. */
const EDITS = ['headers', 'body', 'sender', 'add-recipient', 'remove-recipient', 'quarantine'] as const;

interface Case {
  readonly transform: AnyTransform;
  readonly offer?: Offer;
  readonly result: Partial<SendResult> & { bytes?: unknown };
}

const CASES: Record<string, Case> = {
  'every edit': {
    transform: defineTransform({
      name: 'editor',
      edits: EDITS,
      onPart: () => replace({ content: 'new\r\n' }),
      onEnd(msg) {
        msg.headers.set('Subject', 'changed');
        msg.headers.delete('X-Old');
        msg.headers.insert(0, 'X-Top', '1');
        msg.headers.add('X-Last', '2');
        msg.changeSender('bounce@example.org', ['RET=HDRS']);
        msg.addRecipient('c@example.org', ['NOTIFY=NEVER']);
        msg.removeRecipient('recipient@example.org');
        msg.quarantine('odd');
      },
    }),
    result: {
      verdict: 'accept',
      bodyReplaced: true,
      modifications: expect.arrayContaining([
        { type: 'changeHeader', index: 1, name: 'Subject', value: 'changed' },
        { type: 'changeHeader', index: 1, name: 'X-Old', value: '' },
        { type: 'insertHeader', index: 0, name: 'X-Top', value: '1' },
        { type: 'addHeader', name: 'X-Last', value: '2' },
        { type: 'changeFrom', address: '<bounce@example.org>', args: 'RET=HDRS' },
        { type: 'addRecipient', address: '<c@example.org>', args: 'NOTIFY=NEVER' },
        { type: 'deleteRecipient', address: '<recipient@example.org>' },
        { type: 'quarantine', reason: 'odd' },
      ]) as never,
      bytes: expect.stringMatching(/^X-Top: 1\r\n(?:.*\r\n)*?Subject: changed\r\n(?:.*\r\n)*X-Last: 2\r\n/),
    },
  },
  'an edit of the header by who does not want the body, though NOBODY is offered': {
    transform: defineTransform({
      name: 'header',
      edits: ['headers'],
      onEnd: (msg) => msg.headers.set('X-New', '1'),
    }),
    offer: { ...STALWART_OFFER, protocol: 0x7f },
    result: { verdict: 'accept', stage: 'endOfMessage', bytes: expect.stringContaining('X-New: 1\r\n') },
  },
  'an empty new body without a change of the header': {
    transform: defineTransform({ name: 'empty', edits: ['body'], onPart: () => rewriteLines(() => '') }),
    result: { verdict: 'accept', bodyReplaced: true, bytes: expect.stringMatching(/\r\n\r\n\r\n$/) },
  },
  'an early accept, which counts as continue': {
    transform: defineTransform({ name: 'trusting', onMail: () => accept(), onEnd: () => undefined }),
    result: { verdict: 'accept', stage: 'endOfMessage', modifications: [] },
  },
  'a message that nobody wants at the end of its header': {
    transform: defineTransform({ name: 'skipper', onEnvelope: () => 'skip', onPart: () => drop() }),
    result: { verdict: 'accept', stage: 'endOfMessage', bodyReplaced: false },
  },
  'a transform that is done with a body after its first chunk, without SKIP': {
    transform: defineTransform({
      name: 'brief',
      edits: ['headers'],
      onPart: () => undefined,
      onEnd: (msg) => msg.headers.set('X-Seen', '1'),
    }),
    result: { verdict: 'accept', bytes: expect.stringContaining('X-Seen: 1\r\n') },
  },
  'a refusal at MAIL': {
    transform: defineTransform({ name: 'door', onMail: () => reject('not you') }),
    result: { verdict: 'reject', stage: 'mail', reply: { code: 550, status: '5.7.1', lines: ['not you'] } },
  },
  'a refusal of the only recipient': {
    transform: defineTransform({ name: 'door', onRcpt: () => reject('no such user', { status: '5.1.1' }) }),
    result: {
      verdict: 'reject',
      stage: 'rcpt',
      reply: { code: 550, status: '5.1.1', lines: ['no such user'] },
    },
  },
  'a hold': {
    transform: defineTransform({
      name: 'hold',
      edits: ['quarantine'],
      onEnd: () => quarantine('look at it'),
    }),
    result: { verdict: 'accept', modifications: [{ type: 'quarantine', reason: 'look at it' }] },
  },
};

describe('QUIRK(stalwart)', () => {
  it.each(Object.entries(CASES))('%s', async (_, { transform, offer = STALWART_OFFER, result }) => {
    const { address } = await startServer([transform]);
    expect(await sendOnce(address, { ...STALWART, offer }, EML)).toMatchObject(result);
  });

  it('its offer is answered with a subset of it, and with a reply to every command', async () => {
    const { address } = await startServer([CASES['every edit'].transform]);
    const peer = await RawPeer.negotiated(address, STALWART_OFFER);
    const { payload } = peer.packets[0];
    expect(payload.readUInt32BE(0)).toBe(6);
    expect(actionNames(payload.readUInt32BE(4) & ~STALWART_OFFER.actions)).toEqual([]);
    expect(protocolNames(peer.protocol & ~STALWART_OFFER.protocol)).toEqual([]);
    for (const command of [CONNECT, ...ENVELOPE, { type: 'data' } as const, ...HEADER, body('x\r\n')]) {
      peer.say(command);
      expect(await peer.codes(), command.type).toBe('c');
    }
    peer.say(END);
    expect(await peer.codes()).toMatch(/^[a-z+\-2]+a$/);
    peer.say({ type: 'quit' });
    await peer.closed();
  });

  it('values are trimmed, and what is no UTF-8 is empty: such fields are seen so and kept', async () => {
    const seen: unknown[] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'witness',
        onEnd(msg) {
          seen.push(msg.headers.get('Subject'), msg.headers.get('X-Latin'));
          msg.headers.set('X-New', '1');
        },
      }),
    ]);
    const peer = await RawPeer.negotiated(address, STALWART_OFFER);
    peer.say(
      ...ENVELOPE,
      { type: 'header', name: 'Subject', value: 'trimmed' },
      { type: 'header', name: 'X-Latin', value: '' },
    );
    peer.say({ type: 'endOfHeaders' }, body('x\r\n'), END);
    for (const code of 'cccccc') expect(await peer.codes()).toBe(code);
    expect(await peer.codes()).toBe('ha');
    expect(seen).toEqual(['trimmed', '']);
    peer.destroy();
  });

  it('each stage has a connection of its own, which ends there; every hook is asked again', async () => {
    const asked: string[] = [];
    const note = (name: string) => () => void asked.push(name);
    const { address, messages, server } = await startServer([
      defineTransform({
        name: 'witness',
        onConnect: note('connect'),
        onHelo: note('helo'),
        onMail: note('mail'),
        onRcpt: note('rcpt'),
        onData: note('data'),
        onPart: () => tap((content) => void content.resume()),
        onEnd: note('end'),
      }),
    ]);
    const session = [CONNECT, HELO, ...ENVELOPE, { type: 'data' } as const, ...HEADER, body('x\r\n')];
    for (const stage of ['connect', 'helo', 'mail', 'rcpt', 'endOfMessage']) {
      const peer = await RawPeer.negotiated(address, STALWART_OFFER);
      for (const command of session) {
        peer.say(command);
        expect(await peer.codes()).toBe('c');
        if (command.type === stage) break;
      }
      if (stage === 'endOfMessage') {
        peer.say(END);
        expect(await peer.codes()).toBe('a');
      }
      peer.say({ type: 'quit' });
      await peer.closed();
    }
    expect(asked.join(' ')).toBe(
      'connect connect helo connect helo mail connect helo mail rcpt connect helo mail rcpt data end',
    );
    expect(messages()).toHaveLength(1);
    await expect.poll(() => server.connections).toBe(0);
  });

  it('an early accept is repeated until the message is over, and the next one is asked about anew', async () => {
    let mails = 0;
    const { address } = await startServer([
      defineTransform({
        name: 'trusting',
        onMail: () => (++mails === 1 ? accept() : undefined),
        onEnd: () => undefined,
      }),
    ]);
    const peer = await RawPeer.negotiated(address, STALWART_OFFER);
    const message = [...ENVELOPE, ...HEADER, body('x\r\n'), END];
    peer.say(CONNECT, ...message, { type: 'abort' }, ...message);
    // A single transform that accepts is the whole filter that accepts.
    let codes = '';
    for (let i = 0; i < 1 + 2 * message.length; i++) codes += await peer.codes();
    expect(codes).toMatch(/^c[ac]{5}a[ac]{5}a$/);
    expect(mails).toBe(2);
    peer.destroy();
  });
});
