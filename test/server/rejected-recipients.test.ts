import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { RejectedRecipient } from '../../src/core/envelope.ts';
import { joinMacros, Macros } from '../../src/protocol/macros.ts';
import { PROTOCOL } from '../../src/protocol/codes.ts';
import { DEFAULT_OFFER } from '../../src/protocol/client.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { refusalOf } from '../../src/server/rejected-recipient.ts';
import { startServer } from '../support/milter-server.ts';
import { END, HEADER, RawPeer } from '../support/raw-peer.ts';

function macrosOf(...pairs: [string, string][]): Macros {
  const macros = new Macros();
  const bytes = Buffer.from(joinMacros(pairs), 'latin1');
  macros.set('R'.charCodeAt(0), bytes, 0, bytes.length);
  return macros;
}

describe('refusalOf', () => {
  it('QUIRK(postfix): the host is the status, the address the reason', () => {
    const macros = macrosOf(
      ['{rcpt_addr}', 'unbekannt: Gr\xc3\xb6\xc3\x9fe'],
      ['{rcpt_host}', '5.1.1'],
      ['{rcpt_mailer}', 'error'],
    );
    expect(refusalOf(macros)).toEqual({ status: '5.1.1', reason: 'unbekannt: Größe' });
  });

  it('QUIRK(postfix): a recipient that is taken may have the transport "error", too', () => {
    const macros = macrosOf(
      ['{rcpt_addr}', 'a@x'],
      ['{rcpt_host}', 'mailbox has moved'],
      ['{rcpt_mailer}', 'error'],
    );
    expect(refusalOf(macros)).toBeUndefined();
  });

  it('QUIRK(sendmail): the host is empty, and there is no reason', () => {
    expect(
      refusalOf(macrosOf(['{rcpt_mailer}', 'error'], ['{rcpt_host}', ''], ['{rcpt_addr}', 'a'])),
    ).toEqual({});
    expect(refusalOf(macrosOf(['{rcpt_mailer}', 'error']))).toEqual({});
  });

  it.each([[[]], [[['{rcpt_mailer}', 'smtp']]], [[['{rcpt_host}', '5.1.1']]]] as [string, string][][][])(
    'is none without the mailer "error": %j',
    (pairs) => {
      expect(refusalOf(macrosOf(...pairs))).toBeUndefined();
    },
  );
});

function recorder() {
  const seen: (string | RejectedRecipient)[] = [];
  const transform = defineTransform({
    name: 'recorder',
    edits: ['remove-recipient'],
    onRcpt: ({ address }) => void seen.push(address),
    onRejectedRcpt: (recipient) => void seen.push(recipient),
    onEnd(msg) {
      seen.push(`to ${msg.envelope.recipients.map(({ address }) => address).join(' ')}`);
      for (const { address } of msg.envelope.recipients) msg.removeRecipient(address);
    },
  });
  return { seen, transform };
}

describe.each(['postfix', 'sendmail'] as const)('a recipient that %s refuses', (mta) => {
  const eml = Buffer.from('A: b\r\n\r\ntext\r\n');
  const rejected = [{ address: 'nobody@example.org' }];
  const [taken, refused] = ['a@example.org', 'nobody@example.org'];

  it('is told of, and is not among the recipients of the message', async () => {
    const { seen, transform } = recorder();
    const { address } = await startServer([transform]);
    const client = await MilterClient.connect(address, { mta });
    const result = await client.send({ eml, rcpt: [taken], rejected });
    const why = mta === 'postfix' ? { status: '5.1.1', reason: 'User unknown' } : {};
    expect(seen).toEqual([taken, { address: refused, parameters: [], ...why }, `to ${taken}`]);
    expect(result.modifications).toEqual([{ type: 'deleteRecipient', address: `<${taken}>` }]);
    await client.close();
  });

  it('is not told of where nobody asks, or where the MTA cannot', async () => {
    const { seen, transform } = recorder();
    const { onRejectedRcpt: _, ...deaf } = transform;
    for (const [transforms, offer] of [
      [[deaf], DEFAULT_OFFER],
      [[transform], { ...DEFAULT_OFFER, protocol: DEFAULT_OFFER.protocol & ~PROTOCOL.RCPT_REJ }],
    ] as const) {
      seen.length = 0;
      const { address } = await startServer(transforms);
      const client = await MilterClient.connect(address, { mta, offer });
      expect(client.negotiated.protocol & PROTOCOL.RCPT_REJ).toBe(0);
      await client.send({ eml, rcpt: [taken], rejected });
      expect(seen).toEqual([taken, `to ${taken}`]);
      await client.close();
    }
  });
});

describe('the answer to a recipient that the MTA has refused', () => {
  const refused = [
    {
      type: 'macro',
      stage: 'R',
      raw: joinMacros([
        ['{rcpt_mailer}', 'error'],
        ['{rcpt_host}', '5.1.1'],
      ]),
    },
    { type: 'rcpt', address: '<nobody@example.org>', args: [] },
  ] as const;

  it('is "continue" even when the hook fails; the message then gets what onError says', async () => {
    const { address } = await startServer([
      defineTransform({
        name: 'broken',
        onRcpt: () => undefined,
        async onRejectedRcpt() {
          throw new Error('bug');
        },
        onEnd: () => undefined,
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say({ type: 'mail', address: '<a@x>', args: [] }, ...refused);
    expect(await peer.codes()).toBe('c');
    peer.say({ type: 'macro', stage: 'R', raw: '' }, { type: 'rcpt', address: '<b@x>', args: [] });
    const { code, payload } = await peer.next();
    expect([code, payload.toString().slice(0, 6)]).toEqual(['y', '451 4.']);
    peer.destroy();
  });

  it('is "continue" when the hook takes too long, and what comes then a tempfail', async () => {
    const { address } = await startServer(
      [
        defineTransform({
          name: 'stuck',
          onRcpt: () => undefined,
          onRejectedRcpt: () => new Promise(() => {}),
        }),
      ],
      { deadlines: { command: 20 } },
    );
    const peer = await RawPeer.negotiated(address);
    peer.say({ type: 'mail', address: '<a@x>', args: [] }, ...refused);
    expect(await peer.codes()).toBe('c');
    peer.say({ type: 'macro', stage: 'R', raw: '' }, { type: 'rcpt', address: '<b@x>', args: [] });
    const { code, payload } = await peer.next();
    expect([code, payload.toString().slice(0, 6)]).toEqual(['y', '451 4.']);
    peer.destroy();
  });

  it('is none where no reply to RCPT was negotiated', async () => {
    const { seen, transform } = recorder();
    const { onRcpt: _, ...silent } = transform;
    const { address } = await startServer([silent]);
    const peer = await RawPeer.negotiated(address);
    expect(peer.protocol & (PROTOCOL.NR_RCPT | PROTOCOL.RCPT_REJ)).toBe(PROTOCOL.NR_RCPT | PROTOCOL.RCPT_REJ);
    peer.say(
      { type: 'mail', address: '<a@x>', args: [] },
      ...refused,
      { type: 'macro', stage: 'R', raw: '' },
      { type: 'rcpt', address: '<b@x>', args: [] },
      ...HEADER,
    );
    expect(await peer.codes()).toBe('c');
    peer.say(END);
    expect(await peer.codes()).toBe('-a');
    expect(seen.slice(1)).toEqual(['to b@x']);
    peer.destroy();
  });
});
