import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protocolNames } from '../../src/protocol/bit-names.ts';
import { negotiate } from '../../src/protocol/negotiation.ts';
import type { Agreement, Offer, Wishes } from '../../src/protocol/negotiation.ts';
import { STAGE_NAMES } from '../../src/protocol/stages.ts';
import type { Stage } from '../../src/protocol/stages.ts';
import { wishes } from './session-recorder.ts';

function agree(offer: Partial<Offer>, wanted: Wishes): Agreement {
  const result = negotiate({ version: 6, actions: 0x1ff, protocol: 0x1fffff, ...offer }, wanted);
  if (!result.ok) throw new Error(result.error);
  return result.agreement;
}

/** Stages that are sent, with `!` where a reply is due. */
function seen(agreement: Agreement): string {
  return STAGE_NAMES.filter((stage) => agreement.stages[stage].isSent)
    .map((stage) => (agreement.stages[stage].takesReply ? `${stage}!` : stage))
    .join(' ');
}

const ALL = 'connect! helo! mail! rcpt! data! unknown! header! endOfHeaders! body!';

describe('what an MTA offers and a filter makes of it', () => {
  const nothing = wishes('none');
  const observer = wishes('observe', { leadingSpace: true });
  const judge = wishes('answer', { leadingSpace: true, skip: true });

  it.each<[string, Offer, Wishes, string, string]>([
    // Postfix: milter_protocol = 2, 3, 4, 6; it announces what the version knows
    [
      'Postfix 6, nothing wanted',
      { version: 6, actions: 0x1ff, protocol: 0x1fffff },
      nothing,
      'mail',
      'NOCONNECT NOHELO NORCPT NOBODY NOHDRS NOEOH NOUNKNOWN NODATA NR_MAIL',
    ],
    [
      'Postfix 6, only looking',
      { version: 6, actions: 0x1ff, protocol: 0x1fffff },
      observer,
      'connect helo mail rcpt data unknown header endOfHeaders body',
      'NR_HDR NR_CONN NR_HELO NR_MAIL NR_RCPT NR_DATA NR_UNKN NR_EOH NR_BODY HDR_LEADSPC',
    ],
    [
      'Postfix 6, judging',
      { version: 6, actions: 0x1ff, protocol: 0x1fffff },
      judge,
      ALL,
      'SKIP HDR_LEADSPC',
    ],
    [
      'Postfix 4, nothing wanted',
      { version: 4, actions: 0x3f, protocol: 0x3ff },
      nothing,
      'mail!',
      'NOCONNECT NOHELO NORCPT NOBODY NOHDRS NOEOH NOUNKNOWN NODATA',
    ],
    [
      'Postfix 4, only looking',
      { version: 4, actions: 0x3f, protocol: 0x3ff },
      observer,
      'connect! helo! mail! rcpt! data! unknown! header endOfHeaders! body!',
      'NR_HDR',
    ],
    ['Postfix 4 without NR_HDR', { version: 4, actions: 0x3f, protocol: 0x37f }, observer, ALL, ''],
    ['Postfix 4, judging', { version: 4, actions: 0x3f, protocol: 0x37f }, judge, ALL, ''],
    [
      'Postfix 3, nothing wanted',
      { version: 3, actions: 0x3f, protocol: 0x17f },
      nothing,
      'mail!',
      'NOCONNECT NOHELO NORCPT NOBODY NOHDRS NOEOH NOUNKNOWN',
    ],
    [
      'Postfix 3, judging',
      { version: 3, actions: 0x3f, protocol: 0x17f },
      judge,
      'connect! helo! mail! rcpt! unknown! header! endOfHeaders! body!',
      '',
    ],
    [
      'Postfix 2, nothing wanted',
      { version: 2, actions: 0x3f, protocol: 0x7f },
      nothing,
      'mail!',
      'NOCONNECT NOHELO NORCPT NOBODY NOHDRS NOEOH',
    ],
    [
      'Postfix 2, judging',
      { version: 2, actions: 0x3f, protocol: 0x7f },
      judge,
      'connect! helo! mail! rcpt! header! endOfHeaders! body!',
      '',
    ],
    [
      'version 2 without NOEOH',
      { version: 2, actions: 0x3f, protocol: 0x3f },
      nothing,
      'mail! endOfHeaders!',
      'NOCONNECT NOHELO NORCPT NOBODY NOHDRS',
    ],
    // Sendmail 8.17
    [
      'Sendmail, only looking',
      { version: 6, actions: 0x1ff, protocol: 0x1fffff },
      observer,
      'connect helo mail rcpt data unknown header endOfHeaders body',
      'NR_HDR NR_CONN NR_HELO NR_MAIL NR_RCPT NR_DATA NR_UNKN NR_EOH NR_BODY HDR_LEADSPC',
    ],
    // Stalwart: protocol 0x42
    [
      'Stalwart, nothing wanted',
      { version: 6, actions: 0xff, protocol: 0x42 },
      nothing,
      'connect! mail! rcpt! data! unknown! header! body!',
      'NOHELO NOEOH',
    ],
    ['Stalwart, judging', { version: 6, actions: 0xff, protocol: 0x42 }, judge, ALL, ''],
    // Zero offers mean version 1's
    [
      'an offer of nothing',
      { version: 6, actions: 0, protocol: 0 },
      nothing,
      'mail! data! unknown! endOfHeaders!',
      'NOCONNECT NOHELO NORCPT NOBODY NOHDRS',
    ],
    [
      'an offer of nothing, judging',
      { version: 2, actions: 0, protocol: 0 },
      judge,
      'connect! helo! mail! rcpt! header! endOfHeaders! body!',
      '',
    ],
  ])('%s', (_name, offer, wanted, stages, bits) => {
    const agreement = agree(offer, wanted);
    expect(seen(agreement)).toBe(stages);
    expect(protocolNames(agreement.protocol).join(' ')).toBe(bits);
    expect(agreement.version).toBe(offer.version);
  });
});

describe('QUIRK(stalwart): without the body there is no end-of-message, so no edit either', () => {
  const headersOnly = (actions: number): Wishes => ({
    requiredActions: actions,
    stages: { header: 'observe' },
  });
  const offer = { actions: 0xff, protocol: 0x7f };

  it('who edits gets the body, who does not can do without', () => {
    expect(agree(offer, headersOnly(0x11)).stages.body).toEqual({ isSent: true, takesReply: true });
    expect(agree(offer, headersOnly(0)).stages.body.isSent).toBe(false);
  });

  it('other MTAs need not send it', () => {
    expect(agree({}, headersOnly(0x11)).stages.body.isSent).toBe(false);
    expect(agree({ ...offer, version: 4, actions: 0x3f }, headersOnly(0x11)).stages.body.isSent).toBe(false);
  });

  it('it is known by its offer: version 6 without SKIP', () => {
    expect(agree(offer, wishes()).isStalwart).toBe(true);
    expect(agree({}, wishes()).isStalwart).toBe(false);
    expect(agree({ version: 4, protocol: 0x3ff }, wishes()).isStalwart).toBe(false);
  });
});

describe('version', () => {
  it.each([
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [7, 6],
    [0xffffffff, 6],
  ])('an offer of %d is answered with %d', (offered, answered) => {
    expect(agree({ version: offered }, wishes()).version).toBe(answered);
  });

  it.each([0, 1])('version %d is refused', (version) => {
    expect(negotiate({ version, actions: 0x3f, protocol: 0x7f }, wishes())).toEqual({
      ok: false,
      code: 'MILLRACE_PACKET',
      error: expect.stringContaining(`version ${version}`) as string,
    });
  });
});

describe('actions', () => {
  it('masks optional ones', () => {
    expect(agree({ actions: 0x3f }, wishes('answer', { optionalActions: 0xff })).actions).toBe(0x3f);
    expect(
      agree({ actions: 0x1ff }, wishes('answer', { requiredActions: 0x02, optionalActions: 0x11 })).actions,
    ).toBe(0x13);
  });

  it('names the required ones that are not offered', () => {
    const result = negotiate(
      { version: 6, actions: 0x0f, protocol: 0 },
      wishes('answer', { requiredActions: 0x33 }),
    );
    expect(result).toEqual({
      ok: false,
      code: 'MILLRACE_NEGOTIATION',
      error:
        'the MTA does not offer CHGHDRS, QUARANTINE, which this filter needs (offered: ADDHDRS, CHGBODY, ADDRCPT, DELRCPT)',
    });
  });

  it('takes an offer of 0 as that of version 1', () => {
    expect(agree({ actions: 0 }, wishes('answer', { optionalActions: 0xff })).actions).toBe(0x0f);
    expect(
      negotiate({ version: 2, actions: 0, protocol: 0 }, wishes('answer', { requiredActions: 0x10 })).ok,
    ).toBe(false);
  });
});

describe('SKIP', () => {
  it('needs the offer, the wish and a reply to body chunks', () => {
    expect(agree({}, wishes('answer', { skip: true })).canSkip).toBe(true);
    expect(agree({}, wishes('answer')).canSkip).toBe(false);
    expect(agree({ protocol: 0x3ff }, wishes('answer', { skip: true })).canSkip).toBe(false);
    expect(agree({}, wishes('observe', { skip: true })).canSkip).toBe(false);
  });
});

describe('leading space and refused recipients', () => {
  it.each([0x1fffff, 0xfffff, 0])('of %d', (protocol) => {
    const agreement = agree({ protocol }, wishes('answer', { leadingSpace: true, rejectedRecipients: true }));
    expect(agreement.leadingSpace).toBe((protocol & 0x100000) !== 0);
    expect((agreement.protocol & 0x800) !== 0).toBe((protocol & 0x800) !== 0);
  });
});

describe('packet size', () => {
  const [small, large] = [0x10000000, 0x20000000];
  it.each([
    ['default', small | large, 0, 65535],
    ['256K', 0, 0, 65535],
    ['256K', small | large, small, 262143],
    ['256K', large, large, 1048575],
    ['1M', small | large, large, 1048575],
    ['1M', small, small, 262143],
  ] as const)('%s of the offer %d is answered with %d', (maxData, offered, answered, bytes) => {
    const agreement = agree({ protocol: 0x1fffff + offered }, wishes('answer', { maxData }));
    expect(agreement.protocol & 0x70000000).toBe(answered);
    expect(agreement.maxData).toBe(bytes);
  });
});

describe('macro lists', () => {
  it('go out with SETSYMLIST where it is offered', () => {
    const macros = { connect: ['j'], mail: ['i', '{auth_authen}'] };
    const agreement = agree({}, wishes('answer', { macros }));
    expect(agreement.macros).toEqual(macros);
    expect(agreement.actions & 0x100).toBe(0x100);
  });

  it('stay away where it is not', () => {
    const agreement = agree({ actions: 0xff }, wishes('answer', { macros: { connect: ['j'] } }));
    expect([agreement.macros, agreement.actions & 0x100]).toEqual([undefined, 0]);
  });

  it('without any there is no SETSYMLIST', () => {
    expect(agree({}, wishes('answer', { optionalActions: 0x1ff, macros: {} })).actions).toBe(0xff);
  });

  it('QUIRK(sendmail): a list for end-of-message is ignored unless one for end-of-headers is sent', () => {
    expect(agree({}, wishes('answer', { macros: { endOfMessage: ['{msg_id}'] } })).macros).toEqual({
      endOfHeaders: ['{msg_id}'],
      endOfMessage: ['{msg_id}'],
    });
    const both = { endOfHeaders: ['i'], endOfMessage: ['{msg_id}'] };
    expect(agree({}, wishes('answer', { macros: both })).macros).toEqual(both);
  });
});

it('property: the answer is a subset of the offer and covers every wish', () => {
  const interest = fc.constantFrom('none', 'observe', 'answer');
  const stages = fc.record(
    Object.fromEntries(STAGE_NAMES.map((stage) => [stage, interest])) as Record<Stage, typeof interest>,
  );
  const bits = fc.oneof(
    fc.constantFrom(0, 0x3f, 0x7f, 0x17f, 0x37f, 0x1fffff, 0x42),
    fc.integer({ min: 0, max: 0x7fffffff }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      bits,
      bits,
      stages,
      fc.boolean(),
      (version, actions, protocol, wanted, more) => {
        const { agreement } = negotiate(
          { version, actions, protocol },
          {
            requiredActions: 0,
            optionalActions: 0x1ff,
            stages: wanted,
            leadingSpace: more,
            skip: more,
            rejectedRecipients: more,
            maxData: '1M',
          },
        ) as { agreement: Agreement };
        expect(agreement.protocol & ~(protocol === 0 ? 0x3f : protocol)).toBe(0);
        expect(agreement.actions & ~(actions === 0 ? 0x0f : actions)).toBe(0);
        for (const stage of STAGE_NAMES) {
          const plan = agreement.stages[stage];
          if (wanted[stage] === 'answer') expect(plan.takesReply).toBe(true);
          if (wanted[stage] !== 'none' && version >= 4) expect(plan.isSent).toBe(true);
        }
        expect(agreement.stages.mail.isSent).toBe(true);
      },
    ),
  );
});
