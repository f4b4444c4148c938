import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, twoPieceSplits } from '../support/chunks.ts';
import { scan, shapeOf, type Scanned } from '../support/scan.ts';

const HEADER = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="ab"\r\n';

/** What bodies are made of: everything that means something to the scanner, whole, cut short and slightly wrong. */
const TOKENS = [
  '--ab',
  '--abc',
  '--a',
  '--ab--',
  '--abc--',
  '--',
  '-',
  'ab',
  'c',
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  ' ',
  '\t',
  'x',
  'some text',
  '\0\xff',
  ' '.repeat(500),
  'Content-Type: multipart/mixed; boundary="abc"\r\n',
  'Content-Type: multipart/digest; boundary=a\r\n',
  'Content-Type: multipart/mixed; boundary="ab"\r\n',
  'Content-Type: multipart/mixed; boundary="--"\r\n',
  'Content-Type: multipart/mixed; boundary="a--"\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/plain; name="a.txt"\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'From x@y Mon Jan  1 00:00:00 2024\r\n',
  'no field at all\r\n',
  '--ab\r\n',
  '--abc\r\n',
  '\r\n--ab\r\n',
  '\r\n--ab--\r\n',
  // So many near-delimiters, or so many boundaries, that only whole lines are looked at.
  '--abx\r\n'.repeat(80),
  Array.from(
    { length: 9 },
    (_, i) =>
      `\r\n--${i === 0 ? 'ab' : `n${i}`}\r\nContent-Type: multipart/mixed; boundary=n${i + 1}\r\n\r\n`,
  ).join(''),
  '--n9\r\n',
  '\r\n--n5--',
];

const soups = fc
  .array(fc.constantFrom(...TOKENS), { maxLength: 60 })
  .map((tokens) => Buffer.from(tokens.join(''), 'latin1'));

/** Small limits are reached often. */
const limits = fc.constantFrom(
  {},
  { parts: 3 },
  { depth: 2 },
  { partHeaderBytes: 20 },
  { parts: 4, depth: 3, partHeaderBytes: 60 },
);

/** Cut at the given places, taken modulo what is left. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let i = 0; from < bytes.length; i++) {
    const size = sizes[i % sizes.length];
    pieces.push(Buffer.from(bytes.subarray(from, from + size)));
    from += size;
  }
  return pieces;
}

/** Every byte of the body is in exactly one place of one part, in order. */
function reassembled(scanned: Scanned): Buffer {
  const pieces: Buffer[] = [];
  for (const part of scanned.parts) {
    if (part.parent !== undefined) pieces.push(part.delimiter, part.headers.rawBytes(), part.separator);
    pieces.push(scanned.content.get(part.path) ?? Buffer.alloc(0));
  }
  return Buffer.concat(pieces);
}

describe('any body', () => {
  it('leaves as it came in and is read the same, however it is cut', () => {
    fc.assert(
      fc.property(
        soups,
        limits,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        (body, few, sizes) => {
          const whole = scan(HEADER, [Buffer.from(body)], few);
          expect(whole.output.toString('latin1')).toBe(body.toString('latin1'));
          expect(reassembled(whole).length).toBe(body.length);
          for (const pieces of [cut(body, sizes), [...chunksOf(body, 1)]]) {
            const scanned = scan(HEADER, pieces, few);
            expect(scanned.output.toString('latin1')).toBe(body.toString('latin1'));
            expect(shapeOf(scanned)).toBe(shapeOf(whole));
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('is read the same at every place where it is cut in two', () => {
    fc.assert(
      fc.property(soups, limits, (body, few) => {
        const shape = shapeOf(scan(HEADER, [Buffer.from(body)], few));
        for (const pieces of twoPieceSplits(body)) {
          const scanned = scan(HEADER, pieces, few);
          expect(scanned.output.equals(body)).toBe(true);
          expect(shapeOf(scanned)).toBe(shape);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never goes beyond its limits', () => {
    fc.assert(
      fc.property(soups, (body) => {
        const { parts } = scan(HEADER, [body], { parts: 4, depth: 3, partHeaderBytes: 60, headerBytes: 90 });
        expect(parts.length).toBeLessThanOrEqual(4);
        for (const part of parts) {
          expect(part.depth).toBeLessThanOrEqual(3);
          if (part.parent === undefined) continue;
          // The header of an attached message may be as long as that of a message.
          const most = part.parent.isMessage ? 90 : 60;
          expect(part.headers.rawBytes().length).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
