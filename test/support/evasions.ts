import { gzipSync } from 'node:zlib';
import { toBase64, toQuoted, toUuencode, toYenc } from './transfer-encoders.ts';
import { zip } from './zip.ts';

/** What an evasion may alter about a message; each is text of one byte a character. */
interface Draft {
  /** Fields of the message, with line ends. */
  fields: string;
  /** The field of the message's type. */
  rootType: string;
  rootEncoding: string;
  /** Between the message's header and the first delimiter. */
  preamble: string;
  /** The boundary that delimiters are made of. */
  boundary: string;
  /** The delimiter in front of the attachment, with its line end; that in front of it comes first. */
  delimiter: string;
  /** The closing delimiter and what is behind it. */
  close: string;
  /** The header of the attachment. */
  type: string;
  encoding: string;
  disposition: string;
  /** Its blank line. */
  gap: string;
  /** The bytes of the attachment. */
  payload: Buffer;
  /** How they are written. */
  encode: (payload: Buffer) => string;
  /** What is done to that afterwards. */
  mangle: (encoded: string) => string;
  /** What is done to the attachment, header and content. */
  wrap: (entity: string) => string;
}

/** Alters a draft; the name of the attachment is for fields that have it. */
export type Evasion = (draft: Draft, name: string) => void;

const CTE = 'Content-Transfer-Encoding';
const cte =
  (value: string): Evasion =>
  (draft) =>
    void (draft.encoding = value);
const boundary =
  (parameters: string, used: string): Evasion =>
  (draft) => {
    draft.rootType = `Content-Type: multipart/mixed; ${parameters}\r\n`;
    draft.boundary = used;
    draft.delimiter = `--${used}\r\n`;
    draft.close = `--${used}--\r\n`;
  };
const mangled =
  (mangle: (encoded: string) => string): Evasion =>
  (draft) =>
    void (draft.mangle = mangle);
const typed =
  (type: string): Evasion =>
  (draft) =>
    void (draft.type = type);
const TEXT = 'Content-Type: text/plain\r\n\r\none\r\n';

/** Constructs of which readers are known to make different things, by the piece of the message that they stand in. */
export const EVASIONS = {
  root: {
    'no MIME-Version': (d) => void (d.fields = d.fields.replace(/MIME.*\r\n/, '')),
    'MIME-Version twice': (d) => void (d.fields += 'MIME-Version: 2.0\r\n'),
    'From of a mailbox': (d) =>
      void (d.fields = `From a@example.org Mon Jan  1 10:00:00 2024\r\n${d.fields}`),
    'garbage in the header': (d) => void (d.fields += 'this is no field\r\n'),
    'a blank line of blanks': (d) => void (d.fields += 'X-A: a\r\n \t\r\n'),
    'lone CR in a field': (d) => void (d.fields += 'X-A: a\rX-B: b\r\n'),
    'NUL in a field': (d) => void (d.fields += 'X-A: a\0b\r\n'),
    'a fold first': (d) => void (d.fields = ` X-A: a\r\n${d.fields}`),
    'a transfer encoding': (d) => void (d.rootEncoding = `${CTE}: base64\r\n`),
    'a transfer encoding, quoted-printable': (d) => void (d.rootEncoding = `${CTE}: quoted-printable\r\n`),
    'a line of a control': (d) => void (d.fields += 'X-A: a\r\n\x0c\r\n'),
  },
  boundary: {
    'two parameters, the first counts': boundary('boundary=B; boundary=A', 'B'),
    'two parameters, the last counts': boundary('boundary=A; boundary=B', 'B'),
    'two fields, the first counts': (d) =>
      void (d.rootType += 'Content-Type: multipart/mixed; boundary=A\r\n'),
    'two fields, the last counts': (d) =>
      void (d.rootType = `Content-Type: multipart/mixed; boundary=A\r\n${d.rootType}`),
    'a text, and then a multipart': (d) => void (d.rootType = `Content-Type: text/plain\r\n${d.rootType}`),
    'a multipart, and then a text': (d) => void (d.rootType += 'Content-Type: text/plain\r\n'),
    'a blank in front of the colon': (d) => void (d.rootType = d.rootType.replace(':', ' :')),
    'a tab in front of the colon': (d) => void (d.rootType = d.rootType.replace(':', '\t:')),
    sections: boundary('boundary*0=B; boundary*1=C', 'BC'),
    'sections, the first counts': boundary('boundary*0=B; boundary*1=C', 'B'),
    'sections out of order': boundary('boundary*1=C; boundary*0=B', 'BC'),
    'sections with a gap': boundary('boundary*0=B; boundary*2=C', 'B'),
    extended: boundary("boundary*=us-ascii''%42C", 'BC'),
    'extended, as it stands': boundary("boundary*=us-ascii''%42C", "us-ascii''%42C"),
    'plain and extended, the plain counts': boundary("boundary=B; boundary*=us-ascii''A", 'B'),
    'plain and extended, the extended counts': boundary("boundary=A; boundary*=us-ascii''B", 'B'),
    empty: boundary('boundary=""', ''),
    none: boundary('charset=x', 'B'),
    'of 200 characters': boundary(`boundary=${'B'.repeat(200)}`, 'B'.repeat(200)),
    'of 300 characters': boundary(`boundary=${'B'.repeat(300)}`, 'B'.repeat(300)),
    'of 200 characters, cut at 70': boundary(`boundary=${'B'.repeat(200)}`, 'B'.repeat(70)),
    'a quoted pair': boundary('boundary="a\\b"', 'ab'),
    'a quoted pair, kept': boundary('boundary="a\\b"', 'a\\b'),
    'a quoted quote': boundary('boundary="a\\"b"', 'a\\'),
    'a comment in front': boundary('boundary=(c)B', 'B'),
    'a comment in front, kept': boundary('boundary=(c)B', '(c)B'),
    'a comment behind': boundary('boundary=B(c)', 'B'),
    'a comment behind, kept': boundary('boundary=B(c)', 'B(c)'),
    'a comment in front of the name': boundary('(boundary=A;) boundary=B', 'B'),
    'a boundary in a comment': boundary('(; boundary=B) boundary=A', 'B'),
    'a comma': boundary('charset=x, boundary=B', 'B'),
    'no semicolon': boundary('charset=x boundary=B', 'B'),
    'no semicolon behind the type': (d) => void (d.rootType = d.rootType.replace(';', '')),
    'a blank at its end': boundary('boundary="B "', 'B '),
    'a blank at its end, left out': boundary('boundary="B "', 'B'),
    'a blank at its front': boundary('boundary=" B"', ' B'),
    'a blank at its front, left out': boundary('boundary=" B"', 'B'),
    'blanks without quotes': boundary('boundary=B C', 'B'),
    'blanks without quotes, kept': boundary('boundary=B C', 'B C'),
    'bytes above 127': boundary('boundary="B\xe4"', 'B\xe4'),
    'a fold in its middle': boundary('boundary="B\r\n C"', 'B C'),
    'a fold in its middle, left out': boundary('boundary="B\r\n C"', 'BC'),
    'a quote that does not end': boundary('boundary="B', 'B'),
    'a quote that does not end, in front of another parameter': boundary('boundary="B; charset=x', 'B'),
    'single quotes': boundary("boundary='B'", 'B'),
    'single quotes, kept': boundary("boundary='B'", "'B'"),
    'an encoded word': boundary('boundary="=?us-ascii?Q?B?="', 'B'),
    'an encoded word, kept': boundary('boundary="=?us-ascii?Q?B?="', '=?us-ascii?Q?B?='),
    'junk behind the quote': boundary('boundary="B"C', 'B'),
    'junk behind the quote, kept': boundary('boundary="B"C', 'BC'),
    'NUL in it': boundary('boundary="B\0C"', 'B'),
    'NUL in it, left out': boundary('boundary="B\0C"', 'BC'),
    'upper case': (d) => void (d.rootType = d.rootType.toUpperCase().replace('"b"', '"B"')),
    'an unknown subtype': (d) => void (d.rootType = d.rootType.replace('mixed', 'x-unknown')),
    'no subtype': (d) => void (d.rootType = d.rootType.replace('/mixed', '')),
    'a blank at the slash': (d) => void (d.rootType = d.rootType.replace('/', ' / ')),
    'a type that is no multipart': (d) =>
      void (d.rootType = d.rootType.replace('multipart/mixed', 'text/plain')),
    'a report': (d) => void (d.rootType = d.rootType.replace('mixed', 'report')),
    'a lone CR at the parameter': (d) => void (d.rootType = d.rootType.replace('; ', ';\r ')),
    'an LF alone and a fold': (d) => void (d.rootType = d.rootType.replace('; ', ';\n ')),
  },
  delimiter: {
    'junk behind': (d) => void (d.delimiter = `--${d.boundary}junk\r\n`),
    'junk behind a blank': (d) => void (d.delimiter = `--${d.boundary} junk\r\n`),
    'a blank in front': (d) => void (d.delimiter = ` --${d.boundary}\r\n`),
    'blanks behind': (d) => void (d.delimiter = `--${d.boundary} \t\r\n`),
    'behind a lone CR': (d) => void (d.delimiter = `x\r--${d.boundary}\r\n`),
    'a lone CR behind': (d) => void (d.delimiter = `--${d.boundary}\r`),
    'two CR behind': (d) => void (d.delimiter = `--${d.boundary}\r\r\n`),
    'LF behind': (d) => void (d.delimiter = `--${d.boundary}\n`),
    'NUL behind': (d) => void (d.delimiter = `--${d.boundary}\0\r\n`),
    'a form feed behind': (d) => void (d.delimiter = `--${d.boundary}\x0c\r\n`),
    'behind the closing one': (d) => void (d.delimiter = `--${d.boundary}--\r\n--${d.boundary}\r\n`),
    'the closing one in its place': (d) => void (d.delimiter = `--${d.boundary}--\r\n`),
    'no closing one': (d) => void (d.close = ''),
    'a closing one with junk': (d) => void (d.close = `--${d.boundary}--junk\r\n`),
    'the closing one first': (d) => void (d.preamble = `--${d.boundary}--\r\n`),
    'the attachment in the preamble': (d) =>
      void (d.preamble = `--${d.boundary}\r\nContent-Type: text/plain\r\n`),
    'an inner multipart that does not end': (d) =>
      void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/alternative; boundary=I\r\n\r\n--I\r\n${TEXT}--${d.boundary}\r\n`),
    'an inner multipart of the same boundary': (d) =>
      void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/alternative; boundary="${d.boundary}"\r\n\r\n--${d.boundary}\r\n`),
    'an inner multipart of a longer boundary': (d) => {
      d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${d.boundary}x"\r\n\r\n--${d.boundary}x\r\n`;
      d.close = `--${d.boundary}x--\r\n--${d.boundary}--\r\n`;
    },
    'an inner multipart of a shorter boundary': (d) => {
      const inner = d.boundary.slice(0, -1) || 'i';
      d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${inner}"\r\n\r\n--${inner}\r\n`;
      d.close = `--${inner}--\r\n--${d.boundary}--\r\n`;
    },
    'a header that ends at a delimiter': (d) =>
      void (d.delimiter = `--${d.boundary}\r\nContent-Type: text/plain\r\n--${d.boundary}\r\n`),
  },
  field: {
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
  },
  encoding: {
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
  },
  base64: {
    'junk in it': mangled((text) => text.replace(/.{7}/g, '$&!')),
    'dashes and dots in it': mangled((text) => text.replace(/.{7}/g, '$&-.')),
    'blank lines': mangled((text) => text.replace(/.{8}/g, '$&\r\n\r\n')),
    'one character a line': mangled((text) => text.replace(/[^\r\n]/g, '$&\r\n')),
    'a blank at each': mangled((text) => text.replace(/[^\r\n]/g, '$& ')),
    'no line ends': mangled((text) => text.replace(/[\r\n]/g, '')),
    'no padding': mangled((text) => text.replaceAll('=', '')),
    'a character behind': mangled((text) => text.trimEnd().replace(/=*$/, 'A\r\n')),
    'the alphabet of URLs': mangled((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    'text in front': mangled((text) => `Hello, there.\r\n${text}`),
    'bytes above 127': mangled((text) => text.replace(/.{5}/g, '$&\xe4')),
    'NUL in it': mangled((text) => text.replace(/.{5}/g, '$&\0')),
    'lone CR': mangled((text) => text.replace(/.{16}/g, '$&\r')),
    'a line of dashes behind': mangled((text) => `${text}--\r\n`),
    'padding in its middle': (d) => {
      const { encode } = d;
      d.encode = (payload) => encode(payload.subarray(0, 16)).trimEnd() + encode(payload.subarray(16));
    },
    'padding in its middle, on a line of its own': (d) => {
      const { encode } = d;
      d.encode = (payload) => encode(payload.subarray(0, 16)) + encode(payload.subarray(16));
    },
  },
  wrap: {
    'a message': (d) =>
      void (d.wrap = (entity) => `Content-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\n${entity}`),
    'a message in a message': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n${entity}`),
    'an international message': (d) =>
      void (d.wrap = (entity) => `Content-Type: message/global\r\n\r\n${entity}`),
    'a message in base64': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: message/rfc822\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(entity, 'latin1'))}`),
    'a message in quoted-printable': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: message/rfc822\r\n${CTE}: quoted-printable\r\n\r\n${toQuoted(Buffer.from(entity, 'latin1'))}`),
    'a message in base64, three deep': (d) =>
      void (d.wrap = (entity) => {
        let text = entity;
        for (let i = 0; i < 3; i++)
          text = `Content-Type: message/rfc822\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(text, 'latin1'))}`;
        return text;
      }),
    'a file that is a message': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: application/octet-stream; name=a.eml\r\n\r\nMIME-Version: 1.0\r\n${entity}`),
    'a file that is a message, in base64': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.eml\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(`From: a\r\nMIME-Version: 1.0\r\n${entity}`, 'latin1'))}`),
    'a digest': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: multipart/digest; boundary=DIG\r\n\r\n--DIG\r\n\r\n${entity}\r\n--DIG--\r\n`),
    'a multipart in base64': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(`--ENC\r\n${entity}\r\n--ENC--\r\n`, 'latin1'))}`),
    'an unknown multipart': (d) =>
      void (d.wrap = (entity) =>
        `Content-Type: multipart/x-new; boundary=NEW\r\n\r\n--NEW\r\n${entity}\r\n--NEW--\r\n`),
  },
  pack: {
    'a zip': (d) => void (d.payload = zip([{ name: 'a.txt', content: d.payload }])),
    'a zip with sizes behind the content': (d) =>
      void (d.payload = zip([{ name: 'a.txt', content: d.payload, streamed: true }])),
    'a zip without a directory': (d) =>
      void (d.payload = zip([{ name: 'a.txt', content: d.payload }], { directory: false })),
    'a zip in a zip': (d) =>
      void (d.payload = zip([{ name: 'a.zip', content: zip([{ name: 'a.txt', content: d.payload }]) }])),
    gzip: (d) => void (d.payload = gzipSync(d.payload)),
    'a zip in gzip': (d) => void (d.payload = gzipSync(zip([{ name: 'a.txt', content: d.payload }]))),
    TNEF: (d) => void (d.payload = Buffer.concat([Buffer.from('789f3e22010002', 'hex'), d.payload])),
  },
} satisfies Record<string, Record<string, Evasion>>;

/** The message that evasions leave behind them. */
export function draw(evasions: readonly Evasion[], payload: Buffer, name: string): string {
  const draft: Draft = {
    fields: 'From: a@example.org\r\nTo: b@example.net\r\nMIME-Version: 1.0\r\n',
    rootType: 'Content-Type: multipart/mixed; boundary="B"\r\n',
    rootEncoding: '',
    preamble: '',
    boundary: 'B',
    delimiter: '--B\r\n',
    close: '--B--\r\n',
    type: `Content-Type: application/octet-stream; name="${name}"\r\n`,
    encoding: `${CTE}: base64\r\n`,
    disposition: `Content-Disposition: attachment; filename="${name}"\r\n`,
    gap: '\r\n',
    payload,
    encode: toBase64,
    mangle: (text) => text,
    wrap: (text) => text,
  };
  for (const evasion of evasions) evasion(draft, name);
  const content = draft.mangle(draft.encode(draft.payload));
  const entity = draft.wrap(`${draft.type}${draft.encoding}${draft.disposition}${draft.gap}${content}`);
  const body = `${draft.preamble}--${draft.boundary}\r\n${TEXT}${draft.delimiter}${entity}${draft.close}`;
  const inBody =
    draft.rootEncoding === ''
      ? body
      : draft.rootEncoding.includes('base64')
        ? toBase64(Buffer.from(body, 'latin1'))
        : toQuoted(Buffer.from(body, 'latin1'));
  return `${draft.fields}${draft.rootType}${draft.rootEncoding}\r\n${inBody}`;
}
