import { describe, expect, it } from 'vitest';
import { Base64Readings } from '../../../../src/core/mime/readings/base64-readings.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

/** What comes out by the rules, and in the other readings. */
function read(pieces: Iterable<Buffer>): { primary: string; others: string[] } {
  const readings = new Base64Readings();
  const coders = [readings.primary, ...readings.others];
  const texts = coders.map(() => '');
  for (const piece of pieces) {
    for (const [i, coder] of coders.entries()) texts[i] += coder.write(piece).toString('latin1');
    piece.fill(0x2e);
  }
  for (const [i, coder] of coders.entries()) texts[i] += coder.end().toString('latin1');
  const [primary = '', ...others] = texts;
  return { primary, others: others.filter((text) => text !== '') };
}

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
    ['two of them are junk', `${CODED.slice(0, 10)}==${CODED.slice(10)}`, SECRET],
    ['padding behind three digits is junk', `${CODED.slice(0, 11)}=${CODED.slice(11)}`, SECRET],
    ['padding behind one digit ends what is in front', `A=${CODED}`, SECRET],
    ['`-` and `_` are digits', URL_SAFE, '~~~???>>>'],
    ['lines of text in front are none', `Hello, there.\r\n${LINES}`, SECRET],
    ['armour is none', `-----BEGIN X-----\r\n${LINES}-----END X-----\r\n`, SECRET],
  ];
  it.each(ODD)('has one in which %s', (_, text, content) => {
    const bytes = Buffer.from(text, 'latin1');
    const whole = read([Buffer.from(bytes)]);
    expect(whole.primary).not.toContain(content);
    expect(whole.others.filter((other) => other.includes(content)).length).toBeGreaterThan(0);
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size))).toEqual(whole);
    for (const pieces of twoPieceSplits(bytes)) expect(read(pieces)).toEqual(whole);
  });

  it('gives what was in front of the first odd thing as well, 16 KB of it', () => {
    const front = Buffer.alloc(60_000, 'front ');
    const bytes = Buffer.from(
      `${front.toString('base64')}${CODED.slice(0, 10)}=${CODED.slice(10)}`,
      'latin1',
    );
    for (const size of [7, 4096, 65_535]) {
      const [other = ''] = read(chunksOf(bytes, size)).others;
      expect(other).toBe(`${front.subarray(-16_384 + 6).toString()}${SECRET}`);
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
});
