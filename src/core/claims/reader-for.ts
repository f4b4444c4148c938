import { MessagePart } from '../mime/message-part.ts';
import type { Part } from '../mime/part.ts';
import {
  DecodingBudget,
  type Readings,
  readingsOf,
  type WholeReadings,
  wholeReadingsOf,
} from '../mime/readings/index.ts';
import type { TransformRun } from '../transform-run.ts';

/**
 * Streams of content in one message that begin where something is there beside what it is by the rules. Not one in a hundred messages has any;
 * a letter with a line in its header that is no field, and odd base64, has some 20 a part.
 */
export const MAX_BESIDE = 1000;

/** What the readings of one message have cost a transform so far. */
interface Spent {
  /** Of parts of which nobody has counted the readings as received. */
  readonly decodings: DecodingBudget;
  beside: number;
}

const spent = new WeakMap<TransformRun, Spent>();

/** Other readings of a part, as far as the transform may still have some for this message. */
export function readingsFor(part: Part, run: TransformRun): Readings {
  const counted = countedFor(part);
  if (counted !== undefined) return readingsOf(part, counted);
  const { count, isAll } = spentBy(run).decodings.share(part);
  if (!isAll && part instanceof MessagePart) part.flag('too-many-readings');
  return readingsOf(part, count);
}

/**
 * The same for the beginning of the part only, which does not count.
 *
 * @param isRegular whether nothing is odd about the beginning by its transfer encoding
 */
export function beginningsFor(part: Part, run: TransformRun, isRegular: boolean): WholeReadings {
  return wholeReadingsOf(part, countedFor(part) ?? spentBy(run).decodings.preview(part), isRegular);
}

/** Counted with the header as received. */
function countedFor(part: Part): number | undefined {
  return part instanceof MessagePart && !part.headers.edited ? part.decodings : undefined;
}

/** Whether a stream of what is beside the content may still begin in this message; it counts. */
export function takesBeside(run: TransformRun): boolean {
  return spentBy(run).beside++ < MAX_BESIDE;
}

/** Whether there was more beside than the transform has been shown. */
export function hasTooMuchBeside(run: TransformRun): boolean {
  return (spent.get(run)?.beside ?? 0) > MAX_BESIDE;
}

function spentBy(run: TransformRun): Spent {
  let by = spent.get(run);
  if (by === undefined) spent.set(run, (by = { decodings: new DecodingBudget(), beside: 0 }));
  return by;
}
