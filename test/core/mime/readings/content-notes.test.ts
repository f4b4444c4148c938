import { describe, expect, it } from 'vitest';
import {
  type AnyTransform,
  defineFilter,
  defineTransform,
  judge,
  type Part,
  tap,
} from '../../../../src/core/index.ts';
import { runFilter } from '../../../../src/testing/run-filter.ts';
import { footer, stripAttachments } from '../../../../src/transforms/index.ts';
import { CHUNK_SIZES } from '../../../support/chunks.ts';
import { toUuencode } from '../../../support/transfer-encoders.ts';

const TOP = 'From: a@example.org\r\nMIME-Version: 1.0\r\n';
const DIGITS = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\r\n';

/** A leaf behind a text in a multipart. */
const leaf = (fields: string, content: string): Buffer =>
  Buffer.from(
    `${TOP}Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nHello.\r\n--B\r\n${fields}\r\n\r\n${content}\r\n--B--\r\n`,
    'latin1',
  );
const file = (encoding: string, content: string): Buffer =>
  leaf(`Content-Type: application/x-any\r\nContent-Transfer-Encoding: ${encoding}`, content);
const text = (content: string, charset = 'us-ascii', encoding = '8bit'): Buffer =>
  leaf(`Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}`, content);

const drain = async (content: AsyncIterable<Buffer>): Promise<undefined> => {
  for await (const bytes of content) void bytes;
};
const looking = (onPart: (part: Part) => ReturnType<NonNullable<AnyTransform['onPart']>>): AnyTransform =>
  defineTransform({ name: 'looking', onPart: (part) => (part.isLeaf ? onPart(part) : undefined) });
const READING = looking(() => tap(drain));

/** Codes by parts. */
async function told(
  eml: Buffer,
  transforms: AnyTransform[] = [READING],
  chunkSize = 65_535,
): Promise<string[]> {
  const { ambiguities, failures } = await runFilter(defineFilter(transforms), { eml, chunkSize });
  expect(failures).toEqual([]);
  return ambiguities.map(({ path, code }) => `${path} ${code}`);
}

const TNEF = '\x78\x9f\x3e\x22\x01\x00';
const LONG = `${DIGITS.trim().repeat(16)}\r\n`;

const MESSAGES: [code: string, what: string, eml: Buffer][] = [
  ['base64-junk', 'a sign that is no digit', file('base64', 'SGVs!bG8gd29ybGQh')],
  ['base64-junk', 'the digits of URLs', file('base64', 'SGVs_G8gd29ybGQhQ')],
  ['base64-padding', 'padding inside', file('base64', 'SGVsbA==SGVsbG8h')],
  ['base64-padding', 'too little padding', file('base64', 'SGVsbA=')],
  ['base64-tail', 'no padding', file('base64', 'SGVsbG8gd29ybG')],
  ['base64-tail', 'a digit too much', file('base64', 'SGVsbG8gd29ybGQhS')],
  ['base64-short-lines', 'a digit a line', file('base64', 'S\r\nG\r\nV\r\ns\r\n')],
  ['encoded-line-too-long', 'base64 in a line', file('base64', LONG)],
  ['encoded-line-too-long', 'quoted-printable in a line', file('quoted-printable', 'a'.repeat(1000))],
  ['quoted-printable-escape', 'letters that are no digits', file('quoted-printable', 'a=zz')],
  ['quoted-printable-lower-case', 'small digits', file('quoted-printable', 'a=e9')],
  ['quoted-printable-blanks', 'blanks in a soft line break', file('quoted-printable', 'a= \t\r\nb')],
  ['base64-undeclared', 'lines of it in a part without a header', leaf('X-Any: 1', DIGITS.repeat(3))],
  ['base64-undeclared', 'a file in short lines', file('8bit', DIGITS.replace(/.{40}/g, '$&\r\n').repeat(30))],
  ['file-in-text', 'uuencode', text(toUuencode(Buffer.from('hello')))],
  [
    'file-in-text',
    'uuencode, in quoted-printable',
    text(toUuencode(Buffer.from('hello')).replaceAll('=', '=3D'), 'us-ascii', 'quoted-printable'),
  ],
  [
    'file-in-text',
    'yEnc',
    text('=ybegin line=128 size=3 name=a.dat\r\n\x8b\x8c\x8d\r\n=yend size=3', 'iso-8859-1'),
  ],
  [
    'file-in-text',
    'BinHex',
    text(
      '(This file must be converted with BinHex 4.0)\r\n\r\n:#dEb,R0R!d9\'9cc"H3!!!!!+!!!!!"h0dpbBR"4S)JF5e`G"YVc3j-:',
    ),
  ],
  ['tnef', 'the beginning of one', leaf('Content-Type: application/x-any', TNEF)],
  ['charset-differs', 'the mark of UTF-8', text('\xef\xbb\xbfa')],
  [
    'charset-differs',
    'the mark of UTF-16, whatever is said',
    leaf('Content-Type: text/plain', '\xff\xfea\0'),
  ],
  ['charset-differs', 'eight bits where there are seven', text('caf\xe9')],
  ['charset-differs', 'no UTF-8', text('caf\xe9 au lait', 'utf-8')],
  ['binary-in-text', 'NUL', text('a\0b')],
];

describe('what is ambiguous about decoded content', () => {
  it.each(MESSAGES)('%s: %s', async (code, _what, eml) => {
    for (const size of CHUNK_SIZES) expect(await told(eml, undefined, size)).toEqual([`1.2 ${code}`]);
  });

  it('is told of what is judged as well, and where the function has stopped reading', async () => {
    const [, , eml] = MESSAGES[0];
    expect(await told(eml, [looking(() => judge(drain))])).toEqual(['1.2 base64-junk']);
    for (const size of CHUNK_SIZES)
      expect(await told(eml, [looking(() => tap(() => undefined))], size)).toEqual(['1.2 base64-junk']);
  });

  it.each(MESSAGES)('is not told where nobody looks: %s, %s', async (code, _what, eml) => {
    // TNEF and the like may be known by the header.
    expect(await told(eml, [looking(() => undefined)])).toEqual([]);
    expect((await told(eml, [footer({ text: 'Bye.' })])).filter((line) => line.endsWith(` ${code}`))).toEqual(
      [],
    );
  });

  it('is known in time for those behind a barrier', async () => {
    const seen: string[] = [];
    const late = defineTransform({
      name: 'late',
      late: true,
      onEnd: ({ ambiguities }) => void seen.push(...ambiguities.map(({ code }) => code)),
    });
    await told(MESSAGES[0][2], [READING, late]);
    expect(seen).toEqual(['base64-junk']);
  });

  it.each([
    ['base64', file('base64', DIGITS.repeat(20))],
    ['base64 with padding', file('base64', 'SGVsbG8=')],
    ['quoted-printable', file('quoted-printable', 'a=E9=\r\nb=20\r\n')],
    ['UTF-8', text('caf\xc3\xa9', 'utf-8')],
    ['UTF-8 with its mark', text('\xef\xbb\xbfcaf\xc3\xa9', 'utf-8')],
    ['UTF-16', text('\xff\xfea\0b\0', 'utf-16')],
    ['eight bits without a charset', leaf('Content-Type: text/plain', 'caf\xe9')],
    ['the mark of UTF-8 without a charset', leaf('Content-Type: text/plain', '\xef\xbb\xbfa')],
    ['a text about uuencode', text('begin 644 a.exe\r\nis what such a file begins with.\r\n')],
    ['a key', text(`-----BEGIN CERTIFICATE-----\r\nshort\r\n-----END CERTIFICATE-----\r\n`)],
  ])('is nothing in %s', async (_what, eml) => {
    expect(await told(eml)).toEqual([]);
  });

  it('is looked for in the first 64 KB of a text, however it comes', async () => {
    const almost = `${'a b '.repeat(24)}ab\r\n`.repeat(655);
    const rest = ' b'.repeat(65_536).slice(0, 65_536 - almost.length - 1);
    for (const size of [7, 4096, 65_535]) {
      expect(await told(text(`${almost}${rest}\xe9\r\n`, 'utf-8'), undefined, size)).toEqual([]);
      expect(await told(text(`${almost}${rest}\xe9`, 'us-ascii'), undefined, size)).toEqual([
        '1.2 charset-differs',
      ]);
      expect(await told(text(`${almost}${rest}b\xe9`, 'us-ascii'), undefined, size)).toEqual([]);
    }
  });

  it('is not told of what only some readers find', async () => {
    const inner = `Content-Type: application/x-any\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVs!bG8gd29ybGQh`;
    const eml = leaf(
      'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64',
      Buffer.from(inner)
        .toString('base64')
        .replace(/.{1,76}/g, '$&\r\n'),
    );
    const onReading = (part: Part) => (part.isLeaf ? tap(drain) : undefined);
    const both = defineTransform({ ...READING, onReading });
    expect(await told(eml, [both])).toEqual(['1.2 encoded-message', '1.2.1 missing-mime-version']);
  });
});

describe('strip-attachments', () => {
  const strip = (options = {}): AnyTransform[] => [stripAttachments({ extensions: ['scr'], ...options })];

  it('tells of files in a text, and how that is encoded', async () => {
    for (const size of CHUNK_SIZES) {
      expect(await told(text(toUuencode(Buffer.from('hello'))), strip(), size)).toEqual(['1.2 file-in-text']);
      expect(await told(text('a=zz', 'us-ascii', 'quoted-printable'), strip(), size)).toEqual([
        '1.2 quoted-printable-escape',
      ]);
    }
  });

  it('tells what is odd about the beginning of a file', async () => {
    for (const size of CHUNK_SIZES)
      expect(await told(file('base64', 'SGVs!bG8gd29ybGQh'), strip(), size)).toEqual(['1.2 base64-junk']);
  });
});
