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

/** For parts of which nobody has counted the readings as received. */
const budgets = new WeakMap<TransformRun, DecodingBudget>();

/** Other readings of a part, as far as the transform may still have some for this message. */
export function readingsFor(part: Part, run: TransformRun): Readings {
  const counted = countedFor(part);
  if (counted !== undefined) return readingsOf(part, counted);
  const { count, isAll } = budgetOf(run).share(part);
  if (!isAll && part instanceof MessagePart) part.flag('too-many-readings');
  return readingsOf(part, count);
}

/**
 * The same for the beginning of the part only, which does not count.
 *
 * @param isRegular whether nothing is odd about the beginning by its transfer encoding
 */
export function beginningsFor(part: Part, run: TransformRun, isRegular: boolean): WholeReadings {
  return wholeReadingsOf(part, countedFor(part) ?? budgetOf(run).preview(part), isRegular);
}

/** Counted with the header as received. */
function countedFor(part: Part): number | undefined {
  return part instanceof MessagePart && !part.headers.edited ? part.decodings : undefined;
}

function budgetOf(run: TransformRun): DecodingBudget {
  let budget = budgets.get(run);
  if (budget === undefined) budgets.set(run, (budget = new DecodingBudget()));
  return budget;
}
