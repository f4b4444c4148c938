import type { Part } from '../mime/part.ts';
import type { Spool } from '../spool/index.ts';
import type { Stage } from '../stage.ts';
import { handOver } from '../turn.ts';

/** Hand a part's beginning and its held content on to the next stage, at the next stage's pace. */
export async function playHeldPart(part: Part, content: Spool, next: Stage): Promise<void> {
  await content.finish();
  next.open(part);
  for await (const block of content.read()) {
    await handOver(
      block,
      (piece) => next.body(part, piece),
      () => next.pending(),
    );
  }
  content.discard();
}
