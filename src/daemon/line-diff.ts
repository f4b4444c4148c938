/** A run of lines that both texts have, or that only one has. */
export interface LineRun {
  readonly kind: 'same' | 'removed' | 'added';
  readonly lines: readonly string[];
}

/**
 * The difference of two lists of lines, by patience: lines that occur once in both are the fixed points, and between
 * two of them only equal beginnings and ends are matched. Not always the shortest answer, but a readable one for mail,
 * and its time grows as n log n, where the usual search is quadratic in the size of a removed attachment.
 */
export function diffLines(before: readonly string[], after: readonly string[]): LineRun[] {
  const runs: { kind: LineRun['kind']; lines: string[] }[] = [];
  const add = (kind: LineRun['kind'], lines: readonly string[]): void => {
    if (lines.length === 0) return;
    const last = runs.at(-1);
    if (last?.kind !== kind) runs.push({ kind, lines: [...lines] });
    else for (const line of lines) last.lines.push(line);
  };
  let [oldAt, newAt] = [0, 0];
  for (const { oldPlace, newPlace } of [
    ...anchors(before, after),
    { oldPlace: before.length, newPlace: after.length },
  ]) {
    const gap = trim(before.slice(oldAt, oldPlace), after.slice(newAt, newPlace));
    add('same', gap.head);
    add('removed', gap.removed);
    add('added', gap.added);
    add('same', gap.tail);
    if (oldPlace < before.length) add('same', [before[oldPlace]]);
    [oldAt, newAt] = [oldPlace + 1, newPlace + 1];
  }
  return runs;
}

interface Anchor {
  readonly oldPlace: number;
  readonly newPlace: number;
}

/** Lines that occur once in both lists: the longest series of them that is in the same order in both. */
function anchors(before: readonly string[], after: readonly string[]): Anchor[] {
  const newPlaces = uniquePlaces(after);
  const common: Anchor[] = [];
  for (const [line, oldPlace] of uniquePlaces(before)) {
    const newPlace = newPlaces.get(line);
    if (newPlace !== undefined) common.push({ oldPlace, newPlace });
  }
  return longestIncreasing(common);
}

/** Where the lines that occur once are, in order. */
function uniquePlaces(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [place, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line);
    else places.set(line, place);
  }
  for (const line of repeated) places.delete(line);
  return places;
}

/** The longest series with increasing `newPlace` (patience sorting; `common` is in the order of `oldPlace`). */
function longestIncreasing(common: readonly Anchor[]): Anchor[] {
  const tops: number[] = [];
  const previous: number[] = [];
  for (const [index, anchor] of common.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (common[tops[middle]].newPlace < anchor.newPlace) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : tops[low - 1];
    tops[low] = index;
  }
  const series: Anchor[] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = previous[index]!) series.push(common[index]);
  return series.toReversed();
}

/** What two lists have in common at their beginnings and ends, and what is left of each. */
function trim(before: readonly string[], after: readonly string[]) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    head: before.slice(0, head),
    removed: before.slice(head, before.length - tail),
    added: after.slice(head, after.length - tail),
    tail: before.slice(before.length - tail),
  };
}
