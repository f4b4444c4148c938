import type { Part } from '../mime/part.ts';
import type { Stage } from '../stage.ts';
import type { RawEditor, RawOutput } from '../verbs.ts';
import type { Claim } from './claim.ts';

/** What a raw claim tells its stage. */
export interface RawReports {
  changed(): void;
  report(action: string, reason?: string): void;
}

/** An editor works on the part's encoded bytes; the header goes on with the first byte that it lets go. */
export class RawClaim implements Claim, RawOutput {
  readonly #part: Part;
  readonly #next: Stage;
  readonly #editor: RawEditor;
  readonly #reports: RawReports;
  readonly #headerRevision: number;
  #opened = false;
  #received = 0;
  #passed = 0;
  #changed = false;

  constructor(part: Part, next: Stage, editor: RawEditor, reports: RawReports) {
    this.#part = part;
    this.#next = next;
    this.#editor = editor;
    this.#reports = reports;
    this.#headerRevision = part.headers.revision;
  }

  /** While the editor holds nothing back and has changed nothing, the rest can pass without it. */
  get recoverable(): boolean {
    return (
      !this.#changed &&
      this.#passed === this.#received &&
      this.#part.headers.revision === this.#headerRevision
    );
  }

  body(slice: Buffer): void {
    this.#received += slice.length;
    this.#editor.write(slice, this);
  }

  close(): undefined {
    this.#editor.end(this);
    this.#open();
    this.#next.close(this.#part);
  }

  pending(): undefined {}

  recover(): undefined {
    this.#open();
  }

  pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#open();
    this.#passed += bytes.length;
    this.#next.body(this.#part, bytes);
  }

  put(bytes: Buffer): void {
    this.#open();
    this.#change();
    if (bytes.length > 0) this.#next.body(this.#part, bytes);
  }

  report(action: string, reason?: string): void {
    this.#reports.report(action, reason);
  }

  #change(): void {
    if (this.#changed) return;
    this.#changed = true;
    this.#reports.changed();
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    if (this.#part.headers.revision !== this.#headerRevision) this.#change();
    this.#next.open(this.#part);
  }
}
