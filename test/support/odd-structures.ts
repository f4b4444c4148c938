import { zip } from './zip.ts';
import { encryptedCms, signedCms } from './cms.ts';
import { base64, file, mail, mixed, multipart, type OddMail, parts } from './odd-mail.ts';

const TEXT = 'Content-Type: text/plain\r\n\r\nHello.\r\n';
const HTML = 'Content-Type: text/html\r\n\r\n<p>Hello.</p>\r\n';
const FOOTER = '_______________________________________________\r\nlist mailing list\r\nlist@example.org\r\n';
const inText = (text: string): string => mail('Content-Type: text/plain; charset=utf-8', text);
const encoded = (encoding: string, content: string): string =>
  mixed(TEXT, `Content-Type: text/plain\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${content}`);
const byBoundary = (parameter: string, boundary: string): string =>
  mail(`Content-Type: multipart/mixed; ${parameter}`, parts(boundary, TEXT, HTML));

/** Boundaries, delimiters and headers. */
export const STRUCTURES: OddMail = {
  'boundary: with equals signs and colons, quoted': byBoundary('boundary="a=b:c/d?e"', 'a=b:c/d?e'),
  'boundary: with a blank in it': byBoundary('boundary="a b c"', 'a b c'),
  'boundary: of 70 characters': byBoundary(`boundary=${'x'.repeat(70)}`, 'x'.repeat(70)),
  'boundary: of dashes': byBoundary(`boundary="${'-'.repeat(24)}"`, '-'.repeat(24)),
  'boundary: with dashes at its end': byBoundary('boundary="----=_b1--"', '----=_b1--'),
  'boundary: with equals signs, not quoted': byBoundary('boundary=----=_Part_1_2.3', '----=_Part_1_2.3'),
  'boundary: with parentheses and commas, quoted': byBoundary('boundary="a(b),c\'d+e"', "a(b),c'd+e"),
  'boundary: on a line of its own': byBoundary('\r\n\tcharset="utf-8";\r\n\tboundary="b1"', 'b1'),
  'boundary: with a semicolon behind': byBoundary('boundary="b1";', 'b1'),
  'boundary: with blanks around the equals sign': byBoundary('boundary = "b1"', 'b1'),
  'boundary: at a text': mail('Content-Type: text/plain; boundary="b1"', 'Hello.\r\n'),
  'delimiter: with blanks behind': mixed(TEXT, HTML).replaceAll('--B_1\r\n', '--B_1 \t \r\n'),
  'delimiter: the closing one with blanks behind': mixed(TEXT, HTML).replace('--B_1--\r\n', '--B_1-- \r\n'),
  'delimiter: no line end behind the closing one': mixed(TEXT, HTML).trimEnd(),
  'delimiter: no closing one': mixed(TEXT, HTML).replace('--B_1--\r\n', ''),
  'delimiter: no blank line in front': mixed(TEXT, HTML).replaceAll('\r\n\r\n--B_1', '\r\n--B_1'),
  'text in front of the parts': mixed(TEXT).replace('--B_1\r\n', 'Your reader is old.\r\n\r\n--B_1\r\n'),
  'text behind the parts, of a mailing list': `${mixed(TEXT, HTML)}\r\n${FOOTER}`,
  'blank lines behind the parts': `${mixed(TEXT, HTML)}\r\n\r\n\r\n`,
  'parts: without a header': mixed('\r\nHello.\r\n', '\r\nAgain.\r\n'),
  'parts: empty': mixed(TEXT, 'Content-Type: text/plain\r\n\r\n'),
  'parts: one with nothing at all': mixed(TEXT, '\r\n'),
  'parts: only one': mixed(TEXT),
  'parts: many levels': mixed(
    multipart(
      'mixed',
      'l2',
      multipart('mixed', 'l3', multipart('mixed', 'l4', multipart('related', 'l5', HTML))),
    ),
  ),
  'a mailing list: its footer as a part': mixed(
    multipart('alternative', 'inner', TEXT, HTML),
    `Content-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\n${FOOTER}`,
  ),
  'a mailing list: its footer behind signed mail': mixed(
    multipart('signed', 's', TEXT, file('application/pgp-signature', 'inline', 'sig')),
    `Content-Type: text/plain\r\n\r\n${FOOTER}`,
  ),
  'a mailing list: a digest': mail(
    'Content-Type: multipart/mixed; boundary="===============1=="',
    parts(
      '===============1==',
      TEXT,
      multipart(
        'digest',
        '===============2==',
        '\r\nFrom: a@example.org\r\nSubject: One\r\n\r\nOne.\r\n',
        `Content-Type: message/rfc822\r\n\r\n${mixed(TEXT, HTML)}`,
      ),
    ),
  ),
  'a bounce: the whole message': mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary="r1/mx"',
    parts(
      'r1/mx',
      'Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nNot delivered.\r\n',
      'Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; b@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n',
      `Content-Description: Undelivered Message\r\nContent-Type: message/rfc822\r\n\r\n${mixed(TEXT, HTML)}`,
    ),
  ),
  'a bounce: a message that was cut off': mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary=r2',
    parts(
      'r2',
      TEXT,
      'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n',
      `Content-Type: message/rfc822\r\n\r\n${mixed(TEXT, file('application/pdf', 'attachment; filename=a.pdf', 'x'.repeat(200))).slice(0, 380)}`,
    ),
  ),
  'a bounce: only the header, of a multipart': mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary=r3',
    parts(
      'r3',
      TEXT,
      'Content-Type: text/rfc822-headers\r\n\r\nFrom: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\nContent-Transfer-Encoding: 8bit\r\n',
    ),
  ),
  'a bounce: a header as a message': mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary=r4',
    parts(
      'r4',
      TEXT,
      'Content-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\nContent-Type: multipart/mixed; boundary="x"\r\n',
    ),
  ),
  'a bounce of qmail: the message in the text': inText(
    'Hi. This is the qmail-send program.\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <a@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="q"\r\n\r\n--q\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello.\r\n--q--\r\n',
  ),
  'a receipt': mail(
    'Content-Type: multipart/report; report-type=disposition-notification; boundary=m1',
    parts(
      'm1',
      TEXT,
      'Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;b@example.net\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
    ),
  ),
  'external content': mixed(
    TEXT,
    'Content-Type: message/external-body; access-type=anon-ftp; site=ftp.example.org; name="a.txt"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <a@example.org>\r\n\r\n',
  ),
  'an unknown multipart': mail('Content-Type: multipart/x-vendor; boundary=v', parts('v', TEXT, HTML)),
  'a type of form data': mail(
    'Content-Type: multipart/form-data; boundary=v',
    parts('v', `Content-Disposition: form-data; name="field"\r\n\r\nvalue\r\n`),
  ),
  'fields twice': mail(
    'X-Spam: no\r\nX-Spam: no\r\nReceived: a\r\nReceived: b\r\nReply-To: a@example.org\r\nReply-To: a@example.org\r\nContent-Type: text/plain',
    'Hello.\r\n',
  ),
  'MIME-Version twice': mail('Mime-Version: 1.0\r\nContent-Type: text/plain', 'Hello.\r\n'),
  'the same type twice': mail(
    'Content-Type: text/plain; charset=utf-8\r\nContent-Type: text/plain; charset=utf-8',
    'Hello.\r\n',
  ),
  'the same encoding twice': mail(
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 7bit',
    'Hello.\r\n',
  ),
  'a type without subtype': mail('Content-Type: text', 'Hello.\r\n'),
  'a type that is empty': mail('Content-Type:', 'Hello.\r\n'),
  'comments at type and parameter': mail(
    'Content-Type: text/plain (plain) ; charset=us-ascii (ASCII)',
    'Hello.\r\n',
  ),
  'odd folding': mail(
    'Subject:\r\n Folded\r\nContent-Type:\r\n\ttext/plain\r\n\t;\r\n charset\r\n =utf-8',
    'Hello.\r\n',
  ),
  'a line of blanks that ends a folded field': mail(
    'X-Long: one\r\n \r\nContent-Type: text/plain',
    'Hello.\r\n',
  ),
  '8-bit in fields that are not about MIME': mail(
    'Subject: Gr\xc3\xbc\xc3\x9fe\r\nX-From: J\xf6rg\r\nContent-Type: text/plain',
    'Hello.\r\n',
  ),
  'a blank in front of a colon that is not about MIME': mail(
    'X-Mailer : Old\r\nContent-Type: text/plain',
    'Hello.\r\n',
  ),
  'a From line of a mailbox': `From anna@example.org Mon Jan  1 10:00:00 2024\r\n${mixed(TEXT, HTML)}`,
  'a description in many lines': mixed(`Content-Description: one\r\n two\r\n three\r\n${TEXT}`),
  'no body': mail('Content-Type: text/plain', ''),
  'no body and no blank line': 'From: a@example.org\r\nSubject: x\r\n',
};

/** Transfer encodings and charsets. */
export const ENCODINGS: OddMail = {
  ...Object.fromEntries(
    [
      '8-bit',
      '7bits',
      '8BIT',
      '7Bit ',
      '7bit;',
      'BINARY',
      '8bit (as it is)',
      '',
      'none',
      'us-ascii',
      '"8bit"',
    ].map((encoding) => [`encoding: [${encoding}]`, encoded(encoding, 'Hello.\r\n')]),
  ),
  'base64: upper case': encoded('BASE64', base64('Hello.')),
  'base64: blank lines in it': encoded(
    'base64',
    `\r\n${base64('a'.repeat(100))}\r\n\r\n${base64('b'.repeat(100))}\r\n\r\n`,
  ),
  'base64: no line end': encoded('base64', base64('Hello.').trimEnd()),
  'base64: text of a list behind it': encoded('base64', `${base64('Hello.')}\r\n${FOOTER}`),
  'base64: one long line': encoded('base64', `${'QUJD'.repeat(400)}\r\n`),
  'base64: blanks at line ends': encoded('base64', base64('a'.repeat(200)).replaceAll('\r\n', ' \r\n')),
  'base64: of pieces with padding': encoded('base64', `${base64('Hello')}${base64('World')}`),
  'base64: without padding': encoded('base64', 'SGVsbG8\r\n'),
  'base64: blank in front of the encoding': encoded(' base64 ', base64('Hello.')),
  'base64: a semicolon behind the encoding': encoded('base64;', base64('Hello.')),
  'quoted-printable: lower-case digits': encoded('quoted-printable', 'gr=c3=bc=c3=9fe\r\n'),
  'quoted-printable: blanks at line ends': encoded(
    'quoted-printable',
    'Hello  \r\nthere=20\r\nlong=\r\n line= \r\nend\r\n',
  ),
  'quoted-printable: an equals sign by itself': encoded(
    'quoted-printable',
    'a = b, c == d\r\nhttp://example.org/?a=b&c=zz\r\n',
  ),
  'quoted-printable: at an attached message without need': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nFrom: a@example.org\r\nContent-Type: text/plain\r\n\r\nHello.\r\n`,
  ),
  'base64: at an attached message': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(mixed(TEXT, HTML))}`,
  ),
  'quoted-printable: at a multipart without need': mixed(TEXT, HTML).replace(
    'MIME-Version',
    'Content-Transfer-Encoding: quoted-printable\r\nMIME-Version',
  ),
  '8bit: at a multipart': mixed(TEXT, HTML).replace(
    'MIME-Version',
    'Content-Transfer-Encoding: 8bit\r\nMIME-Version',
  ),
  ...Object.fromEntries(
    [
      'x-unknown',
      'unknown-8bit',
      '"utf-8"',
      'utf8',
      'ISO-8859-15',
      'iso-2022-jp',
      'windows-1252',
      'cp-850',
      'ansi_x3.4-1968',
      'default_charset',
      "'utf-8'",
      'utf-16le',
    ].map((charset) => [
      `charset: ${charset}`,
      mail(`Content-Type: text/plain; charset=${charset}`, 'Hello.\r\n'),
    ]),
  ),
};

/** Texts about mail, and what they quote. */
export const TEXTS: OddMail = {
  'a bug report that quotes a part': inText(
    'My message looks like this:\r\n\r\n--0016e6d\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello\r\n--0016e6d\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n--0016e6d--\r\n',
  ),
  'a bug report that quotes a part, in a multipart': mixed(
    'Content-Type: text/plain\r\n\r\nWhat I got:\r\n\r\n    --0016e6d\r\n    Content-Type: text/plain; charset=UTF-8\r\n    Content-Transfer-Encoding: base64\r\n\r\n    SGVsbG8=\r\n\r\n--0016e6d\r\nContent-Type: text/html\r\n\r\nWhy?\r\n',
    HTML,
  ),
  'an answer that quotes with a sign': mixed(
    'Content-Type: text/plain\r\n\r\n> --B_1\r\n> Content-Type: text/plain\r\n>\r\n> Hello\r\n',
  ),
  'a patch': inText(
    '---\r\n src/a.c | 2 +-\r\n\r\ndiff --git a/src/a.c b/src/a.c\r\n--- a/src/a.c\r\n+++ b/src/a.c\r\n@@ -1 +1 @@\r\n-- old\r\n+++ new\r\n-- \r\n2.43.0\r\n',
  ),
  'a patch as a part': mixed(
    TEXT,
    'Content-Type: text/x-patch; name="0001-x.patch"\r\nContent-Disposition: attachment; filename="0001-x.patch"\r\n\r\n--- a\r\n+++ b\r\n@@ -1 +1 @@\r\n---B\r\n+--C\r\n',
  ),
  'a signature': mixed('Content-Type: text/plain\r\n\r\nHello.\r\n\r\n-- \r\nAnna\r\n--\r\nOld style\r\n'),
  'SQL comments and rulers': mixed(
    'Content-Type: text/plain\r\n\r\n-- select all\r\nSELECT 1; --x\r\n----------\r\n--option --long\r\n',
  ),
  'uuencode, spoken of': inText(
    'The line "begin 644 file.txt" starts it.\r\nbegin with a small step.\r\nend\r\n',
  ),
  'uuencode, a text in it': inText('begin 644 a.txt\r\n%2&5L;&\\`\r\n`\r\nend\r\n'),
  'yEnc, spoken of': inText('A yEnc file starts with =ybegin line=128 size=1 name=a.txt in the text.\r\n'),
  'a mailbox, quoted': inText('>From the beginning it was so.\r\nFrom here on it is not.\r\n'),
  'format=flowed': mail(
    'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes',
    'Hello \r\nthere.\r\n\r\n-- \r\nAnna\r\n',
  ),
  'keys and hashes': inText(
    `ssh-rsa ${'AAAAB3NzaC1yc2EAAAADAQABAAABgQ'.repeat(8)} anna@host\r\n${'0123456789abcdef'.repeat(4)}\r\n`,
  ),
  'a certificate': inText(
    `-----BEGIN CERTIFICATE-----\r\n${base64('x'.repeat(400)).replaceAll(/(.{64})/g, '$1\r\n')}-----END CERTIFICATE-----\r\n`,
  ),
  'lines of one dot and dashes': inText('.\r\n..\r\n--\r\n---\r\n'),
  'a very long line': inText(`${'word '.repeat(1000)}\r\n`),
  'lone CR in a text': inText('50%\r100%\r\n'),
  'NUL in a text': inText('a\0b\r\n'),
  'no line end': inText('Hello.'),
  'a field name that begins a line': mixed(
    'Content-Type: text/plain\r\n\r\nContent-Type: is a field of MIME.\r\nContent-Disposition: too.\r\n',
  ),
};

const SOURCE = `Return-Path: <a@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="src"\r\n\r\n--src\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n--src\r\nContent-Type: application/pdf; name="report.pdf"\r\nContent-Disposition: attachment; filename="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64('%PDF-1.4 '.repeat(30))}--src--\r\n`;

/** Text that has mail or files in it, and means to; contents that look like something else. */
export const MAIL_IN_TEXT: OddMail = {
  'the source of a message': inText(`What I got:\r\n\r\n${SOURCE}\r\nWhy?\r\n`),
  'the source of a message, in a multipart': mixed(`Content-Type: text/plain\r\n\r\n${SOURCE}`, HTML),
  'the source of a message, in quoted-printable': encoded('quoted-printable', SOURCE.replaceAll('=', '=3D')),
  'the source of a message, in base64': encoded('base64', base64(SOURCE)),
  'the source of a message, as a file of text': mixed(
    TEXT,
    `Content-Type: text/plain; name="source.txt"\r\nContent-Disposition: attachment; filename="source.txt"\r\n\r\n${SOURCE}`,
  ),
  'a mailbox': mixed(
    TEXT,
    `Content-Type: application/mbox; name=archive.mbox\r\n\r\n${`From a@example.org Mon Jan  1 10:00:00 2024\r\n${SOURCE.replace('report.pdf"\r\nContent-T', `report.pdf"\r\nX-Fill: ${'x'.repeat(900)}\r\nContent-T`)}\r\n${'Some more text.\r\n'.repeat(200)}`.repeat(100)}`,
  ),
  'a mailbox, in base64': mixed(
    TEXT,
    file(
      'application/mbox; name=archive.mbox',
      'attachment; filename=archive.mbox',
      `From a Mon Jan  1 10:00:00 2024\r\n${SOURCE}\r\n`.repeat(100),
    ),
  ),
  'a signed message of S/MIME': mixed(
    TEXT,
    file(
      'application/pkcs7-mime; smime-type=signed-data; name=smime.p7m',
      'attachment; filename=smime.p7m',
      signedCms(mixed(TEXT, HTML)),
    ),
  ),
  'an encrypted message of S/MIME': mail(
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64',
    base64(encryptedCms('x'.repeat(200))),
  ),
  'three messages, one in the other, in quoted-printable and base64': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(mixed(TEXT, `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(mixed(TEXT, HTML))}`))}`,
  ),
  'uuencode, quoted': inText('> begin 644 a.txt\r\n> %2&5L;&\\`\r\n> `\r\n> end\r\n'),
  'words behind begin and two blanks': inText('begin  with the setup.\r\nThen go on.\r\n'),
  'BinHex, spoken of': inText('(This file must be converted with BinHex 4.0) is what it says.\r\n'),
  'data URIs, spoken of': inText('A data URI begins with data:image/png;base64, and then digits.\r\n'),
  'a script with a long string': mixed(
    TEXT,
    `Content-Type: text/html\r\n\r\n<script>var key = "${'QUJD'.repeat(40)}";</script>\r\n`,
  ),
  'JSON as a file, not encoded': mixed(
    TEXT,
    'Content-Type: application/json; name=a.json\r\n\r\n{"key": "value", "list": [1, 2, 3]}\r\n',
  ),
  'a key as a file, not encoded': mixed(
    TEXT,
    `Content-Type: application/x-pem-file; name=a.pem\r\n\r\n-----BEGIN CERTIFICATE-----\r\n${base64('x'.repeat(400))}-----END CERTIFICATE-----\r\n`,
  ),
  'digits as a file, not encoded': mixed(
    TEXT,
    `Content-Type: application/octet-stream; name=token.bin\r\n\r\n${'0123456789abcdef'.repeat(8)}\r\n`,
  ),
  ...Object.fromEntries(
    [60, 61, 75, 77, 200].map((length) => [
      `base64: in lines of ${length}`,
      encoded(
        'base64',
        base64('a'.repeat(600))
          .replaceAll('\r\n', '')
          .replaceAll(new RegExp(`.{${length}}`, 'g'), '$&\r\n'),
      ),
    ]),
  ),
  'a zip in lines of 78': mixed(
    TEXT,
    `Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${zip([
      { name: 'a.txt', content: Buffer.from('some text, and more '.repeat(3)) },
    ])
      .toString('base64')
      .replace(/.{1,78}/g, '$&\r\n')}`,
  ),
  'base64: pieces with padding, each on a line': encoded('base64', base64('Hello').repeat(50)),
  'boundary: of 120 characters, three levels deep': mixed(
    multipart(
      'mixed',
      'a'.repeat(120),
      multipart('related', 'b'.repeat(120), multipart('alternative', 'c'.repeat(120), TEXT, HTML)),
    ),
  ),
  'no boundary, three levels deep': mixed(
    'Content-Type: multipart/mixed\r\n\r\n--x\r\nContent-Type: multipart/related\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\nHello\r\n--y--\r\n--x--\r\n',
  ),
};
