import { CTE, type Evasion } from '../evasions/draft.ts';

const quoted =
  (encode: (payload: Buffer) => string, value = 'quoted-printable'): Evasion =>
  (draft) => {
    draft.encoding = `${CTE}: ${value}\r\n`;
    draft.encode = encode;
  };
const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const each =
  (write: (byte: number) => string): ((payload: Buffer) => string) =>
  (payload) =>
    `${[...payload].map(write).join('')}\r\n`;
const text =
  (pattern: RegExp, by: string): ((payload: Buffer) => string) =>
  (payload) =>
    `${payload.toString('latin1').replaceAll('=', '=3D').replace(pattern, by)}\r\n`;

/** Constructs in quoted-printable. */
export const QUOTED = {
  'a stray equals sign at each': quoted(each((byte) => `=${hex(byte)}=\r\n`)),
  'an equals sign and a digit at each': quoted(each((byte) => `=0${hex(byte)}=\r\n`)),
  'an equals sign, a digit and a letter at each': quoted(each((byte) => `=0X${hex(byte)}=\r\n`)),
  'an equals sign and two letters at each': quoted(each((byte) => `=XX${hex(byte)}=\r\n`)),
  'an equals sign and a blank at each': quoted(each((byte) => `= ${hex(byte)}=\r\n`)),
  'an equals sign and two blanks at each': quoted(each((byte) => `=  ${hex(byte)}=\r\n`)),
  'an equals sign in front of what is no digit': quoted(text(/[^0-9A-Fa-f]/g, '=$&')),
  'an equals sign and a digit in front of what is no digit': quoted(text(/[^0-9A-Fa-f]/g, '=0$&')),
  'an equals sign and a letter in front of digits': quoted(text(/[0-9A-F]/g, '=a$&')),
  'mixed case': quoted(
    (payload) =>
      `${[...payload]
        .map(hex)
        .join('')
        .replace(/=(.)([A-F])/g, (_, a: string, b: string) => `=${a}${b.toLowerCase()}`)}\r\n`,
  ),
  'a soft break of a lone CR': quoted(each((byte) => `${hex(byte)}=\r`)),
  'a soft break of LF': quoted(each((byte) => `${hex(byte)}=\n`)),
  'a soft break of LF CR': quoted(each((byte) => `${hex(byte)}=\n\r`)),
  'a soft break of CR CR LF': quoted(each((byte) => `${hex(byte)}=\r\r\n`)),
  'a soft break and a blank line': quoted(each((byte) => `${hex(byte)}=\r\n=\r\n`)),
  'a soft break with a vertical tab': quoted(each((byte) => `${hex(byte)}=\v\r\n`)),
  'a soft break with NUL': quoted(each((byte) => `${hex(byte)}=\0\r\n`)),
  'a soft break within an escape': quoted(each((byte) => `=${hex(byte)[1]}=\r\n${hex(byte)[2]}`)),
  'escapes for letters alone': quoted(each((byte) => (byte > 0x40 ? hex(byte) : String.fromCharCode(byte)))),
  'escapes of Q words': quoted(
    each((byte) => (byte === 0x20 ? '_' : hex(byte))),
    'q',
  ),
  'a name with x': quoted(each(hex), 'x-quoted-printable'),
  'a name that is cut': quoted(each(hex), 'quoted-printabl'),
  'a name that is cut, and a blank line of a blank': (d, name) => {
    quoted(each(hex), 'quoted-printabl')(d, name);
    d.gap = ' \r\n';
  },
  'half of a name': quoted(each(hex), 'quoted-print'),
  'a name without its dash': quoted(each(hex), 'quotedprintable'),
  'a name with a blank': quoted(each(hex), 'quoted printable'),
  'a name with an underscore': quoted(each(hex), 'quoted_printable'),
  'a line of 20 KB': quoted((payload) => `${'x'.repeat(20_000)}${[...payload].map(hex).join('')}\r\n`),
  'two fields, the other one base64': (d) => {
    d.encoding = `${CTE}: base64\r\n${CTE}: quoted-printable\r\n`;
    d.encode = each(hex);
  },
  'two words, the other one base64': quoted(each(hex), 'base64 quoted-printable'),
  'a comma, the other one base64': quoted(each(hex), 'base64,quoted-printable'),
} satisfies Record<string, Evasion>;
