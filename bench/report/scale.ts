/** From figures to places on an axis. */
export interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** Between the ticks of a scale: more of them leave no room for their figures on a narrow screen. */
const MOST_STEPS = 6;

/** A scale of logarithms. `base` is 10 for figures, 2 for what doubles; the range is widened to whole ticks. */
export function logScale(values: readonly number[], from: number, to: number, base = 10): Scale {
  const positive = values.filter((value) => value > 0);
  const log = (value: number): number => Math.log(value) / Math.log(base);
  const low = Math.floor(log(Math.min(...positive)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(log(Math.max(...positive)) - 1e-9));
  const step = Math.ceil((high - low) / MOST_STEPS);
  const ticks: number[] = [];
  for (let power = low; power <= high; power += step) ticks.push(base ** power);
  return {
    ticks,
    place: (value) => from + ((log(value) - low) / (high - low)) * (to - from),
  };
}

/** A scale from 0 to a round number above all values. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const most = Math.max(...values, Number.MIN_VALUE);
  const step = roundStep(most / 4);
  const high = Math.ceil(most / step - 1e-9) * step;
  const ticks = Array.from({ length: Math.round(high / step) + 1 }, (_, i) => i * step);
  return { ticks, place: (value) => from + (value / high) * (to - from) };
}

/** 1, 2 or 5 times a power of ten, at least so large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}
