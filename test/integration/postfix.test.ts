import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { footer, stripAttachments } from '../../src/transforms/index.ts';
import { describeMta, MtaBench } from '../support/mta-bench.ts';
import type { BenchFilter, MtaVariant } from '../support/mta-bench.ts';
import { lines } from '../support/mta-instance.ts';

const HEADER = [
  'From: Anna <anna@example.org>',
  'To: Otto <otto@example.com>',
  'Message-ID: <1@example.org>',
  'Date: Thu, 1 Jan 2026 00:00:00 +0000',
];
const LINE = 'The quick brown fox jumps over the lazy dog.\r\n';

/** A content type each, and one of several megabytes. */
const MESSAGES: Readonly<Record<string, Buffer>> = {
  text: lines(...HEADER, 'Subject: plain', '', 'Hello Otto,', '', '.', '..dots', 'regards'),
  alternative: lines(
    ...HEADER,
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
  ),
  attachment: lines(
    ...HEADER,
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
  ),
  large: Buffer.concat([lines(...HEADER, 'Subject: large', ''), Buffer.from(LINE.repeat(60_000))]),
};

const FILTERS: Record<string, BenchFilter | undefined> = {
  none: undefined,
  look: {
    transforms: [
      defineTransform({
        name: 'look',
        onPart: (part) => (part.isLeaf ? tap((content) => void content.resume()) : undefined),
      }),
    ],
  },
  change: {
    transforms: [
      stripAttachments({ extensions: ['exe'] }),
      footer({ text: '-- \nSent via example.org', html: '<hr>Sent via example.org' }),
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
    ],
  },
  footer: { transforms: [footer({ text: 'Sent via example.org' })] },
  // Not below the system's directory for temporary files: that is private to the tests.
  unix: {
    transforms: [footer({ text: 'Sent via example.org' })],
    server: {
      listen: `unix:/run/millrace-test-${process.pid}.sock`,
      socket: { mode: 0o660, group: 'postfix' },
    },
  },
  slow: {
    transforms: [
      defineTransform({
        name: 'slow',
        async onEnd(msg) {
          await sleep(8000);
          msg.headers.set('X-Slow', 'yes');
        },
      }),
    ],
    server: { deadlines: { progress: 500 } },
  },
};

const POSTFIX: MtaVariant = {
  name: 'Postfix',
  kind: 'postfix',
  suffix: '',
  settings: { milter_content_timeout: '4s' },
};

describeMta('postfix', 'Postfix', () => {
  let bench: MtaBench;
  /** The bytes that were delivered; no other fate is expected. */
  async function delivered(filter: string, bytes: Buffer): Promise<Buffer> {
    const { code, text, copies } = await bench.send(POSTFIX, filter, { bytes, parameters: ' BODY=8BITMIME' });
    expect([code, text, copies.length]).toEqual(['250', expect.any(String), 1]);
    return copies[0].bytes;
  }

  beforeAll(async () => {
    bench = await MtaBench.start([POSTFIX], FILTERS);
  });
  afterAll(() => bench?.stop());

  it('delivers unchanged messages byte for byte', async () => {
    for (const [name, bytes] of Object.entries(MESSAGES)) {
      expect((await delivered('look', bytes)).equals(bytes), name).toBe(true);
    }
    const fixtures = resolve(import.meta.dirname, '../fixtures/messages');
    for (const name of readdirSync(fixtures)) {
      const bytes = readFileSync(join(fixtures, name));
      expect((await delivered('look', bytes)).equals(await delivered('none', bytes)), name).toBe(true);
    }
  });

  it.each(Object.keys(MESSAGES))('delivers what the filter made of the message %s', async (name) => {
    const bytes = await delivered('change', MESSAGES[name]);
    // The client plays Postfix; the real one must agree with it byte for byte.
    const client = await MilterClient.connect(bench.address('change'));
    const { message } = await client.send({ eml: MESSAGES[name] });
    expect(bytes.equals(await message!.toBuffer())).toBe(true);
    message!.dispose();
    await client.close();
    const text = bytes.toString('latin1');
    expect(text).toMatch(/^X-Top: first\r\n/);
    expect(text).toContain('\r\nTo: Otto <otto@example.com>\r\nX-Third: third\r\n');
    expect(text).toContain('\r\nSubject: changed\r\n');
    expect(text).not.toContain('Message-ID');
    expect(text).toMatch(/X-Bottom: last\r\n(?:Content-|\r\n)/);
    expect(text).toContain('Sent via example.org');
  });

  it('delivers an attachment message with a notice in the place of the program', async () => {
    const text = (await delivered('change', MESSAGES['attachment'])).toString('latin1');
    expect(text).not.toContain(Buffer.from('MZ-not-really-a-pro').toString('base64').slice(0, 20));
    expect(text).toContain('see the attachment\r\n');
    expect(text).toMatch(/setup\.exe/);
    expect(text).not.toMatch(/filename="?setup\.exe/);
  });

  it('delivers all forms of an alternative with a footer, and all else as it was', async () => {
    const text = (await delivered('change', MESSAGES['alternative'])).toString('latin1');
    expect(text).toContain('preamble\r\n--=_b\r\n');
    expect(text).toContain('Gr=C3=BC=C3=9Fe');
    expect(text).toContain('--=_b--\r\nepilogue\r\n');
    const html = /base64\r\n\r\n([^-]+)\r\n--/.exec(text)![1];
    expect(Buffer.from(html, 'base64').toString()).toMatch(/Grüße<\/p>\s*<hr>Sent via example\.org/);
  });

  it('delivers 100 MB with a footer', async () => {
    const header = lines(...HEADER, 'Subject: very large', '');
    const body = Buffer.alloc(Math.ceil(100e6 / LINE.length) * LINE.length, LINE);
    const bytes = await delivered('footer', Buffer.concat([header, body]));
    const expected = createHash('sha256').update(header).update(body).update('Sent via example.org\r\n');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.digest('hex'));
  });

  it('delivers over a Unix socket', async () => {
    const text = MESSAGES['text'].toString('latin1');
    expect((await delivered('unix', MESSAGES['text'])).toString()).toBe(`${text}Sent via example.org\r\n`);
  });

  it('is kept waiting by PROGRESS for longer than its own limit', async () => {
    expect((await delivered('slow', MESSAGES['text'])).toString()).toContain('\r\nX-Slow: yes\r\n');
  });
});
