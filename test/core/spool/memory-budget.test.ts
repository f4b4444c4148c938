import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGE_BLOCK, MemoryBudget, SMALL_BLOCK } from '../../../src/core/spool/index.ts';

const MiB = 1024 * 1024;

/** Small blocks that are kept although the budget is spent, in bytes. */
const KEPT = 128 * SMALL_BLOCK;

describe('the memory budget', () => {
  it('always gives a small block and shrinks the others', () => {
    const budget = new MemoryBudget(1.5 * MiB);
    const sizes = Array.from({ length: 8 }, () => budget.take(LARGE_BLOCK).length);
    expect(sizes).toEqual([LARGE_BLOCK, LARGE_BLOCK, LARGE_BLOCK, ...Array(5).fill(SMALL_BLOCK)]);
    const nothing = new MemoryBudget(0);
    expect(nothing.take(LARGE_BLOCK).length).toBe(SMALL_BLOCK);
    expect(nothing.takeWindow(0)?.length).toBe(SMALL_BLOCK);
    expect(nothing.takeWindow(1)).toBeUndefined();
  });

  it('gives a block that is large enough but not larger than needed', () => {
    const budget = new MemoryBudget(40 * MiB);
    expect(
      [1, SMALL_BLOCK, SMALL_BLOCK + 1, 65_536, 300_000, 10 * MiB].map(
        (wanted) => budget.take(wanted).length,
      ),
    ).toEqual([SMALL_BLOCK, SMALL_BLOCK, 65_535, 262_140, LARGE_BLOCK, LARGE_BLOCK]);
  });

  it('lets windows grow to three fifths, and leaves the second block of a message more', () => {
    const budget = new MemoryBudget(40 * MiB);
    let n = 0;
    while (budget.takeWindow(n) !== undefined) n++;
    expect(budget.lent).toBeLessThanOrEqual(24 * MiB);
    expect(budget.lent).toBeGreaterThan(24 * MiB - LARGE_BLOCK);
    while (budget.takeWindow(2) !== undefined);
    expect(budget.takeWindow(1)?.length).toBe(65_535);
    while (budget.takeWindow(1) !== undefined);
    expect(budget.lent).toBeGreaterThan(40 * MiB - 65_535);
  });

  it('hands a block that came back to the next one', () => {
    const budget = new MemoryBudget(40 * MiB);
    const block = budget.take(LARGE_BLOCK);
    budget.give(block);
    expect(budget.lent).toBe(0);
    expect(budget.free).toBe(LARGE_BLOCK);
    expect(budget.take(LARGE_BLOCK)).toBe(block);
    expect(budget.free).toBe(0);
  });

  it('uses a free neighbour rather than to allocate beyond the budget', () => {
    const budget = new MemoryBudget(LARGE_BLOCK);
    const block = budget.take(LARGE_BLOCK);
    budget.give(block);
    expect(budget.take(262_140)).toBe(block);
    budget.give(block);
    expect(budget.take(SMALL_BLOCK).length).toBe(SMALL_BLOCK);
    expect(budget.free).toBe(0);
  });

  it('keeps small blocks for the next taker even when the budget is spent, but not without end', () => {
    const budget = new MemoryBudget(0);
    const lent = Array.from({ length: 300 }, () => budget.take(1));
    for (const block of lent) budget.give(block);
    expect(budget.free).toBe(KEPT);
    expect(lent).toContain(budget.take(1));
  });

  it('never lends a block twice, and keeps to the budget but for small blocks', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('take' as const), wanted: fc.constantFrom(1, 50_000, 200_000, 600_000) }),
      fc.record({ do: fc.constant('window' as const), n: fc.nat({ max: 4 }) }),
      fc.record({ do: fc.constant('give' as const), which: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 300_000, 2 * MiB), (steps, total) => {
        const budget = new MemoryBudget(total);
        const lent: Buffer[] = [];
        for (const next of steps) {
          if (next.do === 'give') {
            if (lent.length > 0) budget.give(lent.splice(next.which % lent.length, 1)[0]);
          } else {
            const block = next.do === 'take' ? budget.take(next.wanted) : budget.takeWindow(next.n);
            if (block !== undefined) lent.push(block);
          }
          expect(new Set(lent).size).toBe(lent.length);
          expect(budget.lent).toBe(lent.reduce((sum, block) => sum + block.length, 0));
          const small = lent.filter((block) => block.length === SMALL_BLOCK).length * SMALL_BLOCK;
          expect(budget.lent - small).toBeLessThanOrEqual(total);
          // Beyond the budget only small blocks are kept, and of those so many.
          expect(budget.lent - small + budget.free).toBeLessThanOrEqual(Math.max(total, budget.lent) + KEPT);
        }
        for (const block of lent) budget.give(block);
        expect(budget.lent).toBe(0);
        expect(budget.free).toBeLessThanOrEqual(total + KEPT);
      }),
    );
  });
});
