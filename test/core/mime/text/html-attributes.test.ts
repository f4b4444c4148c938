import { describe, expect, it } from 'vitest';
import { parseAttributes } from '../../../../src/core/mime/text/index.ts';

describe('parseAttributes', () => {
  it.each([
    ['<a>', {}],
    ['<img width="1" HEIGHT=\'2\' alt=x>', { width: '1', height: '2', alt: 'x' }],
    ['<a href = "a > b" x>', { href: 'a > b', x: '' }],
    ['<a\n\thref\r\n=\f"x"/>', { href: 'x' }],
    ['<a href=x/>', { href: 'x/' }],
    ['<a/href="x"/b>', { href: 'x', b: '' }],
    ['<a href="x"b="y">', { href: 'x', b: 'y' }],
    ['<a href=>', { href: '' }],
    ['<a =x=y>', { '=x': 'y' }],
    ['<a "x\'=1>', { '"x\'': '1' }],
    ['<a b=1 B=2>', { b: '1' }],
    ['<a b B=2>', { b: '' }],
    ['<a t="&amp;&#x41;">', { t: '&amp;&#x41;' }],
    ['<a \u212a=1>', { '\u212a': '1' }],
    ['</a x=1>', { x: '1' }],
    ['<a href="x', { href: 'x' }],
  ])('reads %j', (tag, attributes) => {
    expect({ ...parseAttributes(tag) }).toEqual(attributes);
  });

  it('takes names of the prototype for names', () => {
    const attributes = parseAttributes('<a __proto__=1 constructor=2>');
    expect(Object.getPrototypeOf(attributes)).toBeNull();
    expect(Object.entries(attributes)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(attributes.toString).toBeUndefined();
  });

  it.each(['=', '"', ' ', '/', 'a ', "a='", 'a=', 'a=b '])('is linear in 1 MB of %j', (unit) => {
    expect(parseAttributes(`<a ${unit.repeat(1_000_000 / unit.length)}>`)).toBeDefined();
  });
});
