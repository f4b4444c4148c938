/** The middle of some figures; NaN when there are none. */
export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

/** The figure below which the share `part` (0 to 1) of them lies, interpolated; NaN when there are none. */
export function quantile(figures: readonly number[], part: number): number {
  if (figures.length === 0) return NaN;
  const sorted = figures.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** Figures of the same rounds, one divided by the other. Rounds that only one of them has are left out. */
export function pairedRatios(ones: readonly number[], others: readonly number[]): number[] {
  const rounds = Math.min(ones.length, others.length);
  return Array.from({ length: rounds }, (_, round) => ones[round] / others[round]);
}

/** A power law through points: `cost = factor * size ** exponent`, the least squares of the logarithms. */
export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
}

/**
 * Fit a power law. A constant part of the cost flattens the lower end, so what grows only at the upper end is better seen
 * by {@link steepest}. Undefined with fewer than two sizes, or when a figure is not positive.
 */
export function fitPowerLaw(
  points: readonly { readonly size: number; readonly cost: number }[],
): PowerLaw | undefined {
  if (points.some(({ size, cost }) => !(size > 0) || !(cost > 0))) return undefined;
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const middle = (pick: (point: { x: number; y: number }) => number): number =>
    logs.reduce((sum, point) => sum + pick(point), 0) / logs.length;
  const [x, y] = [middle((point) => point.x), middle((point) => point.y)];
  const xx = middle((point) => (point.x - x) ** 2);
  const xy = middle((point) => (point.x - x) * (point.y - y));
  if (!(xx > 0)) return undefined;
  const exponent = xy / xx;
  return { exponent, factor: Math.exp(y - exponent * x) };
}

/** The exponent over the upper half of the sizes (three of them at least), where a constant part counts least. */
export function steepest(
  points: readonly { readonly size: number; readonly cost: number }[],
): number | undefined {
  const bySize = points.toSorted((one, other) => one.size - other.size);
  const sizes = [...new Set(bySize.map(({ size }) => size))];
  const from = sizes[Math.max(0, Math.min(sizes.length - 3, Math.floor(sizes.length / 2)))];
  return fitPowerLaw(bySize.filter(({ size }) => size >= from))?.exponent;
}
