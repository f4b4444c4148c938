/** Sorts part paths such as `1.10.2`: a part comes in front of what is inside of it, and that in front of the next part. */
export function comparePaths(one: string, other: string): number {
  const [places, others] = [one.split('.'), other.split('.')];
  const at = places.findIndex((place, level) => place !== others[level]);
  if (at < 0) return places.length - others.length;
  return at < others.length ? Number(places[at]) - Number(others[at]) : 1;
}
