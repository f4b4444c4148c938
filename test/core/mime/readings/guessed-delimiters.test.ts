import { describe, expect, it } from 'vitest';
import {
  GUESSED_BOUNDARY,
  GuessedDelimiters,
} from '../../../../src/core/mime/readings/guessed-delimiters.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

function guessed(pieces: Iterable<Buffer>, boundary: string | undefined): string {
  const delimiters = new GuessedDelimiters(boundary);
  let text = '';
  for (const piece of pieces) {
    text += delimiters.write(piece).toString('latin1');
    piece.fill(0x2e);
  }
  return text + delimiters.end().toString('latin1');
}

const D = `--${GUESSED_BOUNDARY}`;
const LONG = 'B'.repeat(60);
const CASES: [what: string, boundary: string | undefined, text: string, expected: string][] = [
  ['no line of dashes', undefined, 'a\r\nb\r\n', 'a\r\nb\r\n'],
  [
    'the first line of dashes that a field follows',
    undefined,
    '--\r\nAnna\r\n--x\r\nA: b\r\n\r\nc\r\n--y\r\n--x \r\n--x--\r\nd',
    `--\r\nAnna\r\n${D}\r\nA: b\r\n\r\nc\r\n--y\r\n${D}\r\n${D}--\r\nd`,
  ],
  ['one that a blank line follows', undefined, '--x\n\na\n--x--\n', `${D}\r\n\na\n${D}--\r\n`],
  ['an empty boundary', undefined, '--\r\nA: b\r\n\r\nc\r\n----\r\n', `${D}\r\nA: b\r\n\r\nc\r\n${D}--\r\n`],
  ['two candidates in a row', undefined, '--x\r\n--y\r\nA: b\r\n', `--x\r\n${D}\r\nA: b\r\n`],
  ['a candidate at the end', undefined, 'a\r\n--x', 'a\r\n--x'],
  [
    'all that begins with a given one',
    LONG,
    `--x\r\nA: b\r\n--${LONG}\r\nA: b\r\n--${LONG}BBB\r\nc\r\n--${LONG}BB--\r\n`,
    `--x\r\nA: b\r\n${D}\r\nA: b\r\n${D}\r\nc\r\n${D}--\r\n`,
  ],
  ['no line of 5000 bytes', 'x', `--x${'y'.repeat(5000)}\r\n--x\r\n`, `--x${'y'.repeat(5000)}\r\n${D}\r\n`],
];

describe('a guessed boundary', () => {
  it.each(CASES)('takes the place of %s', (_, boundary, text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(guessed([Buffer.from(bytes)], boundary)).toBe(expected);
    for (const size of CHUNK_SIZES) expect(guessed(chunksOf(bytes, size), boundary)).toBe(expected);
    if (bytes.length > 1000) return;
    for (const pieces of twoPieceSplits(bytes)) expect(guessed(pieces, boundary)).toBe(expected);
  });
});
