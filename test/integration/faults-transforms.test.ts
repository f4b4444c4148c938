/*
 * What goes wrong in a transform or below it, on real MTAs: nothing is lost, and nothing is delivered half changed. Each
 * of these also with milter_default_action = accept, or without F=T.
 *
 * | fault                                             | test                                                    |
 * | ------------------------------------------------- | ------------------------------------------------------- |
 * | a transform throws, in each hook                  | 'that throws in ...', 'that throws is passed by, ...'   |
 * | a transform never answers, in each hook           | 'that never answers costs its message, ...'             |
 * | the new body cannot be read after the first edit  | 'a new body that cannot be read ...'                    |
 * | a header, address or reply with CR LF or NUL      | 'refuses to write ...', 'whose author catches that ...' |
 *
 * What ends a process is in faults-processes.test.ts, what clients do in faults-clients.test.ts, what goes wrong on the
 * milter port itself (silent, slow and deaf peers, frames of wrong length, foreign protocols) in test/server.
 */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/errors.ts';
import type { Message } from '../../src/core/message.ts';
import { SpoolStore } from '../../src/core/spool/index.ts';
import { openUnnamed } from '../../src/core/spool/spool-file.ts';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform, OnError, TransformDefinition } from '../../src/core/transform.ts';
import { replace } from '../../src/core/verbs.ts';
import { reject, tempfail } from '../../src/core/verdict.ts';
import { footer } from '../../src/transforms/index.ts';
import { describeMta, MtaBench } from '../support/mta-bench.ts';
import type { BenchFilter, MtaVariant } from '../support/mta-bench.ts';
import { MESSAGE } from '../support/mta-instance.ts';
import type { Fate } from '../support/mta-instance.ts';

/** Both MTAs, with their safe way to treat failures and with the one that can lose mail. */
const VARIANTS: readonly MtaVariant[] = [
  { name: 'Postfix', kind: 'postfix', suffix: '-t', onFailure: 'tempfail' },
  { name: 'Postfix, milter_default_action = accept', kind: 'postfix', suffix: '-a', onFailure: 'accept' },
  { name: 'Sendmail, F=T', kind: 'sendmail', suffix: '-t', onFailure: 'tempfail' },
  { name: 'Sendmail without F=', kind: 'sendmail', suffix: '-a', onFailure: 'accept' },
];

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
  'state',
] as const;
type Hook = (typeof HOOK_NAMES)[number];

/** Whether transforms fail. */
let isBroken = false;

/** A transform with one hook that fails while {@link isBroken}. */
function faulty(hook: Hook, fail: () => unknown, onError?: OnError): AnyTransform {
  const call = (): unknown => (isBroken ? fail() : undefined);
  const hooks: Record<string, unknown> = { [hook]: call };
  if (hook === 'onMessage') hooks[hook] = () => call;
  if (hook === 'state') hooks['onEnd'] = ({ state }: Message) => void state;
  const definition = { name: 'faulty', ...hooks, ...(onError === undefined ? {} : { onError }) };
  return defineTransform(definition as TransformDefinition);
}

const fail = (): never => {
  throw new TypeError('a bug');
};
const never = (): Promise<never> => new Promise(() => undefined);

/** What an author hands to the API that must not go onto a wire. */
const ILLEGAL: Record<string, (msg: Message) => unknown> = {
  'a header with CR LF': (msg) => msg.headers.add('X-A', 'a\r\nX-Forged: yes'),
  'a header with LF': (msg) => msg.headers.set('Subject', 'a\nX-Forged: yes'),
  'a header with CR': (msg) => msg.headers.insert(0, 'X-A', 'a\rb'),
  'a header with NUL': (msg) => msg.headers.change('X-Same', 2, 'a\0b'),
  'a header name with a line end': (msg) => msg.headers.add('X-A\r\nX-Forged', 'yes'),
  'a recipient with CR LF': (msg) => msg.addRecipient('a@example.org>\r\nRCPT TO:<b@example.org'),
  'a parameter with CR LF': (msg) => msg.addRecipient('a@example.org', ['NOTIFY=NEVER\r\nDATA']),
  'a reply with CR LF': () => reject('no\r\n250 ok'),
  'a reply with a code of another class': () => tempfail('later', { code: 250 }),
  'a sender with NUL': (msg) => msg.changeSender('a\0b@example.org'),
};
/** Which of them is tried now. */
let attempt = '';
const EDITS = ['headers', 'sender', 'add-recipient'] as const;

/** A disk that loses the end of a file once it has been written. */
const brokenDisk = (): SpoolStore =>
  new SpoolStore({ memory: 64 * 1024 }, async () => {
    const file = await openUnnamed(tmpdir());
    return {
      close: () => file.close(),
      write: (block, offset, length, position) => file.write(block, offset, length, position),
      read: (block, offset, length, position) =>
        isBroken && position > 700_000
          ? Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' }))
          : file.read(block, offset, length, position),
    };
  });
const LINES = Buffer.alloc(1_500_000, 'The quick brown fox jumps over the lazy dog.\r\n');

const stores: SpoolStore[] = [];

function benchFilters(): Record<string, BenchFilter> {
  const store = brokenDisk();
  stores.push(store);
  const all: Record<string, BenchFilter> = {
    disk: {
      transforms: [
        defineTransform({ name: 'stamp', onEnd: (msg) => msg.headers.set('X-Stamp', 'yes') }),
        defineTransform({ name: 'big', onPart: () => replace({ content: LINES }) }),
      ],
      server: { spool: store },
    },
    open: { transforms: [faulty('onEnd', fail, 'accept'), footer({ text: 'Sent via example.org' })] },
    closed: { transforms: [faulty('onEnd', fail, 'reject')] },
    illegal: {
      transforms: [
        defineTransform({
          name: 'illegal',
          edits: EDITS,
          onEnd(msg) {
            msg.headers.add('X-First', 'an edit before');
            ILLEGAL[attempt](msg);
          },
        }),
      ],
    },
    careful: {
      transforms: [
        defineTransform({
          name: 'careful',
          edits: EDITS,
          onEnd(msg) {
            for (const edit of Object.values(ILLEGAL)) expect(() => edit(msg)).toThrow(MillraceError);
            msg.headers.add('X-Careful', 'yes');
          },
        }),
      ],
    },
  };
  for (const hook of HOOK_NAMES) {
    all[`throw-${hook}`] = { transforms: [faulty(hook, fail)] };
    if (hook === 'state') continue;
    const deadlines = { message: 2500, command: 2000, progress: 1000 };
    all[`never-${hook}`] = { transforms: [faulty(hook, never)], server: { deadlines } };
  }
  return all;
}

let bench: MtaBench;
beforeAll(async () => {
  bench = await MtaBench.start(VARIANTS, benchFilters());
});
afterAll(async () => {
  await bench?.stop();
  await Promise.all(stores.map((store) => store.close()));
});
beforeEach(() => {
  isBroken = true;
});

const TEMPFAIL = { code: expect.stringMatching(/^4/), copies: [], isHeld: false };

for (const variant of VARIANTS) describeMta(variant.kind, variant.name, () => tests(variant));

function tests(variant: MtaVariant): void {
  const send = (filter: string): Promise<Fate> => bench.send(variant, filter);

  /** The first message is refused for now, the next one is delivered, over the same connection where there is one. */
  async function refusesOne(filter: string, hook: Hook): Promise<void> {
    const mta = bench.mta(variant.kind);
    if (hook === 'onConnect' || hook === 'onHelo') {
      expect(await send(filter)).toMatchObject(TEMPFAIL);
      isBroken = false;
      expect((await send(filter)).copies).toHaveLength(1);
      return;
    }
    const client = await mta.connect(filter + variant.suffix);
    expect(await mta.fate(await mta.sendOver(client))).toMatchObject(TEMPFAIL);
    isBroken = false;
    const { code, copies } = await mta.fate(await mta.sendOver(client));
    expect(code).toBe('250');
    expect(copies.map(({ bytes }) => bytes.equals(MESSAGE))).toEqual([true]);
    await client.quit();
  }

  describe('a transform', () => {
    it.each(HOOK_NAMES)('that throws in %s', (hook) => refusesOne(`throw-${hook}`, hook));

    it('that never answers costs its message, and not the next one, in whatever hook', async () => {
      const filters = HOOK_NAMES.filter((hook) => hook !== 'state').map((hook) => `never-${hook}`);
      const stuck = await Promise.all(filters.map(send));
      expect(stuck).toEqual(stuck.map(() => expect.objectContaining(TEMPFAIL)));
      isBroken = false;
      const next = await Promise.all(filters.map(send));
      expect(next.map(({ copies }) => copies.map(({ bytes }) => bytes.equals(MESSAGE)))).toEqual(
        next.map(() => [true]),
      );
    });

    it('that throws is passed by, or costs the message, where its onError says so', async () => {
      const passed = await send('open');
      expect(passed.code).toBe('250');
      expect(passed.copies[0].bytes.toString()).toBe(`${MESSAGE.toString()}Sent via example.org\r\n`);
      expect(await send('closed')).toMatchObject({ code: '554', copies: [] });
    });

    it.each(Object.keys(ILLEGAL))('refuses to write %s', async (what) => {
      attempt = what;
      expect(await send('illegal')).toMatchObject(TEMPFAIL);
    });

    it('whose author catches that goes on', async () => {
      const { copies } = await send('careful');
      const expected = MESSAGE.toString().replace('\r\n\r\n', '\r\nX-Careful: yes\r\n\r\n');
      expect(copies.map(({ bytes }) => bytes.toString())).toEqual([expected]);
    });
  });

  it('a new body that cannot be read costs a tempfail, also after the first edit', async () => {
    expect(await send('disk')).toMatchObject({ ...TEMPFAIL, code: '451' });
    expect(await bench.mta(variant.kind).corrupt()).toEqual([]);
    expect(JSON.stringify(bench.log('disk'))).toContain('MILLRACE_SPOOL');
    isBroken = false;
    const { code, copies } = await send('disk');
    expect([code, copies.length]).toEqual(['250', 1]);
    const body = copies[0].bytes.toString('latin1').split('\r\n\r\n')[1];
    expect(Buffer.from(body, 'base64').equals(LINES)).toBe(true);
  });
}
