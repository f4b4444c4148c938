import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Base64Decoder } from '../../../../src/core/mime/transfer/index.ts';
import { cut, cuttings, run, sliced, soup } from './chunks.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The rules of the decoder's comment, character by character and with all the time in the world. */
function reference(input: Buffer): Buffer {
  const out: number[] = [];
  let quantum: number[] = [];
  const flush = () => {
    let bits = 0;
    for (let i = 0; i < 4; i++) bits = bits * 64 + (quantum[i] ?? 0);
    const all = [Math.floor(bits / 65536), Math.floor(bits / 256) % 256, bits % 256];
    out.push(...all.slice(0, quantum.length - 1));
    quantum = [];
  };
  for (const character of input.toString('latin1')) {
    const value = ALPHABET.indexOf(character);
    if (value >= 0) quantum.push(value);
    if (quantum.length === 4 || (character === '=' && quantum.length >= 2)) flush();
  }
  if (quantum.length >= 2) flush();
  return Buffer.from(out);
}

const wrap = (text: string, width: number, lineEnd = '\r\n'): Buffer =>
  Buffer.from(
    text.replaceAll(new RegExp(`.{${width}}`, 'g'), (line) => line + lineEnd),
    'latin1',
  );

function decode(slices: Iterable<Buffer>): { text: string; oddities: string[] } {
  const decoder = new Base64Decoder();
  const text = run(decoder, slices).toString('latin1');
  return { text, oddities: [...decoder.oddities].toSorted() };
}

describe('Base64Decoder', () => {
  it.each([
    ['nothing', '', '', []],
    ['one quantum', 'QUJD', 'ABC', []],
    ['padding', 'QUI=\r\n', 'AB', []],
    ['two paddings', 'QQ==', 'A', []],
    ['lines and blanks', 'QU\r\nJD R\tEVG\r\n\r\n', 'ABCDEF', ['short-line']],
    ['junk', 'Q!U*J\0D', 'ABC', ['non-alphabet']],
    ['an 8-bit byte', 'QU\xffJD', 'ABC', ['non-alphabet']],
    ['the letters of base64url', 'Q-U_JD', 'ABC', ['url-safe']],
    ['data after padding', 'QUI=QUJD', 'ABABC', ['padding-inside']],
    ['data after padding on the next line', 'QQ==\r\nQUJD', 'AABC', ['padding-inside']],
    ['data after half of the padding', 'QQ=QUJD', 'AABC', ['bad-padding', 'padding-inside']],
    ['half of the padding', 'QQ=', 'A', ['bad-padding']],
    ['too much padding', 'QQ===', 'A', ['bad-padding']],
    ['padding behind a full quantum', 'QUJD=', 'ABC', ['bad-padding']],
    ['padding behind one digit', 'Q=UJD', 'ABC', ['bad-padding']],
    ['no padding', 'QUI', 'AB', ['unpadded']],
    ['no padding, two digits', 'QQ', 'A', ['unpadded']],
    ['one digit left', 'QUJDR', 'ABC', ['truncated']],
    ['one digit a line', 'Q\r\nU\r\nJ\r\nD\r\n', 'ABC', ['short-line']],
    ['a short last line', 'QUJD\r\nRA==\r\n', 'ABCD', []],
  ])('reads %s', (_name, input, text, oddities) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) {
      expect(decode(slices)).toEqual({ text, oddities });
    }
  });

  const long = Buffer.from(Array.from({ length: 1500 }, (_, i) => (i * 7919) >> 3));
  it.each([
    ['76 columns', wrap(long.toString('base64'), 76)],
    ['76 columns, LF', wrap(long.toString('base64'), 76, '\n')],
    ['75 columns', wrap(long.toString('base64'), 75)],
    ['17 columns', wrap(long.toString('base64'), 17)],
    ['998 columns', wrap(long.toString('base64'), 998)],
    ['600 columns', wrap(long.toString('base64'), 600)],
  ])('reads regular lines of %s without finding anything odd', (_name, input) => {
    for (const slices of cuttings(input)) {
      expect(decode(slices)).toEqual({ text: long.toString('latin1'), oddities: [] });
    }
  });

  it('reads one long line, and reports it', () => {
    for (const slices of cuttings(Buffer.from(long.toString('base64') + '\r\n'))) {
      expect(decode(slices)).toEqual({ text: long.toString('latin1'), oddities: ['long-line'] });
    }
  });

  it.each(['-', '_', '=', '!', '\r', '\n', ' ', '\0'])(
    'finds %j inside a row of regular lines',
    (intruder) => {
      const input = wrap(long.subarray(0, 570).toString('base64'), 76);
      for (const at of [0, 1, 75, 77, 78, 79, 300, 400, 700]) {
        const odd = Buffer.from(input);
        odd.write(intruder, at, 'latin1');
        const expected = reference(odd).toString('latin1');
        const bytewise = decode(cut(odd, 1));
        expect(bytewise.text).toBe(expected);
        for (const slices of cuttings(odd)) expect(decode(slices)).toEqual(bytewise);
      }
    },
  );

  it('reports a short line in front of regular ones, however they are cut', () => {
    const input = Buffer.concat([Buffer.from('QU\r\n'), wrap(long.toString('base64'), 76)]);
    for (const slices of cuttings(input)) expect(decode(slices).oddities).toContain('short-line');
  });

  it('decodes soups as the reference does, at any cutting', () => {
    const tokens = soup(
      'QUJD',
      'Q',
      'z+/9',
      '=',
      '==',
      '\r\n',
      '\n',
      '-',
      '!',
      ' ',
      'A'.repeat(76),
      'b'.repeat(300),
    );
    fc.assert(
      fc.property(sliced(tokens), (slices) => {
        const whole = Buffer.concat(slices);
        const result = decode(slices);
        expect(result.text).toBe(reference(whole).toString('latin1'));
        expect(result).toEqual(decode([whole]));
      }),
      { numRuns: 500 },
    );
  });

  it('calls the native decoder over no byte twice, whatever the lines hold', () => {
    // Every regular-looking line has junk in it: a retry behind each one would pass over the rest 840 times.
    const input = Buffer.from(`${'!'.padEnd(76, 'A')}\r\n`.repeat(840));
    let passedOver = 0;
    const counting = Object.assign(Buffer.from(input), {
      toString(this: Buffer, encoding: 'latin1', from: number, to: number) {
        passedOver += to - from;
        return Buffer.prototype.toString.call(this, encoding, from, to);
      },
    });
    const decoder = new Base64Decoder();
    decoder.write(counting);
    expect(passedOver).toBeGreaterThan(0);
    expect(passedOver).toBeLessThanOrEqual(input.length);
  });

  it('gives no more than three bytes for four', () => {
    const decoder = new Base64Decoder();
    expect(decoder.write(Buffer.alloc(65536, 'QQ==')).length).toBeLessThanOrEqual(65536 * 0.75);
  });
});
