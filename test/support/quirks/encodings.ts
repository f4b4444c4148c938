import { gzipSync } from 'node:zlib';
import { toBase64, toBinHex, toQuoted, toUuencode, toYenc } from '../transfer-encoders.ts';
import { CTE, type Evasion } from '../evasions/draft.ts';

const cte =
  (value: string, name = CTE): Evasion =>
  (draft) =>
    void (draft.encoding = `${name}${value}\r\n`);
const encoded =
  (value: string, encode: (payload: Buffer) => string, type?: string): Evasion =>
  (draft) => {
    draft.encoding = value === '' ? '' : `${CTE}: ${value}\r\n`;
    draft.encode = encode;
    if (type !== undefined) draft.type = `Content-Type: ${type}\r\n`;
  };
const dataOnly = (payload: Buffer): string =>
  toUuencode(payload)
    .replace(/^begin.*\r\n/, '')
    .replace(/`\r\nend\r\n/, '');
const XX = '+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Uuencode with the digits of xxencode. */
const toXx = (payload: Buffer): string =>
  toUuencode(payload)
    .split('\r\n')
    .map((line, i, all) =>
      i === 0 || i >= all.length - 2
        ? line
        : [...line].map((digit) => XX[(digit.charCodeAt(0) - 32) & 63]).join(''),
    )
    .join('\r\n');
const inText = (change: (text: string) => string): Evasion =>
  encoded('', (payload) => change(toUuencode(payload)), 'text/plain');

/** Constructs in how content is encoded, and in what its header says of that. */
export const ENCODINGS = {
  'two colons': cte(':: base64'),
  'a vertical tab behind the colon': cte(':\vbase64'),
  'a form feed behind the colon': cte(':\fbase64'),
  'a lone CR behind the colon': cte(':\rbase64'),
  'a lone CR in front of the name': (d) => void (d.encoding = `\r${CTE}: base64\r\n`),
  'NUL in front of the name': (d) => void (d.encoding = `\0${CTE}: base64\r\n`),
  'two folds': cte(':\r\n \r\n base64'),
  '2000 blanks in front': cte(`: ${' '.repeat(2000)}base64`),
  '70,000 blanks in front': cte(`: ${' '.repeat(70_000)}base64`),
  'an encoded word that does not end': cte(': =?UTF-8?Q?base64'),
  'a comment with a fold in its middle': cte(': bas(\r\n )e64'),
  'a word in front': cte(': xx base64'),
  'a word behind': cte(': base64 xx'),
  'letters in front': cte(': xxbase64'),
  'letters behind': cte(': base64xx'),
  'a number behind': cte(': base640'),
  'a comma behind': cte(': base64,'),
  'a comma in front': cte(': ,base64'),
  'a semicolon behind': cte(': base64;'),
  'a slash and more': cte(': base64/mixed'),
  'an equals sign behind': cte(': base64='),
  'a quote behind': cte(': base64"'),
  'a byte above 127 behind': cte(': base64\xa0'),
  'a control behind': cte(': base64\x1f'),
  'an escaped letter': cte(': base\\64'),
  'quoted-printable and base64 in two words': cte(': quoted-printable base64'),
  'base64 and quoted-printable in two words': cte(': base64 quoted-printable'),
  'quoted-printable, a comma and base64': cte(': quoted-printable,base64'),
  'base64, a comma and quoted-printable': cte(': base64,quoted-printable'),
  'base64, and an empty one': cte(`: base64\r\n${CTE}: `),
  'base64, and another': cte(`: base64\r\n${CTE}: xxx`),
  'another, and base64': cte(`: xxx\r\n${CTE}: base64`),
  'a line of letters in front': (d) => void (d.encoding = `XXXXXXXXXX\r\n${d.encoding}`),
  'a line of controls in front': (d) => void (d.encoding = `\x01\x02\x03\r\n${d.encoding}`),
  'a line of a blank in front': (d) => void (d.encoding = ` \r\n${d.encoding}`),
  'a line of CR CR LF in front': (d) => void (d.encoding = `\r\r\n${d.encoding}`),
  'a line of a colon in front': (d) => void (d.encoding = `:\r\n${d.encoding}`),
  'a line of a colon and a blank in front': (d) => void (d.encoding = `: x\r\n${d.encoding}`),
  'folded to a line that is no field': (d) => void (d.encoding = `X-Foo-bar\r\n ${CTE}: base64\r\n`),
  'folded to a field with a blank': (d) => void (d.encoding = `X-Foo :bar\r\n ${CTE}: base64\r\n`),
  'folded to a field of two words': (d) => void (d.encoding = `X-Foo Bar:bar\r\n ${CTE}: base64\r\n`),
  'a blank in its name': cte(': base64', 'Content-Transfer- Encoding'),
  'NUL behind its name': cte(': base64', `${CTE}\0`),
  'a blank of UTF-8 behind its name': cte(': base64', `${CTE}\xc2\xa0`),
  'a comment behind its name': cte(': base64', `${CTE} (c)`),
  'a quoted name': cte(': base64', `"${CTE}"`),
  'dashes left out': cte(': base64', 'ContentTransferEncoding'),
  'in the type': (d) => {
    d.encoding = '';
    d.type = d.type.replace('\r\n', `; ${CTE}=base64\r\n`);
  },
  'in the type, with a colon': (d) => {
    d.encoding = '';
    d.type = d.type.replace('\r\n', `;\r\n ${CTE}: base64\r\n`);
  },
  'upper case and a number': cte(': BASE-64'),
  'the radix': cte(': radix-64'),
  '7bit of base64': cte(': 7bit/base64'),
  'binary in front': cte(': binary; base64'),
  'uuencode of CTE uue, without a first line': encoded('uue', dataOnly),
  'uuencode of CTE x-uuencode, without a first line': encoded('x-uuencode', dataOnly),
  'uuencode of CTE x-uu': encoded('x-uu', toUuencode),
  'uuencode of CTE x-uu, without a first line': encoded('x-uu', dataOnly),
  'uuencode of CTE uuencode, without a last line': encoded('uuencode', (payload) =>
    toUuencode(payload).replace('end\r\n', ''),
  ),
  'uuencode of CTE x-uuencode, in lines that end in CR': encoded('x-uuencode', (payload) =>
    toUuencode(payload).replaceAll('\r\n', '\r'),
  ),
  'uuencode of CTE x-uuencode, of a mode of one digit': encoded('x-uuencode', (payload) =>
    toUuencode(payload).replace('644', '0'),
  ),
  'uuencode of CTE x-uuencode, in upper case': encoded('x-uuencode', (payload) =>
    toUuencode(payload).replace('begin', 'BEGIN'),
  ),
  'uuencode of CTE x-uuencode, without a name': encoded('x-uuencode', (payload) =>
    toUuencode(payload).replace(' notes.dat', ''),
  ),
  'uuencode with an encoded name': inText((text) => text.replace('begin', 'begin-encoded')),
  'uuencode in base64 with an encoded name': encoded(
    '',
    (payload) =>
      `begin-base64-encoded 644 bm90ZXMuZGF0\r\n${toBase64(payload).replace(/.{20}/g, '$&\r\n')}====\r\n`,
    'text/plain',
  ),
  'uuencode behind a header that says something else': encoded(
    '',
    (payload) => `Content-Transfer-Encoding: base64\r\n\r\n${toUuencode(payload)}`,
    'text/plain',
  ),
  'uuencode in upper case': inText((text) => text.replace('begin', 'BEGIN')),
  'uuencode in a file of quoted-printable': encoded('quoted-printable', (payload) =>
    toUuencode(payload).replaceAll('=', '=3D'),
  ),
  'uuencode in a file of base64': encoded('base64', (payload) =>
    toBase64(Buffer.from(`Hello.\r\n${toUuencode(payload)}`)),
  ),
  'uuencode by type': encoded('', toUuencode, 'application/x-uuencode'),
  'uuencode by type of text': encoded('', toUuencode, 'text/x-uuencode'),
  'uuencode in a file': encoded('', toUuencode, 'application/octet-stream; name=a.uue'),
  'uuencode in a file, in base64': encoded(
    'base64',
    (payload) => toBase64(Buffer.from(toUuencode(payload))),
    'application/octet-stream; name=a.uue',
  ),
  'uuencode in HTML': encoded(
    '',
    (payload) => `<html><pre>\r\n${toUuencode(payload)}</pre>\r\n`,
    'text/html',
  ),
  'uuencode of a mode of four digits': inText((text) => text.replace('644', '0644')),
  'uuencode of a mode that is not octal': inText((text) => text.replace('644', '999')),
  'uuencode of a mode of one digit': inText((text) => text.replace('644', '6')),
  'uuencode of a mode of two digits': inText((text) => text.replace('644', '64')),
  'uuencode without a name': inText((text) => text.replace(' notes.dat', '')),
  'uuencode without a name, with a blank': inText((text) => text.replace(' notes.dat', ' ')),
  'uuencode with a name in quotes': inText((text) => text.replace('notes.dat', '"my notes.dat"')),
  'uuencode begun twice': inText((text) => `begin 644 a.txt\r\n${text}`),
  'uuencode with an empty file in front': inText((text) => `begin 644 a.txt\r\n\`\r\nend\r\n${text}`),
  'uuencode with a text behind its first line': inText((text) => text.replace('\r\n', '\r\n\r\n')),
  'uuencode with blanks for accents': inText((text) => text.replaceAll('`', ' ')),
  'uuencode with a checksum behind each line': inText((text) =>
    text.replace(/^([M-Z].*|[!-L].{20,})\r$/gm, '$1X\r'),
  ),
  'uuencode with a blank behind each line': inText((text) => text.replaceAll('\r\n', ' \r\n')),
  'uuencode with a blank line behind each': inText((text) => text.replaceAll('\r\n', '\r\n\r\n')),
  'uuencode with lower case in a line behind': inText((text) => text.replace('\r\n', '\r\nsome words\r\n')),
  'uuencode in lines that end in CR': inText((text) => text.replaceAll('\r\n', '\r')),
  'uuencode in lines that end in CR CR LF': inText((text) => text.replaceAll('\r\n', '\r\r\n')),
  'uuencode in short lines': encoded(
    '',
    (payload) => {
      let out = '';
      for (let at = 0; at < payload.length; at += 3) out += dataOnly(payload.subarray(at, at + 3));
      return `begin 644 notes.dat\r\n${out}\`\r\nend\r\n`;
    },
    'text/plain',
  ),
  'uuencode without an end': inText((text) => text.replace(/`\r\nend\r\n/, '')),
  'uuencode with a table': inText(
    (text) => `table\r\n !"#$%&'()*+,-./0123456789:;<=>?\r\n@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\r\n${text}`,
  ),
  'uuencode in a text of quoted-printable soft breaks': encoded(
    'quoted-printable',
    (payload) => toUuencode(payload).replaceAll('=', '=3D').replace(/.{20}/g, '$&=\r\n'),
    'text/plain',
  ),
  xxencode: encoded('', toXx, 'text/plain'),
  'xxencode, as an encoding': encoded('x-xxencode', toXx),
  'xxencode, as an encoding, in short': encoded('xxencode', toXx),
  'yEnc of CTE x-yencode': encoded('x-yencode', toYenc),
  'yEnc of a part': encoded(
    '8bit',
    (payload) =>
      toYenc(payload)
        .replace('=ybegin line', '=ybegin part=1 total=1 line')
        .replace('\r\n', `\r\n=ypart begin=1 end=${payload.length}\r\n`),
    'text/plain',
  ),
  'yEnc of a part of two': encoded(
    '8bit',
    (payload) =>
      toYenc(payload)
        .replace('=ybegin line', '=ybegin part=1 total=2 line')
        .replace('\r\n', `\r\n=ypart begin=1 end=${payload.length}\r\n`),
    'text/plain',
  ),
  'yEnc with escapes for all': encoded(
    '8bit',
    (payload) =>
      `=ybegin line=128 size=${payload.length} name=notes.dat\r\n${[...payload].map((byte) => `=${String.fromCharCode((byte + 106) & 255)}`).join('')}\r\n=yend size=1\r\n`,
    'text/plain',
  ),
  'yEnc without an end': encoded('8bit', (payload) => toYenc(payload).replace(/=yend.*/, ''), 'text/plain'),
  'yEnc in base64': encoded(
    'base64',
    (payload) => toBase64(Buffer.from(toYenc(payload), 'latin1')),
    'text/plain',
  ),
  'BinHex of CTE binhex': encoded('binhex', toBinHex),
  'BinHex of CTE binhex40': encoded('binhex40', toBinHex),
  'BinHex of CTE mac-binhex40': encoded('mac-binhex40', toBinHex),
  'BinHex of CTE mac-binhex, without its line': encoded('mac-binhex', (payload) =>
    toBinHex(payload).replace(/^.*\r\n\r\n/, ''),
  ),
  'BinHex of CTE x-hqx': encoded('x-hqx', toBinHex),
  'BinHex without its line': encoded(
    '',
    (payload) => toBinHex(payload).replace(/^.*\r\n\r\n/, ''),
    'application/mac-binhex40',
  ),
  'BinHex behind text': encoded('', (payload) => `Hello.\r\n\r\n${toBinHex(payload)}`, 'text/plain'),
  'BinHex of another type': encoded('', toBinHex, 'application/binhex'),
  'BinHex of type x': encoded('', toBinHex, 'application/x-binhex40; name=a.hqx'),
  'BinHex in long lines': encoded(
    '',
    (payload) => {
      const [banner, , ...digits] = toBinHex(payload).split('\r\n');
      return `${banner}\r\n\r\n${digits.join('')}\r\n`;
    },
    'text/plain',
  ),
  'BinHex in lines that end in CR': encoded(
    '',
    (payload) => toBinHex(payload).replaceAll('\r\n', '\r'),
    'text/plain',
  ),
  'BinHex with a word more': encoded(
    '',
    (payload) => toBinHex(payload).replace('BinHex 4.0)', 'BinHex 4.0.)'),
    'text/plain',
  ),
  gzip64: encoded('gzip64', (payload) => toBase64(gzipSync(payload))),
  'x-gzip64': encoded('x-gzip64', (payload) => toBase64(gzipSync(payload))),
  'base64, and gzip': (d) => {
    d.encoding = `${CTE}: base64\r\nContent-Encoding: gzip\r\n`;
    d.encode = (payload) => toBase64(gzipSync(payload));
  },
  'base64 of quoted-printable, in a row': (d) => {
    d.encoding = `${CTE}: quoted-printable\r\n${CTE}: base64\r\n`;
    d.encode = (payload) => toBase64(Buffer.from(toQuoted(payload)));
  },
  'armour in a text': encoded(
    '',
    (payload) =>
      `-----BEGIN PGP MESSAGE-----\r\n\r\n${Buffer.concat([
        Buffer.from([0xcb, payload.length + 6, 0x62, 0, 0, 0, 0, 0]),
        payload,
      ])
        .toString('base64')
        .replace(/.{1,64}/g, '$&\r\n')}=AAAA\r\n-----END PGP MESSAGE-----\r\n`,
    'text/plain',
  ),
  'armour in lines of 40': encoded(
    '',
    (payload) =>
      `-----BEGIN PGP MESSAGE-----\r\nComment: x\r\n\r\n${Buffer.concat([
        Buffer.from([0xcb, payload.length + 6, 0x62, 0, 0, 0, 0, 0]),
        payload,
      ])
        .toString('base64')
        .replace(/.{1,40}/g, '$&\r\n')}=AAAA\r\n-----END PGP MESSAGE-----\r\n`,
    'text/plain',
  ),
  'an attachment of a calendar': encoded(
    '',
    (payload) =>
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=notes.dat:\r\n ${payload.toString('base64').replace(/.{60}/g, '$&\r\n ')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    'text/calendar; method=REQUEST',
  ),
  'a picture of a card': encoded(
    '',
    (payload) =>
      `BEGIN:VCARD\r\nVERSION:2.1\r\nN:A\r\nPHOTO;ENCODING=BASE64;TYPE=JPEG:\r\n ${payload.toString('base64').replace(/.{60}/g, '$&\r\n ')}\r\n\r\nEND:VCARD\r\n`,
    'text/vcard',
  ),
  'a picture of a card, in short': encoded(
    '',
    (payload) =>
      `BEGIN:VCARD\r\nVERSION:3.0\r\nN:A\r\nPHOTO;ENCODING=b;TYPE=JPEG:${payload.toString('base64').replace(/.{40}/g, '$&\r\n ')}\r\nEND:VCARD\r\n`,
    'text/vcard',
  ),
  'a data URI with a blank': encoded(
    '',
    (payload) => `<a href="data:application/octet-stream;base64 ,${payload.toString('base64')}">x</a>\r\n`,
    'text/html',
  ),
  'a data URI with a charset': encoded(
    '',
    (payload) => `<a href="data:text/plain;charset=utf-8;base64,${payload.toString('base64')}">x</a>\r\n`,
    'text/html',
  ),
  'a data URI with escapes in its digits': encoded(
    '',
    (payload) =>
      `<a href="data:;base64,${payload.toString('base64').replace(/[A-F]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}">x</a>\r\n`,
    'text/html',
  ),
  'a data URI with entities in its digits': encoded(
    '',
    (payload) =>
      `<a href="data:;base64,${payload.toString('base64').replace(/[A-F]/g, (one) => `&#${one.charCodeAt(0)};`)}">x</a>\r\n`,
    'text/html',
  ),
} satisfies Record<string, Evasion>;
