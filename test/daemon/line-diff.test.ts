import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/daemon/line-diff.ts';
import type { LineRun } from '../../src/daemon/line-diff.ts';

const side = (runs: readonly LineRun[], without: LineRun['kind']) =>
  runs.filter((run) => run.kind !== without).flatMap((run) => [...run.lines]);

describe('diffLines', () => {
  it('finds a changed line between equal ones', () => {
    expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([
      { kind: 'same', lines: ['a'] },
      { kind: 'removed', lines: ['b'] },
      { kind: 'added', lines: ['x'] },
      { kind: 'same', lines: ['c'] },
    ]);
  });

  it('keeps unique lines as fixed points, however much was removed around them', () => {
    const attachment = Array.from({ length: 3000 }, (_, index) => `line ${index}`);
    expect(diffLines(['top', ...attachment, 'end'], ['new', 'top', 'notice', 'end'])).toEqual([
      { kind: 'added', lines: ['new'] },
      { kind: 'same', lines: ['top'] },
      { kind: 'removed', lines: attachment },
      { kind: 'added', lines: ['notice'] },
      { kind: 'same', lines: ['end'] },
    ]);
  });

  it('gives back both texts, whatever they are', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '', 'e', 'f'), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const runs = diffLines(before, after);
        expect(side(runs, 'added')).toEqual(before);
        expect(side(runs, 'removed')).toEqual(after);
      }),
    );
  });
});
