import { describe, expect, it } from 'vitest';
import { coloured, diffText } from '../../src/daemon/message-diff.ts';

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\r\n`).join('');

describe('diffText', () => {
  it('is empty for equal texts, whatever their line ends', () => {
    expect(diffText('a\r\nb\r\n', 'a\nb\n')).toEqual([]);
    expect(diffText('', '')).toEqual([]);
  });

  it('shows what was added and removed with the lines around it', () => {
    expect(diffText(numbered(1, 6), numbered(1, 3) + 'new\r\n' + numbered(5, 6))).toEqual([
      ' line 2',
      ' line 3',
      '-line 4',
      '+new',
      ' line 5',
      ' line 6',
    ]);
  });

  it('says how many unchanged lines it leaves out between two changes', () => {
    expect(diffText('x\n' + numbered(1, 9) + 'y\n', numbered(1, 9))).toEqual([
      '-x',
      ' line 1',
      ' line 2',
      '  [5 unchanged lines]',
      ' line 8',
      ' line 9',
      '-y',
    ]);
  });

  it('shortens a long run', () => {
    const shown = diffText('head\n' + numbered(1, 5000), 'head\n');
    expect(shown).toEqual([
      ' head',
      ...[1, 2, 3, 4].map((n) => `-line ${n}`),
      '-... 4992 more lines ...',
      ...[4997, 4998, 4999, 5000].map((n) => `-line ${n}`),
    ]);
  });

  it('escapes control and direction characters, so that a message cannot steer the terminal', () => {
    const [shown] = diffText('', 'a\u001b[2Jb\u202ec\n');
    expect(shown).toMatch(/^\+a\\x1b\[2Jb\\u.*202e.*c$/);
    expect(shown).not.toMatch(/[\u001b\u202e]/);
  });

  it('stays fast where everything differs', () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `a${index}\n`).join('');
    const after = Array.from({ length: 20_000 }, (_, index) => `b${index}\n`).join('');
    const shown = diffText(before, after);
    expect(shown[0]).toBe('-a0');
    expect(shown.at(-1)).toBe('+b19999');
  });

  it('colours only what changed', () => {
    expect(diffText('a\nb\n', 'a\nc\n', coloured)).toEqual([
      ' a',
      '\u001b[31m-b\u001b[0m',
      '\u001b[32m+c\u001b[0m',
    ]);
  });
});
