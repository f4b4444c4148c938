import { base64, each, file, HTML, mail, mixed, multipart, type OddMail, parts, TEXT } from './odd-mail.ts';

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n';
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');
const percent = (bytes: Buffer): string =>
  [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
const sections = (name: string, charset: string, bytes: Buffer): string =>
  percent(bytes)
    .match(/.{1,60}/g)!
    .map((piece, i) => `\r\n\t${name}*${i}*=${i === 0 ? `${charset}''` : ''}${piece}`)
    .join(';');
const disposed = (disposition: string): string => mixed(TEXT, file('application/pdf', disposition, PDF));
const typed = (type: string): string => mixed(TEXT, file(type, 'attachment', PDF));
const forwarded = (fields: string): string =>
  mixed(
    TEXT,
    `Content-Type: message/rfc822${fields}\r\n\r\n${mail('Content-Type: text/plain', 'Hello.\r\n')}`,
  );

/** Names of files, and what only looks like a name that is not wanted. */
export const NAMES: OddMail = {
  ...each('name', disposed, {
    'in Japanese, by RFC 2231, in UTF-8': `attachment; filename*=UTF-8''${percent(Buffer.from('見積書.pdf'))}`,
    'in Japanese, by RFC 2231, in sections': `attachment;${sections('filename', 'UTF-8', Buffer.from('とても長い見積書の名前です、そして続きます.pdf'))}`,
    'in Japanese, by RFC 2231, in Shift_JIS': "attachment; filename*=Shift_JIS''%8C%A9%90%CF%8F%91.pdf",
    'in Japanese, by RFC 2231, in ISO-2022-JP':
      "attachment; filename*=ISO-2022-JP''%1B%24B8%2B%40Q%3Dq%1B%28B.pdf",
    'in Japanese, in an encoded word of ISO-2022-JP':
      'attachment; filename="=?ISO-2022-JP?B?GyRCOCtAUT1xGyhCLnBkZg==?="',
    'in Japanese, in Shift_JIS as it is': 'attachment; filename="\x8c\xa9\x90\xcf\x8f\x91.pdf"',
    'in Japanese, in ISO-2022-JP as it is': 'attachment; filename="\x1b$B8+@Q=q\x1b(B.pdf"',
    'in Japanese, in ISO-2022-JP as it is, with a quote in a character':
      'attachment; filename="\x1b$B$"$$\x1b(B.pdf"',
    'in Chinese, in GB 2312 as it is': 'attachment; filename="\xb1\xa8\xbc\xdb.pdf"',
    'in Chinese, in encoded words of Big5': 'attachment; filename="=?big5?Q?=B3=F8=BB=F9=2Epdf?="',
    'in Korean, in EUC-KR': 'attachment; filename="=?EUC-KR?B?sd/A+7yt?=.pdf"',
    'in Cyrillic, in Windows-1251 as it is': 'attachment; filename="\xd1\xf7\xb8\xf2.pdf"',
    'in Hebrew': `attachment; filename*=utf-8''${percent(Buffer.from('הצעת מחיר.pdf'))}`,
    'in Hebrew, with marks of direction': `attachment; filename*=utf-8''${percent(Buffer.from('\u200fהצעה\u200f.pdf'))}`,
    'in Arabic, in an encoded word': `attachment; filename="=?utf-8?B?${Buffer.from('عرض.pdf').toString('base64')}?="`,
    'with a picture': `attachment; filename="=?utf-8?B?${Buffer.from('party 🎉.pdf').toString('base64')}?="`,
    'without the quotes around an encoded word': 'attachment; filename==?utf-8?B?dGVzdC5wZGY=?=',
    'in encoded words with a blank between them and outside of quotes':
      'attachment; filename==?utf-8?Q?Angebot_?= =?utf-8?Q?Nr._5.pdf?=',
    'encoded words cut in pieces by RFC 2231':
      'attachment;\r\n\tfilename*0="=?UTF-8?Q?Angebot_=F0=9F=98=81_?=";\r\n\tfilename*1="=?UTF-8?Q?Nr._5.pdf?="',
    'sections without a charset': 'attachment; filename*0="a long "; filename*1="name.pdf"',
    'sections with an empty charset': "attachment; filename*0*=''a%20long%20; filename*1=name.pdf",
    'extended and plain, which differ by their charset': `attachment; filename="Pr?fung.pdf"; filename*=utf-8''Pr%C3%BCfung.pdf`,
    'extended and plain, which differ by underscores': `attachment; filename="a_b.pdf"; filename*=utf-8''a%20b.pdf`,
    'with a slash': 'attachment; filename="Rechnung 12/2024.pdf"',
    'with a semicolon and no quotes': 'attachment; filename=a;b.pdf',
    'with parentheses and no quotes': 'attachment; filename=scan(1).pdf',
    'with a comma and no quotes': 'attachment; filename=Smith, John.pdf',
    'with a directory of Windows': 'attachment; filename="C:\\Users\\Anna\\Documents\\offer.pdf"',
    'with a directory of Mac OS': 'attachment; filename="Macintosh HD:Desktop:offer.pdf"',
    'with percent signs': 'attachment; filename="100% sure.pdf"',
    'with an encoded percent sign': 'attachment; filename="100%25.pdf"',
    'with a plus and an at sign': 'attachment; filename="a+b@example.com.pdf"',
    'with a dot in front': 'attachment; filename=".profile"',
    'of blanks': 'attachment; filename=" "',
    'of a dot': 'attachment; filename="."',
    'without an extension': 'attachment; filename="README"',
    'of 255 characters': `attachment; filename="${'n'.repeat(251)}.pdf"`,
    'in apostrophes': "attachment; filename='offer.pdf'",
    'with a blank in front and behind': 'attachment; filename=" offer.pdf "',
    'twice, the same': 'attachment; filename="a.pdf"; filename="a.pdf"',
    'without a disposition': 'filename="a.pdf"',
    'of a disposition that nobody knows': 'x-special; filename="a.pdf"',
    'with blanks at the equals signs': 'attachment; filename = "a.pdf" ; size = 10',
    'folded in its quotes': 'attachment; filename="a long\r\n name.pdf"',
  }),
  ...each('looks like a program', disposed, {
    'exe in the middle': 'attachment; filename="setup.exe.pdf"',
    'com in the middle': 'attachment; filename="example.com.pdf"',
    'an address in the name': 'attachment; filename="Mail from anna@example.com.pdf"',
    'a word that begins with js': 'attachment; filename="app.json"',
    'a word that begins with com': 'attachment; filename="notes.comments"',
    'a word that ends with exe': 'attachment; filename="annexe"',
    'the extension without a dot': 'attachment; filename="exe"',
    'an underscore for the dot': 'attachment; filename="setup_exe"',
    'an underscore behind': 'attachment; filename="setup.exe_"',
    'a digit behind': 'attachment; filename="libx.js2"',
    'txt behind': 'attachment; filename="install.bat.txt"',
    'parentheses behind': 'attachment; filename="setup.exe (removed)"',
    'a program in a sentence': 'attachment; filename="How to run setup.exe on Windows.pdf"',
    'a page of a site': 'attachment; filename="www.example.com - invoice.pdf"',
    'a site in front, and a colon': 'attachment; filename="example.com: invoice.pdf"',
    'a script in front, and a colon': 'attachment; filename="[PATCH] app.js: fix typo.eml"',
    'a script between colons': 'attachment; filename="Re: bug in main.js: crash.eml"',
    'a signature of a program': 'attachment; filename="setup.exe.asc"',
    'a hash of a program': 'attachment; filename="setup.exe.sha256"',
    'a shortcut that was renamed': 'attachment; filename="letter.lnk.html"',
    'a time': 'attachment; filename="12.30.com-port.log"',
    'an archive of a site': 'attachment; filename="example.com.zip"',
  }),
  ...each('type', typed, {
    'with a name of two extensions': 'application/pdf; name="report.final.v2.pdf"',
    'of a script language, as a text': 'text/x-python; name="a.py"',
    'with a program in another parameter': 'application/pdf; name="a.pdf"; x-source="setup.exe"',
    'with an address in another parameter': 'application/pdf; name="a.pdf"; x-url="http://www.example.com"',
    'that is unknown': 'application/x-unknown-content-type-Acrobat.Document; name="a.pdf"',
    'with a name and no type': 'name="a.pdf"',
    'without a subtype': 'pdf; name="a.pdf"',
    'with a name that is not closed': 'application/pdf; name="a.pdf',
    'with two names that differ by their encoding':
      'application/pdf; name="=?utf-8?Q?=C3=BC.pdf?="; name*=utf-8\'\'%C3%BC.pdf',
  }),
  ...each(
    'described',
    (field) =>
      mixed(
        HTML.replace('\r\n\r\n', `\r\n${field}\r\n\r\n`),
        file('image/png; name=logo.png', `inline; filename=logo.png\r\n${field}`, PNG),
      ),
    {
      'by a site': 'Content-Description: Logo of example.com',
      'by a site alone': 'Content-Description: www.example.com',
      'by a program': 'Content-Description: How to run setup.exe on Windows',
      'by an address in brackets': 'Content-Description: Forwarded by <anna@example.com>',
      'in an encoded word': 'Content-Description: =?utf-8?Q?Gr=C3=BC=C3=9Fe_von_example=2Ecom?=',
      'by a quoted text': 'Content-Description: "logo.png"',
    },
  ),
  ...each(
    'located',
    (field) =>
      mixed(
        multipart(
          'related',
          'rel',
          HTML.replace('\r\n\r\n', `\r\n${field}\r\n\r\n`),
          `Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: http://www.example.com/images/logo.png\r\n\r\n${base64(PNG)}`,
        ),
      ),
    {
      'at a site': 'Content-Location: http://www.example.com',
      'at a site with a slash': 'Content-Location: http://www.example.com/',
      'at a site with a question': 'Content-Location: https://www.example.com?from=mail',
      'at a site with an anchor': 'Content-Location: https://www.example.com/#top',
      'at a site with a port': 'Content-Location: http://www.example.com:8080/',
      'at a site behind a question': 'Content-Location: http://www.example.org/go?to=http://www.example.com',
      'at a page': 'Content-Location: http://www.example.com/index.html',
      'at a page of a site of a program': 'Content-Location: file:///C:/Program%20Files/app.exe/readme.html',
      'by an id with a site': 'Content-ID: <logo@www.example.com>',
    },
  ),
  ...each('a message', forwarded, {
    'named by its subject, with a site':
      '; name="Welcome to example.com.eml"\r\nContent-Disposition: attachment; filename="Welcome to example.com.eml"',
    'described by its subject, with a site': '\r\nContent-Description: Welcome to example.com',
    'described by its subject and sender':
      '\r\nContent-Description: Anna <anna@example.com>: see www.example.com',
    'named by its subject, with a question':
      '; name="What is new?.eml"\r\nContent-Disposition: attachment; filename="What is new?.eml"',
  }),
  'an id that is a site': mixed(
    TEXT,
    file(
      'image/png; name="logo.png"',
      'inline; filename="logo.png"\r\nContent-ID: <logo.1.www.example.com>',
      PNG,
    ),
  ),
  'an address that is an id of a site': mixed(
    TEXT,
    file('image/gif', 'inline\r\nContent-Location: cid:logo.1@www.example.com', 'GIF89a'),
  ),
  'a web page with its files': mail(
    'Content-Type: multipart/related; type="text/html"; boundary="----MultipartBoundary--1----"\r\nSnapshot-Content-Location: https://www.example.com/\r\nFrom: <Saved by Blink>',
    parts(
      '----MultipartBoundary--1----',
      'Content-Type: text/html\r\nContent-ID: <frame-0@mhtml.blink>\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://www.example.com/\r\n\r\n<p>Hello.</p>\r\n',
      'Content-Type: text/css\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: cid:css-1@mhtml.blink\r\n\r\np { color: red }\r\n',
      file('image/png', `inline\r\nContent-Location: https://www.example.com/logo.png?v=2`, PNG),
    ),
  ),
  'a multipart that is named by a site': mixed(
    multipart('mixed', 'n', TEXT, HTML).replace(
      '\r\n\r\n',
      '\r\nContent-Description: from example.com\r\n\r\n',
    ),
  ),
};
