import { hasTooMuchBeside } from './claims/reader-for.ts';
import type { Limits } from './limits.ts';
import { type Ambiguity, SPLIT_IN_KNOWN_WAYS } from './mime/ambiguity.ts';
import type { MessagePart } from './mime/message-part.ts';
import { comparePaths } from './mime/path-order.ts';
import { Forks } from './mime/readings/forks.ts';
import { ReadingBudget, type ReadingHost } from './mime/readings/reading-budget.ts';
import { ReadingStage } from './reading-stage.ts';
import type { Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';
import type { TransformRun } from './transform-run.ts';

const TOO_MANY: Ambiguity = { code: 'too-many-readings', path: '1' };

/** What is to be said of a message of whose content one of these transforms has been shown less than there is. */
export function unshown(runs: readonly TransformRun[]): readonly Ambiguity[] {
  return runs.some(hasTooMuchBeside) ? [TOO_MANY] : [];
}

/** The other readings of one message's structure, for those of its transforms that look at them. */
export class OtherReadings implements ReadingHost {
  readonly #forks: Forks;
  readonly #runs: readonly TransformRun[];
  readonly #host: StageHost;
  #stages: ReadingStage[] = [];
  readonly #found: Ambiguity[] = [];
  #tooMany = false;
  #isUsed = false;

  /** @param runs those of transforms with `onReading` */
  constructor(runs: readonly TransformRun[], host: StageHost, limits: Readonly<Limits>) {
    this.#runs = runs;
    this.#host = host;
    this.#forks = new Forks(new ReadingBudget(this), limits);
  }

  /** For the scanner. */
  get forks(): Forks {
    this.#isUsed = true;
    return this.#forks;
  }

  /** What is to be said of parts that no scanner has read for these transforms: a transform with streams has let them pass. */
  unread(found: readonly Ambiguity[]): readonly Ambiguity[] {
    const isSplit = (code: string): boolean => SPLIT_IN_KNOWN_WAYS.some((known) => known === code);
    return this.#isUsed || !found.some(({ code }) => isSplit(code)) ? [] : [TOO_MANY];
  }

  /** What is ambiguous about the parts that only these readings have. They come side by side, so it is put in order. */
  get ambiguities(): readonly Ambiguity[] {
    const found = this.#found.toSorted(
      (one, other) =>
        comparePaths(one.path, other.path) || Number(one.code > other.code) - Number(one.code < other.code),
    );
    return this.#tooMany ? [...found, TOO_MANY] : found;
  }

  openReading(root: MessagePart, isDecoded: boolean, isQuoted: boolean): Stage {
    // Behind a barrier, whether a transform looks at the message is not known in time.
    if (this.#runs.some(({ isLate }) => isLate)) this.tooManyReadings();
    const stage = new ReadingStage(
      this.#runs.filter(({ isLate }) => !isLate),
      this.#host,
      root,
      isDecoded,
      // What may have been meant to be read says nothing about the message.
      isQuoted ? [] : this.#found,
    );
    this.#stages.push(stage);
    return stage;
  }

  tooManyReadings(): void {
    this.#tooMany = true;
  }

  pending(): Promise<void> | undefined {
    if (this.#stages.length === 0) return undefined;
    for (const stage of this.#stages) {
      const waiting = stage.pending();
      if (waiting !== undefined) return waiting;
    }
    this.#stages = this.#stages.filter(({ ended }) => !ended);
    return undefined;
  }
}
