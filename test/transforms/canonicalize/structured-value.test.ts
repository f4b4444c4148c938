import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { createRootPart } from '../../../src/core/mime/index.ts';
import { structuredValue } from '../../../src/transforms/canonicalize/structured-value.ts';

const read = (value: string) =>
  createRootPart(HeaderList.parse(Buffer.from(`MIME-Version: 1.0\r\nContent-Type:${value}\r\n`, 'latin1')));

describe('structuredValue', () => {
  it.each([
    ['plain', 'name=plain'],
    ['two words', 'name="two words"'],
    ['Größe', "name*=utf-8''Gr%C3%B6%C3%9Fe"],
    ['a"b\\c', "name*=utf-8''a%22b%5Cc"],
    ['=?utf-8?Q?a?=', "name*=utf-8''%3D%3Futf-8%3FQ%3Fa%3F%3D"],
    ['a;b', "name*=utf-8''a%3Bb"],
    ['a(1).pdf', "name*=utf-8''a%281%29.pdf"],
    [' a', "name*=utf-8''%20a"],
    ['', "name*=utf-8''"],
  ])('writes %j as %s', (value, written) => {
    expect(structuredValue('Content-Type', 'a/b', [['name', value]])).toBe(` a/b; ${written}`);
  });

  it('is read back the same, in short lines of ASCII, with nothing ambiguous about it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('%', "'", '*', '"', '\\', '=', '?', ' ', ';', 'a'), minLength: 1 }),
    );
    fc.assert(
      fc.property(text, text, (one, two) => {
        const value = structuredValue('Content-Type', 'text/plain', [
          ['charset', 'utf-8'],
          ['x-one', one],
          ['x-two', two],
        ]);
        const part = read(value.replaceAll('\n', '\r\n'));
        expect([part.type, part.parameters.get('charset')]).toEqual(['text/plain', 'utf-8']);
        expect([part.parameters.get('x-one'), part.parameters.get('x-two')]).toEqual([one, two]);
        expect(part.ambiguities).toEqual([]);
        expect(value).toMatch(/^[\x20-\x7e\n]+$/);
        expect(Math.max(...value.split('\n').map(({ length }) => length))).toBeLessThan(78);
      }),
      { numRuns: 500 },
    );
  });
});
