import { type Evasion } from '../evasions/draft.ts';

const typed =
  (type: string): Evasion =>
  (draft) =>
    void (draft.type = `Content-Type: ${type}\r\n`);
const inCharset =
  (charset: string, write: (text: string) => Buffer, type = 'text/html'): Evasion =>
  (draft) => {
    draft.type = `Content-Type: ${type}${charset === '' ? '' : `; charset=${charset}`}\r\n`;
    draft.payload = write(draft.payload.toString('latin1'));
  };
const EBCDIC =
  '4b5a7f7b5b6c507d4d5d5c4e6b604b61f0f1f2f3f4f5f6f7f8f97a5e4c7e6e6f7cc1c2c3c4c5c6c7c8c9d1d2d3d4d5d6d7d8d9e2e3e4e5e6e7e8e9bae0bbb06d79818283848586878889919293949596979899a2a3a4a5a6a7a8a9c04fd0a1';
const toEbcdic = (text: string): Buffer => {
  const codes = Buffer.from(EBCDIC, 'hex');
  return Buffer.from([...text].map((char) => (char === ' ' ? 0x40 : codes[char.charCodeAt(0) - 0x20])));
};
const between =
  (what: string) =>
  (text: string): Buffer =>
    Buffer.from(text.replace(/.{5}/g, `$&${what}`), 'latin1');
const wide =
  (order: 'le' | 'be', mark: string) =>
  (text: string): Buffer => {
    const bytes = Buffer.from(text, 'utf16le');
    return Buffer.concat([Buffer.from(mark, 'hex'), order === 'be' ? bytes.swap16() : bytes]);
  };
const utf32 =
  (order: 'le' | 'be', mark: string) =>
  (text: string): Buffer =>
    Buffer.concat([
      Buffer.from(mark, 'hex'),
      ...[...text].map((char) => {
        const unit = Buffer.alloc(4);
        if (order === 'le') unit.writeUInt32LE(char.codePointAt(0)!);
        else unit.writeUInt32BE(char.codePointAt(0)!);
        return unit;
      }),
    ]);

/** Constructs in the header of the attachment. */
export const FIELDS = {
  'a multipart, but base64': typed('multipart/mixed; boundary=foo'),
  'a multipart in the plural, but base64': typed('multiparts/mixed; boundary=foo'),
  'a multipart of x, but base64': typed('x-multipart/mixed; boundary=foo'),
  'a boundary, but base64': typed('application/octet-stream; boundary=foo'),
  'a multipart of no kind, but base64': typed('multipart/; boundary=foo'),
  'a multipart without a slash, but base64': typed('multipart; boundary=foo'),
  'a multipart with a backslash, but base64': typed('multi\\part/mixed; boundary=foo'),
  'a multipart of an extended boundary, but base64': typed("multipart/mixed; boundary*=''foo"),
  'a multipart of a section, but base64': typed("multipart/mixed; boundary*0=''foo"),
  'a folded multipart, but base64': typed('\r\n multipart/mixed; boundary=foo'),
  'a multipart behind a lone CR, but base64': typed('\rmultipart/mixed; boundary=foo'),
  'a multipart behind, but base64': (d) => void (d.type += 'Content-Type: multipart/mixed; boundary=foo\r\n'),
  'a multipart in front, but base64': (d) =>
    void (d.type = `Content-Type: multipart/mixed; boundary=foo\r\n${d.type}`),
  'a multipart of the outer boundary, but base64': typed('multipart/mixed; boundary=B'),
  'a message, but base64': typed('message/rfc822'),
  'a message, but no message': (d) => {
    d.type = 'Content-Type: message/rfc822\r\n';
    d.encoding = 'Content-Transfer-Encoding: 8bit\r\n';
    d.encode = (payload) => `${payload.toString('latin1')}\r\n`;
  },
  'a partial one, the second of two': typed('message/partial; id=a; number=2; total=2'),
  'a partial one without a number': typed('message/partial; id=a'),
  'an external one of base64': typed('message/external-body; access-type=x-cid'),
  'a sender of disposition': typed('message/disposition-notification'),
  'a report of feedback': typed('message/feedback-report'),
  'a tracking status': typed('message/tracking-status'),
  'a CPIM message': typed('message/cpim'),
  SIP: typed('message/sip'),
  'an S/MIME signature': typed('application/pkcs7-signature; name=smime.p7s'),
  'a PGP signature': typed('application/pgp-signature'),
  'PGP keys': typed('application/pgp-keys'),
  'TNEF by type': typed('application/ms-tnef'),
  'an Apple file of one piece': typed('application/applesingle'),
  MacBinary: typed('application/x-macbinary'),
  'a font': typed('font/woff'),
  'a model': typed('model/vrml'),
  'a chemical': typed('chemical/x-pdb'),
  'enriched text': typed('text/enriched'),
  'text of rfc822': typed('text/rfc822'),
  'a type without a subtype': typed('application'),
  'a type of a slash': typed('/'),
  'a type of a name': typed('name=notes.dat'),
  'a type of an asterisk': typed('*/*'),
  'a type of 8 bits': typed('application/octet-str\xe9am'),
  'a type of 10 KB': typed(`application/${'x'.repeat(10_000)}`),
  'an inline disposition': (d) => void (d.disposition = d.disposition.replace('attachment', 'inline')),
  'a disposition of none': (d) => void (d.disposition = d.disposition.replace('attachment', '')),
  'a disposition unknown': (d) => void (d.disposition = d.disposition.replace('attachment', 'x-hidden')),
  'a disposition in quotes': (d) =>
    void (d.disposition = d.disposition.replace('attachment', '"attachment"')),
  'a disposition of form data': (d) =>
    void (d.disposition = d.disposition.replace('attachment', 'form-data; name=x')),
  'a language': (d) => void (d.type += 'Content-Language: en\r\nContent-Features: x\r\n'),
  'a digest that is wrong': (d) => void (d.type += 'Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n'),
  'a length that is wrong': (d) => void (d.type += 'Content-Length: 3\r\n'),
  'a range': (d) => void (d.type += 'Content-Range: bytes 0-1/3\r\n'),
  'a size that is wrong': (d) => void (d.disposition = d.disposition.replace('\r\n', '; size=1\r\n')),
  'a MIME-Version': (d) => void (d.type += 'MIME-Version: 2.0\r\n'),
  'fields of a message': (d) => void (d.type = `From: a@example.org\r\nSubject: a\r\n${d.type}`),
  'a blank line of CR CR LF in the middle': (d) => void (d.type += '\r\r\n'),
  'two blank lines of a blank': (d) => void (d.gap = ' \r\n \r\n'),
  'a blank line of a tab': (d) => void (d.gap = '\t\r\n'),
  'two blank lines of a vertical tab': (d) => void (d.gap = '\v\r\n\v\r\n'),
  'a blank line of a blank of UTF-8': (d) => void (d.gap = '\xc2\xa0\r\n'),
  'a blank line of 0x1a': (d) => void (d.gap = '\x1a\r\n'),
  'a blank line of a dot': (d) => void (d.gap = '.\r\n'),
  'no blank line, and digits': (d) => void (d.gap = 'ABCD\r\n\r\n'),
  'no blank line, and digits with padding': (d) => void (d.gap = 'ABC=\r\n\r\n'),
  'no blank line, digits, and a line of a blank': (d) => void (d.gap = 'ABCD\r\n \r\n'),
  'no blank line, padding, and a line of a blank': (d) => void (d.gap = 'ABC=\r\n \r\n'),
  'no blank line, digits, and no blank line': (d) => void (d.gap = 'ABCD\r\n'),
  'no blank line, padding, and no blank line': (d) => void (d.gap = 'ABC=\r\n'),
  'no blank line, digits twice': (d) => void (d.gap = 'ABCD\r\nABCD\r\n\r\n'),
  'no blank line, padding twice': (d) => void (d.gap = 'ABC=\r\nABC=\r\n\r\n'),
  'no blank line, controls, and base64 in the last of three fields': (d) => {
    d.encoding = ['binary', '8bit', 'base64']
      .map((value) => `Content-Transfer-Encoding: ${value}\r\n`)
      .join('');
    d.gap = '\x1e\x1e';
  },
  'the blank line behind the first digits': (d) => {
    d.gap = '';
    const { mangle } = d;
    d.mangle = (text) => mangle(text).replace(/^.{4}/, '$&\r\n\r\n');
  },
  'CR in front of the header': (d) => void (d.type = `\r${d.type}`),
  'a vertical tab in front of the header': (d) => void (d.type = `\v${d.type}`),
  'a colon in front of the header': (d) => void (d.type = `:\r\n${d.type}`),
  'a semicolon in front of the header': (d) => void (d.type = `; ${d.type}`),
  'a sign of quoting in front of the header': (d) => void (d.type = `>${d.type}`),
  'a number in front of the header': (d) => void (d.type = `1234\r\n${d.type}`),
  'a status line in front of the header': (d) => void (d.type = `HTTP/1.1 200 OK\r\n${d.type}`),
  'a quoted From in front of the header': (d) =>
    void (d.type = `>From a Mon Jan  1 10:00:00 2024\r\n${d.type}`),
  'ISO 2022 with escapes': inCharset('iso-2022-jp', between('\x1b(B')),
  'ISO 2022 with escapes of Roman': inCharset('iso-2022-jp', between('\x1b(J')),
  'ISO 2022 of Korea with shifts': inCharset('iso-2022-kr', between('\x0f')),
  'ISO 2022 of China with shifts': inCharset('iso-2022-cn', between('\x0f')),
  'HZ with empty shifts': inCharset('hz-gb-2312', between('~{~}')),
  'HZ with line ends': inCharset('hz-gb-2312', between('~\n')),
  EBCDIC: inCharset('cp037', toEbcdic),
  'EBCDIC by another name': inCharset('ibm037', toEbcdic, 'text/plain'),
  'UTF-16 without a charset': inCharset('', wide('le', 'fffe')),
  'UTF-16 of the other order without a charset': inCharset('', wide('be', 'feff')),
  'UTF-16 with a charset of ASCII': inCharset('us-ascii', wide('le', 'fffe')),
  'UTF-16 with a charset of UTF-8': inCharset('utf-8', wide('be', 'feff')),
  'UTF-16 without a mark': inCharset('utf-16', wide('le', '')),
  'UTF-16 without a mark, of the other order': inCharset('utf-16', wide('be', '')),
  'UTF-32 with a mark': inCharset('utf-32', utf32('be', '0000feff')),
  'UTF-32 without a charset': inCharset('', utf32('le', 'fffe0000')),
  'UTF-16, the charset in two fields': (d) => {
    inCharset('us-ascii', wide('le', ''))(d, '');
    d.type += 'Content-Type: text/html; charset=utf-16le\r\n';
  },
  'UTF-16, the charset extended': (d) => {
    inCharset('us-ascii', wide('le', ''))(d, '');
    d.type = "Content-Type: text/html; charset*=us-ascii''utf-16le\r\n";
  },
  'UTF-16, the charset twice': (d) => {
    inCharset('us-ascii', wide('le', ''))(d, '');
    d.type = 'Content-Type: text/html; charset=us-ascii; charset=utf-16le\r\n';
  },
  'UTF-16 by the name of Unicode': inCharset('unicode', wide('le', '')),
  'UTF-16 by the name of ISO': inCharset('csUnicode', wide('be', '')),
  'UTF-7, one letter': inCharset('utf-7', (text) =>
    Buffer.from(text.replace('+', '+-').replace('X', '+AFg-')),
  ),
  'UTF-7 in quotes': inCharset('"UTF-7"', (text) =>
    Buffer.from(text.replace('+', '+-').replace('X', '+AFg-')),
  ),
  'UTF-7 by the name of x': inCharset('x-utf-7', (text) =>
    Buffer.from(text.replace('+', '+-').replace('X', '+AFg-')),
  ),
  'UTF-7 by the name of Netscape': inCharset('x-unicode-2-0-utf-7', (text) =>
    Buffer.from(text.replace('+', '+-').replace('X', '+AFg-')),
  ),
  'UTF-8 with a mark': inCharset('utf-8', (text) => Buffer.from(`\u{feff}${text}`)),
} satisfies Record<string, Evasion>;
