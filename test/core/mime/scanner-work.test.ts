import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { createRootPart, Scanner, Serializer } from '../../../src/core/mime/index.ts';
import { chunksOf } from '../../support/chunks.ts';
import { Collector, scan, type Scanned } from '../../support/scan.ts';

const MANY = { parts: 1_000_000, depth: 1_000_000 };
const header = (boundary: string) =>
  `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n`;

/** Scan a body in chunks of 64 KiB with next to no limits. */
function scanBody(boundary: string, body: string): Scanned {
  const bytes = Buffer.from(body, 'latin1');
  const scanned = scan(header(boundary), chunksOf(bytes, 65_535), MANY);
  expect(scanned.output.equals(bytes)).toBe(true);
  return scanned;
}

/** A body with one part of this content. */
const onePart = (boundary: string, content: string) =>
  `--${boundary}\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--${boundary}--\r\n`;

/** Boundaries `n0` to `n<levels>`, each inside the one before, all closed at the end. */
function nested(levels: number, content: string): string {
  const numbers = Array.from({ length: levels }, (_, level) => level);
  const open = numbers.map(
    (level) => `--n${level}\r\nContent-Type: multipart/mixed; boundary="n${level + 1}"\r\n\r\n`,
  );
  const close = [...numbers, levels].toReversed().map((level) => `\r\n--n${level}--`);
  return `${open.join('')}--n${levels}\r\n\r\n${content}${close.join('')}`;
}

/**
 * No clocks: the work is the number of searches (each goes on where the one before stopped) and of looks at lines. It
 * must grow with the input and not faster.
 */
describe('the work for hostile bodies is linear', () => {
  const dashes = '-'.repeat(70);
  const cases: [string, (size: number) => Scanned, number][] = [
    [
      'a boundary of dashes in one line of dashes',
      (size) => scanBody(dashes, onePart(dashes, '-'.repeat(size))),
      1,
    ],
    [
      'a boundary of dashes in lines of dashes',
      (size) => scanBody(dashes, onePart(dashes, `${'-'.repeat(76)}\r\n`.repeat(size / 78))),
      1 / 30,
    ],
    [
      'near-boundaries',
      (size) => scanBody('BOUND', onePart('BOUND', '--BOUNx\r\n'.repeat(size / 9))),
      1 / 4000,
    ],
    [
      'boundaries with something behind',
      (size) => scanBody('BOUND', onePart('BOUND', '--BOUNDx\r\n'.repeat(size / 10))),
      1 / 9,
    ],
    [
      'boundaries with blanks without end',
      (size) => scanBody('B', onePart('B', `--B${' '.repeat(2000)}\r\n`.repeat(size / 2005))),
      1 / 100,
    ],
    [
      'delimiters behind the closing one',
      (size) => scanBody('B', `--B\r\n\r\nx\r\n--B--\r\n${'--B\r\n'.repeat(size / 5)}`),
      1 / 2,
    ],
    ['empty lines', (size) => scanBody('B', onePart('B', '\n'.repeat(size))), 1 / 4000],
    ['parts', (size) => scanBody('B', `${'--B\r\n\r\nx\r\n'.repeat(size / 10)}--B--`), 1 / 4],
    ['cut-off headers', (size) => scanBody('B', `${'--B\r\n'.repeat(size / 5)}--B--`), 1 / 2],
    ['levels', (size) => scanBody('n0', nested(size / 400, 'x'.repeat(1000))), 1 / 20],
    ['lines in 60 levels', (size) => scanBody('n0', nested(60, '--n\r\n'.repeat(size / 5))), 1 / 2],
  ];

  it.each(cases)('%s', (_, run, perByte) => {
    const small = run(50_000);
    const large = run(200_000);
    expect(large.searches).toBeLessThanOrEqual(4.5 * small.searches + 50);
    expect(large.searches).toBeLessThanOrEqual(200_000 * perByte + 500);
  });

  it('a long body between many open boundaries is searched once for each', () => {
    const { searches } = scanBody('n0', nested(7, `${'QUJD'.repeat(19)}\r\n`.repeat(10_000)));
    // Eight boundaries in 13 chunks, at most twice each for the seam between two chunks.
    expect(searches).toBeLessThan(8 * 13 * 2 + 50);
  });
});

describe('hostile structures', () => {
  it('of twenty thousand parts are bounded by the limit', () => {
    const body = Buffer.from('--B\r\n\r\nx\r\n'.repeat(20_000));
    const { parts, output } = scan(header('B'), chunksOf(body, 65_535));
    expect(parts.length).toBe(1000);
    expect(output.equals(body)).toBe(true);
  });

  it('of 3000 levels are bounded by the limit, and need no stack without one', () => {
    const body = nested(3000, 'x');
    expect(scan(header('n0'), [Buffer.from(body)]).parts.length).toBe(50);
    expect(scanBody('n0', body).parts.length).toBe(3002);
  });

  it('hold back no more than a line may have', () => {
    const sink = new Collector();
    const root = createRootPart(HeaderList.parse(Buffer.from(header('B'))));
    const scanner = new Scanner(root, new Serializer(sink), DEFAULT_LIMITS);
    scanner.write(Buffer.from('--B\r\n\r\nx\r\n--B'));
    let written = 13;
    for (const blanks of chunksOf(Buffer.alloc(5000, ' '), 100)) {
      scanner.write(blanks);
      written += blanks.length;
      expect(written - sink.bytes.length).toBeLessThanOrEqual(1000);
    }
    expect(root.ambiguities.map(({ code }) => code)).toEqual(['delimiter-trailing-junk']);
  });
});
