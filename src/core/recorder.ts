import type { Ambiguity } from './mime/ambiguity.ts';
import { MessagePart } from './mime/message-part.ts';
import type { Part } from './mime/part.ts';
import { comparePaths } from './mime/path-order.ts';
import type { PartReport } from './outcome.ts';
import type { Stage } from './stage.ts';

const NOTHING: readonly Ambiguity[] = [];
/** What is done to what stands in its place afterwards does not hide that a part is gone. */
const REMOVALS: ReadonlySet<string> = new Set(['dropped', 'replaced']);

/** The first stage: notes which leaves there are and what is ambiguous about them, for reports and policy. */
export class Recorder implements Stage {
  #found: Ambiguity[] = [];
  /** From the root to the innermost one. */
  readonly #open: Part[] = [];
  readonly #reports = new Map<string, PartReport>();
  /** Whether a report was made in front of which others may belong. */
  #unsorted = false;
  readonly #next: Stage;

  constructor(next: Stage) {
    this.#next = next;
  }

  /** In the order of the parts, whenever something was done to them. */
  get parts(): PartReport[] {
    const reports = [...this.#reports.values()];
    return this.#unsorted ? reports.toSorted((one, other) => comparePaths(one.path, other.path)) : reports;
  }

  /** What is ambiguous about the parts so far. Some of it shows only in a part's content, at its end. */
  get ambiguities(): readonly Ambiguity[] {
    let found: readonly Ambiguity[] = this.#found.length === 0 ? NOTHING : [...this.#found];
    for (const { ambiguities } of this.#open) if (ambiguities.length > 0) found = [...found, ...ambiguities];
    return found;
  }

  open(part: Part): void {
    this.#open.push(part);
    // Whoever takes the part out may write its header anew.
    if (part instanceof MessagePart) part.checkHeader();
    if (part.isLeaf) this.#reports.set(part.path, reportOf(part, 'kept'));
    this.#next.open(part);
  }

  body(part: Part, slice: Buffer): void {
    this.#next.body(part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    this.#next.frame(part, slice);
  }

  close(part: Part): void {
    const place = this.#open.lastIndexOf(part);
    if (place >= 0) this.#open.splice(place, 1);
    this.#found.push(...part.ambiguities);
    // A stage that waits for something gets the part later, and what it finds then counts as well.
    if (part instanceof MessagePart) part.listener = this;
    this.#next.close(part);
  }

  flaggedLate(part: Part): void {
    const others = this.#found.filter(({ path }) => path !== part.path);
    this.#found = [...others, ...part.ambiguities].toSorted((one, other) =>
      compareEnds(one.path, other.path),
    );
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
    if (known !== undefined && REMOVALS.has(known.action) && !REMOVALS.has(action)) return;
    // A container: by the time that it is changed, parts inside and behind it may have been seen, and may not.
    if (known === undefined) this.#unsorted = true;
    const report = known ?? reportOf(part, action);
    report.action = action;
    if (reason === undefined) delete report.reason;
    else report.reason = reason;
    this.#reports.set(part.path, report);
  }
}

/** Sorts parts by where they end. */
function compareEnds(one: string, other: string): number {
  if (one.startsWith(`${other}.`)) return -1;
  return other.startsWith(`${one}.`) ? 1 : comparePaths(one, other);
}

function reportOf(part: Part, action: string): PartReport {
  const name = part.filename;
  return name === undefined
    ? { path: part.path, type: part.type, action }
    : { path: part.path, type: part.type, name, action };
}
