import { describe, expect, it } from 'vitest';
import { QuotedReadings } from '../../../../src/core/mime/readings/quoted-readings.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';
import { readPieces } from '../../../support/read-pieces.ts';

const read = (pieces: Iterable<Buffer>) => readPieces(new QuotedReadings(), pieces);

const SECRET = 'Secret: 100 %';
const hex = (byte: number) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const each = (write: (escape: string) => string) =>
  [...Buffer.from(SECRET)].map((byte) => write(hex(byte))).join('');

describe('quoted-printable', () => {
  it.each([
    ['with escapes', 'Gr=C3=BC=C3=9Fe=20\r\n', 'Gr\xc3\xbc\xc3\x9fe \r\n'],
    ['with soft breaks', 'one =\r\ntwo=\r\n', 'one two'],
    ['that ends in a soft break', 'one=', 'one'],
    ['that is nothing', '', ''],
  ])('has no other reading %s', (_, text, content) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(read([Buffer.from(bytes)])).toEqual({ primary: content, others: [] });
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size)).others).toEqual([]);
  });

  const ODD: [what: string, text: string][] = [
    ['a stray equals sign goes', each((escape) => `=${escape}`)],
    ['an equals sign and a digit go', each((escape) => `=0${escape}`)],
    ['an equals sign and a letter go', each((escape) => `=x${escape}`)],
    ['an equals sign and two letters go', each((escape) => `=xx${escape}`)],
    ['an equals sign and two blanks go', each((escape) => `=  ${escape}`)],
    ['an equals sign in front of what is no digit goes', SECRET.replace(/[^0-9A-Fa-f]/g, '=$&')],
    ['lower-case digits are none, and one goes', SECRET.replace(/[0-9A-F]/g, '=a$&')],
    ['lower-case digits are none, and two go', each((escape) => `=0a${escape}`)],
    ['a lone CR ends the line of a soft break', each((escape) => `${escape}=\r`)],
    ['CR CR LF does', each((escape) => `${escape}=\r\r\n`)],
    ['LF CR does', each((escape) => `${escape}=\n\r`)],
    ['NUL is a blank in front of it', each((escape) => `${escape}=\0\r\n`)],
    ['a vertical tab is one', each((escape) => `${escape}=\v\r\n`)],
    ['soft breaks go first', each((escape) => `${escape.slice(0, 2)}=\r\n${escape.slice(2)}`)],
  ];
  it.each(ODD)('has one in which %s', (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    const whole = read([Buffer.from(bytes)]);
    expect(whole.primary).not.toContain(SECRET);
    expect(whole.others.filter((other) => other.includes(SECRET)).length).toBeGreaterThan(0);
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size))).toEqual(whole);
    for (const pieces of twoPieceSplits(bytes)) expect(read(pieces)).toEqual(whole);
  });

  it('comes to an end with equals signs and line ends of any number', () => {
    const bytes = Buffer.from(`${'='.repeat(50_000)}${'=\r'.repeat(50_000)}${'\r'.repeat(50_000)}`);
    const whole = read([Buffer.from(bytes)]);
    expect(read(chunksOf(bytes, 4096))).toEqual(whole);
  });
});
