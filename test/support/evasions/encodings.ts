import { toBase64, toBinHex, toQuoted, toUuencode, toYenc } from '../transfer-encoders.ts';
import { CTE, type Evasion } from './draft.ts';

const cte =
  (value: string): Evasion =>
  (draft) =>
    void (draft.encoding = value);

/** Constructs in how content is encoded, and in what its header says of that. */
export const ENCODINGS = {
  'twice, the first counts': (d) => void (d.encoding += `${CTE}: 7bit\r\n`),
  'twice, the last counts': (d) => void (d.encoding = `${CTE}: 7bit\r\n${d.encoding}`),
  'twice, and quoted-printable': (d) => void (d.encoding += `${CTE}: quoted-printable\r\n`),
  unknown: cte(`${CTE}: x-unknown\r\n`),
  'a comment behind': cte(`${CTE}: base64 (c)\r\n`),
  'a comment in front': cte(`${CTE}: (7bit) base64\r\n`),
  quoted: cte(`${CTE}: "base64"\r\n`),
  'a parameter': cte(`${CTE}: base64; x=7bit\r\n`),
  'x-base64': cte(`${CTE}: x-base64\r\n`),
  'a dot behind': cte(`${CTE}: base64.\r\n`),
  'a comma and another': cte(`${CTE}: 7bit, base64\r\n`),
  'two words': cte(`${CTE}: 7bit base64\r\n`),
  'upper case': cte(`${CTE.toUpperCase()}: BASE64\r\n`),
  'a blank in front of the colon': cte(`${CTE} : base64\r\n`),
  folded: cte(`${CTE}:\r\n base64\r\n`),
  'folded in its middle': cte(`${CTE}: bas\r\n e64\r\n`),
  'NUL behind': cte(`${CTE}: base64\0\r\n`),
  'an encoded word': cte(`${CTE}: =?us-ascii?Q?base64?=\r\n`),
  'no colon': cte(`${CTE} base64\r\n`),
  'lone CR in front': cte(`X-A: a\r${CTE}: base64\r\n`),
  'none, and base64': cte(''),
  '7bit, and base64': cte(`${CTE}: 7bit\r\n`),
  empty: cte(`${CTE}: \r\n`),
  uuencode: (d) => {
    d.encoding = `${CTE}: x-uuencode\r\n`;
    d.encode = toUuencode;
  },
  'uuencode, unnamed': (d) => {
    d.encoding = '';
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = toUuencode;
  },
  'yEnc in text': (d) => {
    d.encoding = `${CTE}: 8bit\r\n`;
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = toYenc;
  },
  'uuencode in base64': (d) => {
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) => toBase64(Buffer.from(`Hello.\r\n${toUuencode(payload)}`, 'latin1'));
  },
  'uuencode in quoted-printable': (d) => {
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = `${CTE}: quoted-printable\r\n`;
    d.encode = (payload) => toQuoted(Buffer.from(`Hello.\r\n${toUuencode(payload)}`, 'latin1'));
  },
  'a data URI': (d) => {
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = '';
    d.encode = (payload) =>
      `<a href="data:application/octet-stream;base64,${payload.toString('base64')}">x</a>\r\n`;
  },
  'quoted-printable': (d) => {
    d.encoding = `${CTE}: quoted-printable\r\n`;
    d.encode = toQuoted;
  },
  'quoted-printable, lower-case digits': (d) => {
    d.encoding = `${CTE}: quoted-printable\r\n`;
    d.encode = (payload) => toQuoted(payload).toLowerCase();
  },
  'quoted-printable, soft breaks with blanks': (d) => {
    d.encoding = `${CTE}: quoted-printable\r\n`;
    d.encode = (payload) => toQuoted(payload).replaceAll('=\r\n', '= \t\r\n');
  },
  'quoted-printable, a soft break behind each byte': (d) => {
    d.encoding = `${CTE}: quoted-printable\r\n`;
    d.encode = (payload) => toQuoted(payload).replace(/=[0-9A-F]{2}/g, '$&=\r\n');
  },
  'quoted-printable, with a comment': (d) => {
    d.encoding = `${CTE}: (c) quoted-printable\r\n`;
    d.encode = toQuoted;
  },
  'a dash in it': cte(`${CTE}: base-64\r\n`),
  'in single quotes': cte(`${CTE}: 'base64'\r\n`),
  'in brackets': cte(`${CTE}: <base64>\r\n`),
  'a quote in front': cte(`${CTE}: "base64\r\n`),
  'an equals sign in front': cte(`${CTE}: =base64\r\n`),
  'a semicolon in front': cte(`${CTE}: ;base64\r\n`),
  'a comment in its middle': cte(`${CTE}: base(c)64\r\n`),
  'a comment that does not end': cte(`${CTE}: (c base64\r\n`),
  'a blank in its middle': cte(`${CTE}: base 64\r\n`),
  'a vertical tab in front': cte(`${CTE}:\vbase64\r\n`),
  'a blank of UTF-8 in front': cte(`${CTE}:\xc2\xa0base64\r\n`),
  'a mark of UTF-8 in front': cte(`${CTE}: \xef\xbb\xbfbase64\r\n`),
  'wide letters': cte(`${CTE}: \xef\xbd\x82ase64\r\n`),
  'an encoded word in base64': cte(`${CTE}: =?utf-8?B?YmFzZTY0?=\r\n`),
  'a backslash in it': cte(`${CTE}: ba\\se64\r\n`),
  'three times': cte(`${CTE}: 7bit\r\n${CTE}: 8bit\r\n${CTE}: base64\r\n`),
  'twice, the empty one first': cte(`${CTE}:\r\n${CTE}: base64\r\n`),
  'twice, binary first': cte(`${CTE}: binary\r\n${CTE}: base64\r\n`),
  'twice, quoted-printable first': cte(`${CTE}: quoted-printable\r\n${CTE}: base64\r\n`),
  'twice, uuencode first': cte(`${CTE}: x-uuencode\r\n${CTE}: base64\r\n`),
  '7bit, a comma, and another': cte(`${CTE}: 7bit,\r\n base64\r\n`),
  'a name misspelt': cte('Content-Transfer-Encodin: base64\r\n'),
  'a name with an underscore': cte('Content-Transfer_Encoding: base64\r\n'),
  'a name folded': cte('Content-Transfer-\r\n Encoding: base64\r\n'),
  'a name with NUL': cte('Content-Transfer\0-Encoding: base64\r\n'),
  'a name with a mark of UTF-8': cte(`\xef\xbb\xbf${CTE}: base64\r\n`),
  'a name behind a blank': cte(` ${CTE}: base64\r\n`),
  'a name of HTTP': cte('Content-Encoding: base64\r\n'),
  'a name of HTTP, of transfer': cte('Transfer-Encoding: base64\r\n'),
  'an equals sign for the colon': cte(`${CTE}= base64\r\n`),
  'a parameter of the type': cte(`X-A: ${CTE}=base64\r\n`),
  'in a line behind LF CR': cte(`X-A: a\n\r${CTE}: base64\r\n`),
  hqx: (d) => {
    d.encoding = '';
    d.type = 'Content-Type: application/mac-binhex40\r\n';
    d.encode = toBinHex;
  },
  'hqx, as an encoding': (d) => {
    d.encoding = `${CTE}: x-binhex40\r\n`;
    d.encode = toBinHex;
  },
  'hqx in text': (d) => {
    d.encoding = `${CTE}: 7bit\r\n`;
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = toBinHex;
  },
  'hqx in base64': (d) => {
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) => toBase64(Buffer.from(toBinHex(payload), 'latin1'));
  },
  'yEnc, as an encoding': (d) => {
    d.encoding = `${CTE}: x-yenc\r\n`;
    d.encode = toYenc;
  },
  'uuencode, with digits of base64': (d) => {
    d.encoding = '';
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) =>
      `begin-base64 644 notes.dat\r\n${toBase64(payload).replace(/.{20}/g, '$&\r\n')}====\r\n`;
  },
  'uuencode without a mode': (d) => {
    d.encoding = '';
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) => toUuencode(payload).replace('644 ', ' ');
  },
  'uuencode of a long mode': (d) => {
    d.encoding = '';
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) => toUuencode(payload).replace('644', '100644');
  },
  'uuencode with tabs': (d) => {
    d.encoding = '';
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) => toUuencode(payload).replace('begin 644 ', 'begin\t644\t');
  },
  'uuencode, named twice': (d) => {
    d.encoding = `${CTE}: base64\r\n${CTE}: x-uue\r\n`;
    d.encode = toUuencode;
  },
  'uuencode without an end': (d) => {
    d.encoding = `${CTE}: uuencode\r\n`;
    d.encode = (payload) => toUuencode(payload).replace(/`\r\nend\r\n/, '');
  },
  'base64 in base64': (d) => {
    d.type = 'Content-Type: text/plain\r\n';
    d.encode = (payload) => toBase64(Buffer.from(`${CTE}: base64\r\n\r\n${toBase64(payload)}`));
  },
  'base64 in quoted-printable': (d) => {
    d.encoding = `${CTE}: quoted-printable\r\n${CTE}: base64\r\n`;
    d.encode = (payload) => toQuoted(Buffer.from(toBase64(payload)));
  },
  'a data URI over lines': (d) => {
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = '';
    d.encode = (payload) =>
      `<a href="data:;base64,\r\n${payload.toString('base64').replace(/.{20}/g, '$&\r\n')}">x</a>\r\n`;
  },
  'a data URI in upper case': (d) => {
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = '';
    d.encode = (payload) => `<a href='DATA:;BASE64,${payload.toString('base64')}'>x</a>\r\n`;
  },
  'a data URI of percent signs': (d) => {
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = '';
    d.encode = (payload) =>
      `<a href="data:text/plain,${payload.toString('hex').replace(/../g, '%$&')}">x</a>\r\n`;
  },
  'a data URI in quoted-printable': (d) => {
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = `${CTE}: quoted-printable\r\n`;
    d.encode = (payload) =>
      `<a href=3D"data:;base64,=\r\n${payload.toString('base64').replaceAll('=', '=3D').replace(/.{20}/g, '$&=\r\n')}">x</a>\r\n`;
  },
  'a script that has base64 in it': (d) => {
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = '';
    d.encode = (payload) => `<script>save(atob("${payload.toString('base64')}"))</script>\r\n`;
  },
} satisfies Record<string, Evasion>;
