import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffHeaders } from '../../../src/core/headers/header-diff.ts';
import type { HeaderEdit } from '../../../src/core/headers/header-edit.ts';
import { HeaderField } from '../../../src/core/headers/header-field.ts';
import { applyEdits, toPairs } from './apply-edits.ts';

type Pair = readonly [name: string, rawValue: string];

const fields = (pairs: readonly Pair[]) => pairs.map(([name, rawValue]) => new HeaderField(name, rawValue));
const diff = (received: readonly Pair[], wanted: readonly Pair[]) =>
  diffHeaders(fields(received), fields(wanted));

const numbered = (count: number, value: string) =>
  Array.from({ length: count }, (_, n) => new HeaderField(`X-${n % 7}`, `${value} ${n}`));

/** Fewest edits by trying every way; the model for short lists. */
function fewest(received: readonly HeaderField[], wanted: readonly HeaderField[]): number {
  const [first, ...others] = received;
  const [wantedFirst, ...wantedOthers] = wanted;
  if (first === undefined) return wanted.length;
  if (wantedFirst === undefined) return received.length;
  const ways = [1 + fewest(others, wanted), 1 + fewest(received, wantedOthers)];
  if (first.lowerName === wantedFirst.lowerName) {
    const same = first.name === wantedFirst.name && first.rawValue === wantedFirst.rawValue;
    ways.push((same ? 0 : 1) + fewest(others, wantedOthers));
  }
  return Math.min(...ways);
}

const pair = fc.tuple(fc.constantFrom('A', 'a', 'B', '__proto__'), fc.constantFrom(' 1', ' 2'));
const header = (maxLength: number) => fc.array(pair, { maxLength });

/** The order that HeaderEdit promises. */
function expectOrder(edits: readonly HeaderEdit[]): void {
  const rank = { change: 0, delete: 1, insert: 2, add: 3 };
  const lastDeleted = new Map<string, number>();
  let lastInserted = 0;
  for (const [place, edit] of edits.entries()) {
    if (place > 0) expect(rank[edit.kind]).toBeGreaterThanOrEqual(rank[edits[place - 1].kind]);
    if (edit.kind === 'delete') {
      const name = edit.name.toLowerCase();
      expect(edit.index).toBeLessThan(lastDeleted.get(name) ?? Infinity);
      lastDeleted.set(name, edit.index);
    }
    if (edit.kind === 'insert') {
      expect(edit.index).toBeGreaterThanOrEqual(lastInserted);
      lastInserted = edit.index;
    }
  }
}

describe('diffHeaders', () => {
  it('gives edits that make the one list into the other', () => {
    fc.assert(
      fc.property(header(12), header(12), (received, wanted) => {
        const edits = diff(received, wanted);
        expect(applyEdits(received, edits)).toEqual(wanted);
        expectOrder(edits);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the fewest edits', () => {
    fc.assert(
      fc.property(header(5), header(5), (received, wanted) => {
        expect(diff(received, wanted)).toHaveLength(fewest(fields(received), fields(wanted)));
      }),
      { numRuns: 1500 },
    );
  });

  it('gives nothing for equal lists', () => {
    fc.assert(
      fc.property(header(10), (list) => {
        expect(diff(list, list)).toEqual([]);
      }),
    );
  });

  it('takes a fold with CR LF for the same as one with LF', () => {
    expect(diff([['A', ' 1\r\n 2']], [['A', ' 1\n 2']])).toEqual([]);
    expect(diff([['A', ' 1']], [['A', ' 1\r\n 2']])).toEqual([
      { kind: 'change', name: 'A', index: 1, value: ' 1\n 2' },
    ]);
  });

  it.each<[string, Pair[], Pair[], HeaderEdit[]]>([
    [
      'a changed value',
      [
        ['A', ' 1'],
        ['B', ' 1'],
        ['a', ' 2'],
      ],
      [
        ['A', ' 1'],
        ['B', ' 1'],
        ['a', ' 3'],
      ],
      [{ kind: 'change', name: 'a', index: 2, value: ' 3' }],
    ],
    [
      'deletions from the bottom up',
      [
        ['A', ' 1'],
        ['A', ' 2'],
        ['B', ' 1'],
        ['A', ' 3'],
      ],
      [['B', ' 1']],
      [
        { kind: 'delete', name: 'A', index: 3 },
        { kind: 'delete', name: 'A', index: 2 },
        { kind: 'delete', name: 'A', index: 1 },
      ],
    ],
    [
      'new fields at the top, in order',
      [['A', ' 1']],
      [
        ['X', ' 1'],
        ['Y', ' 1'],
        ['A', ' 1'],
      ],
      [
        { kind: 'insert', index: 0, name: 'X', value: ' 1' },
        { kind: 'insert', index: 0, name: 'Y', value: ' 1' },
      ],
    ],
    [
      'a new field in the middle',
      [
        ['A', ' 1'],
        ['B', ' 1'],
      ],
      [
        ['A', ' 1'],
        ['X', ' 1'],
        ['B', ' 1'],
      ],
      [{ kind: 'insert', index: 1, name: 'X', value: ' 1' }],
    ],
    [
      'the end rather than a place behind which all is deleted',
      [
        ['A', ' 1'],
        ['B', ' 1'],
      ],
      [
        ['A', ' 1'],
        ['X', ' 1'],
      ],
      [
        { kind: 'delete', name: 'B', index: 1 },
        { kind: 'add', name: 'X', value: ' 1' },
      ],
    ],
    [
      'the top rather than a place before which all is deleted',
      [
        ['A', ' 1'],
        ['B', ' 1'],
      ],
      [
        ['X', ' 1'],
        ['B', ' 1'],
      ],
      [
        { kind: 'delete', name: 'A', index: 1 },
        { kind: 'insert', index: 0, name: 'X', value: ' 1' },
      ],
    ],
    [
      'everything replaced',
      [['A', ' 1']],
      [
        ['X', ' 1'],
        ['Y', ' 1'],
      ],
      [
        { kind: 'delete', name: 'A', index: 1 },
        { kind: 'add', name: 'X', value: ' 1' },
        { kind: 'add', name: 'Y', value: ' 1' },
      ],
    ],
    [
      'the first of a name kept, the others deleted',
      [
        ['A', ' 1'],
        ['A', ' 2'],
      ],
      [['A', ' 3']],
      [
        { kind: 'change', name: 'A', index: 1, value: ' 3' },
        { kind: 'delete', name: 'A', index: 2 },
      ],
    ],
    [
      'a name in another spelling',
      [['a', ' 1']],
      [['A', ' 1']],
      [{ kind: 'change', name: 'A', index: 1, value: ' 1' }],
    ],
  ])('%s', (_, received, wanted, edits) => {
    expect(diff(received, wanted)).toEqual(edits);
    expect(applyEdits(received, edits)).toEqual(wanted);
  });

  describe('of lists too long to compare every pair', () => {
    it('compares only what lies between untouched fields', () => {
      const received = numbered(20_000, ' old');
      const wanted = received.flatMap((field, n) => {
        if (n % 5 === 0) return [];
        if (n % 5 === 1) return [new HeaderField(field.name, ' new')];
        if (n % 5 === 2) return [new HeaderField('X-New', ' 1'), field];
        return [field];
      });
      const edits = diffHeaders(received, wanted);
      expect(edits).toHaveLength(12_000);
      expect(applyEdits(toPairs(received), edits)).toEqual(toPairs(wanted));
    });

    it('is exact where untouched fields have changed places', () => {
      const received = numbered(600, ' old');
      const wanted = [...received.slice(300), ...received.slice(0, 300)];
      expect(applyEdits(toPairs(received), diffHeaders(received, wanted))).toEqual(toPairs(wanted));
    });

    it('is exact where nothing is untouched', () => {
      const received = numbered(20_000, ' old');
      const changed = numbered(20_000, ' new');
      const edits = diffHeaders(received, changed);
      expect(edits.every((edit) => edit.kind === 'change')).toBe(true);
      expect(applyEdits(toPairs(received), edits)).toEqual(toPairs(changed));

      const turned = changed.toReversed();
      expect(applyEdits(toPairs(received), diffHeaders(received, turned))).toEqual(toPairs(turned));
    });
  });
});
