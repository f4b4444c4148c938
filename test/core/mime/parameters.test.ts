import { describe, expect, it } from 'vitest';
import { parseStructured } from '../../../src/core/mime/parameters.ts';

function parse(raw: string, limit = 100) {
  const parsed = parseStructured(raw, limit);
  return {
    value: parsed.value,
    parameters: parsed.parameters.map(({ name, value, uncut }) =>
      uncut === undefined ? [name, value] : [name, value, uncut],
    ),
    codes: [...parsed.ambiguities],
  };
}

describe('structured fields (RFC 2045 section 5.1)', () => {
  it.each<[string, string, string[][], string[]]>([
    [' text/plain', 'text/plain', [], []],
    [' text/plain; charset=utf-8', 'text/plain', [['charset', 'utf-8']], []],
    [
      'text/plain;\r\n\tcharset="utf-8" ;\r\n format=flowed;',
      'text/plain',
      [
        ['charset', 'utf-8'],
        ['format', 'flowed'],
      ],
      [],
    ],
    ['a/b; Name = "x y"', 'a/b', [['name', 'x y']], []],
    ['a/b; name="x\\"y\\\\z"', 'a/b', [['name', 'x"y\\z']], []],
    ['a/b; name="a;b=c,(d)"', 'a/b', [['name', 'a;b=c,(d)']], []],
    ['a/b; name=""', 'a/b', [['name', '']], []],
    ['a/b; name=', 'a/b', [['name', '']], []],
    ['a/b; x=----=_Part/1:2?[3]@4', 'a/b', [['x', '----=_Part/1:2?[3]@4']], []],
    ['', '', [], []],
    [';;;', '', [], []],
    // A comment is none of the value, but not all readers know comments.
    [
      'a/b (c (d) \\) e) ; x=y (f); z=1',
      'a/b',
      [
        ['x', 'y', 'y (f)'],
        ['z', '1'],
      ],
      ['parameter-comment'],
    ],
    ['a/b; (c) x (d) = (e) "y" (f)', 'a/b', [['x', 'y']], ['parameter-comment']],
    ['a/b; name=a(1).pdf', 'a/b', [['name', 'a', 'a(1).pdf']], ['parameter-comment', 'parameter-junk']],
    ['a/b (never closed; x=y', 'a/b', [], []],
    // What readers cut at different places.
    ['a/b; name=my file.exe', 'a/b', [['name', 'my', 'my file.exe']], ['parameter-junk']],
    [
      'a/b; name=my file.exe; x=y',
      'a/b',
      [
        ['name', 'my', 'my file.exe'],
        ['x', 'y'],
      ],
      ['parameter-junk'],
    ],
    [
      'a/b; name="a.txt".exe; x=y',
      'a/b',
      [
        ['name', 'a.txt', 'a.txt.exe'],
        ['x', 'y'],
      ],
      ['parameter-junk'],
    ],
    ['a/b; name=a,b.txt', 'a/b', [['name', 'a,b.txt']], []],
    ['a/b; x="never closed; y=z', 'a/b', [['x', 'never closed; y=z']], ['parameter-unterminated-quote']],
    // Missing or wrong separators.
    ['a/b x=y', 'a/b', [['x', 'y']], ['parameter-separator']],
    ['a/b, x=y', 'a/b', [['x', 'y']], ['parameter-separator']],
    [
      'a/b; x=y z=1',
      'a/b',
      [
        ['x', 'y', 'y z=1'],
        ['z', '1'],
      ],
      ['parameter-separator'],
    ],
    [
      'a/b; x="y" z="1"',
      'a/b',
      [
        ['x', 'y', 'y z=1'],
        ['z', '1'],
      ],
      ['parameter-separator'],
    ],
    [
      'a/b; x=y, z=1',
      'a/b',
      [
        ['x', 'y', 'y, z=1'],
        ['z', '1'],
      ],
      ['parameter-separator'],
    ],
    // Junk.
    ['a/b; junk; x=y', 'a/b', [['x', 'y']], ['parameter-junk']],
    ['a/b; "junk"; x=y', 'a/b', [['x', 'y']], ['parameter-junk']],
    [
      'a/b; =z; x=y',
      'a/b',
      [
        ['', 'z'],
        ['x', 'y'],
      ],
      [],
    ],
    ['"a/b"; x=y', 'a/b', [['x', 'y']], []],
  ])('%j', (raw, value, parameters, codes) => {
    expect(parse(raw)).toEqual({ value, parameters, codes });
  });

  it('are looked at up to the limit', () => {
    const { parameters, codes } = parse('a/b; x=1; y=2; z=3', 2);
    expect(parameters).toEqual([
      ['x', '1'],
      ['y', '2'],
    ]);
    expect(codes).toEqual(['too-many-parameters']);
    expect(parse('a/b; x=1; y=2', 2).codes).toEqual([]);
  });

  it('say whether a value had a backslash, and whether more than a value stood in front', () => {
    expect(parseStructured('a/b; x="a\\b"', 9).parameters[0].escaped).toBe(true);
    expect(parseStructured('a/b; x="ab"', 9).parameters[0].escaped).toBe(false);
    for (const raw of ['base64 (x)', '"base64"', 'base64 x'])
      expect(parseStructured(raw, 9).decorated).toBe(true);
    expect(parseStructured(' base64 ', 9).decorated).toBe(false);
  });

  it.each([
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['opening comments', '('],
    ['closing comments', ')'],
    ['semicolons', ';'],
    ['commas', ',x'],
    ['words', 'x '],
    ['equals signs', '='],
    ['parameters without separators', 'x=y '],
    ['quoted parameters', 'x="y"'],
    ['half a quoted string', 'x="\\'],
    ['blanks', ' '],
  ])('end with a result for a hundred thousand %s', (_, piece) => {
    const { parameters } = parse(`a/b; ${piece.repeat(100_000)}`);
    expect(parameters.length).toBeLessThanOrEqual(100);
    // What a parameter may be is bounded by the field, also for all of them together and twice over.
    const size = parameters.flat().reduce((sum, text) => sum + (text?.length ?? 0), 0);
    expect(size).toBeLessThanOrEqual(3 * piece.length * 100_000);
  });
});
