import type { HeaderEdit } from './header-edit.ts';
import { type HeaderField, withLfFolds } from './header-field.ts';

/** Up to this many pairs of fields are compared to find the fewest edits; 64 Ki cells cost about 2 ms and 256 KiB. */
const MAX_CELLS = 65_536;

/**
 * The edits that make `received` into `wanted`, in the order that {@link HeaderEdit} describes.
 *
 * Always exact: applied to `received` they give `wanted`. The fewest possible when the part of the lists between
 * their equal beginnings and ends is not larger than 256 x 256 fields; beyond that the fields that are the same
 * objects in both lists (those that nobody touched) are taken as kept, and only what lies between two of them is
 * compared, so that the time stays linear in the length of the lists.
 */
export function diffHeaders(received: readonly HeaderField[], wanted: readonly HeaderField[]): HeaderEdit[] {
  const origins = align(received, wanted);
  return [
    ...changes(received, wanted, origins),
    ...deletions(received, origins),
    ...additions(received.length, wanted, origins),
  ];
}

/** For each wanted field the received one of the same name that it comes from, or -1; increasing. */
export function align(received: readonly HeaderField[], wanted: readonly HeaderField[]): Int32Array {
  const origins = new Int32Array(wanted.length).fill(-1);
  const whole = trim(
    { received, wanted, from: 0, to: received.length, start: 0, end: wanted.length },
    origins,
  );
  if (cells(whole) <= MAX_CELLS) {
    alignFewest(whole, origins);
    return origins;
  }
  for (const gap of gapsBetweenUntouched(whole, origins)) {
    const rest = trim(gap, origins);
    if (cells(rest) <= MAX_CELLS) alignFewest(rest, origins);
    else alignInOrder(rest, origins);
  }
  return origins;
}

/** A range of received fields and the range of wanted ones that it became. */
interface Range {
  readonly received: readonly HeaderField[];
  readonly wanted: readonly HeaderField[];
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

function cells(range: Range): number {
  return (range.to - range.from) * (range.end - range.start);
}

/** Align the equal fields at both ends of a range; what is left between them. */
function trim(range: Range, origins: Int32Array): Range {
  const { received, wanted } = range;
  let { from, to, start, end } = range;
  while (from < to && start < end && isSame(received[from], wanted[start])) origins[start++] = from++;
  while (from < to && start < end && isSame(received[to - 1], wanted[end - 1])) origins[--end] = --to;
  return { received, wanted, from, to, start, end };
}

/** Edit distance over the range; where several ways cost the same, the one that keeps or changes early fields. */
function alignFewest(range: Range, origins: Int32Array): void {
  const { received, wanted, from, to, start, end } = range;
  const width = end - start + 1;
  const costs = new Uint32Array((to - from + 1) * width);
  const cost = (i: number, j: number) => costs[(i - from) * width + (j - start)];
  const pairCost = (i: number, j: number) => distance(received[i], wanted[j]) + cost(i + 1, j + 1);
  for (let i = to; i >= from; i--) {
    for (let j = end; j >= start; j--) {
      let best = i === to ? end - j : Infinity;
      if (i < to) best = 1 + cost(i + 1, j);
      if (i < to && j < end) best = Math.min(best, 1 + cost(i, j + 1), pairCost(i, j));
      costs[(i - from) * width + (j - start)] = best;
    }
  }
  for (let i = from, j = start; i < to && j < end;) {
    if (pairCost(i, j) === cost(i, j)) origins[j++] = i++;
    else if (1 + cost(i + 1, j) === cost(i, j)) i++;
    else j++;
  }
}

/** Align each wanted field with the next received one of its name: linear, not always the fewest edits. */
function alignInOrder(range: Range, origins: Int32Array): void {
  const queues = new Map<string, { places: number[]; next: number }>();
  for (let i = range.from; i < range.to; i++) {
    const { lowerName } = range.received[i];
    const queue = queues.get(lowerName);
    if (queue === undefined) queues.set(lowerName, { places: [i], next: 0 });
    else queue.places.push(i);
  }
  let free = range.from;
  for (let j = range.start; j < range.end; j++) {
    const queue = queues.get(range.wanted[j].lowerName);
    if (queue === undefined) continue;
    while (queue.next < queue.places.length && queue.places[queue.next] < free) queue.next++;
    if (queue.next === queue.places.length) continue;
    origins[j] = queue.places[queue.next]!;
    free = origins[j] + 1;
  }
}

/** Align the fields that are the same object in both lists; the ranges between them. */
function* gapsBetweenUntouched(range: Range, origins: Int32Array): Generator<Range> {
  const places = new Map<HeaderField, number>();
  for (let i = range.from; i < range.to; i++) places.set(range.received[i], i);
  let { from, start } = range;
  for (let j = range.start; j < range.end; j++) {
    const place = places.get(range.wanted[j]);
    if (place === undefined || place < from) continue;
    yield { ...range, from, to: place, start, end: j };
    origins[j] = place;
    from = place + 1;
    start = j + 1;
  }
  yield { ...range, from, start };
}

function isSame(one: HeaderField, other: HeaderField): boolean {
  return (
    one === other || (one.name === other.name && withLfFolds(one.rawValue) === withLfFolds(other.rawValue))
  );
}

/** Edits that make one field into the other: none, one change, or impossible. */
function distance(received: HeaderField, wanted: HeaderField): number {
  if (received.lowerName !== wanted.lowerName) return Infinity;
  return isSame(received, wanted) ? 0 : 1;
}

function changes(
  received: readonly HeaderField[],
  wanted: readonly HeaderField[],
  origins: Int32Array,
): HeaderEdit[] {
  const edits: HeaderEdit[] = [];
  const indexes = indexesByName(received);
  for (const [place, field] of wanted.entries()) {
    const origin = origins[place];
    if (origin < 0 || isSame(received[origin], field)) continue;
    edits.push({
      kind: 'change',
      name: field.name,
      index: indexes[origin],
      value: withLfFolds(field.rawValue),
    });
  }
  return edits;
}

function deletions(received: readonly HeaderField[], origins: Int32Array): HeaderEdit[] {
  const edits: HeaderEdit[] = [];
  const indexes = indexesByName(received);
  const kept = new Set(origins);
  for (let i = received.length - 1; i >= 0; i--) {
    if (!kept.has(i)) edits.push({ kind: 'delete', name: received[i].name, index: indexes[i] });
  }
  return edits;
}

function additions(
  receivedLength: number,
  wanted: readonly HeaderField[],
  origins: Int32Array,
): HeaderEdit[] {
  const edits: HeaderEdit[] = [];
  let index = receivedLength;
  const firstKept = origins.findIndex((origin) => origin >= 0);
  for (let place = wanted.length - 1; place >= 0; place--) {
    if (origins[place] >= 0) {
      index = origins[place]!;
      continue;
    }
    const { name, rawValue } = wanted[place];
    const value = withLfFolds(rawValue);
    // Deleted fields around the new one leave a choice of places; the top and the end are those that every MTA gets right.
    if (index === receivedLength) edits.push({ kind: 'add', name, value });
    else edits.push({ kind: 'insert', index: place < firstKept ? 0 : index, name, value });
  }
  return edits.toReversed();
}

/** For each field its 1-based number among the fields of its name. */
function indexesByName(fields: readonly HeaderField[]): number[] {
  const counts = new Map<string, number>();
  return fields.map(({ lowerName }) => {
    const index = (counts.get(lowerName) ?? 0) + 1;
    counts.set(lowerName, index);
    return index;
  });
}
