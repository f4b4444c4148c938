import type { Evasion } from './draft.ts';

const mangled =
  (mangle: (encoded: string) => string): Evasion =>
  (draft) =>
    void (draft.mangle = mangle);

/** Constructs in base64 itself. */
export const BASE64 = {
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
  'padding within a quantum': mangled((text) => text.replace(/.{6}/, '$&=')),
  'padding behind a digit': mangled((text) => text.replace(/.{5}/, '$&=')),
  'padding in front': mangled((text) => `=${text}`),
  'a padded piece within a quantum': mangled((text) => text.replace(/.{7}/, '$&=')),
  'padding twice within a quantum': mangled((text) => text.replace(/.{6}/, '$&==')),
  'a digit and padding in front': mangled((text) => `A=${text}`),
  'padding of four in front': mangled((text) => `====\r\n${text}`),
  'a field in front': mangled((text) => `X-A: a\r\n\r\n${text}`),
  'escapes of quoted-printable': mangled((text) => text.replace(/.{16}/g, '$&=\r\n')),
  'a line of stars in it': mangled((text) => text.replace(/.{16}/, '$&\r\n****\r\n')),
  'dots in front of lines': mangled((text) => text.replace(/.{16}/g, '$&\r\n.')),
  'signs of quoting in front of lines': mangled((text) => text.replace(/.{16}/g, '$&\r\n> ')),
  'lines of 10,000 characters': mangled((text) => `${' '.repeat(10_000)}${text}`),
  'text behind': mangled((text) => `${text}\r\nKind regards\r\n`),
  'armour around': mangled((text) => `-----BEGIN DATA-----\r\n${text}-----END DATA-----\r\n`),
  'lines that end in CR': mangled((text) => text.replace(/.{16}/g, '$&\r')),
  'a bit too much at its end': mangled((text) => text.replace(/o=\s*$/, 'r=\r\n')),
} satisfies Record<string, Evasion>;
