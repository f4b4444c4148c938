import type { Evasion } from '../evasions/draft.ts';

const mangled =
  (mangle: (encoded: string) => string): Evasion =>
  (draft) =>
    void (draft.mangle = mangle);
/** The payload in pieces of so many bytes, each encoded by itself and written so. */
const pieces =
  (bytes: number, write: (encoded: string) => string): Evasion =>
  (draft) => {
    draft.encode = (payload) => {
      let out = '';
      for (let at = 0; at < payload.length; at += bytes)
        out += write(payload.subarray(at, at + bytes).toString('base64'));
      return `${out.trimEnd()}\r\n`;
    };
  };
const bare = (text: string): string => text.replace(/\r\n/g, '');
/** In lines of so many digits, with this behind each. */
const lines = (length: number, behind: string): Evasion =>
  mangled((text) => bare(text).replace(new RegExp(`.{1,${length}}`, 'g'), `$&${behind}\r\n`));

/** Constructs in base64 itself. */
export const BASE64 = {
  'a vertical tab at each': mangled((text) => text.replace(/[^\r\n]/g, '$&\v')),
  'a lone CR at each': mangled((text) => text.replace(/[^\r\n]/g, '$&\r')),
  'a number sign at each': mangled((text) => text.replace(/[^\r\n]/g, '$&#')),
  'a percent sign at each': mangled((text) => text.replace(/[^\r\n]/g, '$&%')),
  'a colon at each': mangled((text) => text.replace(/[^\r\n]/g, '$&:')),
  'a dash at each': mangled((text) => text.replace(/[^\r\n]/g, '$&-')),
  'an underscore at each': mangled((text) => text.replace(/[^\r\n]/g, '$&_')),
  'a backslash at each': mangled((text) => text.replace(/[^\r\n]/g, '\\$&')),
  'one and two blank lines': mangled((text) => text.replace(/.{2}/g, '$&\r\n\r\n')),
  'lines of three': lines(3, ''),
  'lines of five': lines(5, ''),
  'lines of four, and one digit more': lines(4, 'X'),
  'lines of four, and two digits more': lines(4, 'XX'),
  'lines of four, and three digits more': lines(4, 'XXX'),
  'lines of four, and padding': lines(4, '='),
  'lines of four, and two of padding': lines(4, '=='),
  'lines of four, a number sign, and other digits': lines(4, '#abce01234567fghj'),
  'lines of three, a number sign, and other digits': lines(3, '#abce01234567fghj'),
  'a digit, and a blank line in front': mangled((text) => `A\r\n\r\n${text}`),
  'two digits, and a blank line in front': mangled((text) => `AB\r\n\r\n${text}`),
  'three digits, and a blank line in front': mangled((text) => `ABC\r\n\r\n${text}`),
  'a word, and a blank line in front': mangled((text) => `Hello\r\n\r\n${text}`),
  'the first line of uuencode in front': mangled((text) => `begin-base64 744 notes.dat\r\n${text}====\r\n`),
  'the first line of uuencode in front, without digits': mangled(
    (text) => `begin 644 notes.dat\r\n${text}end\r\n`,
  ),
  'the first line of uuencode in front, of nine letters': mangled(
    (text) => `begin 644 a\r\n${bare(text)}\r\n`,
  ),
  'padding of four within a quantum, and junk': mangled((text) =>
    text.replace(/.{6}/, '$&====').replace(/.{2}/, '$&!'),
  ),
  'padding within a quantum, and junk': mangled((text) => text.replace(/.{7}/, '$&=').replace(/.{2}/, '$&*')),
  'padding for the digit of zero, and junk': mangled((text) =>
    text.replace(/A(?=[\w+/]{4})/g, '=').replace(/.{2}/, '$&*'),
  ),
  'padding behind all': mangled((text) => text.replace(/\r\n$/, '=\r\n')),
  'padding behind each line': mangled((text) => bare(text).replace(/.{1,16}/g, '$&=\r\n')),
  'padding behind each quantum': mangled((text) => text.replace(/[\w+/]{4}/g, '$&=')),
  'padding inside of each quantum': mangled((text) => text.replace(/([\w+/]{2})([\w+/]{2})/g, '$1=$2')),
  'padding in front of each line': mangled((text) => bare(text).replace(/.{1,16}/g, '=$&\r\n')),
  'padding of four in front of each line': mangled((text) => bare(text).replace(/.{1,16}/g, '====$&\r\n')),
  'one byte a quantum, padding of one': pieces(1, (text) => text.replace('==', '=')),
  'one byte a quantum, padding of one and a line end': pieces(1, (text) => text.replace('==', '=\r\n')),
  'one byte a quantum, no padding, on lines': pieces(1, (text) => text.replace('==', '\r\n')),
  'one byte a quantum': pieces(1, (text) => text),
  'two bytes a quantum': pieces(2, (text) => text),
  'two bytes a quantum, on lines': pieces(2, (text) => `${text}\r\n`),
  'two bytes a quantum, the padding in front': pieces(2, (text) => text.replace(/^(.*)=$/, '=$1')),
  'two bytes a quantum, the padding second': pieces(2, (text) => text.replace(/^(.)(.*)=$/, '$1=$2')),
  'two bytes a quantum, the padding third': pieces(2, (text) => text.replace(/^(..)(.*)=$/, '$1=$2')),
  'two bytes a line, no padding': pieces(2, (text) => `${text.replaceAll('=', '')}\r\n`),
  'padding for the digit of zero': mangled((text) => text.replace(/A(?=[\w+/]{4})/g, '=')),
  'padding for each second digit of zero': mangled((text) =>
    text.replace(/A([^\r\n=])(?=[\w+/]{4})/g, '=$1'),
  ),
  'padding for the first digit of zero': mangled((text) => text.replace('A', '=')),
  'the third digit of one byte behind its padding': (d) => {
    d.encode = (payload) => {
      let out = '';
      let raw: number[] = [];
      const flush = (): void => {
        if (raw.length > 0) out += `${Buffer.from(raw).toString('base64')}\r\n`;
        raw = [];
      };
      for (const byte of payload) {
        if (byte % 4 !== 0) raw.push(byte);
        else {
          flush();
          out += `${Buffer.from([byte]).toString('base64').replace('A==', '=A=')}\r\n`;
        }
      }
      flush();
      return out;
    };
  },
  'other data behind the padding': mangled(
    (text) => `${text.trimEnd().replace(/=*$/, '')}====\r\nUEsDBAoAAAAA\r\n`,
  ),
  'two pieces, the first with padding of one': (d) => {
    d.encode = (payload) =>
      `${payload.subarray(0, 32).toString('base64')}\r\n${payload.subarray(32).toString('base64')}\r\n`;
  },
  'a mark of UTF-8 in front': mangled((text) => `\xef\xbb\xbf${text}`),
  'in UTF-16': mangled((text) => `\xff\xfe${text.replace(/[^]/g, '$&\0')}`),
  'quotes around each line': mangled((text) => bare(text).replace(/.{1,16}/g, '"$&"\r\n')),
  'commas between': mangled((text) => bare(text).replace(/.{1,16}/g, '$&,\r\n')),
  'a backslash at the end of each line': mangled((text) => bare(text).replace(/.{1,16}/g, '$&\\\r\n')),
  'a comment in it': mangled((text) => text.replace(/.{16}/, '$&\r\n(a comment)\r\n')),
  'a comment behind each line': mangled((text) => bare(text).replace(/.{1,16}/g, '$& (c)\r\n')),
  'a checksum behind it': mangled((text) => `${text}=njUN\r\n`),
  'a header of armour in front': mangled(
    (text) =>
      `-----BEGIN PGP MESSAGE-----\r\nVersion: 1\r\n\r\n${text}=njUN\r\n-----END PGP MESSAGE-----\r\n`,
  ),
  'a field behind it': mangled((text) => `${text}X-A: a\r\n`),
  'a form feed between': mangled((text) => bare(text).replace(/.{1,16}/g, '$&\f\r\n')),
  'control characters between': mangled((text) => bare(text).replace(/.{1,16}/g, '$&\x1a\x08\x7f\r\n')),
  'HTML around': mangled((text) => `<pre>\r\n${text}</pre>\r\n`),
  'lines that end in LF CR': mangled((text) => bare(text).replace(/.{1,16}/g, '$&\n\r')),
  'a dash of URLs in front of each line': mangled((text) => bare(text).replace(/.{1,16}/g, '-$&\r\n')),
  '30 KB of spaces in it': mangled((text) => text.replace(/.{16}/, `$&${' '.repeat(30_000)}`)),
} satisfies Record<string, Evasion>;
