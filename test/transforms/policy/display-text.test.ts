import { describe, expect, it } from 'vitest';
import { displayText } from '../../../src/transforms/policy/display-text.ts';

describe('a name that is shown', () => {
  it.each([
    ['letter.pdf', 'letter.pdf'],
    ['über 漢字 😀.pdf', 'über 漢字 😀.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\u2066b\u2069c\u200bd\ufeffe', 'abcde'],
    ['a\r\nX-Forged: yes\0', 'a X-Forged: yes'],
    ['  a\t\u00a0\u2028 b  ', 'a b'],
    ['\ud800x', 'x'],
    ['\x1b[31mred\x9b', '[31mred'],
    ['\u202e', ''],
  ])('%j as %j', (name, shown) => {
    expect(displayText(name)).toBe(shown);
  });

  it('is cut at the limit, and not in the middle of a character', () => {
    expect(displayText('x'.repeat(200))).toBe('x'.repeat(200));
    expect(displayText('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
    expect(displayText('😀'.repeat(5), 3)).toBe('😀😀😀…');
    expect(displayText('\u200b'.repeat(1000) + 'a', 1)).toBe('a');
  });
});
