import { base64, each, HTML, mail, mixed, multipart, type OddMail, parts, TEXT } from './odd-mail.ts';

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n';
const pdf = (fields = ''): string =>
  `Content-Type: application/pdf; name=a.pdf\r\n${fields}Content-Transfer-Encoding: base64\r\n\r\n${base64(PDF)}`;
const inHeader = (fields: string): string => mail(`${fields}\r\nContent-Type: text/plain`, 'Hello.\r\n');
const byBoundary = (parameter: string, boundary: string): string =>
  mail(`Content-Type: multipart/mixed; ${parameter}`, parts(boundary, TEXT, HTML));
const SOURCE =
  'Look at this:\r\n\r\n--x\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\n';
const manyParts = (count: number, encoding: string, content: string): string =>
  mixed(
    ...Array.from(
      { length: count },
      (_, i) => `Content-Type: text/plain; name=a${i}.txt\r\n${encoding}\r\n\r\n${content}\r\n`,
    ),
  );
const LEGAL = "'()+_,-./:=?";

/** Headers of messages and parts. */
export const HEADERS: OddMail = {
  'header: 80 Received, and as many of ARC': inHeader(
    Array.from(
      { length: 80 },
      (_, i) =>
        `Received: from h${i}.example.org (h${i}.example.org [192.0.2.${i}])\r\n\tby h${i + 1}.example.org with ESMTPS id 1B2C3D${i}\r\n\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n\tMon, 1 Jan 2024 10:00:00 +0100 (CET)\r\nARC-Seal: i=${i}; a=rsa-sha256; t=1704067200; cv=pass; d=example.org; s=arc;\r\n        b=${base64('x'.repeat(150)).trim().replaceAll('\r\n', '\r\n         ')}`,
    ).join('\r\n'),
  ),
  'header: 1500 recipients': inHeader(
    `To: ${Array.from({ length: 1500 }, (_, i) => `"Person, ${i}" <person.number.${i}@example.org>`).join(',\r\n\t')}`,
  ),
  'header: a line of 998 characters': inHeader(`X-Long: ${'a'.repeat(990)}`),
  'header: a field of base64 in one line of 4000 characters': inHeader(`X-Blob: ${'QUJD'.repeat(1000)}`),
  'header: folds of tabs and blanks': inHeader(
    'References:\r\n\t<1@example.org>\r\n \t <2@example.org>\r\n\t\t<3@example.org>',
  ),
  'header: a field that is empty but for its fold': inHeader('X-Empty:\r\n \r\nX-Other:\r\n\t\r\nX-Third: a'),
  'header: no blank behind the colon': inHeader('X-A:a\r\nX-B:b'),
  'header: encoded words everywhere': inHeader(
    'Subject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=\r\n =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\r\nComments: =?big5?B?pKSk5Q==?= =?gb2312?Q?=D6=D0?= =?euc-kr?B?x9GxuQ==?=\r\nX-N: (=?iso-8859-8-i?B?+ezl7Q==?=) =?windows-1251?Q?=CF=F0?= =?utf-7?Q?+AOk-?=',
  ),
  'header: an encoded word that is too long and one that is broken': inHeader(
    `Subject: =?utf-8?B?${base64('x'.repeat(200)).replaceAll('\r\n', '')}?=\r\nX-Broken: =?utf-8?B?abc`,
  ),
  'header: names in UTF-8 as they are': inHeader(
    'Subject: \xe6\x97\xa5\xe6\x9c\xac\r\nFrom: J\xc3\xb6rg <j\xc3\xb6rg@ex\xc3\xa4mple.org>',
  ),
  'header: Shift_JIS, KOI8-R and Big5 as they are': inHeader(
    'Subject: \x93\xfa\x96{\x8c\xea\r\nX-K: \xf0\xd2\xc9\xd7\xc5\xd4\r\nX-B: \xa4\xa4\xa4\xe5',
  ),
  'header: ISO-2022-JP as it is': inHeader('Subject: \x1b$BF|K\\\x1b(B\r\nX-A: a'),
  'header: a Message-ID and a field that has run into it': inHeader(
    'Message-ID: <1@example.org>Importance: Normal',
  ),
  'header: the fields of MIME twice in small letters': inHeader('mime-version: 1.0\r\ncontent-language: de'),
  'header: MIME-Version with comments in all places': mail('Content-Type: text/plain', 'Hello.\r\n').replace(
    'MIME-Version: 1.0',
    'MIME-Version: (a) 1 (b) . (c) 0 (produced by MetaSend Vx.x)',
  ),
  'header: MIME-Version of Apple Mail': mixed(TEXT).replace(
    '1.0',
    '1.0 (Mac OS X Mail 16.0 \\(3696.80.82.1.1\\))',
  ),
  'header: type in capitals with a semicolon': mail(
    'CONTENT-TYPE: TEXT/PLAIN; CHARSET=US-ASCII;\r\nCONTENT-TRANSFER-ENCODING: 7BIT',
    'Hello.\r\n',
  ),
  'header: type with two semicolons and an empty parameter': mail(
    'Content-Type: text/plain;; charset=us-ascii; ; format=flowed',
    'Hello.\r\n',
  ),
  'header: type with an empty charset': mail('Content-Type: text/plain; charset=""', 'Hello.\r\n'),
  'header: type with a charset in two ways': mail(
    "Content-Type: text/plain; charset=utf-8; charset*=us-ascii'en'utf-8",
    'Hello.\r\n',
  ),
  'header: type with colons for equals signs': mail('Content-Type: text/plain; charset: utf-8', 'Hello.\r\n'),
  'header: a type that is only a word, with a charset': mail(
    'Content-Type: html; charset=utf-8',
    '<p>Hello.</p>\r\n',
  ),
  'header: a language and a location': mixed(
    `Content-Language: de, en\r\nContent-Location: http://www.example.com/a.html\r\nContent-Base: http://www.example.com/\r\n${HTML}`,
  ),
  'header: a hash, a length and lines': mixed(
    `Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\nContent-Length: 8\r\nLines: 1\r\n${TEXT}`,
  ),
  'header: features and alternatives': mixed(
    `Content-Features: (& (Type="image/jpeg") (color=Binary))\r\nContent-Alternative: a\r\n${TEXT}`,
  ),
  'header: fields of a part that are those of a message': mixed(
    `From: a@example.org\r\nTo: b@example.net\r\nMIME-Version: 1.0\r\nMessage-ID: <1@example.org>\r\n${TEXT}`,
  ),
  'header: a part that begins with a fold of blanks': mixed(
    ` \r\n${TEXT.replace(/^.*?\r\n\r\n/s, '')}`,
    HTML,
  ),
  'header: a part whose blank line has blanks in it': mixed(TEXT.replace('\r\n\r\n', '\r\n \r\n\r\n'), HTML),
  'header: empty folds in the header of five attachments': mixed(
    TEXT,
    ...Array.from({ length: 5 }, () =>
      pdf('Content-Disposition: attachment;\r\n \r\n\tfilename="a.pdf"\r\n'),
    ),
  ),
  'header: fold of blanks behind the field of five attachments': mixed(
    TEXT,
    ...Array.from({ length: 5 }, () => pdf('Content-Disposition: attachment; filename="a.pdf"\r\n \r\n')),
  ),
  'header: five attachments that say twice that they are base64': mixed(
    TEXT,
    ...Array.from({ length: 5 }, () => pdf('Content-Transfer-Encoding: base64\r\n')),
  ),
  'header: five attachments with a semicolon behind base64': mixed(
    TEXT,
    ...Array.from({ length: 5 }, () => pdf().replace('base64\r\n', 'base64;\r\n')),
  ),
  'header: five texts whose encoding is utf-8': manyParts(5, 'Content-Transfer-Encoding: utf-8', 'Hello.'),
  'header: three texts whose encoding is a charset': manyParts(
    3,
    'Content-Transfer-Encoding: iso-8859-1',
    'Hello.',
  ),
  'header: six texts whose encoding is a comment and 8bit': manyParts(
    6,
    'Content-Transfer-Encoding: 8bit (as it is)',
    'Hello.',
  ),
  'header: five texts in UTF-16': mixed(
    ...Array.from(
      { length: 5 },
      () =>
        `Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from('\ufeffHello.', 'utf16le'))}`,
    ),
  ),
  'header: six texts in quoted-printable, in quotes': manyParts(
    6,
    'Content-Transfer-Encoding: "quoted-printable"',
    'Hello=20',
  ),
  'header: a line in the header of five attachments that is no field': mixed(
    TEXT,
    ...Array.from({ length: 5 }, () => pdf('Attached file follows\r\n')),
  ),
  'header: of a multipart that says 8-bit': mixed(TEXT, HTML).replace(
    'MIME-Version',
    'Content-Transfer-Encoding: 8-bit\r\nMIME-Version',
  ),
  'header: of a multipart that says base64 without need': mixed(TEXT, pdf()).replace(
    'MIME-Version',
    'Content-Transfer-Encoding: base64\r\nMIME-Version',
  ),
  'header: 1500 recipients, of a message that is attached': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\n\r\nTo: ${Array.from({ length: 1500 }, (_, i) => `"Person, ${i}" <person.number.${i}@example.org>`).join(',\r\n\t')}\r\n${TEXT}`,
  ),
  'header: long fields of gateways, of a message that is attached': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\n\r\n${Array.from({ length: 150 }, (_, i) => `X-Gateway-${i}: ${'QUJD'.repeat(230)}\r\n`).join('')}${TEXT}`,
  ),
  // Some programs write what the text of a message is encoded as at each multipart, too.
  ...each(
    'header: an encoding at each of three multiparts',
    (encoding) =>
      mail(
        `Content-Transfer-Encoding: ${encoding}\r\nContent-Type: multipart/mixed; boundary=m`,
        parts(
          'm',
          `Content-Transfer-Encoding: ${encoding}\r\n${multipart(
            'related',
            'r',
            `Content-Transfer-Encoding: ${encoding}\r\n${multipart('alternative', 'a', TEXT, HTML)}`,
          )}`,
          pdf(),
        ),
      ),
    {
      'a charset': 'utf-8',
      'another charset': 'ISO-8859-1',
      'what SMTP calls it': '8BITMIME',
      'a placeholder': '%ENCODING%',
      'nothing that means anything': 'default',
      'with a comment': '7bit (default)',
      'with a parameter': '8bit; charset=utf-8',
      'two of them': '7bit, 8bit',
    },
  ),
  ...each('header: of a text that speaks of a file', (type) => mail(`Content-Type: ${type}`, SOURCE), {
    'no subtype': 'text',
    'a comment': 'text/plain (about mail)',
    'no semicolon': 'text/plain charset=utf-8',
    'a comma': 'text/plain, charset=utf-8',
    'a quote that does not end': 'text/plain; charset="utf-8',
    'words behind the charset': 'text/plain; charset=utf-8 as it was',
    'a type that nobody knows': 'x-unknown',
  }),
  'header: the same type twice, of a multipart with a text that speaks of a file': mail(
    'Content-Type: multipart/mixed; boundary="b"\r\nContent-Type: multipart/mixed;\r\n\tboundary="b"',
    parts('b', `Content-Type: text/plain\r\n\r\n${SOURCE}`, HTML),
  ),
  // Nothing that anybody takes for a delimiter is in front of it.
  ...each(
    'header: of a multipart with a field in its text',
    (parameter) =>
      mail(
        `Content-Type: multipart/mixed; ${parameter}`,
        parts(
          /boundary="?([\w<>]+)/.exec(parameter)![1],
          'Content-Type: text/plain\r\n\r\nThe header says\r\n\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\nand that is all.\r\n',
          HTML,
        ),
      ),
    {
      'a comment': 'boundary=b1 (as it was)',
      'signs that are not legal': 'boundary="<b1>"',
      'a long boundary': `boundary="${'b'.repeat(100)}"`,
    },
  ),
  'header: a comment at a boundary, and a text that ends in the first line of uuencode': mail(
    'Content-Type: multipart/mixed; boundary=BB (x)',
    parts('BB', 'Content-Type: text/plain\r\n\r\nThe last line is\r\nbegin 600 program.exe', HTML),
  ),
  'header: a comment at the type of a part that speaks of a file': mixed(
    `Content-Type: text/plain (about mail)\r\n\r\n${SOURCE}`,
    HTML,
  ),
  'header: a report of SpamAssassin that is not folded': inHeader(
    "X-Spam-Report: \r\n*  0.0 HTML_MESSAGE BODY: HTML included in message\r\n*  2.0 MIME_HEADER_CTYPE_ONLY 'Content-Type' found without required MIME\r\n*      headers\r\nX-Spam-Level: **",
  ),
  'header: a part that has no content and no blank line': mixed(
    TEXT,
    'Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit',
  ),
  'header: a part that has no content and no blank line, in quoted-printable': mixed(
    TEXT,
    'Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
  ),
  'header: a part in front of others that has none and no blank line, in quoted-printable': mixed(
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
    HTML,
  ),
  'header: a part in front of an attachment that has none and no blank line, in base64': mixed(
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64',
    pdf(),
  ),
};

/** Boundaries and delimiters. */
export const MORE_BOUNDARIES: OddMail = {
  'boundary: of all legal characters': byBoundary(`boundary="${LEGAL}0aZ"`, `${LEGAL}0aZ`),
  'boundary: of marks only': byBoundary(`boundary="${LEGAL}"`, LEGAL),
  'boundary: one dash': byBoundary('boundary="-"', '-'),
  'boundary: one letter': byBoundary('boundary=b', 'b'),
  'boundary: one digit, in apostrophes': byBoundary("boundary='1'", "'1'"),
  'boundary: with signs that are not legal': byBoundary(
    'boundary="<<001-3e1dcd@119e>>{1}*&%$#!~"',
    '<<001-3e1dcd@119e>>{1}*&%$#!~',
  ),
  'boundary: an address without quotes': byBoundary(
    'boundary=001.1704067200@mail.example.org',
    '001.1704067200@mail.example.org',
  ),
  'boundary: with dashes at both ends': byBoundary('boundary="--b--"', '--b--'),
  'boundary: that ends in dashes, of which the delimiter looks like a closing one': mail(
    'Content-Type: multipart/mixed; boundary="b--"',
    parts('b--', TEXT, HTML),
  ),
  'boundary: the inner one goes on where the outer ends': mail(
    'Content-Type: multipart/mixed; boundary="=_foo"',
    parts('=_foo', multipart('alternative', '=_foo_bar', TEXT, HTML), pdf()),
  ),
  'boundary: the outer one goes on where the inner ends': mail(
    'Content-Type: multipart/mixed; boundary="=_foo_bar"',
    parts('=_foo_bar', multipart('alternative', '=_foo', TEXT, HTML), pdf()),
  ),
  'boundary: the inner one has two dashes more': mail(
    'Content-Type: multipart/mixed; boundary="section"',
    parts('section', multipart('alternative', '--section', TEXT, HTML), pdf()),
  ),
  'boundary: the inner one has two dashes more, and a text about mail': mail(
    'Content-Type: multipart/mixed; boundary="section"',
    parts(
      'section',
      multipart('alternative', '--section', `Content-Type: text/plain\r\n\r\n${SOURCE}`, HTML),
      pdf(),
    ),
  ),
  'boundary: the same one in two that stand side by side': mixed(
    multipart('alternative', 'same', TEXT, HTML),
    multipart('alternative', 'same', TEXT, HTML),
  ),
  'boundary: the same one in a forwarded message': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\n\r\n${mixed(TEXT, HTML)}`,
  ),
  'boundary: that differs only in its letters': mail(
    'Content-Type: multipart/mixed; boundary="AbC"',
    parts('AbC', multipart('alternative', 'aBc', TEXT, HTML)),
  ),
  'boundary: with blanks in front of the parameter and behind': byBoundary('\t boundary="b1"  ; \t', 'b1'),
  'boundary: as the third of many parameters': byBoundary(
    'charset="utf-8"; type="text/html"; boundary="b1"; start="<1@a>"; x-mac-type=1',
    'b1',
  ),
  'boundary: in quotes with an equals sign in front': byBoundary('boundary= "b1"', 'b1'),
  'boundary: folded in front of the equals sign': byBoundary('\r\n\tboundary\r\n\t=\r\n\t"b1"', 'b1'),
  'boundary: of dashes in a text with rulers': mail(
    `Content-Type: multipart/mixed; boundary="${'-'.repeat(12)}"`,
    parts(
      '-'.repeat(12),
      `Content-Type: text/plain\r\n\r\n${`${'-'.repeat(60)}\r\n| a | b |\r\n`.repeat(100)}`,
      HTML,
    ),
  ),
  'boundary: one dash, in a patch': mail(
    'Content-Type: multipart/mixed; boundary="-"',
    parts(
      '-',
      `Content-Type: text/x-patch\r\n\r\n${'--- a/file\r\n+++ b/file\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n'.repeat(90)}`,
      HTML,
    ),
  ),
  'boundary: in the text many times, with a sign in front': mixed(
    `Content-Type: text/plain\r\n\r\n${'> --B_1\r\n> Content-Type: text/plain\r\n> \r\n> text\r\n'.repeat(100)}`,
    HTML,
  ),
  'boundary: in words of the text': mixed(
    'Content-Type: text/plain\r\n\r\nThe delimiter is --B_1 here, and --B_1-- at the end.\r\n',
    HTML,
  ),
  'boundary: at the beginning of a line of the text, with words behind': mixed(
    'Content-Type: text/plain\r\n\r\nThe delimiter\r\n--B_1 is what stands between parts.\r\n',
    HTML,
  ),
  'git: format-patch with the patch attached': mail(
    'Content-Type: multipart/mixed; boundary="------------2.43.0"',
    `This is a multi-part message in MIME format.\r\n${parts('------------2.43.0', 'Content-Type: text/plain; charset=UTF-8; format=fixed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n---\r\n a.c | 2 +-\r\n 1 file changed, 1 insertion(+), 1 deletion(-)\r\n', 'Content-Type: text/x-patch; name="0001-a.patch"\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: attachment; filename="0001-a.patch"\r\n\r\ndiff --git a/a.c b/a.c\r\n--- a/a.c\r\n+++ b/a.c\r\n@@ -1 +1 @@\r\n-#define BOUNDARY "--------------2.43.0"\r\n+--------------2.43.1\r\n')}\r\n\r\n`,
  ),
  'preamble: it speaks of MIME and of fields': mixed(TEXT, HTML).replace(
    '--B_1\r\n',
    'This is a message in MIME format. If you see this, your reader does not know\r\nContent-Type: multipart/mixed\r\nand you may see parts such as text/html.\r\n\r\n--B_1\r\n',
  ),
  'preamble: very long, with rulers': mixed(TEXT).replace(
    '--B_1\r\n',
    `${'-- \r\n----------\r\nold reader\r\n'.repeat(200)}\r\n--B_1\r\n`,
  ),
  'epilogue: it is a text of many lines with dashes': `${mixed(TEXT, HTML)}\r\n${'--\r\n-- a\r\n---- b ----\r\n'.repeat(50)}`,
  'epilogue: of NUL and ^Z': `${mixed(TEXT, HTML)}\x1a`,
  'epilogue: an advertisement of a free mailer in HTML': `${mixed(TEXT, HTML)}\r\n<hr><a href="http://www.example.com">Get your free mail</a>\r\n`,
  'delimiter: the closing one twice': `${mixed(TEXT, HTML)}--B_1--\r\n`,
  'delimiter: of the inner one, twice, and text between': mixed(
    `${multipart('alternative', 'in', TEXT, HTML)}\r\n--in--\r\n`,
    pdf(),
  ),
  'delimiter: the first has no line in front of it': mixed(TEXT, HTML).replace(
    '\r\n\r\n--B_1',
    '\r\n\r\n--B_1',
  ),
  'delimiter: ten blank lines in front of each': mixed(TEXT, HTML).replaceAll(
    '--B_1',
    '\r\n\r\n\r\n\r\n\r\n\r\n--B_1',
  ),
  'delimiter: blanks behind all, 300 of them': mixed(TEXT, HTML).replaceAll(
    '--B_1\r\n',
    `--B_1${' '.repeat(300)}\r\n`,
  ),
};
