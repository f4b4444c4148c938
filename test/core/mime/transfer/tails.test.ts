import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../../src/base/errors.ts';
import { createDecoder, createTail } from '../../../../src/core/mime/transfer/index.ts';
import { bytes, cut, cuttings, run, sliced, soup } from './chunks.ts';
import { referenceQuotedPrintable } from './reference-quoted-printable.ts';

interface Result {
  output: string;
  canAppend: boolean;
  endsWithLineEnd: boolean;
}

/** Sends slices through a tail; without an extra if nothing can be appended. */
function pass(encoding: string, slices: Iterable<Buffer>, extra?: string): Result {
  const tail = createTail(encoding)!;
  let result = { canAppend: true, endsWithLineEnd: false };
  const sink = {
    write: (slice: Buffer) => tail.pass(slice),
    end: () => {
      result = { canAppend: tail.canAppend, endsWithLineEnd: tail.endsWithLineEnd };
      return tail.finish(extra === undefined || !tail.canAppend ? undefined : Buffer.from(extra, 'latin1'));
    },
  };
  const output = run(sink, slices).toString('latin1');
  return { output, ...result };
}

const decode = (encoding: string, text: string): string =>
  run(createDecoder(encoding)!, [Buffer.from(text, 'latin1')]).toString('latin1');

describe('Base64Tail', () => {
  const full = Buffer.alloc(57, 'abc').toString('base64');
  it.each([
    ['', 'DE', 'REU=', true],
    ['\r\n', 'DE', 'REU=\r\n', true],
    ['QUJD', 'DE', 'QUJDREU=', true],
    ['QUJD\r\n', 'DE', 'QUJDREU=\r\n', true],
    ['QUI=\r\n', 'DE', 'QUJERQ==\r\n', true],
    ['QQ==\r\n\r\n', 'DE', 'QURF\r\n\r\n', true],
    ['QQ=\r\n=\r\n', 'DE', 'QURF\r\n', true],
    ['QUJD\r\nQQ==\r\n', 'DE', 'QUJDQURF\r\n', true],
    [`${full}\r\n`, 'DE', `${full}\r\nREU=\r\n`, true],
    [`${full}\r\nQQ==\r\n`, 'DE', `${full}\r\nQURF\r\n`, true],
    [full, 'DE', `${full}\r\nREU=`, true],
    ['QUJDR', 'DE', 'QUJDR', false],
    ['QUJDRA', 'DE', 'QUJDRA', false],
    ['QUJDRA=', 'DE', 'QUJDRA=', false],
    ['QQ==QUJD', 'DE', 'QQ==QUJD', false],
    ['QUJD=', 'DE', 'QUJD=', false],
    ['QUI==', 'DE', 'QUI==', false],
    ['QU!JD', 'DE', 'QU!JD', false],
    ['QU-_', 'DE', 'QU-_', false],
  ])('puts behind %j the bytes %j: %j', (input, extra, output, canAppend) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) {
      expect(pass('base64', slices, extra)).toMatchObject({ output, canAppend });
    }
  });

  it('appends to clean data what Buffer.from reads behind them', () => {
    const widths = fc.constantFrom(76, 75, 74, 64, 10, 1000);
    fc.assert(
      fc.property(
        bytes(300),
        widths,
        fc.constantFrom('', '\r\n', '\n', '\r\n\r\n'),
        bytes(200),
        fc.integer({ min: 1, max: 90 }),
        (data, width, end, extra, size) => {
          const text =
            data.toString('base64').replaceAll(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\r\n') + end;
          const result = pass('base64', cut(Buffer.from(text), size), extra.toString('latin1'));
          expect(result.canAppend).toBe(true);
          expect(Buffer.from(result.output, 'base64')).toEqual(Buffer.concat([data, extra]));
          expect(result.output.endsWith(end)).toBe(true);
          expect(result.endsWithLineEnd).toBe(data.at(-1) === 0x0a);
          if (width <= 76)
            for (const line of result.output.split('\n')) expect(line.length).toBeLessThanOrEqual(77);
          // The fewest changed bytes: all but the last quantum and what follows it stays.
          const kept = text
            .trimEnd()
            .replace(/(?:[^\r\n=][\r\n]*){1,3}=[\r\n=]*$/, '')
            .trimEnd();
          expect(result.output.startsWith(kept)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('does not depend on the cutting, and leaves odd data as they are', () => {
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
      'QUJDQUJD\r\n'.repeat(4),
      '\r\n'.repeat(200),
      '\r\n'.repeat(300),
    );
    fc.assert(
      fc.property(sliced(tokens), (slices) => {
        const whole = Buffer.concat(slices);
        expect(pass('base64', slices).output).toBe(whole.toString('latin1'));
        const result = pass('base64', slices, 'extra');
        expect(result).toEqual(pass('base64', [whole], 'extra'));
        const expected = decode('base64', whole.toString('latin1')) + (result.canAppend ? 'extra' : '');
        expect(decode('base64', result.output)).toBe(expected);
        const decoder = createDecoder('base64')!;
        run(decoder, slices);
        const odd = [...decoder.oddities].some((oddity) => !['short-line', 'long-line'].includes(oddity));
        if (odd) expect(result.canAppend).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a wide gap for odd, however the lines around it are cut', () => {
    const text = (gap: number) => Buffer.from(`QUJDQUJD\r\n${'\r\n'.repeat(gap)}QUJDQUJD\r\nQUJDQUJD\r\n`);
    for (const [gap, canAppend] of [
      [250, true],
      [260, false],
    ] as const)
      for (const slices of cuttings(text(gap))) expect(pass('base64', slices).canAppend).toBe(canAppend);
  });

  it('holds back a bounded end', () => {
    for (const unit of ['\r\n', 'Q\r\n\r\n\r\n', '!', '=', 'Q', 'QUJD\r\n']) {
      const tail = createTail('base64')!;
      let held = 0;
      for (const slice of cut(Buffer.alloc(100_000, unit), 100)) {
        held += slice.length - tail.pass(slice).length;
        expect(held).toBeLessThanOrEqual(512);
      }
    }
  });
});

describe('QuotedPrintableTail', () => {
  it.each([
    ['', 'x=y', 'x=3Dy', true],
    ['abc', 'x', 'abcx', true],
    ['abc\r\n', '\xe9\r\n', 'abc\r\n=E9\r\n', true],
    ['abc=', 'x', 'abc=\r\nx', true],
    ['abc=\r\n', 'x', 'abc=\r\nx', true],
    ['abc= \r\n', '\r\nx', 'abc= \r\n\r\nx', true],
    ['abc=\n', 'x', 'abc=\nx', true],
    ['abc  ', 'x', 'abcx', true],
    ['abc  ', '\r\nx', 'abc  \r\nx', true],
    ['abc= ', '\r\nx', 'abc=\r\n\r\nx', true],
    ['abc\t=', '\r\nx', 'abc\t=\r\n\r\nx', true],
    ['abc=E9', 'x', 'abc=E9x', true],
    ['abc', 'x ', 'abcx=20', true],
    ['a'.repeat(70), 'bcdefghi', `${'a'.repeat(70)}bcdef=\r\nghi`, true],
    [`x\r\n${'a'.repeat(70)}=`, 'bcdefghi', `x\r\n${'a'.repeat(70)}=\r\nbcdefghi`, true],
    ['a'.repeat(90), 'b', `${'a'.repeat(90)}=\r\nb`, true],
    ['abc=4', '1', 'abc=4', false],
    ['abc\r', '\nx', 'abc\r', false],
    ['abc==', '41', 'abc==', false],
    ['abc=4= ', '1', 'abc=4= ', false],
    ['abc=4 ', '1', 'abc=4 ', false],
    ['abc=\r', 'x', 'abc=\r', false],
    [`abc${' '.repeat(999)}`, 'x', `abc${' '.repeat(999)}`, false],
    [`abc${' '.repeat(998)}`, 'x', 'abcx', true],
  ])('puts behind %j the text %j: %j', (input, extra, output, canAppend) => {
    for (const slices of cuttings(Buffer.from(input, 'latin1'))) {
      expect(pass('quoted-printable', slices, extra)).toMatchObject({ output, canAppend });
    }
  });

  it.each([
    ['', false],
    ['abc', false],
    ['abc\r\n', true],
    ['abc\n', true],
    ['abc\r\n  ', true],
    ['abc\r\n=\r\n', true],
    ['abc=\r\n', false],
    ['abc=\r\n  ', false],
    ['abc=\r\n=\r\n=', false],
    ['abc\r\n=\r\n= \r\n=', true],
    ['abc=0D=0A', true],
    ['abc=0D=0a=\r\n', true],
    ['abc\r\n  =\r\n', false],
  ])('knows whether %j ends with a line end', (input, expected) => {
    for (const slices of cuttings(Buffer.from(input))) {
      expect(pass('quoted-printable', slices).endsWithLineEnd).toBe(expected);
    }
  });

  it('appends at any cutting, and passes everything as it is if there is nothing to append', () => {
    const tokens = soup(
      '=',
      '=4',
      '=E9',
      ' ',
      '\t',
      '\r\n',
      '\n',
      '\r',
      'abc',
      'x'.repeat(70),
      '   ',
      '=\r\n',
      '=0A',
    );
    const extras = fc.constantFrom(
      'x',
      '\r\nfooter\r\n',
      ' \r\n',
      '\n',
      '41',
      '=',
      'long '.repeat(30),
      '\xe9 ',
    );
    fc.assert(
      fc.property(sliced(tokens), extras, (slices, extra) => {
        const whole = Buffer.concat(slices);
        expect(pass('quoted-printable', slices).output).toBe(whole.toString('latin1'));
        const result = pass('quoted-printable', slices, extra);
        expect(result).toEqual(pass('quoted-printable', [whole], extra));
        const before = referenceQuotedPrintable(whole).toString('latin1');
        const after = referenceQuotedPrintable(Buffer.from(result.output, 'latin1')).toString('latin1');
        expect(after).toBe(before + (result.canAppend ? extra : ''));
        if (result.canAppend) expect(result.endsWithLineEnd).toBe(before.endsWith('\n'));
      }),
      { numRuns: 1000 },
    );
  });

  it('holds back a bounded end', () => {
    for (const unit of [' ', '= ', '=', '\r', '=\r\n', ' \r', `=${' '.repeat(2000)}\r\n`]) {
      const tail = createTail('quoted-printable')!;
      let held = 0;
      for (const slice of cut(Buffer.alloc(100_000, unit), 6007)) {
        held += slice.length - tail.pass(slice).length;
        expect(held).toBeLessThanOrEqual(1002);
      }
    }
  });
});

describe('IdentityTail', () => {
  it('lets everything pass and appends', () => {
    for (const slices of cuttings(Buffer.from('abc\r\n'))) {
      expect(pass('8bit', slices, 'x\r\n')).toEqual({
        output: 'abc\r\nx\r\n',
        canAppend: true,
        endsWithLineEnd: true,
      });
      expect(pass('7bit', slices).output).toBe('abc\r\n');
    }
    expect(pass('7bit', [Buffer.from('abc')]).endsWithLineEnd).toBe(false);
    expect(pass('7bit', [Buffer.from('abc\r')], '\n')).toMatchObject({ output: 'abc\r', canAppend: false });
  });
});

describe('createTail', () => {
  it.each([
    ['base64', 'QU!JD'],
    ['quoted-printable', 'abc=4'],
    ['7bit', 'abc\r'],
  ])('refuses to append to %s that is odd', (encoding, input) => {
    const tail = createTail(encoding)!;
    tail.pass(Buffer.from(input));
    expect(() => tail.finish(Buffer.from('x'))).toThrow(MillraceError);
    expect(() => tail.finish(Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: 'MILLRACE_ENCODING' }),
    );
  });
});
