import type { ContentReader } from './claims/reader.ts';
import type { Limits } from './limits.ts';
import type { Part } from './mime/part.ts';
import type { Forks } from './mime/readings/forks.ts';
import type { Spool } from './spool/index.ts';
import type { TransformRun } from './transform-run.ts';
import type { NewPart } from './verbs.ts';
import type { Verdict } from './verdict.ts';

/** What a stage needs of the message run that it belongs to. */
export interface StageHost {
  readonly limits: Readonly<Limits>;
  /** The new body will differ from the one received, by this transform's doing. */
  bodyChanged(run: TransformRun): void;
  /** A verdict for the whole message. */
  decide(verdict: Verdict, run: TransformRun): void;
  /**
   * A hook or claim threw. True: the transform is bypassed and the stage passes on what it can as it was received;
   * false: the message is decided and what the stage does no longer matters.
   * @param recoverable whether the original of what it was working on can still go on
   */
  fail(error: unknown, run: TransformRun, recoverable: boolean): boolean;
  /** Say whose hook or claim runs from now on, for edits; gives back who did before. */
  acting(run: TransformRun | undefined): TransformRun | undefined;
  /** Put the message's root into a new multipart, with a part behind it. To be asked before the root goes on. */
  wrap(root: Part, behind: NewPart): void;
  report(part: Part, action: string, reason?: string): void;
  /** Have the message wait for a reader's verdict, and end the reader with the message. */
  attend(reader: ContentReader<Verdict | void>, run: TransformRun): void;
  /** Is told where readers differ about what this transform's streams have made of the message. */
  forksBehind(run: TransformRun): Forks | undefined;
  /** End the reader with the message; somebody else waits for it. */
  watch(reader: ContentReader<unknown>): void;
  /** A promise while too many readers are at work. */
  crowded(): Promise<void> | undefined;
  openSpool(): Spool;
}
