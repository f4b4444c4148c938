import { describe, expect, it } from 'vitest';
import { dropCopy, keepCopy } from '../../src/base/copies.ts';

const bytes = (length: number, value: number): Buffer => Buffer.alloc(length, value);

describe('copies', () => {
  it.each([0, 1, 4095, 4096, 65_535, 65_536, 65_537, 200_000])(
    'of %i bytes are what they were made of',
    (length) => {
      const source = bytes(length, 7);
      const copy = keepCopy(source);
      source.fill(0);
      expect(copy.equals(bytes(length, 7))).toBe(true);
    },
  );

  it('lie in blocks that are used again when they are dropped, also by a part of them', () => {
    const [one, other] = [keepCopy(bytes(5000, 1)), keepCopy(bytes(5000, 2))];
    expect(one.buffer).not.toBe(other.buffer);
    dropCopy(one.subarray(4000));
    expect(keepCopy(bytes(6000, 3)).buffer).toBe(one.buffer);
    expect(other.equals(bytes(5000, 2))).toBe(true);
  });

  it('leave alone what small ones share with others', () => {
    const small = [keepCopy(bytes(100, 1)), keepCopy(bytes(100, 2))];
    for (const copy of small) dropCopy(copy);
    keepCopy(bytes(60_000, 9));
    expect(small.map((copy) => copy[0])).toEqual([1, 2]);
  });

  it('keep a bounded number of free blocks', () => {
    const copies = Array.from({ length: 100 }, () => keepCopy(bytes(5000, 1)));
    const blocks = new Set(copies.map(({ buffer }) => buffer));
    for (const copy of copies) dropCopy(copy);
    const again = Array.from({ length: 100 }, () => keepCopy(bytes(5000, 1)));
    expect(again.filter(({ buffer }) => blocks.has(buffer)).length).toBe(32);
  });
});
