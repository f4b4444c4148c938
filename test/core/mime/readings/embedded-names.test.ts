import { describe, expect, it } from 'vitest';
import { EmbeddedNames } from '../../../../src/core/mime/readings/index.ts';
import { CHUNK_SIZES, chunksOf, feed, twoPieceSplits } from '../../../support/chunks.ts';

function names(pieces: Iterable<Buffer>): string[] {
  const found: string[] = [];
  const embedded = new EmbeddedNames((name) => found.push(name));
  feed(pieces, (piece) => embedded.write(piece));
  embedded.end();
  return found;
}

const DIGITS = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
function binHex(name: string, type = 'TEXTttxt'): string {
  const bytes = Buffer.from(`${String.fromCharCode(name.length)}${name}\0${type}\0\0`, 'latin1');
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits
    .match(/.{1,6}/g)!
    .map((six) => DIGITS[Number.parseInt(six.padEnd(6, '0'), 2)])
    .join('');
  const lines = `:${digits}:`.match(/.{1,64}/g)!.join('\r\n');
  return `(This file must be converted with BinHex 4.0)\r\n\r\n${lines}\r\n`;
}

const FOUND: [what: string, text: string, names: string[]][] = [
  ['none', 'Hello,\r\nno file is here.\r\n', []],
  [
    'none in words',
    'begin 10 minutes early\r\nbeginning 644 x\r\nbegin 644\r\n begin 644 a.exe\r\nx begin 644 a.exe',
    [],
  ],
  ['that of uuencode', 'Hello\r\nbegin 644 a.exe\r\nxyz\r\nend\r\n', ['a.exe']],
  ['one in the first line', 'begin 0755 a b.exe', ['a b.exe']],
  ['one behind a lone CR, and a tab', 'x\rbegin\t644\ta.exe\ry', ['a.exe']],
  ['that of uuencode in base64', 'x\nbegin-base64 644 a.exe\nAAAA\n====\n', ['a.exe']],
  ['one in an encoded word', 'begin 644 =?utf-8?q?a=2Eexe?=\n', ['a.exe', '=?utf-8?q?a=2Eexe?=']],
  ['one in UTF-8', 'begin 644 caf\xc3\xa9.exe\n', ['café.exe']],
  ['that of yEnc', 'x\r\n=ybegin part=1 line=128 size=4 name=my a.exe \r\nabc', ['my a.exe']],
  ['that of BinHex', `Hello\r\n${binHex('a.exe')}bye\r\n`, ['a.exe']],
  ['a long one of BinHex', binHex(`${'x'.repeat(59)}.exe`), [`${'x'.repeat(59)}.exe`]],
  ['one with repeated bytes', binHex('ab.exe').replace(':', ':'), ['ab.exe']],
  ['one of BinHex that is cut off', binHex('a.exe').slice(0, -12), ['a.exe']],
  ['several', `begin 644 a.exe\n${binHex('b.exe')}=ybegin size=1 name=c.exe\n`, ['a.exe', 'b.exe', 'c.exe']],
  ['that of uuencode without a mode', 'x\r\nbegin  a.exe\r\n', ['a.exe']],
  ['that of uuencode of a short mode', 'begin 6 a.exe\r\n', ['a.exe']],
  [
    'that of an attachment of a calendar',
    'BEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILE\r\n NAME=a.e\r\n\txe:QUJD\r\n QUJD\r\nATTACH;FILENAME="b.exe":https://example.org/\r\n',
    ['a.exe', 'b.exe'],
  ],
  ['none of words behind two blanks', 'begin  with the file a.exe\r\n', []],
  [
    'those in the header of what is encoded',
    `x\r\n--b\r\nX: y\r\nContent-Type: a/b;\r\n name=a.exe\r\nContent-Disposition: attachment; filename="b.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n`,
    ['b.exe', 'a.exe'],
  ],
  [
    'one where the header ends without a blank line',
    'Content-Transfer-Encoding: base64\nCONTENT-TYPE: a/b; name=a.exe\nbegin 644 b.exe\n',
    ['a.exe', 'b.exe'],
  ],
  [
    'none in that of what is not',
    'Content-Type: a/b; name=a.exe\r\nContent-Transfer-Encoding: 7bit\r\n\r\nContent-Disposition: attachment; filename=b.exe\r\n\r\n',
    [],
  ],
  [
    'none where the header is quoted',
    '> Content-Type: a/b; name=a.exe\r\n> Content-Transfer-Encoding: base64\r\n>\r\n',
    [],
  ],
  [
    'the beginning of a line without end',
    `begin 644 ${'a'.repeat(5000)}\nbegin 644 b`,
    ['a'.repeat(1014), 'b'],
  ],
  ['none inside of such a line', `${'x'.repeat(1500)}begin 644 a.exe\nbegin 644 b.exe`, ['b.exe']],
];

describe('the names of files that are embedded in text (rules A1, A7)', () => {
  it.each(FOUND)('%s', (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(names([Buffer.from(bytes)])).toEqual(expected);
    for (const size of CHUNK_SIZES) expect(names(chunksOf(bytes, size))).toEqual(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(names(pieces)).toEqual(expected);
  });

  it('of BinHex have repeated bytes in full', () => {
    // 8, a, 0x90 repeats it 4 times, .exe: `aaaa.exe`.
    const packed = Buffer.from([8, 0x61, 0x90, 4, 0x2e, 0x65, 0x78, 0x65, 0, 0, 0, 0]);
    const bits = [...packed].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const digits = bits
      .match(/.{6}/g)!
      .map((six) => DIGITS[Number.parseInt(six, 2)])
      .join('');
    expect(names([Buffer.from(`(This file must be converted with BinHex 4.0)\n\n:${digits}:\n`)])).toEqual([
      'aaaa.exe',
    ]);
  });

  it.each([
    'begin 644 a\n',
    'Content-Type: a/b; name=a\n',
    'Content-Transfer-Encoding: base64\nContent-Type: a/b; name=a\n\n',
    'begin',
    '\n',
    'x',
    '=ybegin ',
    '(This file must be converted with BinHex\n',
    '(This file must be converted with BinHex\n:',
  ])('end with a result for a million bytes of %j', (piece) => {
    const bytes = Buffer.from(piece.repeat(1_000_000 / piece.length));
    expect(names(chunksOf(bytes, 65_535)).length).toBeLessThanOrEqual(bytes.length / 10);
  });
});
