import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MilterClient } from '../../src/server/milter-client.ts';
import { BuiltSources, FilterProcess } from '../support/daemon-process.ts';
import { postfixAddress, postfixMissing, throughMta } from '../support/mta.ts';
import { integrationRequired } from '../support/shared-tools.ts';

if (postfixMissing !== undefined && integrationRequired) throw new Error(postfixMissing);
const suite = postfixMissing === undefined ? 'Postfix' : `Postfix: skipped, ${postfixMissing}`;

const mail = (...lines: string[]): Buffer => Buffer.from([...lines, ''].join('\r\n'), 'latin1');

const ADDRESSES = [
  'From: Anna <anna@example.org>',
  'To: Otto <otto@example.com>',
  'Message-ID: <1@example.org>',
];

const TEXT = mail(...ADDRESSES, 'Subject: plain', '', 'Hello Otto,', '', '.', '..dots', 'regards');

const ALTERNATIVE = mail(
  ...ADDRESSES,
  'Subject: =?utf-8?q?two_forms?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="=_b"',
  '',
  'preamble',
  '--=_b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe',
  '--=_b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('<html><body><p>Grüße</p></body></html>').toString('base64'),
  '--=_b--',
  'epilogue',
);

const ATTACHMENT = mail(
  ...ADDRESSES,
  'Subject: a program',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="=_m"',
  '',
  '--=_m',
  'Content-Type: text/plain',
  '',
  'see the attachment',
  '--=_m',
  'Content-Type: application/octet-stream; name="setup.exe"',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="setup.exe"',
  '',
  Buffer.alloc(3000, 'MZ-not-really-a-program').toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
  '--=_m--',
);

const LARGE = Buffer.concat([
  mail(...ADDRESSES, 'Subject: large', ''),
  Buffer.alloc(3_000_000, 'The quick brown fox jumps over the lazy dog.\r\n'),
  Buffer.from('\r\n'),
]);

/** Reads everything, changes nothing. */
const LOOK = `defineFilter([defineTransform({
  name: 'look',
  onPart: (part) => (part.isLeaf ? tap((content) => void content.resume()) : undefined),
})])`;

const CHANGE = `defineFilter([
  stripAttachments({ extensions: ['exe'] }),
  footer({ text: '-- \\nSent via example.org', html: '<hr>Sent via example.org' }),
  defineTransform({
    name: 'headers',
    onEnd(msg) {
      msg.headers.insert(0, 'X-Top', 'first');
      msg.headers.insert(3, 'X-Third', 'third');
      msg.headers.set('Subject', 'changed');
      msg.headers.delete('Message-ID');
      msg.headers.add('X-Bottom', 'last');
    },
  }),
])`;

/** Some time after the MTA has begun to wait. */
async function killLater(filter: FilterProcess): Promise<void> {
  await sleep(200);
  await filter.end('SIGKILL');
}

describe.skipIf(postfixMissing !== undefined)(suite, () => {
  let built: BuiltSources;
  const started: FilterProcess[] = [];

  async function start(filter: string, listen?: string, options?: string): Promise<FilterProcess> {
    const process = await FilterProcess.start(built, filter, listen, options);
    started.push(process);
    return process;
  }

  beforeAll(async () => {
    built = await BuiltSources.build();
  });
  afterEach(async () => {
    for (const process of started.splice(0)) await process.end('SIGKILL');
  });
  afterAll(() => built?.remove());

  it('delivers unchanged messages byte for byte', async () => {
    const fixtures = resolve(import.meta.dirname, '../fixtures/messages');
    const messages = new Map([
      ['text', TEXT],
      ['alternative', ALTERNATIVE],
      ['attachment', ATTACHMENT],
      ['large', LARGE],
    ]);
    for (const file of readdirSync(fixtures)) messages.set(file, readFileSync(join(fixtures, file)));
    const filter = await start(LOOK);
    const without = await throughMta('none', messages);
    const deliveries = await throughMta(postfixAddress(filter.address), messages);
    expect(deliveries.size).toBe(messages.size);
    for (const [name, { code, bytes }] of deliveries) {
      expect(code, name).toBe('250');
      expect(bytes!.equals(without.get(name)!.bytes!), name).toBe(true);
    }
    for (const name of ['text', 'alternative', 'attachment', 'large']) {
      expect(deliveries.get(name)!.bytes!.equals(messages.get(name)!), name).toBe(true);
    }
  });

  it.each(['6', '4', '3', '2'])(
    'delivers what the filter made, with milter_protocol %s',
    async (protocol) => {
      const messages = new Map([
        ['text', TEXT],
        ['alternative', ALTERNATIVE],
        ['attachment', ATTACHMENT],
        ['large', LARGE],
      ]);
      const filter = await start(CHANGE);
      const deliveries = await throughMta(postfixAddress(filter.address), messages, '--protocol', protocol);
      const client = await MilterClient.connect(filter.address);
      for (const [name, eml] of messages) {
        const { code, bytes, isLost } = deliveries.get(name)!;
        expect([name, code, isLost]).toEqual([name, '250', false]);
        // The client plays Postfix; the real one must agree with it byte for byte.
        const { message } = await client.send({ eml });
        expect(bytes!.equals(await message!.toBuffer()), name).toBe(true);
        message!.dispose();
        const text = bytes!.toString('latin1');
        expect(text).toMatch(/^X-Top: first\r\n/);
        expect(text).toContain('\r\nTo: Otto <otto@example.com>\r\nX-Third: third\r\n');
        expect(text).toContain('\r\nSubject: changed\r\n');
        expect(text).not.toContain('Message-ID');
        expect(text).toMatch(/X-Bottom: last\r\n(?:Content-|\r\n)/);
      }
      await client.close();
      const delivered = (name: string): string => deliveries.get(name)!.bytes!.toString('latin1');
      expect(delivered('text')).toContain('regards\r\n');
      expect(delivered('text')).toContain('Sent via example.org');
      expect(delivered('alternative')).toContain('Gr=C3=BC=C3=9Fe');
      expect(delivered('alternative')).toContain('preamble\r\n--=_b\r\n');
      expect(delivered('attachment')).not.toContain(
        Buffer.from('MZ-not-really-a-pro').toString('base64').slice(0, 20),
      );
      expect(delivered('attachment')).toContain('see the attachment');
      expect(delivered('large').length).toBeGreaterThan(3_000_000);
    },
  );

  it('delivers 100 MB with a footer', async () => {
    const header = mail(...ADDRESSES, 'Subject: very large', '');
    const line = 'The quick brown fox jumps over the lazy dog.\r\n';
    const body = Buffer.alloc(Math.ceil(100e6 / line.length) * line.length, line);
    const filter = await start(`defineFilter([footer({ text: 'Sent via example.org' })])`);
    const messages = new Map([['large', Buffer.concat([header, body])]]);
    const delivery = (await throughMta(postfixAddress(filter.address), messages)).get('large')!;
    expect(delivery).toMatchObject({ code: '250', isLost: false });
    const digest = createHash('sha256').update(header).update(body).update('Sent via example.org\r\n');
    expect(createHash('sha256').update(delivery.bytes!).digest('hex')).toBe(digest.digest('hex'));
  });

  it('delivers over a Unix socket', async () => {
    // Not below the system's directory for temporary files: that is private to the tests.
    const filter = await start(
      CHANGE,
      `unix:/run/millrace-test-${process.pid}.sock`,
      `{ socket: { mode: 0o660, group: 'postfix' } }`,
    );
    const deliveries = await throughMta(postfixAddress(filter.address), new Map([['text', TEXT]]));
    expect(deliveries.get('text')!.bytes!.toString()).toContain('Sent via example.org');
    await filter.end('SIGTERM');
  });

  it.each([
    [`reject('no thanks, 100% sure', { status: '5.7.1' })`, '550', '5.7.1 no thanks, 100% sure'],
    [`reject('one\\ntwo', { code: 554 })`, '554', 'two'],
    [`tempfail('later')`, '451', 'later'],
  ])('tells the client %s', async (verdict, code, text) => {
    const filter = await start(`defineFilter([defineTransform({ name: 'judge', onEnd: () => ${verdict} })])`);
    const delivery = (await throughMta(postfixAddress(filter.address), new Map([['text', TEXT]]))).get(
      'text',
    )!;
    expect(delivery).toMatchObject({ code, bytes: undefined, isLost: false });
    expect(delivery.text).toContain(text);
  });

  it('a transform that never answers costs a tempfail, before Postfix loses its patience', async () => {
    const filter = await start(
      `defineFilter([defineTransform({ name: 'stuck', onEnd: () => new Promise(() => undefined) })])`,
      undefined,
      '{ deadlines: { message: 1000, progress: 200 } }',
    );
    const delivery = (
      await throughMta(postfixAddress(filter.address), new Map([['text', TEXT]]), '--content-timeout', '30s')
    ).get('text')!;
    expect(delivery).toMatchObject({ code: '451', bytes: undefined, isLost: false });
    expect(delivery.text).toContain('took too long');
  });

  it('PROGRESS keeps Postfix waiting for longer than its own limit', async () => {
    const filter = await start(
      `defineFilter([defineTransform({ name: 'slow', onEnd: (msg) => new Promise((resolve) => setTimeout(() => {
        msg.headers.set('X-Slow', 'yes');
        resolve();
      }, 4000)) })])`,
      undefined,
      '{ deadlines: { progress: 500 } }',
    );
    const delivery = (
      await throughMta(postfixAddress(filter.address), new Map([['text', TEXT]]), '--content-timeout', '2s')
    ).get('text')!;
    expect(delivery.code).toBe('250');
    expect(delivery.bytes!.toString()).toContain('X-Slow: yes');
  });

  it.each(['tempfail', 'accept'])(
    'a filter that is killed in the middle loses nothing (%s)',
    async (action) => {
      const filter = await start(
        `defineFilter([defineTransform({ name: 'stuck', onEnd: () => {
        console.log('at end-of-message');
        return new Promise(() => undefined);
      } })])`,
      );
      const killed = new Promise<void>((done, failed) => {
        filter.child.stdout!.on('data', (chunk: Buffer) => {
          if (chunk.includes('at end-of-message')) killLater(filter).then(done, failed);
        });
      });
      const delivery = (
        await throughMta(
          postfixAddress(filter.address),
          new Map([['text', TEXT]]),
          '--default-action',
          action,
        )
      ).get('text')!;
      await killed;
      expect(delivery.isLost).toBe(false);
      if (action === 'tempfail') expect(delivery).toMatchObject({ code: '451', bytes: undefined });
      else expect(delivery.bytes!.equals(TEXT)).toBe(true);
    },
  );
});
