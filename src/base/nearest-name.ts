/**
 * The known name that a mistyped one most likely meant, undefined when none is near: more than a third of its
 * letters (at least two) would have to change.
 */
export function nearestName(typed: string, known: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const name of known) {
    const allowed = Math.max(2, Math.floor(Math.max(wanted.length, name.length) / 3));
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance <= allowed && distance < Math.min(bestDistance, name.length)) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` (did you mean NAME?)`, or the list of known names when none is near. */
export function hintFor(typed: string, known: readonly string[]): string {
  const nearest = nearestName(typed, known);
  return nearest === undefined
    ? `; known are ${known.join(', ')}`
    : `; did you mean ${JSON.stringify(nearest)}?`;
}

/** Levenshtein's distance; two rows, quadratic in the lengths of two short names. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(same, previous[j] + 1, row[j - 1] + 1));
    }
    previous = row;
  }
  return previous[b.length];
}
