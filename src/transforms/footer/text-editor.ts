import type { RawOutput } from '../../core/verbs.ts';
import type { HeldEditor } from './holding-editor.ts';
import { LeafWriter } from './leaf-writer.ts';
import type { LeafJob } from './leaf-job.ts';
import type { SkipReason } from './skip-reason.ts';

/** Puts a footer at the end of a plain text leaf; what stands there already passes as it is. */
export class TextEditor implements HeldEditor {
  readonly #job: LeafJob;
  readonly #writer: LeafWriter;

  constructor(job: LeafJob) {
    this.#job = job;
    this.#writer = new LeafWriter(job);
  }

  get finished(): boolean {
    return this.#writer.finished;
  }

  write(slice: Buffer, output: RawOutput): void {
    const { content } = this.#job;
    if (!this.finished && content.read(slice) === undefined) this.skip(content.problem!, output);
    this.#writer.pass(slice, output);
    content.advance();
  }

  boundary(): void {}

  end(output: RawOutput): void {
    if (this.finished) return;
    const { content } = this.#job;
    content.end();
    if (content.problem === undefined) this.#writer.append(output);
    else this.skip(content.problem, output);
  }

  /** Leave the part as it is. */
  skip(reason: SkipReason, output: RawOutput): void {
    this.#writer.skip(reason, output);
  }
}
