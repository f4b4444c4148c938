import { describe, expect, it } from 'vitest';
import { Base64Readings } from '../../../../src/core/mime/readings/base64-readings.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';
import { readPieces } from '../../../support/read-pieces.ts';

const read = (pieces: Iterable<Buffer>, turnsOdd?: () => void) =>
  readPieces(new Base64Readings(turnsOdd), pieces);

const SECRET = 'the secret content of a file';
const CODED = Buffer.from(SECRET).toString('base64');
const LINES = CODED.replace(/.{16}/g, '$&\r\n');
const URL_SAFE = Buffer.from('~~~???>>>').toString('base64').replaceAll('+', '-').replaceAll('/', '_');

describe('base64', () => {
  it.each([
    ['in lines', LINES],
    ['without line ends', CODED],
    ['with blanks and blank lines', LINES.replace('\r\n', ' \r\n\t\r\n')],
    ['that is padded twice at its end', `${CODED}\r\n`],
    ['that is padded too little', CODED.replace(/=/, '')],
    ['that is nothing', ''],
  ])('has no other reading %s', (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(read([Buffer.from(bytes)])).toEqual({
      primary: Buffer.from(text, 'base64').toString('latin1'),
      others: [],
    });
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size)).others).toEqual([]);
  });

  const ODD: [what: string, text: string, content: string][] = [
    ['padding inside of a quantum is junk', `${CODED.slice(0, 10)}=${CODED.slice(10)}`, SECRET],
    [
      'padding is junk, as other things are',
      `!${CODED.slice(0, 10)}=${CODED.slice(10, 20)}-${CODED.slice(20)}`,
      SECRET,
    ],
    [
      'padding behind one digit ends what is in front, and other things are junk',
      `!A=${CODED.slice(0, 10)}*${CODED.slice(10)}`,
      SECRET,
    ],
    ['two of them are junk', `${CODED.slice(0, 10)}==${CODED.slice(10)}`, SECRET],
    ['padding behind three digits is junk', `${CODED.slice(0, 11)}=${CODED.slice(11)}`, SECRET],
    ['padding behind one digit ends what is in front', `A=${CODED}`, SECRET],
    ['`-` and `_` are digits', URL_SAFE, '~~~???>>>'],
    ['lines of text in front are none', `Hello, there.\r\n${LINES}`, SECRET],
    ['a short line ends within a quantum, and the next has no end', `begin 644 a\r\n${CODED}`, SECRET],
    ['armour is none', `-----BEGIN X-----\r\n${LINES}-----END X-----\r\n`, SECRET],
    [
      'lines of text between have none of what is in front taken away',
      LINES.replace('\r\n', '\r\n(text)\r\n'),
      SECRET,
    ],
    [
      'padding is the digit of zero',
      Buffer.from('\0\0secret').toString('base64').replace('A', '='),
      '\0\0secret',
    ],
    [
      'padding counts as one of four characters',
      SECRET.replace(/[^]{2}/g, (two) =>
        Buffer.from(two)
          .toString('base64')
          .replace(/^(.)(..)=$/, '$1=$2'),
      ),
      SECRET,
    ],
    ['a digit too many in each line goes', CODED.replace(/.{8}/g, '$&X\r\n'), SECRET],
    ['two of them go', CODED.replace(/.{8}/g, '$&XX\r\n'), SECRET],
    ['what is behind a mark goes, to the end of the line', CODED.replace(/.{8}/g, '$&#abc\r\n'), SECRET],
    ['the same, and the quantum goes on', CODED.replace(/.{7}/g, '$&#abc\r\n'), SECRET],
    [
      'the bytes of a line are all that is in it',
      SECRET.replace(/[^]{2}/g, (two) => `${Buffer.from(two).toString('base64').slice(0, 3)}\r\n`),
      SECRET,
    ],
  ];
  it.each(ODD)('has one in which %s', (_, text, content) => {
    const bytes = Buffer.from(text, 'latin1');
    const whole = read([Buffer.from(bytes)]);
    expect(whole.primary).not.toContain(content);
    expect(whole.others.filter((other) => other.includes(content)).length).toBeGreaterThan(0);
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size))).toEqual(whole);
    for (const pieces of twoPieceSplits(bytes)) expect(read(pieces)).toEqual(whole);
  });

  it('gives what was in front of the first odd thing as well, 32 KB of base64', () => {
    for (const length of [15_000, 60_000]) {
      const front = Buffer.alloc(length, 'front ');
      const bytes = Buffer.from(
        `${front.toString('base64')}${CODED.slice(0, 10)}=${CODED.slice(10)}`,
        'latin1',
      );
      const whole = read([Buffer.from(bytes)]);
      for (const size of [7, 4096, 65_535]) expect(read(chunksOf(bytes, size))).toEqual(whole);
      const [other = ''] = whole.others;
      expect(other.endsWith(SECRET)).toBe(true);
      if (length === 15_000) expect(other).toBe(`${front.toString()}${SECRET}`);
    }
  });

  it('gives a long line that is decoded by itself in pieces', () => {
    const long = Buffer.alloc(100_000, 'x');
    const bytes = Buffer.from(`Hi!\r\n${long.toString('base64')}\r\n`, 'latin1');
    for (const size of [7, 4096, 65_535]) {
      const { others } = read(chunksOf(bytes, size));
      expect(others.some((other) => other.includes(long.toString()))).toBe(true);
    }
  });

  const LONG = Buffer.alloc(60_000, 'text ').toString('base64').replace(/.{76}/g, '$&\r\n');
  const NAME = Buffer.from('~~~???>>>'.repeat(6)).toString('base64url');
  it.each([
    ['padding inside of a quantum', `${LONG}\r\n${CODED.slice(0, 10)}=${CODED.slice(10)}\r\n`],
    ['padding, and another piece', `${LONG}\r\nQUI=\r\n${LONG}`],
    ['a line with text in it, and more digits', `${LONG}\r\n#abc\r\n${LONG}`],
    ['the digits of URLs', `${LONG}\r\n${NAME}\r\n`],
    ['a line that ends within a quantum', `${LONG}\r\nAB\r\n${LONG}`],
  ])('is told of when it turns odd only behind what is kept of it: %s', (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    for (const size of [7, 4096, 65_535]) {
      let told = 0;
      read(chunksOf(bytes, size), () => told++);
      expect(told).toBe(1);
    }
  });

  it.each([
    ['in lines of 76', LONG],
    ['in lines of 61', LONG.replaceAll('\r\n', '').replace(/.{61}/g, '$&\r\n')],
    ['with a line of text behind it', `${LONG}\r\nKind regards, a list-of-people\r\n`],
    ['that ends in padding', `${LONG}\r\nQUI=\r\n`],
    [
      'with what a mailing list puts behind it',
      `${LONG}\r\n${'_'.repeat(47)}\r\nlist mailing list -- list@example.org\r\nhttps://example.org/mailman/listinfo_for-list\r\n`,
    ],
    ['that is odd in the beginning', `#\r\n${LONG}`],
    ['with a line of dashes behind it', `${LONG}\r\n${'-'.repeat(40)}\r\nKind-regards\r\n`],
  ])('is not told of when nobody misses anything: %s', (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    for (const size of [7, 4096, 65_535]) {
      let told = 0;
      read(chunksOf(bytes, size), () => told++);
      expect(told).toBe(0);
    }
  });

  it('gives nothing twice, whoever asks again at its end', () => {
    const readings = new Base64Readings();
    const bytes = Buffer.from(`${CODED.slice(0, 10)}=${CODED.slice(10)}`);
    readings.primary.write(bytes);
    readings.primary.end();
    const texts = readings.others.map((other) => `${other.write(bytes).toString()}${other.end().toString()}`);
    expect(texts[0]).toBe(SECRET);
  });
});
