import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGE_BLOCK, MemoryBudget, SMALL_BLOCK } from '../../../src/core/spool/index.ts';

const MiB = 1024 * 1024;
/** What may be in small blocks beyond the budget without that anything else has to go for it. */
const RESERVE = 64 * SMALL_BLOCK;

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

  it('lets windows grow to two thirds, and leaves the second block of a message more', () => {
    const budget = new MemoryBudget(45 * MiB);
    let n = 0;
    while (budget.takeWindow(n) !== undefined) n++;
    expect(budget.lent).toBeLessThanOrEqual(30 * MiB);
    expect(budget.lent).toBeGreaterThan(30 * MiB - LARGE_BLOCK);
    while (budget.takeWindow(2) !== undefined);
    expect(budget.takeWindow(1)?.length).toBe(65_535);
    while (budget.takeWindow(1) !== undefined);
    expect(budget.lent).toBeGreaterThan(45 * MiB - 65_535);
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
  });

  it('drops no large block for a few small ones, but does for many', () => {
    const budget = new MemoryBudget(2 * LARGE_BLOCK);
    const large = [budget.take(LARGE_BLOCK), budget.take(LARGE_BLOCK)];
    for (const block of large) budget.give(block);
    const small = Array.from({ length: 64 }, () => budget.take(SMALL_BLOCK));
    expect(budget.free).toBe(2 * LARGE_BLOCK);
    small.push(budget.take(SMALL_BLOCK));
    expect(budget.free).toBe(LARGE_BLOCK);
    for (const block of small) budget.give(block);
    expect(budget.take(SMALL_BLOCK)).toBe(small.at(-1));
  });

  it('goes on with the blocks that it has while all of the budget is in use', () => {
    const budget = new MemoryBudget(4 * MiB);
    const seen = new Set<Buffer>();
    let lent: Buffer[] = [];
    for (let round = 0; round < 200; round++) {
      for (let n = 0; n < 20; n++) lent.push(budget.take(n % 3 === 0 ? 200_000 : LARGE_BLOCK));
      for (const block of lent) seen.add(block);
      const [kept, given] = [lent.slice(round % 7), lent.slice(0, round % 7)];
      for (const block of given) budget.give(block);
      lent = kept.slice(0, 5);
      for (const block of kept.slice(5)) budget.give(block);
    }
    const bytes = [...seen].reduce((sum, block) => sum + block.length, 0);
    expect(bytes).toBeLessThanOrEqual(4 * MiB + RESERVE);
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
          if (budget.free > 0) expect(budget.lent + budget.free).toBeLessThanOrEqual(total + RESERVE);
        }
        for (const block of lent) budget.give(block);
        expect(budget.lent).toBe(0);
        expect(budget.free).toBeLessThanOrEqual(total + RESERVE);
      }),
    );
  });
});
