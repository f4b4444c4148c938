import { Transform } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../src/core/message.ts';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform, EditKind } from '../../src/core/transform.ts';
import { tap, through } from '../../src/core/verbs.ts';
import { quarantine } from '../../src/core/verdict.ts';
import { footer } from '../../src/transforms/index.ts';
import { ALL_VARIANTS, describeMta, MtaBench } from '../support/mta-bench.ts';
import type { MtaVariant } from '../support/mta-bench.ts';
import { lines, MESSAGE } from '../support/mta-instance.ts';
import type { Fate } from '../support/mta-instance.ts';

/** Header lines of {@link MESSAGE}, for expectations that name only the difference. */
const HEADER = MESSAGE.toString('latin1').split('\r\n\r\n')[0].split('\r\n');
const BODY = MESSAGE.toString('latin1').split('\r\n\r\n')[1];

const withoutLine = (...gone: string[]): string[] => HEADER.filter((line) => !gone.includes(line));
const withLine = (at: number, ...more: string[]): string[] => HEADER.toSpliced(at, 0, ...more);
const withChange = (from: string, to: string): string[] => HEADER.map((line) => (line === from ? to : line));

type HeaderEditor = (headers: Message['headers']) => void;

/** What an author does to the header, and what must be delivered. */
const HEADER_CASES: Record<string, { edit: HeaderEditor; header: string[] }> = {
  'add a field': { edit: (h) => h.add('X-New', 'last'), header: [...HEADER, 'X-New: last'] },
  'add two fields of one name': {
    edit(h) {
      h.add('X-New', 'one');
      h.add('X-New', 'two');
    },
    header: [...HEADER, 'X-New: one', 'X-New: two'],
  },
  'add one more of a name that is there': {
    edit: (h) => h.add('X-Same', 'four'),
    header: [...HEADER, 'X-Same: four'],
  },
  'add a folded field': {
    edit: (h) => h.add('X-Folded', 'one\n\ttwo\n three'),
    header: [...HEADER, 'X-Folded: one', '\ttwo', ' three'],
  },
  'add a field with characters beyond ASCII': {
    edit: (h) => h.add('X-Umlaut', 'größe'),
    header: [...HEADER, Buffer.from('X-Umlaut: größe').toString('latin1')],
  },
  'insert at the top': { edit: (h) => h.insert(0, 'X-Top', 'first'), header: withLine(0, 'X-Top: first') },
  'insert two at the top': {
    edit(h) {
      h.insert(0, 'X-Second', '2');
      h.insert(0, 'X-First', '1');
    },
    header: withLine(0, 'X-First: 1', 'X-Second: 2'),
  },
  'insert in the middle': { edit: (h) => h.insert(3, 'X-In', 'here'), header: withLine(3, 'X-In: here') },
  'change a field': {
    edit: (h) => h.set('Subject', 'changed'),
    header: withChange('Subject: plain', 'Subject: changed'),
  },
  'change the second of three equal fields': {
    edit: (h) => h.change('x-same', 2, 'changed'),
    header: withChange('X-Same: two', 'X-Same: changed'),
  },
  'delete the first of three equal fields': {
    edit: (h) => h.delete('X-Same', 1),
    header: withoutLine('X-Same: one'),
  },
  'delete the second of three equal fields': {
    edit: (h) => h.delete('X-Same', 2),
    header: withoutLine('X-Same: two'),
  },
  'delete the third of three equal fields': {
    edit: (h) => h.delete('X-Same', 3),
    header: withoutLine('X-Same: three'),
  },
  'delete all of three equal fields': {
    edit: (h) => h.delete('X-Same'),
    header: withoutLine('X-Same: one', 'X-Same: two', 'X-Same: three'),
  },
  'make one of three equal fields': {
    edit: (h) => h.set('X-Same', 'only'),
    header: withoutLine('X-Same: two', 'X-Same: three').map((line) =>
      line === 'X-Same: one' ? 'X-Same: only' : line,
    ),
  },
  'do it all at once': {
    edit(h) {
      h.delete('X-Same', 1);
      h.change('X-Same', 2, 'last of two');
      h.insert(0, 'X-Top', 'first');
      h.delete('Message-ID');
      h.add('X-Bottom', 'last');
      h.insert(3, 'X-In', 'behind To');
    },
    header: [
      'X-Top: first',
      'From: Anna <anna@example.org>',
      'To: Otto <otto@example.com>',
      'X-In: behind To',
      'X-Same: two',
      'X-Same: last of two',
      'Subject: plain',
      'Date: Thu, 1 Jan 2026 00:00:00 +0000',
      'X-Bottom: last',
    ],
  },
};

const upperCase = (): Transform =>
  new Transform({
    transform: (chunk: Buffer, _, done) => done(null, chunk.toString('latin1').toUpperCase()),
  });
const nothing = (): Transform => new Transform({ transform: (_chunk, _encoding, done) => done() });

/** New content is encoded anew; the field that says so is an edit of the header. */
const ENCODED = 'Content-Transfer-Encoding: quoted-printable';

/** What becomes of the body. */
const BODY_CASES: Record<string, { transform: AnyTransform; text: string }> = {
  'look at everything and change nothing': {
    transform: defineTransform({
      name: 'look',
      onPart: (part) => (part.isLeaf ? tap((content) => void content.resume()) : undefined),
    }),
    text: MESSAGE.toString('latin1'),
  },
  'replace the body': {
    transform: defineTransform({ name: 'upper', onPart: () => through(upperCase) }),
    text: [...HEADER, ENCODED, '', BODY.toUpperCase()].join('\r\n'),
  },
  'empty the body': {
    transform: defineTransform({ name: 'empty', onPart: () => through(nothing) }),
    text: [...HEADER, ENCODED, '', ''].join('\r\n'),
  },
};

/** The same mailbox name with another one in front of the tag. */
const renamed = (address: string, name: string): string => address.replace(/^[^+]*/, name);

type EnvelopeEditor = (msg: Message) => void;

const ENVELOPE_CASES: Record<
  string,
  { edits: EditKind[]; edit: EnvelopeEditor; recipients: string[]; from?: string }
> = {
  'add a recipient': {
    edits: ['add-recipient'],
    edit: (msg) => msg.addRecipient(renamed(msg.envelope.sender.address.replace('src', 'sink'), 'added')),
    recipients: ['a', 'added', 'b', 'c'],
  },
  'remove a recipient': {
    edits: ['remove-recipient'],
    edit: (msg) => msg.removeRecipient(msg.envelope.recipients[1].address),
    recipients: ['a', 'c'],
  },
  'put one recipient in the place of all': {
    edits: ['add-recipient', 'remove-recipient'],
    edit(msg) {
      const { recipients } = msg.envelope;
      msg.addRecipient(renamed(recipients[0].address, 'only'));
      for (const { address } of recipients) msg.removeRecipient(address);
    },
    recipients: ['only'],
  },
  'change the sender': {
    edits: ['sender'],
    edit: (msg) => msg.changeSender(renamed(msg.envelope.sender.address, 'changed')),
    recipients: ['a', 'b', 'c'],
    from: 'changed',
  },
};

const forHeaders = (edit: HeaderEditor): AnyTransform =>
  defineTransform({ name: 'headers', onEnd: (msg) => edit(msg.headers) });

const FILTERS: Record<string, AnyTransform> = {
  footer: footer({ text: 'Sent via example.org' }),
  held: defineTransform({ name: 'hold', onEnd: () => quarantine('looks odd') }),
  tight: forHeaders((h) => h.addRaw('X-Tight', 'value')),
  parameters: defineTransform({
    name: 'parameters',
    edits: ['sender', 'add-recipient'],
    onEnd(msg) {
      const { sender, recipients } = msg.envelope;
      const unknown = msg.macros.v?.startsWith('Postfix') === true ? [`X-UNKNOWN=${sender.address}`] : [];
      msg.changeSender(renamed(sender.address, 'changed'), ['ENVID=from-the-filter']);
      msg.addRecipient(renamed(recipients[0].address, 'notified'), ['NOTIFY=SUCCESS', ...unknown]);
    },
  }),
};
for (const [name, { edit }] of Object.entries(HEADER_CASES)) FILTERS[name] = forHeaders(edit);
for (const [name, { transform }] of Object.entries(BODY_CASES)) FILTERS[name] = transform;
for (const [name, { edits, edit }] of Object.entries(ENVELOPE_CASES)) {
  FILTERS[name] = defineTransform({ name: 'envelope', edits, onEnd: edit });
}

let bench: MtaBench;
/** Listener names may not have blanks. */
const listener = (name: string): string => name.replaceAll(' ', '-');

beforeAll(async () => {
  const filters = Object.entries(FILTERS).map(([name, transform]) => [
    listener(name),
    { transforms: [transform] },
  ]);
  bench = await MtaBench.start(ALL_VARIANTS, Object.fromEntries(filters));
});
afterAll(() => bench?.stop());

/** All copies have the same content; their recipients together, without what tells one test's from another's. */
function delivered({ code, copies }: Fate): {
  code: string;
  text: string;
  recipients: string[];
  from: string;
} {
  const texts = new Set(copies.map(({ bytes }) => bytes.toString('latin1')));
  expect(texts.size).toBe(1);
  const recipients = copies.flatMap((copy) => copy.recipients).map((address) => address.split('+')[0]);
  return { code, text: [...texts][0], recipients: recipients.toSorted(), from: copies[0].from.split('+')[0] };
}

const isOld = ({ settings }: MtaVariant): boolean => Number(settings?.['milter_protocol'] ?? 6) < 6;

for (const variant of ALL_VARIANTS) {
  describeMta(variant.kind, variant.name, () => tests(variant));
}

function tests(variant: MtaVariant): void {
  const send = (name: string, mail = {}): Promise<Fate> => bench.send(variant, listener(name), mail);

  it.each(Object.entries(HEADER_CASES))('%s', async (name, { header }) => {
    const { code, text } = delivered(await send(name));
    expect(code).toBe('250');
    expect(text.split('\r\n')).toEqual([...header, '', ...BODY.split('\r\n')]);
  });

  it.each(Object.entries(BODY_CASES))('%s', async (name, { text }) => {
    expect(delivered(await send(name))).toMatchObject({ code: '250', text });
  });

  it('add a field without a blank', async () => {
    // QUIRK(postfix): without HDR_LEADSPC, which came with version 6, it puts one there.
    const blank = isOld(variant) ? ' ' : '';
    const { text } = delivered(await send('tight'));
    expect(text).toBe([...HEADER, `X-Tight:${blank}value`, '', BODY].join('\r\n'));
  });

  it('append a footer', async () => {
    const { text } = delivered(await send('footer'));
    expect(text).toBe(`${MESSAGE.toString('latin1')}Sent via example.org\r\n`);
  });

  it.each(Object.entries(ENVELOPE_CASES))('%s', async (name, { recipients, from }) => {
    const fate = await send(name, { to: ['a', 'b', 'c'] });
    expect(delivered(fate)).toEqual({
      code: '250',
      text: MESSAGE.toString('latin1'),
      recipients,
      from: from ?? 'sender',
    });
  });

  it('hold a message', async () => {
    expect(await send('held')).toMatchObject({ code: '250', copies: [], isHeld: true });
  });

  it('sender and recipient with ESMTP parameters', async () => {
    const fate = await send('parameters', { recipientParameters: ' NOTIFY=SUCCESS' });
    expect(fate.code).toBe('250');
    // The next hop has no DSN, so that the MTA itself reports where the message has gone.
    const mta = bench.mta(variant.kind);
    const tag = /\+(m\d+)@/.exec(fate.copies[0].from)![1];
    const report = async () => (await mta.delivered(tag)).find(({ from }) => from === '');
    await expect.poll(report, { timeout: 30_000 }).toBeDefined();
    const { recipients, bytes } = (await report())!;
    expect(recipients).toEqual([`changed+${tag}@src.test`]);
    expect(bytes.toString()).toContain('Original-Envelope-Id: from-the-filter');
    // QUIRK(postfix): version 3.7 reads NOTIFY, but sends no report for it; what it does not know it logs.
    if (variant.kind === 'sendmail') expect(bytes.toString()).toMatch(/Final-Recipient: .*notified\+/i);
    else expect(await mta.log()).toMatch(new RegExp(`ignoring ESMTP argument.*X-UNKNOWN=sender\\+${tag}@`));
  });

  it('leaves a message of odd form as it is', async () => {
    const bytes = lines(
      ...HEADER,
      'X-Tab:\ttab',
      'X-None:none',
      'X-Two:  two',
      'X-Fold: a',
      '\t b',
      '  c',
      'X-Empty:',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      'preamble',
      '--b',
      '',
      '.',
      '..',
      '\xe4\xff',
      '--b--',
      'epilogue',
    );
    const fate = await send('look at everything and change nothing', {
      bytes,
      parameters: ' BODY=8BITMIME',
    });
    expect(delivered(fate).text).toBe(bytes.toString('latin1'));
  });
}
