import { describe, expect, it } from 'vitest';
import { fitPowerLaw, median, pairedRatios, quantile, steepest } from '../../bench/statistics.ts';

const law = (exponent: number, factor: number, constant = 0) =>
  [1, 2, 4, 8, 16, 32, 64].map((size) => ({ size, cost: constant + factor * size ** exponent }));

describe('statistics', () => {
  it('takes the middle, and the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(median([])).toBeNaN();
  });

  it('interpolates quantiles', () => {
    expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
    expect(quantile([3], 0.99)).toBe(3);
  });

  it('pairs figures of the same round', () => {
    expect(pairedRatios([10, 40, 7], [5, 10])).toEqual([2, 4]);
  });

  it.each([0, 0.5, 1, 2])('finds the exponent %d of a power law', (exponent) => {
    const fitted = fitPowerLaw(law(exponent, 3))!;
    expect(fitted.exponent).toBeCloseTo(exponent, 6);
    expect(fitted.factor).toBeCloseTo(3, 6);
  });

  it('sees in the upper half what a constant part hides over all', () => {
    const hidden = law(2, 0.02, 10);
    expect(fitPowerLaw(hidden)!.exponent).toBeLessThan(0.6);
    expect(steepest(hidden)!).toBeGreaterThan(0.9);
  });

  it('has no law for what is none', () => {
    expect(fitPowerLaw([{ size: 1, cost: 5 }])).toBeUndefined();
    expect(
      fitPowerLaw([
        { size: 1, cost: 5 },
        { size: 2, cost: 0 },
      ]),
    ).toBeUndefined();
    expect(
      fitPowerLaw([
        { size: 1, cost: 5 },
        { size: 2, cost: NaN },
      ]),
    ).toBeUndefined();
  });
});
