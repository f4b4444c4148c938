import type { ContentReader } from './claims/reader.ts';
import { readerFor } from './claims/reader-for.ts';
import { EventQueue } from './event-queue.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';
import type { Ambiguity, AmbiguityCode } from './mime/ambiguity.ts';
import type { Part } from './mime/part.ts';
import type { Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';
import type { TransformRun } from './transform-run.ts';
import type { Leave, Tap } from './verbs.ts';
import { isVerdict, type Verdict } from './verdict.ts';

type Answer = Leave | Tap | Verdict | void | undefined;

/** Codes of a part for what is in its content: in another reading that is something else. */
const IN_CONTENT: ReadonlySet<string> = new Set<AmbiguityCode>([
  'header-in-content',
  'delimiter-flood',
  'too-deep',
  'too-many-parts',
  'base64-turns-odd',
]);

/**
 * Where the parts of another reading of the message go: shows them to the transforms that look (`onReading`), one leaf
 * after the other, and takes note of what is ambiguous about them. Nothing of it goes on.
 */
export class ReadingStage implements Stage {
  readonly #runs: readonly TransformRun[];
  readonly #host: StageHost;
  readonly #root: Part;
  readonly #isDecoded: boolean;
  readonly #found: Ambiguity[];
  readonly #queue = new EventQueue();
  /** Those of the leaf that content is coming for. */
  #readers: ContentReader<Verdict | void>[] = [];
  #blocked: Promise<void> | undefined;
  #ended = false;

  /**
   * @param runs of the transforms that look
   * @param root where it is no leaf, its own reading is known already
   * @param isDecoded whether what is in it has not been seen by the rules
   * @param found gets the ambiguities
   */
  constructor(
    runs: readonly TransformRun[],
    host: StageHost,
    root: Part,
    isDecoded: boolean,
    found: Ambiguity[],
  ) {
    this.#runs = runs;
    this.#host = host;
    this.#root = root;
    this.#isDecoded = isDecoded;
    this.#found = found;
  }

  open(part: Part): void {
    if (this.#blocked !== undefined) return this.#queue.add('open', part);
    if (part === this.#root && !part.isLeaf) return;
    const waiting: Promise<void>[] = [];
    for (const run of this.#runs) {
      const asked = run.active ? this.#ask(run, part) : undefined;
      if (asked !== undefined) waiting.push(asked);
    }
    if (waiting.length > 0) this.#block(Promise.all(waiting));
  }

  body(part: Part, slice: Buffer): void {
    if (this.#blocked !== undefined) return this.#queue.addBytes('body', part, slice);
    for (const reader of this.#readers) reader.write(slice);
  }

  frame(): void {}

  close(part: Part): void {
    if (this.#blocked !== undefined) return this.#queue.add('close', part);
    // What is odd about the root's header is known from the part that it is another reading of.
    if (part !== this.#root) this.#found.push(...part.ambiguities);
    else if (this.#isDecoded)
      this.#found.push(...part.ambiguities.filter(({ code }) => IN_CONTENT.has(code)));
    if (!part.isLeaf || this.#readers.length === 0) return;
    const readers = this.#readers;
    this.#readers = [];
    for (const reader of readers) reader.end();
    // The next leaf waits: a scanner gets one of them at a time.
    this.#block(Promise.allSettled(readers.map(({ done }) => done)));
  }

  end(): void {
    this.#ended = true;
  }

  /** Whether nothing follows. Something may still be {@link pending}. */
  get ended(): boolean {
    return this.#ended;
  }

  pending(): Promise<void> | undefined {
    if (this.#blocked !== undefined) return this.#blocked;
    for (const reader of this.#readers) {
      const waiting = reader.waiting();
      if (waiting !== undefined) return waiting;
    }
    return undefined;
  }

  /** Ask one transform about the part; a promise when its answer must be waited for. */
  #ask(run: TransformRun, part: Part): Promise<void> | undefined {
    let answer: MaybePromise<Answer>;
    const before = this.#host.acting(run);
    try {
      answer = run.transform.onReading?.(part, run);
      if (!isPromise(answer)) {
        this.#take(run, part, answer);
        return undefined;
      }
    } catch (error) {
      this.#host.fail(error, run, true);
      return undefined;
    } finally {
      this.#host.acting(before);
    }
    return Promise.resolve(answer)
      .then((settled) => this.#take(run, part, settled))
      .catch((error: unknown) => void this.#host.fail(error, run, true));
  }

  #take(run: TransformRun, part: Part, answer: Answer): void {
    if (answer === undefined || answer === null) return;
    if (isVerdict(answer)) return this.#host.decide(answer, run);
    if (answer.verb !== 'tap' || !part.isLeaf) return;
    const reader = readerFor<Verdict | void>(part, run, (content) => answer.read(content, part));
    this.#host.attend(reader, run);
    this.#readers.push(reader);
  }

  /** Queue what follows until the promise, which does not reject, has settled. */
  #block(promise: Promise<unknown>): void {
    const blocked: Promise<void> = promise.then(() => {
      this.#blocked = undefined;
      while (this.#blocked === undefined && !this.#queue.empty) this.#queue.play(this);
    });
    this.#blocked = blocked;
  }
}
