import { MessagePart } from '../mime/message-part.ts';
import type { Part } from '../mime/part.ts';
import { type Readings, readingsOf } from '../mime/readings/index.ts';
import type { TransformRun } from '../transform-run.ts';

/** Whole readings of parts in one message that one transform gets beside those by the rules. */
const MAX_READINGS = 4;
const spentReadings = new WeakMap<TransformRun, number>();

/** Other readings of a part, as far as the transform may still have some for this message. */
export function readingsFor(part: Part, run: TransformRun): Readings {
  const { others, embedded } = readingsOf(part);
  const spent = spentReadings.get(run) ?? 0;
  const left = Math.max(0, MAX_READINGS - spent);
  if (others.length > left && part instanceof MessagePart) part.flag('too-many-readings');
  const allowed = others.slice(0, left);
  spentReadings.set(run, spent + allowed.length);
  return { others: allowed, embedded };
}
