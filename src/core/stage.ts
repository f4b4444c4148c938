import type { Part } from './mime/part.ts';

/**
 * One step of the fused pipeline: MIME events arrive by calls, in the order of the message's bytes.
 *
 * For each part: `open`, then for a leaf its encoded content as `body` slices, for a container its own bytes
 * (preamble, closing delimiter, epilogue) as `frame` slices with its children's events between them, then `close`.
 * A part's leading delimiter line and its header travel with the part (`part.delimiter`, `part.headers`).
 *
 * A call never waits. It consumes what it is given before it returns (a slice is borrowed: whoever keeps it
 * copies it), and a stage that has work in progress says so through {@link Stage.pending}. The driver asks after each
 * input chunk, so what queues up inside is bounded by what one chunk can cause.
 */
export interface Stage {
  open(part: Part): void;
  body(part: Part, slice: Buffer): void;
  frame(part: Part, slice: Buffer): void;
  close(part: Part): void;
  /** No event follows. */
  end(): void;
  /** A promise while this stage or one behind it cannot take more; it never rejects. */
  pending(): Promise<void> | undefined;
}

/** Where bytes go: the spool, a hash, a Node stream. The slice is borrowed. */
export interface ByteSink {
  write(slice: Buffer): void;
  /** A promise while the sink cannot take more; it never rejects. */
  pending(): Promise<void> | undefined;
}
