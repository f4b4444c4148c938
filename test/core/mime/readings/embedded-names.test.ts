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

const OWN = 'Content-Type: a/b; name=a.exe\r\nX-A: b\r\n\r\n';
const FOUND: [what: string, text: string, names: string[]][] = [
  ['none', 'Hello,\r\nno file is here.\r\n', []],
  [
    'none in words',
    'begin 10 minutes early\r\nbeginning 644 x\r\nbegin 644\r\n begin 644 a.exe\r\nx begin 644 a.exe',
    [],
  ],
  ['that of uuencode', 'Hello\r\nbegin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n', ['a.exe']],
  ['one in the first line', 'begin 0755 a b.exe\n#0V%T', ['a b.exe']],
  ['one behind a lone CR, and a tab', 'x\rbegin\t644\ta.exe\r#0V%T', ['a.exe']],
  ['that of uuencode in base64', 'x\nbegin-base64 644 a.exe\nAAAA\n====\n', ['a.exe']],
  ['one in an encoded word', 'begin 644 =?utf-8?q?a=2Eexe?=\n#0V%T\n', ['a.exe', '=?utf-8?q?a=2Eexe?=']],
  ['one in UTF-8', 'begin 644 caf\xc3\xa9.exe\n#0V%T\n', ['café.exe']],
  ['that of yEnc', 'x\r\n=ybegin part=1 line=128 size=4 name=my a.exe \r\nabc', ['my a.exe']],
  ['that of BinHex', `Hello\r\n${binHex('a.exe')}bye\r\n`, ['a.exe']],
  ['a long one of BinHex', binHex(`${'x'.repeat(59)}.exe`), [`${'x'.repeat(59)}.exe`]],
  ['one with repeated bytes', binHex('ab.exe').replace(':', ':'), ['ab.exe']],
  ['one of BinHex that is cut off', binHex('a.exe').slice(0, -12), ['a.exe']],
  [
    'several',
    `begin 644 a.exe\n#0V%T\n${binHex('b.exe')}=ybegin size=1 name=c.exe\n\x8b\n`,
    ['a.exe', 'b.exe', 'c.exe'],
  ],
  ['that of uuencode without a mode', 'x\r\nbegin  a.exe\r\n#0V%T\r\n', ['a.exe']],
  ['that of uuencode of a short mode', 'begin 6 a.exe\r\n#0V%T\r\n', ['a.exe']],
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
    'Content-Transfer-Encoding: base64\nCONTENT-TYPE: a/b; name=a.exe\nbegin 644 b.exe\n#0V%T\n',
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
    `begin 644 ${'a'.repeat(5000)}\n#0V%T\nbegin 644 b\n#0V%T`,
    ['a'.repeat(1014), 'b'],
  ],
  ['none inside of such a line', `${'x'.repeat(1500)}begin 644 a.exe\nbegin 644 b.exe\n#0V%T`, ['b.exe']],
];

const UU = 'begin 644 a.exe\r\n';
const YENC = '=ybegin line=128 size=9 name=a.exe\r\n';
const HOWEVER_WRITTEN: [what: string, text: string][] = [
  ['uuencode, behind blank lines', `${UU}\r\n\r\n#0V%T`],
  ['uuencode, behind words', `${UU}This is not of it.\r\n#0V%T`],
  ['uuencode, behind a field', `${UU}Content-Type: text/plain\r\n#0V%T`],
  ['uuencode, behind the mark of BinHex', `${UU}(This file must be converted with BinHex 4.0)\r\n#0V%T`],
  ['uuencode, behind the name of another', `${UU}begin 644 b.txt\r\n#0V%T`],
  ['uuencode, behind the name of one in base64', `${UU}begin-base64 644 b.txt\r\n#0V%T`],
  ['uuencode, with lower case for the lower half', `${UU}cpveT`],
  ['uuencode, with lower case, behind words', `${UU}This is not of it.\r\ncpveT\r\n\`\r\nend`],
  ['uuencode, with a sum behind each line', `${UU}#0V%TX`],
  ['uuencode, with words behind each line', `${UU}#0V%T this is not of it`],
  ['uuencode, with lower case, and words behind each line', `${UU}cpveT as well\r\ncpveT as well`],
  ['uuencode, with zeros as blanks that got lost', `${UU}M35J0`],
  ['uuencode, with digits of 8 bits', `${UU}\xa30V%T`],
  ['uuencode of a short mode', `begin 6 a.exe\r\nThis is not of it.\r\n#0V%T`],
  ['uuencode without a mode', 'begin  a.exe\r\n\r\n#0V%T'],
  ['uuencode, in digits of base64', `${UU}aGFybWxlc3MhIQ==`],
  ['uuencode in base64', 'begin-base64 644 a.exe\r\naGFybWxlc3M='],
  ['uuencode in base64, of zeros', 'begin-base64 644 a.exe\r\nAAAA'],
  ['xxencode', `${UU}1O4JhQE`],
  ['xxencode, behind words', `${UU}This is not of it.\r\n1O4JhQE`],
  ['yEnc', `${YENC}\x8b\x9b`],
  ['yEnc of several pieces', `${YENC}=ypart begin=1 end=9\r\n\x8b\x9b`],
  ['yEnc, behind words', `${YENC}This is not of it.\r\n\x8b \x9b`],
  ['yEnc of digits and capitals', `${YENC}noven`],
  ['yEnc of what must be escaped', `${YENC}a b =M`],
];
const SPOKEN_OF: [what: string, text: string][] = [
  ['uuencode, in front of an end', `${UU}and ends with the line\r\nend\r\n#0V%T\r\n`],
  [
    'uuencode, with what would be there',
    `${UU}\r\nHere the data would stand, in lines that begin with M.\r\n\r\nend\r\n`,
  ],
  [
    'uuencode, with words in each line',
    `${UU}which Windows opens. The PDF says so.\r\nMost readers did so.\r\n-- \r\nAnna\r\n--------\r\n`,
  ],
  ['uuencode, in Russian', `${UU}${Buffer.from('это первая строка файла\r\n').toString('latin1').repeat(9)}`],
  ['uuencode, and nothing behind it', UU],
  [
    'uuencode, in front of a delimiter',
    `${UU}--BB\r\nContent-Type: text/html\r\n\r\n<p>Hello.</p>\r\n\r\n--BB--\r\n`,
  ],
  ['an empty file of uuencode', `${UU}\`\r\nend\r\n`],
  ['uuencode in base64', 'begin-base64 644 a.exe\r\nis the first line.\r\n====\r\nAAAA\r\n'],
  ['yEnc, in words', `${YENC}=ypart begin=1 end=9\r\n... data ...\r\n=yend size=9\r\nabc\r\n`],
  ['yEnc, and nothing behind it', YENC],
];

describe('the names of files that are embedded in text (rules A1, A7)', () => {
  it.each([
    ['behind blank lines', `\r\n \r\n${OWN}`, true],
    ['at once', OWN, true],
    ['behind text', `Hello,\r\n${OWN}`, false],
    ['behind text of one slice', `Hello.\r\n${'Hello, there.\r\n'.repeat(10)}${OWN}`, false],
    ['behind a file', `begin 644 b.txt\r\n\r\n${OWN}`, false],
  ])(
    'are those of a header %s that is none by the rules, where the part has no other',
    (_, text, isFound) => {
      const namesOf = (pieces: Iterable<Buffer>, hasHeader: boolean): string[] => {
        const found: string[] = [];
        const embedded = new EmbeddedNames((name) => found.push(name), hasHeader);
        feed(pieces, (piece) => embedded.write(piece));
        embedded.end();
        return found;
      };
      const bytes = Buffer.from(text);
      expect(namesOf([Buffer.from(bytes)], true)).toEqual([]);
      for (const size of CHUNK_SIZES)
        expect(namesOf(chunksOf(bytes, size), false)).toEqual(isFound ? ['a.exe'] : []);
      for (const pieces of twoPieceSplits(bytes))
        expect(namesOf(pieces, false)).toEqual(isFound ? ['a.exe'] : []);
    },
  );

  it.each(FOUND)('%s', (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(names([Buffer.from(bytes)])).toEqual(expected);
    for (const size of CHUNK_SIZES) expect(names(chunksOf(bytes, size))).toEqual(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(names(pieces)).toEqual(expected);
  });

  it.each(HOWEVER_WRITTEN)('are told of %s', (_, text) => {
    const bytes = Buffer.from(`Hello\r\n${text}\r\n`, 'latin1');
    const expected = names([Buffer.from(bytes)]);
    expect(expected).toContain('a.exe');
    for (const size of CHUNK_SIZES) expect(names(chunksOf(bytes, size))).toEqual(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(names(pieces)).toEqual(expected);
  });

  it.each(SPOKEN_OF)('are not told of what is only spoken of: %s', (_, text) => {
    const bytes = Buffer.from(`A file begins with\r\n${text}`, 'latin1');
    expect(names([Buffer.from(bytes)])).toEqual([]);
    for (const size of CHUNK_SIZES) expect(names(chunksOf(bytes, size))).toEqual([]);
    for (const pieces of twoPieceSplits(bytes)) expect(names(pieces)).toEqual([]);
  });

  it('wait for data in any number', () => {
    const many = Array.from({ length: 40 }, (_, i) => `begin 644 ${i}.exe\n`);
    expect(names([Buffer.from(`${many.join('')}#0V%T\n`)])).toHaveLength(40);
    expect(names([Buffer.from(many.slice(0, 16).join(''))])).toEqual([]);
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
    '=ybegin line=1 size=1 name=a\n',
    'begin 644 a\nwords, and more of them\n',
    '(This file must be converted with BinHex\n',
    '(This file must be converted with BinHex\n:',
  ])('end with a result for a million bytes of %j', (piece) => {
    const bytes = Buffer.from(piece.repeat(1_000_000 / piece.length));
    expect(names(chunksOf(bytes, 65_535)).length).toBeLessThanOrEqual(bytes.length / 10);
  });
});
