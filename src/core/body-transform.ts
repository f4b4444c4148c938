import { Transform, type TransformCallback } from 'node:stream';
import { MillraceError } from '../base/errors.ts';
import { drained } from './drained.ts';
import { andThen } from './maybe-promise.ts';
import type { MessageRun } from './message-run.ts';
import type { Outcome } from './outcome.ts';
import type { ByteSink } from './stage.ts';

/** A sink that is set up before its stream is. */
export class StreamOutput implements ByteSink {
  stream: Transform | undefined;

  write(slice: Buffer): void {
    if (slice.length > 0) this.stream?.push(Buffer.from(slice));
  }

  /** The Transform itself waits for its reader between two chunks. */
  pending(): undefined {}
}

/**
 * A run as a Node Transform: body bytes in, new body bytes out, with the back-pressure, errors and destroy of any Node
 * stream. What comes out is provisional until the outcome is there.
 */
export class BodyTransform extends Transform {
  readonly outcome: Promise<Outcome>;
  readonly #run: MessageRun;
  #settle!: (outcome: Outcome) => void;

  /** `begin` brings the run to where the body follows. */
  constructor(run: MessageRun, output: StreamOutput, begin: () => Promise<void>) {
    super({ construct: (callback) => void begin().then(() => callback()) });
    this.#run = run;
    this.outcome = new Promise((resolve) => (this.#settle = resolve));
    output.stream = this;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.#run.write(chunk);
    if (this.#run.pending() === undefined) callback();
    else void drained(this.#run).then(() => callback());
  }

  override _flush(callback: TransformCallback): void {
    void andThen(this.#run.end(), (outcome) => {
      this.#settle(outcome);
      callback();
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#run.abort(new MillraceError('MILLRACE_ABORTED', 'the stream was destroyed', { cause: error }));
    void andThen(this.#run.end(), (outcome) => {
      this.#settle(outcome);
      this.#run.dispose();
      callback(error);
    });
  }
}
