import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { KeyPositions } from '../../../src/daemon/config/key-positions.ts';
import type { KeyPath } from '../../../src/daemon/config/key-positions.ts';

const TEXT = `\
# a comment with key = "value"
listen = ["inet:1@a", # one
  "unix:/x"]
text = """
not = "a key"
two quotes at the end"""""
raw = '''
also = 'none' '''
path = 'C:\\' # a literal backslash
quoted = "a \\" = b"
socket = { mode = "0660", inner = { group = "postfix" } }
a.b.c = 1

[limits]
header-bytes = 5 # five
"od d" = 6
  [ limits . deep ]
  x = 1

[[transform]]
use = "footer"
when = { from = "*@example.org" }
[[transform]]
use = "other"
[transform.when]
to = ["a@b", "c@d"]
[[transform.rule]]
n = 1
[[transform.rule]]
n = 2
`;

const at = (path: KeyPath) => {
  const { line, column } = new KeyPositions(TEXT).find(path);
  return `${line}:${column}`;
};

describe('KeyPositions', () => {
  it('is tried on a text that the parser takes', () => {
    expect(Object.keys(parse(TEXT))).toContain('transform');
  });

  it.each([
    [['listen'], '2:1'],
    [['listen', 0], '2:11'],
    [['listen', 1], '3:3'],
    [['text'], '4:1'],
    [['raw'], '7:1'],
    [['path'], '9:1'],
    [['quoted'], '10:1'],
    [['socket'], '11:1'],
    [['socket', 'mode'], '11:12'],
    [['socket', 'inner', 'group'], '11:37'],
    [['a', 'b', 'c'], '12:1'],
    [['limits'], '14:1'],
    [['limits', 'header-bytes'], '15:1'],
    [['limits', 'od d'], '16:1'],
    [['limits', 'deep', 'x'], '18:3'],
    [['transform', 0], '20:1'],
    [['transform', 0, 'use'], '21:1'],
    [['transform', 0, 'when', 'from'], '22:10'],
    [['transform', 1], '23:1'],
    [['transform', 1, 'use'], '24:1'],
    [['transform', 1, 'when'], '25:1'],
    [['transform', 1, 'when', 'to', 1], '26:14'],
    [['transform', 1, 'rule', 0, 'n'], '28:1'],
    [['transform', 1, 'rule', 1, 'n'], '30:1'],
  ] as [KeyPath, string][])('%j', (path, place) => expect(at(path)).toBe(place));

  it('gives the nearest table for a key that is not there', () => {
    expect(at(['transform', 1, 'text'])).toBe('23:1');
    expect(at(['limits', 'depth'])).toBe('14:1');
    expect(at(['nothing'])).toBe('1:1');
  });

  it('finds every top-level key of whatever the parser takes', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(fc.string()),
      fc.array(fc.record({ x: fc.string() }), { minLength: 1 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.string()),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,5}$/), value), (content) => {
        const text = stringify(content);
        const positions = new KeyPositions(text);
        for (const key of Object.keys(content)) {
          const { line, column } = positions.find([key]);
          const lines = text.split('\n');
          const found = lines[line - 1].slice(column - 1).replace(/^\[+/, '');
          expect(found.startsWith(key)).toBe(true);
        }
      }),
    );
  });

  it('ends on any text, even one that is no TOML', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a[]{}="\'#.,\n\\ '.split('')) }), (text) => {
        expect(new KeyPositions(text).find(['a']).line).toBeGreaterThan(0);
      }),
    );
  });
});
