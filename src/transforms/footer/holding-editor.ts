import type { RawOutput } from '../../core/verbs.ts';
import type { BlockEditor } from './block-editor.ts';
import { HeldBytes } from './held-bytes.ts';

/** An editor that can be told to leave the part alone, and says when it has decided. */
export interface HeldEditor extends BlockEditor {
  readonly finished: boolean;
}

/**
 * Holds back what another editor passes on, so that the part's header can be changed as long as that editor has not
 * decided.
 */
export class HoldingEditor implements HeldEditor, RawOutput {
  readonly #editor: HeldEditor;
  readonly #limit: number;
  readonly #onFull: (output: RawOutput) => void;
  readonly #held = new HeldBytes();
  #output: RawOutput | undefined;
  #released = false;

  /** `onFull` is called before held bytes go on undecided because there are more than `limit`. */
  constructor(editor: HeldEditor, limit: number, onFull: (output: RawOutput) => void) {
    this.#editor = editor;
    this.#limit = limit;
    this.#onFull = onFull;
  }

  get finished(): boolean {
    return this.#editor.finished;
  }

  write(slice: Buffer, output: RawOutput): void {
    this.#output = output;
    this.#editor.write(slice, this);
    if (this.#editor.finished) this.#release();
  }

  boundary(output: RawOutput): void {
    this.#output = output;
    this.#editor.boundary(this);
    if (this.#released || this.#held.length <= this.#limit) return;
    this.#onFull(this);
    this.#release();
  }

  end(output: RawOutput): void {
    this.#output = output;
    this.#editor.end(this);
    this.#release();
  }

  pass(bytes: Buffer): void {
    if (this.#released) this.#output?.pass(bytes);
    else this.#held.push(bytes);
  }

  put(bytes: Buffer): void {
    this.#release();
    this.#output?.put(bytes);
  }

  report(action: string, reason?: string): void {
    this.#output?.report(action, reason);
  }

  #release(): void {
    if (this.#released) return;
    this.#released = true;
    if (this.#held.length > 0) this.#output?.pass(this.#held.bytes());
    this.#held.clear();
  }
}
