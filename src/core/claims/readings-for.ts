import { MessagePart } from '../mime/message-part.ts';
import type { Part } from '../mime/part.ts';
import { otherDecodings, type Readings, readingsOf } from '../mime/readings/index.ts';
import type { TransformRun } from '../transform-run.ts';

/** Whole readings of parts in one message that one transform gets beside those by the rules. */
const MAX_READINGS = 4;
const spentReadings = new WeakMap<TransformRun, number>();

/**
 * Other readings of a part, as far as the transform may still have some for this message.
 *
 * @param isPreview whether they are for the beginning of the part only, which does not count
 */
export function readingsFor(part: Part, run: TransformRun, isPreview = false): Readings {
  // Counted with the header as received.
  const counted = part instanceof MessagePart && !part.headers.edited ? part.decodings : undefined;
  if (counted !== undefined) return readingsOf(part, counted);
  const spent = spentReadings.get(run) ?? 0;
  const left = Math.max(0, MAX_READINGS - spent);
  if (isPreview) return readingsOf(part, left);
  const wanted = otherDecodings(part).length;
  if (wanted > left && part instanceof MessagePart) part.flag('too-many-readings');
  spentReadings.set(run, spent + Math.min(wanted, left));
  return readingsOf(part, left);
}
