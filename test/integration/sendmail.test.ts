import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltSources, FilterProcess } from '../support/daemon-process.ts';
import { postfixAddress, sendmailMissing, throughMta } from '../support/mta.ts';
import { integrationRequired } from '../support/shared-tools.ts';

if (sendmailMissing !== undefined && integrationRequired) throw new Error(sendmailMissing);
const suite = sendmailMissing === undefined ? 'Sendmail' : `Sendmail: skipped, ${sendmailMissing}`;

const mail = (...lines: string[]): Buffer => Buffer.from([...lines, ''].join('\r\n'), 'latin1');

const TEXT = mail(
  'From: Anna <anna@example.org>',
  'To: Otto <otto@example.com>',
  'X-Same: one',
  'X-Same: two',
  'X-Same: three',
  'Message-ID: <1@example.org>',
  'Date: Thu, 1 Jan 2026 00:00:00 +0000',
  'Subject: plain',
  '',
  'Hello Otto,',
  '',
  '.',
  'regards',
);

const LARGE = Buffer.concat([
  TEXT,
  Buffer.from('The quick brown fox jumps over the lazy dog.\r\n'.repeat(6000)),
]);

describe.skipIf(sendmailMissing !== undefined)(suite, () => {
  let built: BuiltSources;

  beforeAll(async () => {
    built = await BuiltSources.build();
  });
  afterAll(() => built?.remove());

  async function deliver(filter: string, messages: ReadonlyMap<string, Buffer>, ...options: string[]) {
    const milter = await FilterProcess.start(built, filter);
    try {
      return await throughMta(postfixAddress(milter.address), messages, '--mta', 'sendmail', ...options);
    } finally {
      await milter.end('SIGKILL');
    }
  }

  it('delivers unchanged messages byte for byte', async () => {
    const messages = new Map([
      ['text', TEXT],
      ['large', LARGE],
    ]);
    const deliveries = await deliver(
      `defineFilter([defineTransform({ name: 'look', onPart: () => tap((content) => void content.resume()) })])`,
      messages,
    );
    for (const [name, bytes] of messages) expect(deliveries.get(name)!.bytes!.equals(bytes), name).toBe(true);
  });

  it('QUIRK(sendmail): a deleted field keeps its place, defaults are counted, ADDHEADER does not append', async () => {
    const deliveries = await deliver(
      `defineFilter([
        footer({ text: 'Sent via example.org' }),
        defineTransform({ name: 'headers', onEnd(msg) {
          msg.headers.delete('X-Same', 2);
          msg.headers.set('Subject', 'changed');
          msg.headers.insert(5, 'X-Inner', 'after the Date');
          msg.headers.insert(0, 'X-Top', 'first');
          msg.headers.add('X-Same', 'last');
          msg.headers.add('Received', 'from nowhere');
        } }),
      ])`,
      new Map([
        ['text', TEXT],
        ['large', LARGE],
      ]),
    );
    const expected = [
      'X-Top: first',
      'From: Anna <anna@example.org>',
      'To: Otto <otto@example.com>',
      'X-Same: one',
      'X-Same: three',
      'Message-ID: <1@example.org>',
      'X-Inner: after the Date',
      'Date: Thu, 1 Jan 2026 00:00:00 +0000',
      'Subject: changed',
      'X-Same: last',
      'Received: from nowhere',
    ];
    for (const name of ['text', 'large']) {
      const text = deliveries.get(name)!.bytes!.toString('latin1');
      expect(text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n')).toEqual(expected);
      expect(text).toContain('Sent via example.org');
    }
  });

  it('tells the client what was decided', async () => {
    const deliveries = await deliver(
      `defineFilter([defineTransform({ name: 'judge', onEnd: () => reject('no thanks, 100% sure', { status: '5.7.1' }) })])`,
      new Map([['text', TEXT]]),
    );
    expect(deliveries.get('text')).toMatchObject({
      code: '550',
      text: expect.stringContaining('5.7.1 no thanks, 100% sure'),
      bytes: undefined,
    });
  });
});
