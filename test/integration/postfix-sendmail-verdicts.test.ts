import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform, TransformDefinition } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { accept, discard, reject, tempfail } from '../../src/core/verdict.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { ALL_VARIANTS, describeMta, MtaBench } from '../support/mta-bench.ts';
import type { BenchFilter, MtaVariant } from '../support/mta-bench.ts';
import { MESSAGE } from '../support/mta-instance.ts';
import type { Fate, Mail } from '../support/mta-instance.ts';

/** Every hook that gives a verdict. */
const HOOK_NAMES = [
  'onConnect',
  'onHelo',
  'onMail',
  'onRcpt',
  'onData',
  'onEnvelope',
  'onMessage',
  'onPart',
  'onEnd',
] as const;
type Hook = (typeof HOOK_NAMES)[number];

const VERDICTS: Record<string, () => Verdict> = {
  accept: () => accept(),
  reject: () => reject('no thanks, 100% sure', { status: '5.7.1' }),
  tempfail: () => tempfail('come back\nin an hour', { code: 450, status: '4.2.1' }),
  discard: () => discard(),
};

/** QUIRK(sendmail): a reply to MAIL or RCPT gets the address put in front of its text. */
const inOurWords = (text: string): string => text.replace(/<[^>]*>\.\.\. /, '');

/** A transform that decides at this hook. */
function judge(hook: Hook, verdict: () => Verdict): AnyTransform {
  const hooks: Partial<TransformDefinition> =
    hook === 'onMessage' ? { onMessage: () => async () => verdict() } : { [hook]: verdict };
  return defineTransform({ name: 'judge', ...hooks });
}

const refuse = ({ address }: { address: string }): Verdict | undefined => {
  if (address.startsWith('unknown')) return reject('no such user', { status: '5.1.1' });
  return address.startsWith('later') ? tempfail('mailbox busy', { status: '4.2.0' }) : undefined;
};

const FILTERS: Record<string, BenchFilter> = {
  'refuse-some': { transforms: [defineTransform({ name: 'refuse', onRcpt: refuse })] },
  plain: { transforms: [defineTransform({ name: 'plain', onEnd: () => reject() })] },
  'plain-tempfail': { transforms: [defineTransform({ name: 'plain', onEnd: () => tempfail() })] },
  shutdown: { transforms: [defineTransform({ name: 'shut', onMail: () => tempfail('bye', { code: 421 }) })] },
  'many-lines': {
    transforms: [
      defineTransform({
        name: 'many-lines',
        onEnd: () => reject(Array.from({ length: 32 }, (_, n) => `line ${n} `.repeat(40)).join('\n')),
      }),
    ],
  },
  tap: {
    transforms: [
      defineTransform({
        name: 'tap',
        onPart: () => tap(async (content) => (content.resume(), reject('read it', { status: '5.6.0' }))),
      }),
    ],
  },
};
for (const hook of HOOK_NAMES) {
  for (const [kind, verdict] of Object.entries(VERDICTS)) {
    FILTERS[`${kind}-${hook}`] = { transforms: [judge(hook, verdict)] };
  }
}

let bench: MtaBench;
beforeAll(async () => {
  bench = await MtaBench.start(ALL_VARIANTS, FILTERS);
});
afterAll(() => bench?.stop());

for (const variant of ALL_VARIANTS) {
  describeMta(variant.kind, variant.name, () => tests(variant));
}

function tests(variant: MtaVariant): void {
  const send = (name: string, mail?: Mail): Promise<Fate> => bench.send(variant, name, mail);

  it.each(HOOK_NAMES)('reject from %s', async (hook) => {
    const { code, text, copies } = await send(`reject-${hook}`);
    expect(copies).toEqual([]);
    // QUIRK(postfix), QUIRK(sendmail): a connection is refused in words of their own.
    if (hook === 'onConnect') expect([code, text]).toEqual(['554', expect.stringContaining('not accepting')]);
    else expect([code, inOurWords(text)]).toEqual(['550', '5.7.1 no thanks, 100% sure']);
  });

  it.each(HOOK_NAMES)('tempfail from %s', async (hook) => {
    const { code, text, copies } = await send(`tempfail-${hook}`);
    expect(copies).toEqual([]);
    // QUIRK(sendmail): what is said at CONNECT is not passed on.
    if (hook === 'onConnect' && variant.kind === 'sendmail') expect(code).toBe('451');
    else expect([code, inOurWords(text)]).toEqual(['450', '4.2.1 come back\n4.2.1 in an hour']);
  });

  it.each(HOOK_NAMES)('discard from %s', async (hook) => {
    const fate = await send(`discard-${hook}`);
    expect(fate).toMatchObject({ copies: [], isHeld: false });
    // Before there is a message there is nothing to throw away.
    expect(fate.code).toMatch(hook === 'onConnect' || hook === 'onHelo' ? /^4/ : /^250$/);
  });

  it.each(HOOK_NAMES)('accept from %s', async (hook) => {
    const { code, copies } = await send(`accept-${hook}`);
    expect(code).toBe('250');
    expect(copies[0].bytes.equals(MESSAGE)).toBe(true);
  });

  it('a verdict about one recipient leaves the others', async () => {
    const fate = await send('refuse-some', { to: ['a', 'unknown', 'b', 'later', 'c'] });
    expect(fate.code).toBe('250');
    expect(fate.replies!.rcpt).toMatchObject([
      { code: '250' },
      { code: '550', text: expect.stringContaining('no such user') },
      { code: '250' },
      { code: '451', text: expect.stringContaining('mailbox busy') },
      { code: '250' },
    ]);
    const recipients = fate.copies.flatMap((copy) => copy.recipients).map((address) => address.split('+')[0]);
    expect(recipients.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('no recipient is left', async () => {
    const fate = await send('refuse-some', { to: ['unknown', 'later'] });
    expect(fate.replies!.rcpt.map(({ code }) => code)).toEqual(['550', '451']);
    expect(fate.copies).toEqual([]);
  });

  it("the MTA's own words", async () => {
    expect(await send('plain')).toMatchObject({ code: expect.stringMatching(/^55/), copies: [] });
    expect(await send('plain-tempfail')).toMatchObject({ code: '451', copies: [] });
  });

  it('32 lines', async () => {
    const fate = await send('many-lines');
    expect(fate).toMatchObject({ code: '550', copies: [] });
    expect(fate.text.split('\n')).toHaveLength(32);
    expect(fate.text).toMatch(/line 31 $/);
  });

  it('the end of the connection', async () => {
    expect(await send('shutdown')).toMatchObject({ code: '421', copies: [] });
  });

  it('what a reader of the content says', async () => {
    expect(await send('tap')).toMatchObject({ code: '550', text: '5.6.0 read it', copies: [] });
  });
}
