import { describe, expect, it } from 'vitest';
import { PieceSize } from '../../src/core/turn.ts';

describe('PieceSize', () => {
  const after = (...milliseconds: number[]): number[] => {
    const size = new PieceSize();
    return milliseconds.map((time) => {
      size.took(size.bytes, time);
      return size.bytes;
    });
  };

  it('grows as long as whole pieces cost next to nothing, and no further than the largest', () => {
    expect(after(0.1, 0.1, 0.1, 0.1, 0.1)).toEqual([32_768, 65_536, 65_536, 65_536, 65_536]);
  });

  it('does not grow by what a smaller piece cost, nor by one that cost a fair share', () => {
    const size = new PieceSize();
    size.took(100, 0.001);
    size.took(size.bytes, 0.5);
    expect(size.bytes).toBe(16_384);
  });

  it('shrinks to what should take a millisecond, no further than the smallest, and grows slowly from there', () => {
    expect(after(4, 1000, 0.1, 0.1)).toEqual([4096, 256, 288, 324]);
  });
});
