import { MessagePart } from '../mime/message-part.ts';
import type { Part } from '../mime/part.ts';
import { embeddedIn, otherDecodings, type Readings } from '../mime/readings/index.ts';
import type { ByteCoder } from '../mime/transfer/byte-coder.ts';
import type { TransformRun } from '../transform-run.ts';

/** Whole readings of parts in one message that one transform gets beside those by the rules. */
const MAX_READINGS = 4;
const NONE: readonly ByteCoder[] = [];
const spentReadings = new WeakMap<TransformRun, number>();

/** Other readings of a part, as far as the transform may still have some for this message. */
export function readingsFor(part: Part, run: TransformRun): Readings {
  return { others: decodingsFor(part, run), embedded: embeddedIn(part) };
}

function decodingsFor(part: Part, run: TransformRun): readonly ByteCoder[] {
  // Counted with the header as received.
  const counted = part instanceof MessagePart && !part.headers.edited ? part.decodings : undefined;
  if (counted === 0) return NONE;
  const others = otherDecodings(part);
  if (counted !== undefined) return others.slice(0, counted);
  const spent = spentReadings.get(run) ?? 0;
  const left = Math.max(0, MAX_READINGS - spent);
  if (others.length > left && part instanceof MessagePart) part.flag('too-many-readings');
  const allowed = others.slice(0, left);
  spentReadings.set(run, spent + allowed.length);
  return allowed;
}
