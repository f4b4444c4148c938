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
import type { ContentStream } from './content-stream.ts';
import { ContentReader } from './reader.ts';

/**
 * Streams of content in one message that begin where something is there beside what it is by the rules. A letter with lines in the headers
 * of its parts that are no fields, and base64, has a hundred.
 */
export const MAX_BESIDE = 1000;

/** What the readings of one message have cost a transform so far. */
interface Spent {
  /** Of parts of which nobody has counted the readings as received. */
  readonly decodings: DecodingBudget;
  beside: number;
}

const spent = new WeakMap<TransformRun, Spent>();

/** Runs a transform's function over a leaf's content, and over what it is in other readings, as far as it may still have some for this message. */
export function readerFor<R>(
  part: Part,
  run: TransformRun,
  read: (content: ContentStream) => PromiseLike<R> | R,
): ContentReader<R> {
  return new ContentReader<R>(part, read, readingsFor(part, run), () => takesBeside(run));
}

function readingsFor(part: Part, run: TransformRun): Readings {
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
function takesBeside(run: TransformRun): boolean {
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
