import { type Evasion } from './draft.ts';

const typed =
  (type: string): Evasion =>
  (draft) =>
    void (draft.type = type);

/** Constructs in the header of the attachment. */
export const FIELDS = {
  'no header': (d) => void (d.type = d.disposition = ''),
  'a type twice, the first counts': (d) => void (d.type += 'Content-Type: text/plain\r\n'),
  'a type twice, the last counts': (d) => void (d.type = `Content-Type: text/plain\r\n${d.type}`),
  'a disposition twice': (d) => void (d.disposition += 'Content-Disposition: inline\r\n'),
  'a blank in front of the colon': (d) => void (d.type = d.type.replace(':', ' :')),
  'NUL in the type': (d) => void (d.type = d.type.replace('application', 'appli\0cation')),
  'an encoded word': (d) => void (d.type = d.type.replace('application', '=?us-ascii?Q?application?=')),
  'lone CR': (d) => void (d.type = d.type.replace('; ', ';\r ')),
  'a fold of blanks': (d) => void (d.type = d.type.replace('; ', ';\r\n \r\n ')),
  'a fold first': (d) => void (d.type = ` X: a\r\n${d.type}`),
  garbage: (d) => void (d.type += 'no field\r\n'),
  'From of a mailbox': (d) => void (d.type = `From a\r\n${d.type}`),
  'a line of blanks': (d) => void (d.type += ' \r\n'),
  'a line of a control': (d) => void (d.type += '\x0b\r\n'),
  'no blank line': (d) => void (d.gap = ''),
  'a blank line of a blank': (d) => void (d.gap = ' \r\n'),
  'a blank line of LF': (d) => void (d.gap = '\n'),
  'a blank line of CR': (d) => void (d.gap = '\r\r\n'),
  'a multipart that is none': typed('Content-Type: multipart/mixed\r\n'),
  'no type': typed('Content-Type: \r\n'),
  'a picture': typed('Content-Type: image/png\r\n'),
  'a text': typed('Content-Type: text/plain\r\n'),
  'HTML in UTF-7': typed('Content-Type: text/html; charset=utf-7\r\n'),
  'text in UTF-16': (d) => {
    d.type = 'Content-Type: text/html; charset=utf-16\r\n';
    d.payload = Buffer.concat([
      Buffer.from('fffe', 'hex'),
      Buffer.from(d.payload.toString('latin1'), 'utf16le'),
    ]);
  },
  partial: typed('Content-Type: message/partial; id=a; number=1; total=1\r\n'),
  'delivery status': typed('Content-Type: message/delivery-status\r\n'),
  'no type field': typed(''),
  'a comment at the type': typed('Content-Type: application (c) / (d) octet-stream\r\n'),
  'a script': typed('Content-Type: text/javascript\r\n'),
  HTML: typed('Content-Type: text/html\r\n'),
  'a message by type': typed('Content-Type: message/x-unknown\r\n'),
  news: typed('Content-Type: message/news\r\n'),
  'a header of a message': typed('Content-Type: text/rfc822-headers\r\n'),
  HTTP: typed('Content-Type: message/http\r\n'),
  'an external body': typed('Content-Type: message/external-body; access-type=x-none\r\n'),
  'a global message by type': typed('Content-Type: message/global-headers\r\n'),
  'a multipart by type, without a delimiter': typed('Content-Type: multipart/mixed; boundary=none\r\n'),
  'an Apple file': typed('Content-Type: application/applefile\r\n'),
  'a calendar': typed('Content-Type: text/calendar; method=REQUEST\r\n'),
  'PKCS 7': typed('Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n'),
  PGP: typed('Content-Type: application/pgp-encrypted\r\n'),
  'a blank line first': (d) => void (d.type = `\r\n${d.type}`),
  'a blank line of a blank first': (d) => void (d.type = ` \r\n${d.type}`),
  'a mark of UTF-8 first': (d) => void (d.type = `\xef\xbb\xbf${d.type}`),
  'the disposition before': (d) => {
    d.encoding = `${d.disposition}${d.encoding}`;
    d.disposition = '';
  },
  'a field of 100 KB': (d) => void (d.type += `X-A: ${'a'.repeat(100_000)}\r\n`),
  'a field of 120 KB': (d) => void (d.type += `X-A: ${'a'.repeat(120_000)}\r\n`),
  '900 fields': (d) => void (d.type += 'X-A: a\r\n'.repeat(900)),
  'a blank line behind a fold': (d) => void (d.gap = '\t\r\n\r\n'),
  'a blank line of LF CR': (d) => void (d.gap = '\n\r'),
  'a blank line of a lone CR': (d) => void (d.gap = '\r'),
  'a blank line of NUL': (d) => void (d.gap = '\0\r\n'),
  'a header that goes on behind the blank line': (d) => {
    d.gap = `\r\n${d.encoding}\r\n`;
    d.encoding = '';
  },
  'UTF-16 of the other order': (d) => {
    d.type = 'Content-Type: text/html; charset=utf-16be\r\n';
    d.payload = Buffer.from(d.payload.toString('latin1'), 'utf16le').swap16();
  },
  'UTF-32': (d) => {
    d.type = 'Content-Type: text/html; charset=utf-32le\r\n';
    d.payload = Buffer.from([...d.payload].flatMap((byte) => [byte, 0, 0, 0]));
  },
  'UCS-2': (d) => {
    d.type = 'Content-Type: text/plain; charset="ISO-10646-UCS-2"\r\n';
    d.payload = Buffer.from(d.payload.toString('latin1'), 'utf16le');
  },
  'UTF-7, all of it': (d) => {
    d.type = 'Content-Type: text/html; charset="unicode-1-1-utf-7"\r\n';
    const units = Buffer.from(d.payload.toString('latin1'), 'utf16le').swap16();
    d.payload = Buffer.from(`+${units.toString('base64').replace(/=/g, '')}-`);
  },
  'a name that ISO-2022-JP cuts': (d, name) =>
    void (d.disposition = `Content-Disposition: attachment; filename="${name}\x1b(B.txt"\r\n`),
  'a name in ISO-2022-JP, with a quote in a character': (d, name) => {
    d.type = 'Content-Type: application/octet-stream\r\n';
    d.disposition = `Content-Disposition: attachment; filename="\x1b$B$"$$\x1b(B; x=.${name}"\r\n`;
  },
  'an extension in wide letters of ISO-2022-JP': (d, name) => {
    const wide = [...name.split('.')[1]].map((letter) => `#${letter}`).join('');
    d.type = 'Content-Type: application/octet-stream\r\n';
    d.disposition = `Content-Disposition: attachment; filename="a.\x1b$B${wide}\x1b(B"\r\n`;
  },
  'ESC in the type': (d) => void (d.type = d.type.replace('octet', 'octet\x1b(B')),
  'blanks, and a fold first': (d) => void (d.type = ` \r\n\t\r\n X: a\r\n${d.type}`),
} satisfies Record<string, Evasion>;
