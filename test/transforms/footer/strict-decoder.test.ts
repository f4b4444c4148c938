import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strictDecoder } from '../../../src/transforms/footer/strict-decoder.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../support/chunks.ts';
import { decoded, encoded } from './edit-leaf.ts';

interface Decoding {
  readonly text: string | undefined;
  /** Where each decoded byte begins in the whole input. */
  readonly positions: readonly number[];
}

function decode(encoding: string, pieces: Iterable<Buffer>): Decoding {
  const decoder = strictDecoder(encoding)!;
  const blocks: Buffer[] = [];
  const positions: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    const bytes = decoder.write(piece);
    for (let n = 0; n < bytes.length; n++) positions.push(at + decoder.position(n));
    blocks.push(Buffer.from(bytes));
    at += piece.length;
    // What is still open begins where nothing has been decoded.
    expect(decoder.broken || at - piece.length + decoder.openAt >= (positions.at(-1) ?? 0)).toBe(true);
    piece.fill(0x2e);
  }
  decoder.end();
  return decoder.broken
    ? { text: undefined, positions: [] }
    : { text: Buffer.concat(blocks).toString('latin1'), positions };
}

function everyWay(encoding: string, text: string): Decoding {
  const bytes = Buffer.from(text, 'latin1');
  const whole = decode(encoding, [Buffer.from(bytes)]);
  for (const pieces of twoPieceSplits(bytes)) expect(decode(encoding, pieces)).toEqual(whole);
  for (const size of CHUNK_SIZES) expect(decode(encoding, chunksOf(bytes, size))).toEqual(whole);
  return whole;
}

describe('a strict decoder', () => {
  it('takes what every reader takes', () => {
    const cases: [encoding: string, text: string, decoded: string][] = [
      ['7bit', 'abc\r\n', 'abc\r\n'],
      ['8bit', 'caf\xe9', 'caf\xe9'],
      ['binary', 'a\0\xff', 'a\0\xff'],
      ['quoted-printable', '', ''],
      ['quoted-printable', 'a=3Db=3db', 'a=b=b'],
      ['quoted-printable', 'soft=\r\nbreak=\nhere= \t\r\nend=', 'softbreakhereend'],
      ['quoted-printable', 'blanks  \t\r\nkept =\r\n x  ', 'blanks\r\nkept  x'],
      ['quoted-printable', 'a\n\r\nb', 'a\n\r\nb'],
      ['quoted-printable', 'end=\r\n', 'end'],
      ['base64', '', ''],
      ['base64', 'SGVsbG8=', 'Hello'],
      ['base64', 'SGVsbG8h\r\nSGk=\r\n', 'Hello!Hi'],
      ['base64', 'SG\r\nVs\n', 'Hel'],
      ['base64', '  SGVs  \r\n', 'Hel'],
      ['base64', 'SA=\r\n=\r\n', 'H'],
    ];
    for (const [encoding, text, wanted] of cases) {
      expect([text, everyWay(encoding, text).text]).toEqual([text, wanted]);
    }
  });

  it('refuses what readers differ about', () => {
    const cases: [encoding: string, text: string][] = [
      ['7bit', 'caf\xe9'],
      ['7bit', '\0'],
      ['8bit', '\0'],
      ['quoted-printable', 'a=b'],
      ['quoted-printable', 'a=3'],
      ['quoted-printable', 'a=G0'],
      ['quoted-printable', 'a= b'],
      ['quoted-printable', 'a=\rb'],
      ['quoted-printable', 'a\rb'],
      ['quoted-printable', 'a\r'],
      ['quoted-printable', 'caf\xe9'],
      ['quoted-printable', 'a\x07'],
      ['base64', 'SGVsbG8'],
      ['base64', 'SGVs\r\nbG8'],
      ['base64', 'SGVsb==='],
      ['base64', 'SGVsbG8=='],
      ['base64', 'SGVsbG8=SGVs'],
      ['base64', 'SGVs bG8h'],
      ['base64', 'SGVs-_8h'],
      ['base64', 'SGVs\0'],
      ['base64', '===='],
    ];
    for (const [encoding, text] of cases)
      expect([text, everyWay(encoding, text).text]).toEqual([text, undefined]);
  });

  it('refuses long stretches without meaning, since text is held back in them', () => {
    expect(everyWay('quoted-printable', `a${'=\r\n'.repeat(400)}b`).text).toBe('ab');
    expect(everyWay('quoted-printable', `a${'=\r\n'.repeat(600)}b`).text).toBeUndefined();
    expect(everyWay('quoted-printable', `a${' '.repeat(1000)}b`).text).toBe(`a${' '.repeat(1000)}b`);
    expect(everyWay('quoted-printable', `a${' '.repeat(1001)}b`).text).toBeUndefined();
    for (const before of [90, 1001, 1050, 1100, 2050]) {
      const text = Buffer.from(`${'x'.repeat(before)}${' '.repeat(1001)}${'y'.repeat(1000)}`);
      expect([before, decode('quoted-printable', [text]).text]).toEqual([before, undefined]);
    }
    expect(everyWay('base64', `SG${'\r\n'.repeat(500)}Vs`).text).toBe('Hel');
    expect(everyWay('base64', `SG${'\r\n'.repeat(501)}Vs`).text).toBeUndefined();
  });

  it('says where each byte begins', () => {
    expect(everyWay('quoted-printable', 'a=3D=\r\nb  c  \r\n=0A').positions).toEqual([
      0, 1, 7, 8, 9, 10, 13, 14, 15,
    ]);
    expect(everyWay('base64', 'SG\r\nVsbG8=').positions).toEqual([0, 0, 0, 6, 6]);
    expect(everyWay('8bit', 'abc').positions).toEqual([0, 1, 2]);
  });

  // One byte at a time nothing is decoded in one go: that way each decoder is the reference for itself.
  const quotedPrintable = [
    'a',
    'word ',
    '<p class=3D"x">',
    '=C3=A9',
    '=c3',
    '=0A',
    '=20',
    '=3D=3D',
    ' ',
    '\t',
    '\n',
  ];
  quotedPrintable.push(
    '\r\n',
    ' \r\n',
    '\t\n',
    '=\r\n',
    '=\n',
    '= \r\n',
    '=\t \n',
    ' '.repeat(499),
    '=\r\n'.repeat(250),
  );
  quotedPrintable.push('a line that is long enough to be read eight bytes at a time, several times');
  const base64 = [
    'SGVs',
    'bG8h',
    'SG',
    'Vs',
    'A',
    'AAA',
    '\r\n',
    '\n',
    'SGVsbG8hSGVsbG8hSGVs\r\n',
    'bG8hSGVs\n'.repeat(4),
  ];
  base64.push(`${'SGVs'.repeat(19)}\r\n`.repeat(5));
  base64.push('SGVsbG8hSGVsbG8h\r\n'.repeat(5), '\n'.repeat(499), 'SGVsbG8hSGVsbG8h'.repeat(6));

  it.each([
    ['quoted-printable', quotedPrintable],
    ['base64', base64],
  ] as const)('decodes %s in one go as it does byte by byte', (encoding, pieces) => {
    const odd =
      encoding === 'base64'
        ? ['-', '_', '=', '==', ' ', '\r', '\0', '\xe9']
        : ['=', '=3', '=G1', '\r', '\0', '\x7f', '\xe9'];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 40 }),
        fc.array(fc.constantFrom(...odd), { maxLength: 1 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 10 }),
        fc.integer({ min: 2, max: 100 }),
        (before, strange, after, size) => {
          const text = Buffer.from([...before, ...strange, ...after].join(''), 'latin1');
          const byByte = decode(encoding, chunksOf(text, 1));
          expect(decode(encoding, chunksOf(text, size))).toEqual(byByte);
          expect(decode(encoding, [text])).toEqual(byByte);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('decodes like another implementation, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('quoted-printable', 'base64'),
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 90 }),
        (encoding, content, size) => {
          const text = encoded(encoding, Buffer.from(content));
          const result = decode(encoding, chunksOf(text, size));
          expect(result.text).toBe(decoded(encoding, text).toString('latin1'));
          // Text cut in front of a byte decodes to what is in front of that byte (in base64: of its quantum).
          result.positions.forEach((position, n) => {
            const front = text.subarray(0, position);
            const length = encoding === 'base64' ? n - (n % 3) : n;
            // The letter keeps blanks from being at the end.
            const end = encoding === 'base64' ? '' : 'Z';
            expect(decoded(encoding, Buffer.concat([front, Buffer.from(end)])).length).toBe(
              length + end.length,
            );
          });
        },
      ),
    );
  });
});
