import { describe, expect, it } from 'vitest';
import { TextHeaders } from '../../../../src/core/mime/readings/text-headers.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

function found(pieces: Iterable<Buffer>, isOutside = false): [end: number, text: string][] {
  const headers = new TextHeaders();
  headers.begin(isOutside);
  const all: [number, string][] = [];
  let position = 0;
  for (const piece of pieces) {
    for (const header of headers.look(piece, position)) all.push([header.end, header.text]);
    position += piece.length;
    piece.fill(0x2e);
  }
  return all;
}

const CTE = 'Content-Transfer-Encoding: base64\r\n';
const CASES: [what: string, text: string, expected: string[]][] = [
  ['none in text', 'Hello,\r\nContent-Type is a field.\r\nContent-ment: too.\r\n\r\n', []],
  ['one with its blank line', `one\r\n--x\r\n${CTE}\r\nYWJj\r\n`, [`${CTE}\r\n`]],
  [
    'one with other fields and folds',
    `Content-Type: a/b;\r\n c=d\r\nX-A: b\r\n${CTE}\r\nYWJj`,
    [`Content-Type: a/b;\r\n c=d\r\nX-A: b\r\n${CTE}\r\n`],
  ],
  ['one up to a line that is no field', `${CTE}YWJj\r\nYWJj\r\n`, [`${CTE}YWJj\r\n`]],
  ['two', `${CTE}\r\n${CTE}\r\n`, [`${CTE}\r\n`, `${CTE}\r\n`]],
  ['one with LF, in upper case', `CONTENT-TRANSFER-ENCODING: X\n\n`, ['CONTENT-TRANSFER-ENCODING: X\n\n']],
  ['none of what is not encoded', 'Content-Type: a/b; name=c\r\nContent-Transfer-Encoding: 7BIT\r\n\r\n', []],
  ['none that is quoted or indented', `> ${CTE}>\r\n ${CTE}\r\n`, []],
  ['none inside of a line', `x ${CTE}\r\n${'y'.repeat(50)}${CTE}\r\n`, []],
  ['none that is too long', `Content-Type: a/b; c=${'d'.repeat(9000)}\r\n${CTE}\r\n`, []],
  ['one behind that', `Content-Type: a/b; c=${'d'.repeat(9000)}\r\n${CTE}\r\n${CTE}\r\n`, [`${CTE}\r\n`]],
];

describe('headers in text', () => {
  it.each(CASES)('%s', (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    const whole = found([Buffer.from(bytes)]);
    expect(whole.map(([, header]) => header)).toEqual(expected);
    for (const [end, header] of whole) expect(text.slice(0, end).endsWith(header)).toBe(true);
    for (const size of CHUNK_SIZES) expect(found(chunksOf(bytes, size))).toEqual(whole);
    if (bytes.length > 1000) return;
    for (const pieces of twoPieceSplits(bytes)) expect(found(pieces)).toEqual(whole);
  });

  const BEGIN = 'begin 644 a.exe\r\n';
  it.each([
    ['uuencode', `one\r\n${BEGIN}#86)C\r\n`, [BEGIN]],
    ['uuencode in upper case at the beginning', BEGIN.toUpperCase(), [BEGIN.toUpperCase()]],
    ['uuencode in base64', 'begin-base64 644 a\r\n', ['begin-base64 644 a\r\n']],
    ['yEnc', '\r\n=ybegin line=128 name=a\r\n', ['=ybegin line=128 name=a\r\n']],
    [
      'BinHex',
      '(This file must be converted with BinHex 4.0)\n',
      ['(This file must be converted with BinHex 4.0)\n'],
    ],
    [
      'nothing of words',
      'begin 10 minutes early\r\nbegin\r\n=ybegin \r\n(This file is\r\n xbegin 644 a\r\n',
      [],
    ],
    ['headers as well', `${BEGIN}${CTE}\r\n${BEGIN}`, [BEGIN, `${CTE}\r\n`, BEGIN]],
  ])('outside of parts are made up for %s', (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    const whole = found([Buffer.from(bytes)], true);
    const made = expected.map((line) =>
      line === `${CTE}\r\n` ? line : `Content-Type: text/plain\r\n\r\n${line}`,
    );
    expect(whole.map(([, header]) => header)).toEqual(made);
    for (const size of CHUNK_SIZES) expect(found(chunksOf(bytes, size), true)).toEqual(whole);
    for (const pieces of twoPieceSplits(bytes)) expect(found(pieces, true)).toEqual(whole);
    expect(found([Buffer.from(bytes)])).toHaveLength(expected.includes(`${CTE}\r\n`) ? 1 : 0);
  });
});
