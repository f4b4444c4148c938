import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../../src/core/index.ts';
import { runFilter, type RunFilterOptions } from '../../../src/testing/run-filter.ts';
import { footer, type FooterOptions } from '../../../src/transforms/footer.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';

const TEXT = 'Sent via example.org';
const HTML = '<p>Sent via example.org</p>';
const PLAIN = 'Content-Type: text/plain\r\n\r\nHello\r\n';
const PAGE = 'Content-Type: text/html\r\n\r\n<body>Hello</body>\r\n';
const IMAGE = 'Content-Type: image/png\r\nContent-Disposition: inline\r\n\r\nxyz\r\n';
const SIGNATURE = 'Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n';

let boundaries = 0;

function attached(part: string): string {
  return `Content-Disposition: attachment\r\n${part}`;
}

/** A multipart as a part: header and content. */
function multipart(subtype: string, ...parts: string[]): string {
  const boundary = `=_${++boundaries}`;
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`;
}

function message(part: string, fields = ''): string {
  return `From: a@example.org\r\nMIME-Version: 1.0\r\n${fields}${part}`;
}

async function run(eml: string, options: Partial<FooterOptions> = {}, more: Partial<RunFilterOptions> = {}) {
  const filter = defineFilter([footer({ text: TEXT, html: HTML, ...options })]);
  const result = await runFilter(filter, { eml: Buffer.from(eml, 'latin1'), ...more });
  expect(result.failures).toEqual([]);
  return { ...result, text: result.message.toString('latin1') };
}

/** What became of which part. */
async function placedIn(part: string, options: Partial<FooterOptions>) {
  const result = await run(message(part), options);
  const footers = result.parts.filter(({ action }) => action === 'footer').map(({ path }) => path);
  const skipped = result.parts.filter(({ action }) => action === 'skipped');
  return { result, footers, skipped: skipped.map(({ path, reason }) => `${path}: ${reason}`) };
}

/** Paths of the parts that have got the footer, and `path: reason` of those that were skipped. */
async function placed(part: string, options: Partial<FooterOptions> = {}) {
  const { result, footers, skipped } = await placedIn(part, options);
  expect(result.text.split(TEXT).length - 1).toBe(footers.length);
  expect(result.bodyChanged).toBe(footers.length > 0);
  if (footers.length === 0) expect(result.text).toBe(message(part));
  return { footers, skipped };
}

describe('footer, in which parts', () => {
  const cases: [what: string, part: string, footers: string[], skipped?: string[]][] = [
    ['a root text', PLAIN, ['1']],
    ['a root page', PAGE, ['1']],
    ['a message without Content-Type', '\r\nHello\r\n', ['1']],
    ['no root image', IMAGE, []],
    ['no root calendar', PLAIN.replace('plain', 'calendar'), []],
    ['no root attachment', attached(PLAIN), []],
    ['the first text of a mixed', multipart('mixed', PLAIN, IMAGE, PLAIN), ['1.1']],
    ['the first text behind an image', multipart('mixed', IMAGE, PAGE, PLAIN), ['1.2']],
    ['not an attached text', multipart('mixed', attached(PLAIN), PLAIN), ['1.2']],
    [
      'not a text with a name',
      multipart('mixed', PLAIN.replace('plain', 'plain; name=a.txt'), PLAIN),
      ['1.2'],
    ],
    ['nothing but attachments', multipart('mixed', attached(PLAIN), IMAGE), []],
    ['an unknown multipart as a mixed', multipart('x-odd', PLAIN, PAGE), ['1.1']],
    ['every text of an alternative', multipart('alternative', PLAIN, PAGE), ['1.1', '1.2']],
    [
      'no other branch of an alternative',
      multipart(
        'alternative',
        PLAIN,
        PLAIN.replace('plain', 'x-amp-html'),
        PAGE,
        PLAIN.replace('plain', 'calendar'),
      ),
      ['1.1', '1.3'],
    ],
    [
      'an alternative in a mixed, and no more',
      multipart('mixed', multipart('alternative', PLAIN, PAGE), PLAIN),
      ['1.1.1', '1.1.2'],
    ],
    ['the root of a related', multipart('related', PAGE, IMAGE, PLAIN), ['1.1']],
    [
      'a related in an alternative',
      multipart('alternative', PLAIN, multipart('related', PAGE, IMAGE, PAGE)),
      ['1.1', '1.2.1'],
    ],
    [
      'an alternative in a related',
      multipart('related', multipart('alternative', PLAIN, PAGE), IMAGE),
      ['1.1.1', '1.1.2'],
    ],
    ['a related whose images come first', multipart('related', IMAGE, PAGE), ['1.2']],
    [
      'the root that a related names',
      multipart('related; start="<r@x>"', PAGE, `Content-ID: <r@x>\r\n${PAGE}`),
      ['1.2'],
    ],
    ['a mixed in a mixed', multipart('mixed', multipart('mixed', IMAGE, PLAIN), PLAIN), ['1.1.2']],
    ['no attached message', multipart('mixed', `Content-Type: message/rfc822\r\n\r\n${message(PLAIN)}`), []],
    [
      'a text behind an attached message',
      multipart('mixed', `Content-Type: message/rfc822\r\n\r\n${message(PLAIN)}`, PLAIN),
      ['1.2'],
    ],
    ['no root message', `Content-Type: message/rfc822\r\n\r\n${message(PLAIN)}`, []],
    ['no digest', multipart('digest', `\r\n${message(PLAIN)}`), []],
    ['no digest, not even a text in it', multipart('mixed', multipart('digest', PLAIN)), []],
    ['no report', multipart('report; report-type=delivery-status', PLAIN), [], ['1: report']],
    ['no form', multipart('form-data', PLAIN), []],
    ['nothing signed', multipart('signed', PLAIN, SIGNATURE), [], ['1: signed']],
    ['nothing encrypted', multipart('encrypted', PLAIN), [], ['1: encrypted']],
    [
      'no S/MIME',
      'Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Disposition: attachment\r\n\r\nx\r\n',
      [],
      ['1: encrypted'],
    ],
    [
      'nothing behind a signed text',
      multipart('mixed', multipart('signed', PLAIN, SIGNATURE), PLAIN),
      [],
      ['1.1: signed'],
    ],
    ['a text behind a signature or a key', multipart('mixed', SIGNATURE, PLAIN), ['1.2']],
    [
      'no inline PGP, nor its copy',
      multipart('alternative', PLAIN.replace('Hello', '-----BEGIN PGP MESSAGE-----'), PAGE),
      [],
      ['1.1: inline-pgp', '1.2: inline-pgp'],
    ],
    [
      'the branches that can take it',
      multipart('alternative', PLAIN.replace('Hello', 'h\xe9'), PAGE),
      ['1.2'],
      ['1.1: undecodable'],
    ],
    [
      'no part whose header is cut off',
      multipart('mixed', 'Content-Type: text/plain'),
      [],
      ['1.1: ambiguous'],
    ],
  ];
  for (const [what, part, footers, skipped] of cases) {
    it(what, async () => {
      expect(await placed(part)).toEqual({ footers, skipped: skipped ?? [] });
    });
  }
});

describe('footer, in which messages', () => {
  const SKIPPED: [
    what: string,
    fields: string,
    options: Partial<FooterOptions>,
    more?: Partial<RunFilterOptions>,
  ][] = [
    ['auto-submitted', 'Auto-Submitted: auto-replied; x=y\r\n', { skipAutoSubmitted: false }],
    ['null sender', '', { skipNullSender: false }, { from: '', to: 'b@example.org' }],
  ];
  for (const [reason, fields, off, more] of SKIPPED) {
    it(`none for ${reason}, but when told`, async () => {
      const eml = message(PLAIN, fields);
      const skipped = await run(eml, {}, more);
      expect(skipped.text).toBe(eml);
      expect(skipped.notes).toEqual([`footer: no footer: ${reason}`]);
      expect((await run(eml, off, more)).text).toBe(`${eml}${TEXT}\r\n`);
    });
  }

  it('one for what a person has written', async () => {
    for (const value of ['no', 'No', 'no (by hand)', 'no; x']) {
      const eml = message(PLAIN, `Auto-Submitted: ${value}\r\n`);
      expect((await run(eml)).text).toBe(`${eml}${TEXT}\r\n`);
    }
    expect((await run(message(PLAIN), {}, { from: 'a@example.org', to: 'b@example.org' })).bodyChanged).toBe(
      true,
    );
  });

  it('one under a condition', async () => {
    const when = { from: '*@example.org' };
    expect(
      (await run(message(PLAIN), { when }, { from: 'a@example.org', to: 'b@example.net' })).bodyChanged,
    ).toBe(true);
    expect(
      (await run(message(PLAIN), { when }, { from: 'a@example.net', to: 'b@example.net' })).bodyChanged,
    ).toBe(false);
  });

  it('none for what is signed, or no message at all', async () => {
    const signed = [
      multipart('signed', PLAIN, SIGNATURE),
      multipart('mixed', multipart('signed', PLAIN, SIGNATURE), IMAGE),
      PLAIN.replace('Hello', '-----BEGIN PGP SIGNED MESSAGE-----'),
      'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\nx\r\n',
    ];
    for (const part of signed) {
      expect((await run(message(part))).verdict).toEqual({ kind: 'accept' });
      expect((await run(message(part), { onSigned: 'reject' })).verdict).toMatchObject({
        kind: 'reject',
        status: '5.7.1',
      });
    }
    expect((await run(message(PLAIN), { onSigned: 'reject' })).verdict).toEqual({ kind: 'accept' });
  });
});

describe('footer, around a signed message', () => {
  const WRAP = { onSigned: 'wrap' } as const;
  const SIGNED = multipart('signed', PLAIN, SIGNATURE);
  const OPAQUE =
    'Content-Type: application/pkcs7-mime; smime-type=signed-data;\r\n name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nb3BhcXVl\r\n';
  const NEW = /[0-9a-f]{16}=_[0-9a-f]{16}/;

  it('puts its text behind the whole', async () => {
    for (const entity of [SIGNED, multipart('encrypted', PLAIN), OPAQUE]) {
      const { text, parts, headerEdits } = await run(message(entity, 'Lines: 3\r\n'), WRAP);
      const boundary = NEW.exec(text)![0];
      const note = [
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        'Content-Disposition: inline',
        '',
        TEXT,
      ].join('\r\n');
      const body = [`--${boundary}`, entity, `--${boundary}`, note, `--${boundary}--`, ''].join('\r\n');
      expect(text).toBe(message(`Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${body}`));
      expect(parts[0]).toMatchObject({ path: '1', action: 'wrapped' });
      expect(['signed', 'encrypted']).toContain(parts[0].reason);
      expect(headerEdits).toContainEqual({ kind: 'delete', name: 'Lines', index: 1 });
    }
  });

  it('comes once, whatever the chunks and however often the message comes', async () => {
    for (const entity of [SIGNED, OPAQUE]) {
      const eml = message(entity);
      const once = await run(eml, { ...WRAP, text: '-- \nGrüße' });
      for (const chunkSize of CHUNK_SIZES) {
        const again = await run(once.text, { ...WRAP, text: '-- \nGrüße' }, { chunkSize });
        expect(again).toMatchObject({ bodyChanged: false, headerEdits: [], text: once.text });
      }
      for (let chunkSize = 1; chunkSize < entity.length; chunkSize++) {
        const cut = await run(eml, { ...WRAP, text: '-- \nGrüße' }, { chunkSize });
        expect(cut.text.replaceAll(NEW.exec(cut.text)![0], '')).toBe(
          once.text.replaceAll(NEW.exec(once.text)![0], ''),
        );
      }
    }
  });

  it('comes in the usual way where there is nothing signed', async () => {
    expect((await placed(multipart('mixed', SIGNATURE, PLAIN), WRAP)).footers).toEqual(['1.2']);
  });

  it('finds itself in a message that was wrapped before', async () => {
    const { text } = await run(message(SIGNED), WRAP);
    const part = text.slice(text.indexOf('Content-Type'));
    const { footers, skipped } = await placedIn(part, WRAP);
    expect({ footers, skipped }).toEqual({ footers: [], skipped: ['1.1: signed', '1.2: already-present'] });
  });

  it('goes into the text beside a signed part, such as the footer of a mailing list', async () => {
    const cases: [parts: string[], footers: string[], ...skipped: string[]][] = [
      [[SIGNED, PLAIN, PLAIN], ['1.2'], '1.1: signed'],
      [[OPAQUE, IMAGE, attached(PLAIN), PAGE], ['1.4'], '1.1: signed'],
      [[PLAIN, SIGNED], ['1.1']],
      [[SIGNED, multipart('alternative', PLAIN, PAGE)], ['1.2.1', '1.2.2'], '1.1: signed'],
      [[SIGNED, IMAGE], [], '1.1: signed'],
    ];
    for (const [parts, footers, ...skipped] of cases)
      expect(await placed(multipart('mixed', ...parts), WRAP)).toEqual({ footers, skipped });
    for (const other of ['skip', 'reject'] as const)
      expect((await run(message(multipart('mixed', SIGNED, PLAIN)), { onSigned: other })).bodyChanged).toBe(
        false,
      );
  });

  it('does not come where only a part is signed, or a text in itself', async () => {
    const skipped = [
      [multipart('alternative', SIGNED, PAGE), '1.1: signed', '1.2: signed'],
      [multipart('mixed', multipart('mixed', SIGNED, PLAIN), PLAIN), '1.1.1: signed'],
      [PLAIN.replace('Hello', '-----BEGIN PGP MESSAGE-----'), '1: inline-pgp'],
    ];
    for (const [part, ...reasons] of skipped)
      expect(await placed(part, WRAP)).toEqual({ footers: [], skipped: reasons });
  });
});

describe('footer, in a whole message', () => {
  const eml = message(
    multipart(
      'mixed',
      multipart(
        'alternative',
        PLAIN,
        PAGE.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n').replace(
          '<body>Hello</body>',
          'PGJvZHk+SGVsbG88L2JvZHk+',
        ),
      ),
      IMAGE,
    ).replace('--=_', 'preamble\r\n--=_') + 'epilogue',
    'Subject: hi\r\nContent-Length: 99\r\nLines: 3\r\n',
  );

  it('is the same however the message comes in', async () => {
    for (const text of [TEXT, 'Grüße']) {
      const whole = await run(eml, { text });
      for (const chunkSize of CHUNK_SIZES) {
        const result = await run(eml, { text }, { chunkSize });
        expect(result.text).toBe(whole.text);
        expect(result.parts).toEqual(whole.parts);
        expect(result.headerEdits).toEqual(whole.headerEdits);
      }
    }
  });

  it('takes out what the root says about the old body', async () => {
    const { headerEdits } = await run(eml);
    expect(headerEdits).toHaveLength(2);
    for (const name of ['Content-Length', 'Lines'])
      expect(headerEdits).toContainEqual({ kind: 'delete', name, index: 1 });
    expect((await run(message(IMAGE, 'Lines: 3\r\n'))).headerEdits).toEqual([]);
  });

  it('changes header and body of a root leaf together, or neither', async () => {
    const root = message('Content-Type: text/plain; charset=us-ascii\r\n\r\na=b\r\n');
    const changed = await run(root, { text: 'Grüße' });
    expect(changed.text).toBe(
      message(
        'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db\r\nGr=C3=BC=C3=9Fe\r\n',
      ),
    );
    const unchanged = await run(`${root}\xe9\r\n`, { text: 'Grüße' });
    expect(unchanged).toMatchObject({ bodyChanged: false, headerEdits: [], text: `${root}\xe9\r\n` });
  });

  it('comes behind a header that was cut off', async () => {
    for (const end of ['', '\r\n', '\r\n\r\n']) {
      const result = await run(`Subject: hi${end}`);
      expect(result.text).toBe(`Subject: hi\r\n\r\n${TEXT}\r\n`);
    }
  });

  it('put in twice is there once', async () => {
    for (const text of [TEXT, '\n-- \nGrüße']) {
      for (const part of [
        PLAIN,
        PAGE,
        multipart('alternative', PLAIN, PAGE),
        eml.slice(eml.indexOf('Content-Type')),
      ]) {
        const once = await run(message(part), { text });
        expect(once.bodyChanged).toBe(true);
        const twice = await run(once.text, { text });
        expect(twice.text).toBe(once.text);
        expect(twice).toMatchObject({ bodyChanged: false, headerEdits: [] });
        expect(twice.parts.map(({ reason }) => reason)).toContain('already-present');
      }
    }
  });
});
