import { describe, expect, it } from 'vitest';
import { EmbeddedContent, type Marks } from '../../../../src/core/mime/readings/embedded-content.ts';
import { toBinHex } from '../../../support/transfer-encoders.ts';
import { chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

const FILE = Buffer.from(
  'This is a file of some length, hidden in the text of a message, and no reader misses it.',
);
const BASE64 = FILE.toString('base64').replace(/(.{76})/g, '$1\r\n');

function decoded(pieces: Iterable<Buffer>, marks: Marks = 'all'): string {
  const embedded = new EmbeddedContent(marks);
  const out: Buffer[] = [];
  for (const piece of pieces) out.push(Buffer.from(embedded.write(piece)));
  out.push(Buffer.from(embedded.end()));
  return Buffer.concat(out).toString('latin1');
}

function uuencoded(bytes: Buffer): string {
  let lines = 'begin 644 a.exe\r\n';
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45);
    lines += String.fromCharCode(32 + line.length);
    for (let i = 0; i < line.length; i += 3) {
      const bits = ((line[i] ?? 0) << 16) | ((line[i + 1] ?? 0) << 8) | (line[i + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) lines += String.fromCharCode(32 + ((bits >> shift) & 63));
    }
    lines += '\r\n';
  }
  return `${lines}\`\r\nend\r\n`;
}

const XX = '+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const xxencoded = (bytes: Buffer): string =>
  uuencoded(bytes).replace(/^(?!begin|end).+$/gm, (line) =>
    line.replace(/[^\r]/g, (digit) => XX[(digit.charCodeAt(0) - 32) & 63]),
  );

function yencoded(bytes: Buffer): string {
  const shifted = [...bytes].map((byte) => String.fromCharCode((byte + 42) & 255)).join('');
  return `=ybegin line=128 size=${bytes.length} name=a.exe\r\n${shifted}\r\n=yend size=${bytes.length}\r\n`;
}

const FOUND: [what: string, text: string, content: string][] = [
  ['nothing in text', 'Hello,\r\nno file is here.\r\n', ''],
  ['no word that looks like a begin', 'begin 10 minutes early\r\nbegin 644\r\n', ''],
  ['a uuencoded file', `Hello\r\n${uuencoded(FILE)}Bye\r\n`, FILE.toString('latin1')],
  [
    'one that is cut off',
    uuencoded(FILE).split('\r\n').slice(0, 2).join('\r\n'),
    FILE.toString('latin1', 0, 45),
  ],
  ['two uuencoded files', uuencoded(FILE).repeat(2), FILE.toString('latin1').repeat(2)],
  ['a yEnc file', `Hello\r\n${yencoded(FILE)}Bye\r\n`, FILE.toString('latin1')],
  ['lines of base64', `Hello\r\n${BASE64}\r\nBye.\r\n`, FILE.toString('latin1')],
  [
    'a part that is not split here',
    `--x\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\nX-A: b\r\n\r\nQUJD\r\n--x--\r\n`,
    'ABC',
  ],
  [
    'one in quoted-printable',
    `Content-Transfer-Encoding: quoted-printable\r\n\r\n=41=42C\r\n--x--\r\n`,
    'ABC\r\n',
  ],
  [
    'a part in base64 with junk in it, up to the next delimiter',
    `Content-Transfer-Encoding: base64\r\n\r\nQU!J\r\n*\r\nD\r\n--x\r\nHello\r\n`,
    'ABC',
  ],
  [
    'two parts without a delimiter',
    `Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=44=45\r\n`,
    'ABCDE\r\n',
  ],
  ['uuencode of a short mode', uuencoded(FILE).replace('644', '6'), FILE.toString('latin1')],
  ['uuencode without a name', uuencoded(FILE).replace(' a.exe', ''), FILE.toString('latin1')],
  [
    'uuencode with a line of words in it',
    uuencoded(FILE).replace('\r\n', '\r\nsome words\r\n'),
    FILE.toString('latin1'),
  ],
  [
    'a file behind uuencode that does not end',
    `begin 644 people never learn\r\nwords\r\n${yencoded(FILE)}`,
    FILE.toString('latin1'),
  ],
  ['uuencode begun twice', `begin 644 a.txt\r\n${uuencoded(FILE)}`, FILE.toString('latin1')],
  ['uuencode in lines that end in CR', uuencoded(FILE).replaceAll('\r\n', '\r'), FILE.toString('latin1')],
  ['xxencode', xxencoded(FILE), FILE.toString('latin1')],
  [
    'armour',
    `-----BEGIN PGP MESSAGE-----\r\nVersion: 1\r\n\r\n${BASE64.replace(/.{40}/g, '$&\r\n')}\r\n-----END PGP MESSAGE-----\r\nBye\r\n`,
    FILE.toString('latin1'),
  ],
  ['a file of BinHex', `Hello\r\n${toBinHex(FILE)}Bye\r\n`, `${FILE.toString('latin1')}\0\0\0\0`],
  [
    'uuencode with tabs and a long mode',
    uuencoded(FILE).replace('begin 644 ', 'begin\t100644\t'),
    FILE.toString('latin1'),
  ],
  ['uuencode without a mode', uuencoded(FILE).replace('begin 644 ', 'begin  '), FILE.toString('latin1')],
  ['no words behind two blanks', 'begin  with this\r\nand go on with that\r\n', ''],
  ['uuencode in digits of base64', `begin-base64 644 a\r\nQUJD\r\nREVG\r\n====\r\nHello\r\n`, 'ABCDEF'],
  [
    'what is behind a uuencoded file without an end',
    `${uuencoded(FILE).replace('`\r\nend\r\n', '')}Hello\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n`,
    `${FILE.toString('latin1')}ABC`,
  ],
];

describe('what is embedded in text', () => {
  it.each(FOUND)('%s comes out', (_, text, content) => {
    expect(decoded([Buffer.from(text, 'latin1')])).toBe(content);
  });

  it('does not count lines of base64 where it is told so', () => {
    expect(decoded([Buffer.from(`Hello\r\n${BASE64}\r\n`)], 'no-lines')).toBe('');
  });

  it('does not depend on where the text is cut', () => {
    for (const [, text, content] of FOUND) {
      const bytes = Buffer.from(text, 'latin1');
      for (const size of [1, 2, 7, 4096]) expect(decoded(chunksOf(bytes, size))).toBe(content);
      if (bytes.length > 1000) continue;
      for (const pieces of twoPieceSplits(bytes)) expect(decoded(pieces)).toBe(content);
    }
  });
});
