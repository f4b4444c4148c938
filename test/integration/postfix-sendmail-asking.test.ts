import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RejectedRecipient } from '../../src/core/envelope.ts';
import type { Message } from '../../src/core/message.ts';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform, TransformDefinition } from '../../src/core/transform.ts';
import { ALL_VARIANTS, describeMta, MtaBench } from '../support/mta-bench.ts';
import type { MtaVariant } from '../support/mta-bench.ts';

/** What a filter asks MTAs for beyond what they send by themselves: macros, and recipients that they refuse. */

/** Macros that the hooks of the last message have found; recipients that have been taken or refused. */
const seen: { macros: Record<string, Macros>; refused: RejectedRecipient[]; taken: string[] } = {
  macros: {},
  refused: [],
  taken: [],
};

const NAMES = ['client_port', 'nrcpts', 'j', 'mail_addr', 'i'] as const;
const NEEDS: TransformDefinition['macros'] = { connect: ['client_port'], endOfMessage: ['nrcpts'] };

type Macros = Record<string, string | undefined>;

/** Remembers the macros of each hook, and brings them together at the end of a message. */
function looksAtMacros(macros: TransformDefinition['macros']): AnyTransform {
  const look = (hook: string, { macros: all, connection }: Message): void =>
    void connection.data.set(hook, Object.fromEntries(NAMES.map((name) => [name, all[name]])));
  return defineTransform({
    name: 'look',
    ...(macros && { macros }),
    onConnect: (msg) => look('connect', msg),
    onMail: (_, msg) => look('mail', msg),
    onEnd(msg) {
      look('end', msg);
      seen.macros = Object.fromEntries(msg.connection.data) as Record<string, Macros>;
    },
  });
}

const listens = (hooks: Partial<TransformDefinition> = {}): AnyTransform =>
  defineTransform({
    name: 'listen',
    onRcpt: ({ address }) => void seen.taken.push(address.split('+')[0]),
    onRejectedRcpt: (recipient) => void seen.refused.push(recipient),
    onEnd: () => undefined,
    ...hooks,
  });

let bench: MtaBench;
beforeAll(async () => {
  bench = await MtaBench.start(ALL_VARIANTS, {
    asks: { transforms: [looksAtMacros(NEEDS)] },
    'asks-not': { transforms: [looksAtMacros(undefined)] },
    listens: { transforms: [listens()] },
    breaks: {
      transforms: [
        listens({
          onRejectedRcpt() {
            throw new Error('bug');
          },
        }),
      ],
    },
  });
});
afterAll(() => bench?.stop());

for (const variant of ALL_VARIANTS) describeMta(variant.kind, variant.name, () => tests(variant));

function tests(variant: MtaVariant): void {
  const isSendmail = variant.kind === 'sendmail';
  // Postfix takes lists of macros whatever the version; refused recipients came with version 6.
  const isOld = Number(variant.settings?.['milter_protocol'] ?? 6) < 6;

  it('has the macros that a transform declares, and those that the MTA sends by itself', async () => {
    for (const filter of ['asks', 'asks-not']) {
      seen.macros = {};
      const fate = await bench.send(variant, filter, { to: ['a', 'b'] });
      expect(fate.code).toBe('250');
      const isAsked = filter === 'asks';
      const port = isAsked ? expect.stringMatching(/^\d+$/) : undefined;
      expect(seen.macros['connect']).toMatchObject({ j: 'mx.test', client_port: port, mail_addr: undefined });
      expect(seen.macros['mail']).toMatchObject({
        client_port: port,
        mail_addr: expect.stringContaining('sender+'),
      });
      expect(seen.macros['end']).toMatchObject({
        i: expect.stringMatching(/\w{10}/),
        mail_addr: expect.stringContaining('sender+'),
        // QUIRK(sendmail): a list for end-of-message counts only beside one for end-of-headers. Postfix has no such macro.
        nrcpts: isAsked && isSendmail ? '2' : undefined,
      });
    }
  });

  it('is told of recipients that the MTA refuses, and has nothing to say about them', async () => {
    const to = ['a', 'no-such-user@mx.test', 'b', ...(isSendmail ? [] : ['mailbox-busy'])];
    seen.refused = [];
    seen.taken = [];
    const fate = await bench.send(variant, 'listens', { to });
    const codes = ['250', '550', '250', ...(isSendmail ? [] : ['450'])];
    expect(fate.replies!.rcpt.map(({ code }) => code)).toEqual(codes);
    expect(fate.code).toBe('250');
    const delivered = fate.copies
      .flatMap(({ recipients }) => recipients)
      .map((address) => address.split('+')[0]);
    expect(delivered.toSorted()).toEqual(['a', 'b']);
    expect(seen.taken).toEqual(['a', 'b']);
    const unknown = { address: expect.stringMatching(/^no-such-user\+m\d+@mx\.test$/), parameters: [] };
    if (isOld) expect(seen.refused).toEqual([]);
    // QUIRK(sendmail): it does not say why.
    else if (isSendmail) expect(seen.refused).toEqual([unknown]);
    else {
      expect(seen.refused).toEqual([
        { ...unknown, status: '5.1.1', reason: 'Recipient address rejected: no such user here' },
        {
          address: expect.stringContaining('mailbox-busy+'),
          parameters: [],
          status: '4.2.0',
          reason: 'Recipient address rejected: mailbox is busy',
        },
      ]);
    }
  });

  it('fails later when it fails at such a recipient', async () => {
    const fate = await bench.send(variant, 'breaks', { to: ['a', 'no-such-user@mx.test', 'b'] });
    const codes = isOld ? ['250', '550', '250'] : ['250', '550', '451'];
    expect(fate.replies!.rcpt.map(({ code }) => code)).toEqual(codes);
    expect(fate.code).toBe(isOld ? '250' : '451');
    expect(fate.copies).toHaveLength(isOld ? 1 : 0);
  });
}
