import type { Ambiguity } from './mime/ambiguity.ts';
import type { Part } from './mime/part.ts';
import type { PartReport } from './outcome.ts';
import type { Stage } from './stage.ts';

/** The first stage: notes which leaves there are and what is ambiguous about them, for reports and policy. */
export class Recorder implements Stage {
  readonly ambiguities: Ambiguity[] = [];
  readonly #reports = new Map<string, PartReport>();
  readonly #next: Stage;

  constructor(next: Stage) {
    this.#next = next;
  }

  get parts(): PartReport[] {
    return [...this.#reports.values()];
  }

  open(part: Part): void {
    if (part.isLeaf) this.#reports.set(part.path, reportOf(part, 'kept'));
    this.#next.open(part);
  }

  body(part: Part, slice: Buffer): void {
    this.#next.body(part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    this.#next.frame(part, slice);
  }

  /** Some ambiguities show only in a part's content, so they are collected at its end. */
  close(part: Part): void {
    this.ambiguities.push(...part.ambiguities);
    this.#next.close(part);
  }

  end(): void {
    this.#next.end();
  }

  pending(): Promise<void> | undefined {
    return this.#next.pending();
  }

  /** Something was done to a part. What was not done never hides what was. */
  report(part: Part, action: string, reason: string | undefined): void {
    const known = this.#reports.get(part.path);
    if (known !== undefined && action === 'skipped' && known.action !== 'kept') return;
    const report = known ?? reportOf(part, action);
    report.action = action;
    if (reason === undefined) delete report.reason;
    else report.reason = reason;
    this.#reports.set(part.path, report);
  }
}

function reportOf(part: Part, action: string): PartReport {
  const name = part.filename;
  return name === undefined
    ? { path: part.path, type: part.type, action }
    : { path: part.path, type: part.type, name, action };
}
