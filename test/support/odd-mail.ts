import { gzipSync } from 'node:zlib';
import { OLE2_START } from './file-starts.ts';
import { zip } from './zip.ts';

/** Legitimate mail as programs of all kinds write it: odd, but nothing in it that readers find different parts in. */
export type OddMail = Readonly<Record<string, string>>;

const TOP = 'From: Anna <anna@example.org>\r\nTo: b@example.net\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n';
/** A plain text part, and one of HTML. */
export const TEXT = 'Content-Type: text/plain; charset=us-ascii\r\n\r\nHello.\r\n';
export const HTML = 'Content-Type: text/html; charset=us-ascii\r\n\r\n<p>Hello.</p>\r\n';

/** One message for each value, named by what they have in common and by itself. */
export const each = (
  prefix: string,
  make: (value: string) => string,
  values: Readonly<Record<string, string>>,
): OddMail =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}: ${name}`, make(value)]));

export const base64 = (content: string | Buffer): string =>
  Buffer.from(content as string, 'latin1')
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n');

/** A message with these fields beside those that all have. */
export const mail = (fields: string, body: string): string => `${TOP}${fields}\r\n\r\n${body}`;

/** The parts of a multipart, between delimiters. */
export const parts = (boundary: string, ...entities: string[]): string =>
  `${entities.map((entity) => `--${boundary}\r\n${entity}`).join('\r\n')}\r\n--${boundary}--\r\n`;

export const multipart = (subtype: string, boundary: string, ...entities: string[]): string =>
  `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${parts(boundary, ...entities)}`;

/** A message that is a multipart. */
export const mixed = (...entities: string[]): string => `${TOP}${multipart('mixed', 'B_1', ...entities)}`;

export const file = (type: string, disposition: string, content: string | Buffer): string =>
  `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: ${disposition}\r\n\r\n${base64(content)}`;

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');
const ICS =
  'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:SGVsbG8=\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';

/** Mail programs and their habits. */
export const BY_PROGRAM: OddMail = {
  'Outlook: a related inside of an alternative inside of a mixed': `${TOP}X-MS-Has-Attach: yes\r\nX-MS-TNEF-Correlator:\r\nThread-Index: AdX=\r\n${multipart(
    'mixed',
    '----=_NextPart_000_0000_01D9.ABCD',
    multipart(
      'alternative',
      '----=_NextPart_001_0001_01D9.ABCD',
      TEXT,
      multipart(
        'related',
        '----=_NextPart_002_0002_01D9.ABCD',
        HTML,
        file('image/png;\r\n\tname="image001.png"', 'inline', PNG),
      ),
    ),
    file('application/pdf;\r\n\tname="offer.pdf"', 'attachment;\r\n\tfilename="offer.pdf"', PDF),
  )}`,
  'Exchange: a winmail.dat': mixed(
    TEXT,
    file(
      'application/ms-tnef; name="winmail.dat"',
      'attachment; filename="winmail.dat"',
      Buffer.from('789f3e22010001069008000400000000000100010001079006000800000000000000e80001', 'hex'),
    ),
  ),
  'Exchange: dashes in boundaries, one the beginning of the other': mail(
    'Content-Type: multipart/mixed; boundary="_004_AM0PR01_"',
    parts('_004_AM0PR01_', multipart('alternative', '_000_AM0PR01_', TEXT, HTML), TEXT),
  ),
  'Apple Mail: an inline PDF between texts': mail(
    'Content-Type: multipart/mixed;\r\n\tboundary="Apple-Mail=_A1B2-C3"\r\nX-Mailer: Apple Mail (2.3608)',
    parts(
      'Apple-Mail=_A1B2-C3',
      'Content-Transfer-Encoding: 7bit\r\nContent-Type: text/plain;\r\n\tcharset=us-ascii\r\n\r\nSee\r\n',
      'Content-Disposition: inline;\r\n\tfilename=a.pdf\r\nContent-Type: application/pdf;\r\n\tx-unix-mode=0644;\r\n\tname="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
        base64(PDF),
      'Content-Transfer-Encoding: 7bit\r\nContent-Type: text/plain;\r\n\tcharset=us-ascii\r\n\r\n\r\n',
    ),
  ),
  'Apple Mail: a name in sections': mixed(
    TEXT,
    file(
      'application/pdf;\r\n\tname="=?utf-8?Q?Pru=CC=88fung=2Epdf?="',
      "attachment;\r\n\tfilename*0*=utf-8''Pru%CC%88;\r\n\tfilename*1*=fung.pdf",
      PDF,
    ),
  ),
  'Lotus Notes: an alternative that names itself': mail(
    'Content-Type: multipart/alternative; boundary="=_alternative 0041B2C3C1257F00_="',
    parts('=_alternative 0041B2C3C1257F00_=', TEXT, HTML),
  ),
  'Lotus Notes: a preamble and blanks at the boundary': mail(
    'Content-type: multipart/mixed; \r\n\tBoundary="0__=4EBBF1"',
    `This is a multipart message in MIME format.\r\n${parts('0__=4EBBF1', TEXT, HTML)}`,
  ),
  'Thunderbird: a forwarded message with a name': mixed(
    TEXT,
    `Content-Type: message/rfc822; charset=UTF-8; name="Old mail.eml"\r\nContent-Disposition: attachment; filename="Old mail.eml"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${mixed(TEXT, HTML)}`,
  ),
  'Gmail: an alternative in UTF-8': mail(
    'Content-Type: multipart/alternative; boundary="000000000000a1b2c305f"',
    parts(
      '000000000000a1b2c305f',
      'Content-Type: text/plain; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe=\r\n aus Wien\r\n',
      HTML,
    ),
  ),
  'Gmail: AMP': mail(
    'Content-Type: multipart/alternative; boundary=amp',
    parts(
      'amp',
      TEXT,
      'Content-Type: text/x-amp-html; charset=utf-8\r\n\r\n<!doctype html><html amp4email></html>\r\n',
      HTML,
    ),
  ),
  'Pine: a digest of attributes': mail(
    'Content-Type: MULTIPART/MIXED; BOUNDARY="8323328-1-1:=1"',
    '  This message is in MIME format.  The first part should be readable text,\r\n  while the remaining parts are likely unreadable.\r\n\r\n' +
      parts(
        '8323328-1-1:=1',
        'Content-Type: TEXT/PLAIN; charset=US-ASCII; format=flowed\r\n\r\nHello \r\nthere.\r\n',
        'Content-Type: TEXT/PLAIN; charset=US-ASCII; name=notes.txt\r\nContent-Transfer-Encoding: BASE64\r\nContent-ID: <Pine.1>\r\nContent-Description: \r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\n' +
          base64('notes'),
      ),
  ),
  'Eudora: x-flowed in HTML mail': mail(
    'Content-Type: multipart/mixed; boundary="=====================_1234567==_"',
    parts(
      '=====================_1234567==_',
      'Content-Type: text/plain; charset="us-ascii" ; format="flowed"\r\n\r\nHello.\r\n',
    ),
  ),
  'PHP: no text in front, fields without blanks': `From: shop@example.org\r\nSubject: Order\r\nMIME-Version:1.0\r\nContent-Type:multipart/mixed;boundary=abc123\r\n\r\n--abc123\r\nContent-Type:text/html;charset=iso-8859-1\r\nContent-Transfer-Encoding:8bit\r\n\r\n<b>Best\xe4tigung</b>\r\n--abc123--`,
  'a script: LF alone everywhere': mixed(TEXT, HTML).replaceAll('\r\n', '\n'),
  'a script: no MIME-Version': mixed(
    TEXT,
    file('application/pdf', 'attachment; filename=a.pdf', PDF),
  ).replace('MIME-Version: 1.0\r\n', ''),
  'a fax gateway: a comment at the version and at the type': mail(
    'Content-Type: multipart/mixed; boundary="fax" (made by hand)',
    parts('fax', TEXT, file('image/tiff', 'attachment; filename=fax.tif', 'II*\0')),
  ).replace('1.0', '1.0 (Fax Gateway 2.1)'),
  'a calendar: an invitation': mail(
    'Content-Type: multipart/mixed; boundary=c1',
    parts(
      'c1',
      multipart(
        'alternative',
        'c2',
        TEXT,
        `Content-Type: text/calendar; charset="utf-8"; method=REQUEST\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(ICS)}`,
      ),
      file('application/ics; name="invite.ics"', 'attachment; filename="invite.ics"', ICS),
    ),
  ),
  'a calendar alone': mail(
    'Content-Type: text/calendar; method=REPLY; component=vevent; charset=utf-8',
    ICS.replace('REQUEST', 'REPLY'),
  ),
  'a voice mail': mixed(
    TEXT,
    file('audio/x-wav; name="msg (1).wav"', 'attachment; filename="msg (1).wav"', 'RIFF\0\0\0\0WAVE'),
  ).replace('multipart/mixed', 'multipart/voice-message'),
  'newsletter: data URI of an image': mail(
    'Content-Type: text/html; charset=utf-8',
    `<img src="data:image/png;base64,${PNG.toString('base64')}">\r\n`,
  ),
  'S/MIME: signed in clear': mail(
    'Content-Type: multipart/signed; protocol="application/x-pkcs7-signature"; micalg=sha-256; boundary="----B1AB"',
    `This is an S/MIME signed message\r\n\r\n${parts('----B1AB', TEXT, file('application/x-pkcs7-signature; name="smime.p7s"', 'attachment; filename="smime.p7s"', '0\x80\x06\x09'))}`,
  ),
  'S/MIME: encrypted': mail(
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7m',
    base64('0\x80\x06\x09enveloped'),
  ),
  'PGP: signed': mail(
    'Content-Type: multipart/signed; micalg=pgp-sha512;\r\n protocol="application/pgp-signature"; boundary="pgp/1=2"',
    parts(
      'pgp/1=2',
      TEXT,
      'Content-Type: application/pgp-signature; name="signature.asc"\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n',
    ),
  ),
  'PGP: encrypted': mail(
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=pgp',
    parts(
      'pgp',
      'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n',
      'Content-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA5d0A1kQ3vJLAQf9Hq0G2hLQ8b9ZsPqRz0n2yq6lVn4XkB3mTfY0u1W5sE7\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n',
    ),
  ),
  'PGP: in the text, with escaped dashes': mail(
    'Content-Type: text/plain',
    '-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n- -- \r\nAnna\r\n- --B_1\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEBCAAdFiEEq0G2hLQ8b9ZsPqRz0n2yq6lVn4XkB3mTfY0u1W5sE7aaaaaa\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n',
  ),
};

/** Attachments and their names. */
export const ATTACHMENTS: OddMail = {
  ...Object.fromEntries(
    Object.entries({
      'a bank: semicolons and equals signs in quotes':
        'attachment; filename="Statement; account=1; 2024.pdf"; size=20',
      'a bank: dots': 'attachment; filename="Kontoauszug.Nr.12.vom.01.02.2024.pdf"',
      'encoded words in quotes': 'attachment; filename="=?UTF-8?B?0JTQvtCz0L7QstC+0YAucGRm?="',
      'encoded words over two lines':
        'attachment; filename="=?koi8-r?B?5M/Hz9fP0g==?=\r\n =?koi8-r?B?LnBkZg==?="',
      'RFC 2231 and a plain name': 'attachment; filename="invoice.pdf"; filename*=UTF-8\'\'invoice.pdf',
      'RFC 2231 in Chinese': "attachment; filename*=gb18030''%B7%A2%C6%B1.pdf",
      'UTF-8 without encoding': 'attachment; filename="\xc3\x9cbersicht.pdf"',
      backslashes: 'attachment; filename="a \\"quoted\\" name.pdf"',
      apostrophes: 'attachment; filename="Anna\'s offer.pdf"',
      'brackets without quotes': 'attachment; filename=scan[1].pdf',
      'blanks without quotes': 'attachment; filename=My offer 2024.pdf',
      'a semicolon at the end': 'attachment; filename="a.pdf";',
      'an empty name': 'attachment; filename=""',
      'upper case': 'ATTACHMENT; FILENAME="A.PDF"',
      'dates of a file':
        'attachment; filename=a.pdf; creation-date="Mon, 01 Jan 2024 10:00:00 GMT"; modification-date="Mon, 01 Jan 2024 10:00:00 GMT"',
      'a name that speaks of a program': 'attachment; filename="How to open an .exe file.pdf"',
    }).map(([name, disposition]) => [
      `a name: ${name}`,
      mixed(TEXT, file('application/pdf', disposition, PDF)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      'a zip': zip([{ name: 'a.txt', content: Buffer.from('text') }]),
      'a zip with directories': zip([
        { name: 'a/', content: Buffer.alloc(0), method: 0 },
        { name: 'a/b.txt', content: Buffer.from('text') },
      ]),
      'a zip with sizes behind the content': zip([
        { name: 'a.txt', content: Buffer.from('text'), streamed: true },
        { name: 'b.txt', content: Buffer.from('more'), streamed: true },
      ]),
      'an empty zip': zip([]),
      'a document': zip([
        { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
        { name: '_rels/.rels', content: Buffer.from('<Relationships/>') },
        { name: 'word/document.xml', content: Buffer.from('<w:document/>') },
      ]),
      'an open document': zip([
        { name: 'mimetype', content: Buffer.from('application/vnd.oasis.opendocument.text'), method: 0 },
        { name: 'Thumbnails/thumbnail.png', content: PNG, method: 0 },
        { name: 'content.xml', content: Buffer.from('<x/>') },
      ]),
      'a zip in a zip': zip([
        { name: 'in.zip', content: zip([{ name: 'a.txt', content: Buffer.from('x') }]), method: 0 },
      ]),
      'a log, compressed': gzipSync('Jan  1 10:00:00 host app[1]: started\n'.repeat(50)),
      'two logs, compressed one behind the other': Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]),
      nothing: Buffer.alloc(0),
    }).map(([name, content]) => [
      `content: ${name}`,
      mixed(TEXT, file('application/octet-stream; name=data.bin', 'attachment; filename=data.bin', content)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      // What Office encrypts, it puts into a container of its older documents.
      'a document that is encrypted|offer.docx': OLE2_START,
      'a table that is encrypted|budget.xlsx': OLE2_START,
      'slides that are encrypted|talk.pptx': OLE2_START,
      'an open document, packed again|letter.odt': zip([
        { name: 'content.xml', content: Buffer.from('<x/>') },
        { name: 'mimetype', content: Buffer.from('application/vnd.oasis.opendocument.text') },
      ]),
      'an open document that begins with its manifest|table.ods': zip([
        { name: 'META-INF/manifest.xml', content: Buffer.from('<x/>') },
        { name: 'content.xml', content: Buffer.from('<x/>') },
      ]),
      'a book that begins with its container|book.epub': zip([
        { name: 'META-INF/container.xml', content: Buffer.from('<x/>') },
        { name: 'mimetype', content: Buffer.from('application/epub+zip') },
      ]),
      'a document that begins with its theme|theme.xlsx': zip([
        { name: 'theme/theme/theme1.xml', content: Buffer.from('<x/>') },
        { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
      ]),
      'a printed page|page.xps': zip([
        { name: 'Documents/1/Metadata/Page1_Thumbnail.JPG', content: Buffer.from('x') },
        { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
      ]),
      'a signed container|contract.asice': zip([
        { name: 'META-INF/signatures.xml', content: Buffer.from('<x/>') },
        { name: 'contract.txt', content: Buffer.from('x') },
      ]),
    }).map(([title, content]) => {
      const [what, name] = title.split('|');
      return [
        `content: ${what}`,
        mixed(
          TEXT,
          file(`application/octet-stream; name="${name}"`, `attachment; filename="${name}"`, content),
        ),
      ];
    }),
  ),
};
