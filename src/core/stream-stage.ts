import type { Duplex } from 'node:stream';
import { MillraceError } from '../base/errors.ts';
import { MessageStream } from './message-stream.ts';
import type { Part } from './mime/part.ts';
import { Serializer } from './mime/serializer.ts';
import type { Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';
import type { TransformRun } from './transform-run.ts';
import type { Leave } from './verbs.ts';

/**
 * A transform with `fromStream` in the fused pipeline: the message leaves the run of stages in front as bytes, goes
 * through the author's streams, and is split into parts again for the stages behind.
 */
export class StreamStage implements Stage {
  readonly run: TransformRun;
  readonly #host: StageHost;
  readonly #next: Stage;
  /** Who gets the events: the next stage, or the serializer in front of the streams. */
  #target: Stage;
  #stream: MessageStream | undefined;
  #asked = false;

  constructor(run: TransformRun, host: StageHost, next: Stage) {
    this.run = run;
    this.#host = host;
    this.#next = next;
    this.#target = next;
  }

  /** Whether the transform may still read or change something of the message. */
  get interested(): boolean {
    return this.#asked ? this.#stream !== undefined : this.run.active;
  }

  open(part: Part): void {
    if (part.parent === undefined) this.#begin(part);
    this.#target.open(part);
  }

  body(part: Part, slice: Buffer): void {
    this.#target.body(part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    this.#target.frame(part, slice);
  }

  close(part: Part): void {
    this.#target.close(part);
  }

  end(): void {
    this.#target.end();
    this.#stream?.end();
  }

  pending(): Promise<void> | undefined {
    return this.#stream?.pending() ?? this.#next.pending();
  }

  #begin(root: Part): void {
    this.#asked = true;
    if (!this.run.active) return;
    const before = this.#host.acting(this.run);
    try {
      const streams = this.#streams(this.run.transform.fromStream?.(root, this.run), root);
      if (streams === undefined) return;
      this.#stream = new MessageStream(root, streams, {
        run: this.run,
        host: this.#host,
        next: this.#next,
      });
      this.#target = new Serializer(this.#stream);
    } catch (error) {
      this.#host.fail(error, this.run, true);
    } finally {
      this.#host.acting(before);
    }
  }

  /** The streams that the hook answered with; undefined where the message is to be left alone. */
  #streams(answer: Duplex | readonly Duplex[] | Leave | void, root: Part): readonly Duplex[] | undefined {
    if (answer === undefined || answer === null) return undefined;
    if ('verb' in answer) {
      if (answer.reason !== undefined) this.#host.report(root, 'skipped', answer.reason);
      return undefined;
    }
    const streams = 'pipe' in answer ? [answer] : answer;
    if (!Array.isArray(streams) || !streams.every((stream) => typeof stream?.pipe === 'function')) {
      throw new MillraceError(
        'MILLRACE_VERB',
        `transform ${this.run.transform.name}: fromStream returned something that is no Node stream`,
      );
    }
    return streams;
  }
}
