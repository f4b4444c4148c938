import { base64, each, file, HTML, mail, mixed, multipart, type OddMail, parts, TEXT } from './odd-mail.ts';
import { toUuencode } from './transfer-encoders.ts';

const inText = (text: string): string => mail('Content-Type: text/plain; charset=utf-8', text);
const encoded = (fields: string, content: string): string => mixed(TEXT, `${fields}\r\n\r\n${content}`);
const both = (text: string): string => mixed(`Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`, HTML);

const MAILBOX = Array.from(
  { length: 3 },
  (_, i) =>
    `From a@example.org Mon Jan  1 10:00:00 2024\r\n${mail(
      `Content-Type: multipart/mixed; boundary=part${i}`,
      parts(`part${i}`, TEXT, file('application/pdf; name=a.pdf', 'attachment; filename=a.pdf', '%PDF-1.4')),
    )}\r\n`,
).join('');

const SPOKEN: Readonly<Record<string, string>> = {
  'uuencode, by its first line':
    'A file begins with the line\r\nbegin 644 program.zip\r\nand ends with the line\r\nend\r\nThat is all.\r\n',
  'uuencode, by its first line, at the end': 'It said:\r\nbegin 755 setup.zip',
  'uuencode, with what is not':
    'begin 644 setup.zip\r\n\r\nHere the data would stand, in lines that begin with M.\r\n\r\nend\r\n',
  'uuencode, by the name of a program':
    'A file begins with the line\r\nbegin 644 program.exe\r\nand ends with the line\r\nend\r\nThat is all.\r\n',
  'uuencode, by the name of a program, at the end': 'It said:\r\nbegin 755 setup.exe',
  'uuencode, by the names of many programs':
    'begin 644 a.exe\r\nbegin 644 b.scr\r\nbegin 6 c.com\r\nbegin  d.exe\r\nThese are what the filter looks for.\r\n',
  'uuencode, by its manual':
    'The encoded data has the following format:\r\n\r\nbegin <mode> <file>\r\nbegin 644 foo.com\r\n<data>\r\n`\r\nend\r\n\r\nSEE ALSO uudecode(1)\r\n',
  'uuencode, with what is not, by the name of a program':
    'begin 644 setup.exe\r\n\r\nHere the data would stand, in lines that begin with M.\r\n\r\nend\r\n',
  'uuencode in base64, by the name of a program':
    'begin-base64 644 setup.exe\r\nThe digits follow.\r\n====\r\n',
  'uuencode, in a log': `10:00:01 mx filter[1]: (0001) uudecode:\r\nbegin 666 INVOICE.EXE\r\n10:00:02 mx filter[1]: (0001) done\r\n`,
  'uuencode of a text, and then by the name of a program': `${toUuencode(Buffer.from('a list\n'.repeat(20)))}\r\nA program begins with\r\nbegin 644 setup.exe\r\nin its first line.\r\n`,
  'yEnc, by the name of a program':
    'A file begins with\r\n=ybegin part=1 line=128 size=123456 name=setup.exe\r\n=ypart begin=1 end=1000\r\n... data ...\r\n=yend size=123456\r\n',
  'yEnc, by its first line, quoted':
    '> Each article begins with\r\n> =ybegin part=1 line=128 size=123456 name=setup.exe\r\nIt does.\r\n',
  'fields of a header, quoted':
    'You wrote:\r\n> Content-Type: application/octet-stream; name=setup.exe\r\n> Content-Transfer-Encoding: base64\r\n> Content-Disposition: attachment; filename=setup.exe\r\n\r\nSo it was not accepted.\r\n',
  'yEnc, by its first line':
    'Each article begins with\r\n=ybegin part=1 line=128 size=123456 name=picture.jpg\r\nand that is that.\r\n',
  'BinHex, by its first line':
    '(This file must be converted with BinHex 4.0)\r\n\r\nis what stands above the colon.\r\n',
  'base64, by an example':
    'The word Hello is SGVsbG8= in base64, and\r\nVGhpcyBpcyBhIGxvbmdlciBsaW5lIG9mIHRleHQgdGhhdCBpcyBlbmNvZGVkLg==\r\nis a line.\r\n',
  'a field, by its name':
    'Content-Transfer-Encoding: base64\r\nis what the RFC calls it. An attachment has\r\nContent-Disposition: attachment; filename="program.pdf"\r\nin its header.\r\n',
  'MIME, by a header in the text and words behind it':
    'Your mail has this header:\r\n\r\nContent-Type: application/octet-stream; name="program.pdf"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="program.pdf"\r\n\r\nSo it was not accepted. Please rename it.\r\n',
  'MIME, by a chapter of the RFC':
    'From: Nathaniel Borenstein <nsb@bellcore.com>\r\nTo: Ned Freed <ned@innosoft.com>\r\nSubject: Sample message\r\nMIME-Version: 1.0\r\nContent-type: multipart/mixed; boundary="simple boundary"\r\n\r\nThis is the preamble.  It is to be ignored.\r\n\r\n--simple boundary\r\n\r\nThis is implicitly typed plain US-ASCII text.\r\n--simple boundary\r\nContent-type: text/plain; charset=us-ascii\r\n\r\nThis is explicitly typed plain US-ASCII text.\r\n\r\n--simple boundary--\r\n\r\nThis is the epilogue.  It is also to be ignored.\r\n',
  'a script that makes mail':
    'cat <<EOF | sendmail -t\r\nTo: b@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="frontier"\r\n\r\n--frontier\r\nContent-Type: text/plain\r\n\r\nHello\r\n--frontier\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="$FILE"\r\n\r\n$(base64 $FILE)\r\n--frontier--\r\nEOF\r\n',
  'a log of a filter':
    'Jan  1 10:00:00 mx amavis[1]: (1) Blocked BANNED (.exe,.exe-ms,setup.exe) {DiscardedInternal}\r\nJan  1 10:00:01 mx postfix/cleanup[2]: reject: header Content-Disposition: attachment; filename="setup.exe" from a\r\n',
  'a patch of a parser of mail':
    'diff --git a/t/mail.t b/t/mail.t\r\n--- a/t/mail.t\r\n+++ b/t/mail.t\r\n@@ -1,6 +1,6 @@\r\n my $mail = <<END;\r\n-Content-Type: application/octet-stream; name="a.exe"\r\n+Content-Type: application/octet-stream; name="b.exe"\r\n Content-Transfer-Encoding: base64\r\n \r\n TVqQAAMAAAAEAAAA\r\n END\r\n-- \r\n2.43.0\r\n',
  'a patch with the lines of a file in binary':
    'diff --git a/a.png b/a.png\r\nnew file mode 100644\r\nindex 0000000..1234567\r\nGIT binary patch\r\nliteral 29\r\nkcmZQzU|?imU|?WiU}IokXJh~X0|2VV09*h7\r\n\r\nliteral 0\r\nHcmV?d00001\r\n\r\n-- \r\n2.43.0\r\n',
};

/** Texts, and what they speak of. */
export const SPOKEN_OF: OddMail = {
  ...each('spoken of', inText, SPOKEN),
  ...each('spoken of in a multipart', both, SPOKEN),
  ...each('text', inText, {
    'a key of PGP': `-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nVersion: GnuPG v2\r\nComment: Content-Type: text/plain\r\n\r\n${base64('k'.repeat(900)).replaceAll(/(.{64})/g, '$1\r\n')}=abcd\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n`,
    'a key of SSH in many lines': `-----BEGIN OPENSSH PRIVATE KEY-----\r\n${base64('k'.repeat(900))}-----END OPENSSH PRIVATE KEY-----\r\n`,
    'a hexadecimal dump': Array.from(
      { length: 100 },
      (_, i) =>
        `${(i * 16).toString(16).padStart(8, '0')}  ${'4d 5a 90 00 03 00 00 00  '.repeat(2)}|MZ......MZ......|\r\n`,
    ).join(''),
    TeX: '\\documentclass{article}\r\n\\begin{document}\r\n% --- a comment\r\n$a_{1} = \\frac{b}{c}$ --- text\r\n\\end{document}\r\n',
    'begin and end of a program': 'procedure a;\r\nbegin\r\n  begin 1;\r\nend;\r\nbegin 644\r\nend.\r\n',
    'begin at the beginning of many lines':
      'begin with this.\r\nbegin  here, then.\r\nbegin 10 minutes early.\r\nbegin 2024 with joy.\r\nbegin 12345 things at once.\r\n',
    'a picture of characters': '   /\\_/\\\r\n  ( o.o )\r\n   > ^ <\r\n--=====--\r\n--_--_--\r\n =-=-=-=\r\n',
    'tables with rulers':
      '+----+----+\r\n| a  | b  |\r\n+----+----+\r\n--------------\r\n--=_Part\r\n'.repeat(60),
    'dots at the beginning of lines': '.\r\n..\r\n.a\r\n...\r\n',
    'blank lines at the end': `Hello.${'\r\n'.repeat(60)}`,
    '^Z at the end': 'Hello.\r\n\x1a',
    'form feeds and bells': 'Page 1\r\n\fPage 2\x07\r\n\x1b[1mbold\x1b[0m\r\n',
    'a mark of UTF-8 in front': '\xef\xbb\xbfHello.\r\n',
    'lines of 998 characters': `${'x'.repeat(998)}\r\n`.repeat(3),
    'lines that are longer than allowed': `${'word '.repeat(5000)}\r\n`,
    'a mailbox of three messages':
      'From a@example.org Mon Jan  1 10:00:00 2024\r\nFrom: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n\r\n'.repeat(
        3,
      ),
    'uuencode, of a picture': toUuencode(Buffer.from('GIF89a'.repeat(30))).replace(
      /^begin.*\r\n/,
      'begin 644 picture.gif\r\n',
    ),
    'a link with base64 in it': `See https://example.org/?data=base64,${'QUJD'.repeat(40)} for more.\r\n`,
    'a token of JSON': `eyJhbGciOiJIUzI1NiJ9.${'QUJD'.repeat(40)}.${'QUJD'.repeat(10)}\r\n`,
    'headers of a forwarded message':
      '-------- Forwarded Message --------\r\nSubject: \tHello\r\nDate: \tMon, 1 Jan 2024\r\nFrom: \tAnna <anna@example.org>\r\nTo: \tb@example.net\r\n\r\nText.\r\n',
    'headers of a message as a mail reader shows the source':
      'Return-Path: <a@example.org>\r\nX-Mailer: a\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D"http://www.example.com">x</a>\r\n',
  }),
  'HTML: a script, a style and a comment with delimiters': mixed(
    'Content-Type: text/html; charset=utf-8\r\n\r\n<!-- --B_2 --><style>/* -- */</style><script>var a = "--"; // --B_1\r\n</script>\r\n',
  ),
  'HTML: an event and a frame': mail(
    'Content-Type: text/html',
    '<iframe src="http://www.example.com/setup.exe"></iframe><a href="http://www.example.com/setup.exe" download="setup.exe">x</a>\r\n',
  ),
  'HTML: pictures in data URIs, over lines': mail(
    'Content-Type: text/html',
    `<img src="data:image/gif;base64,${base64('GIF89a'.repeat(60))}">\r\n<style>@font-face{src:url(data:font/woff;charset=utf-8;base64,${'QUJD'.repeat(60)})}</style>\r\n`,
  ),
  'HTML: a line of 20000 characters': mail(
    'Content-Type: text/html',
    `<table>${'<td>a</td>'.repeat(2000)}</table>\r\n`,
  ),
  'HTML: it says another charset than the field': mail(
    'Content-Type: text/html; charset=utf-8',
    '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">\r\n<p>Gr\xc3\xbc\xc3\x9fe</p>\r\n',
  ),
  'HTML: a header in a line of it': mail(
    'Content-Type: text/html',
    '<pre>\r\nContent-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAoAAAAAAA==\r\n</pre>\r\n',
  ),
  'HTML: a page with its source as an attachment': mixed(
    HTML,
    encoded(
      'Content-Type: text/html; name="page.html"\r\nContent-Disposition: attachment; filename="page.html"\r\nContent-Transfer-Encoding: quoted-printable',
      '<meta http-equiv=3D"Content-Type" content=3D"text/html">\r\n',
    )
      .replace(/^.*?--B_1\r\n.*?--B_1\r\n/s, '')
      .replace('\r\n--B_1--\r\n', ''),
  ),
  'a test suite of a mail parser, unpacked': mixed(
    TEXT,
    ...['plain', 'html'].map(
      (kind) =>
        `Content-Type: text/x-mail; name="${kind}.eml"\r\nContent-Disposition: attachment; filename="${kind}.eml"\r\n\r\n${mixed(TEXT, HTML).replaceAll('B_1', kind)}`,
    ),
  ),
  'an eml in base64 by its name': mixed(
    TEXT,
    file(
      'application/octet-stream; name="old mail.eml"',
      'attachment; filename="old mail.eml"',
      mixed(TEXT, HTML),
    ),
  ),
  'an eml in base64 by its type and name, twice': mixed(
    TEXT,
    ...[1, 2].map((i) =>
      file(`message/rfc822; name="${i}.eml"`, `attachment; filename="${i}.eml"`, mixed(TEXT, HTML)),
    ),
  ),
  'six messages in base64': mixed(
    TEXT,
    ...[1, 2, 3, 4, 5, 6].map((i) =>
      file(`message/rfc822; name="${i}.eml"`, `attachment; filename="${i}.eml"`, mixed(TEXT, HTML)),
    ),
  ),
  'six files that are messages': mixed(
    TEXT,
    ...[1, 2, 3, 4, 5, 6].map((i) =>
      file('application/octet-stream', `attachment; filename="${i}.eml"`, mixed(TEXT, HTML)),
    ),
  ),
  ...each('a mailbox as a file', (type) => mixed(TEXT, file(type, 'attachment', MAILBOX)), {
    'without a name': 'application/octet-stream',
    'of the name of a folder': 'application/octet-stream; name=Inbox',
    'of the name of a log': 'application/octet-stream; name="2024-01.log"',
    'of a type that nobody knows': 'application/x-unix-mailbox; name=archive',
  }),
  'a Usenet article with its part of a file': mail(
    'Content-Type: text/plain; charset=iso-8859-1',
    '=ybegin part=1 total=2 line=128 size=20 name=picture.jpg\r\n=ypart begin=1 end=10\r\n\xfc\xfd\xfe\xff\x2a\x2b\x2c\r\n=yend size=10 part=1 pcrc32=12345678\r\n',
  ),
  'a log of SMTP': inText(
    'S: 220 mx ESMTP\r\nC: DATA\r\nC: MIME-Version: 1.0\r\nC: Content-Type: multipart/mixed; boundary=x\r\nC:\r\nC: --x\r\nC: .\r\nS: 250 ok\r\n',
  ),
  'a source with an example of mail in it': mixed(
    TEXT,
    'Content-Type: text/x-csrc; name=mail.c\r\nContent-Disposition: attachment; filename=mail.c\r\n\r\nstatic const char *header =\r\n"Content-Type: multipart/mixed; boundary=\\"x\\"\\r\\n";\r\n/*\r\nContent-Type: application/octet-stream; name="a.exe"\r\n*/\r\n',
  ),
};

/** Bodies in other charsets and encodings. */
export const CHARSETS: OddMail = {
  ...each(
    'charset',
    (pair) => mail(`Content-Type: text/plain; charset=${pair.split('|')[0]}`, `${pair.split('|')[1]}\r\n`),
    {
      'ISO-2022-JP': 'iso-2022-jp|\x1b$B$"$$$&\x1b(B --B_1 \x1b(Jx\x1b(B',
      'ISO-2022-JP with half-width katakana': 'iso-2022-jp|\x1b(I12345\x1b(B',
      'ISO-2022-KR': 'iso-2022-kr|\x1b$)C\x0e0!\x0f',
      HZ: 'hz-gb-2312|~{<:Ky2;~}',
      Shift_JIS: 'shift_jis|\x93\xfa\x96{\x8c\xea\\',
      'GB 2312': 'gb2312|\xd6\xd0\xce\xc4',
      'Big5 with a backslash in a character': 'big5|\xa5\x5c\xaf\xe0',
      'EUC-KR': 'euc-kr|\xc7\xd1\xb1\xdb',
      'KOI8-R': 'koi8-r|\xf0\xd2\xc9\xd7\xc5\xd4',
      'Windows-1256': 'windows-1256|\xe3\xd1\xcd\xc8\xc7',
      'ISO-8859-8-I': 'iso-8859-8-i|\xf9\xec\xe5\xed',
      'UTF-7': 'utf-7|Gr+APwA3w-e',
      'unknown, with 8-bit bytes': 'x-unknown|Gr\xfc\xdfe',
      'ASCII, with 8-bit bytes all the same': 'us-ascii|Gr\xfc\xdfe',
    },
  ),
  '8bit content that says 7bit': mail(
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit',
    'Gr\xc3\xbc\xc3\x9fe\r\n',
  ),
  'binary content in lines': mixed(
    TEXT,
    'Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\x01\x02\xff\r\n\xfe\n\r\0',
  ),
  'quoted-printable of a picture': mixed(
    TEXT,
    'Content-Type: image/gif; name=a.gif\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGIF89a=01=00=01=00=80=00=\r\n=00=FF=FF=FF\r\n',
  ),
  'quoted-printable with lines that are too long': encoded(
    'Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable',
    `${'<b>a</b>'.repeat(300)}\r\n`,
  ),
  'quoted-printable that ends in a soft break': encoded(
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable',
    'Hello.=\r\n',
  ),
  'quoted-printable that encodes its delimiter': encoded(
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable',
    '=2D-B_1\r\n--B=5F1\r\n',
  ),
  'base64 with a mark at its end': encoded(
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64',
    'SGVsbG8=\r\n=\r\n====\r\n',
  ),
  'base64 with spaces in front of its lines': encoded(
    'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64',
    base64('%PDF-1.4 '.repeat(30)).replaceAll(/^/gm, '  '),
  ),
  'base64 that is not there': encoded(
    'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64',
    '',
  ),
  'base64 in which text was put by a gateway': encoded(
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64',
    `This message was checked by a gateway.\r\n\r\n${base64('Hello, this is the text of the message.')}`,
  ),
  'base64 of a text with a header in it': encoded(
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64',
    base64(
      'Hello,\r\n\r\nContent-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAoAAAAAAA==\r\n',
    ),
  ),
  'uuencode as an encoding': encoded(
    'Content-Type: image/gif; name=a.gif\r\nContent-Transfer-Encoding: x-uuencode',
    toUuencode(Buffer.from('GIF89a')),
  ),
  'LF alone, and an attachment': mixed(
    TEXT,
    file('application/pdf', 'attachment; filename=a.pdf', '%PDF-1.4'),
  ).replaceAll('\r\n', '\n'),
  'LF alone in a part that a program has added': mixed(TEXT, HTML.replaceAll('\r\n', '\n')),
  'an empty message with a multipart type': mail('Content-Type: multipart/mixed; boundary=b', ''),
  'a multipart with text and no part': mail('Content-Type: multipart/mixed; boundary=b', 'Hello.\r\n'),
  'a multipart of empty parts': mail(
    'Content-Type: multipart/mixed; boundary=b',
    '--b\r\n\r\n--b\r\n\r\n\r\n--b--\r\n',
  ),
  'a message with a length of zero': mixed(TEXT, 'Content-Type: message/rfc822\r\n\r\n', HTML),
  'a message that is only a text': mixed(
    TEXT,
    'Content-Type: message/rfc822\r\n\r\nHello, this is no header.\r\n',
    HTML,
  ),
  'a message that begins with a blank line': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\n\r\n\r\n${mixed(TEXT, HTML)}`,
  ),
  'a message that begins as in a mailbox': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\n\r\n>From a@example.org Mon Jan  1 10:00:00 2024\r\n${mixed(TEXT, HTML)}`,
  ),
  'the same parts by their own names': mail(
    'Content-Type: multipart/x-mixed-replace; boundary=p',
    parts('p', TEXT, HTML),
  ),
  'a multilingual message': mail(
    'Content-Type: multipart/multilingual; boundary=l',
    parts(
      'l',
      TEXT,
      `Content-Type: message/rfc822\r\nContent-Language: de\r\nContent-Translation-Type: original\r\n\r\n${mail('Content-Type: text/plain', 'Hallo.\r\n')}`,
    ),
  ),
  'a related part that names its type and its start': mail(
    'Content-Type: multipart/related; type="text/html"; start="<2@example.com>"; start-info="a/b"; boundary=r',
    parts(
      'r',
      file('image/gif', 'inline\r\nContent-ID: <1@example.com>', 'GIF89a'),
      HTML.replace('\r\n\r\n', '\r\nContent-ID: <2@example.com>\r\n\r\n'),
    ),
  ),
  'an alternative with rich text and a calendar': mixed(
    multipart(
      'alternative',
      'alt',
      TEXT,
      'Content-Type: text/enriched\r\n\r\n<bold>Hello</bold>.\r\n',
      'Content-Type: text/rtf; charset=us-ascii\r\n\r\n{\\rtf1 Hello.}\r\n',
      HTML,
      'Content-Type: text/calendar; charset=utf-8; method=CANCEL; name="meeting.ics"\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
    ),
  ),
};
