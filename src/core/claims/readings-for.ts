import { MessagePart } from '../mime/message-part.ts';
import type { Part } from '../mime/part.ts';
import { DecodingBudget, type Readings, readingsOf } from '../mime/readings/index.ts';
import type { TransformRun } from '../transform-run.ts';

/** For parts of which nobody has counted the readings as received. */
const budgets = new WeakMap<TransformRun, DecodingBudget>();

/**
 * Other readings of a part, as far as the transform may still have some for this message.
 *
 * @param isPreview whether they are for the beginning of the part only, which does not count
 */
export function readingsFor(part: Part, run: TransformRun, isPreview = false): Readings {
  // Counted with the header as received.
  const counted = part instanceof MessagePart && !part.headers.edited ? part.decodings : undefined;
  if (counted !== undefined) return readingsOf(part, counted);
  let budget = budgets.get(run);
  if (budget === undefined) budgets.set(run, (budget = new DecodingBudget()));
  if (isPreview) return readingsOf(part, budget.preview(part));
  const { count, isAll } = budget.share(part);
  if (!isAll && part instanceof MessagePart) part.flag('too-many-readings');
  return readingsOf(part, count);
}
