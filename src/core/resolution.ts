import { MillraceError } from '../base/errors.ts';
import type { OnError } from './transform.ts';
import type { TransformRun } from './transform-run.ts';
import { type FinalVerdict, graver, type Verdict } from './verdict.ts';

/** An error that a transform (or a limit, or the spool) raised, for the log. */
export interface Failure {
  /** The transform's name; undefined when no transform was at fault. */
  readonly transform: string | undefined;
  readonly error: unknown;
}

/**
 * What the answer to a message stands at: the gravest verdict so far, and what errors, limits and a message given up
 * make of it.
 */
export class Resolution {
  readonly failures: Failure[] = [];
  readonly #runs: readonly TransformRun[];
  readonly #onLimit: OnError | undefined;
  #verdict: Verdict = { kind: 'accept' };
  /** A transform failed open after edits: the message goes on as the MTA has it. */
  #keepOriginal = false;
  #over: MillraceError | undefined;
  /** An edit was made while it could not be told by whom. */
  unknownEditor = false;

  constructor(runs: readonly TransformRun[], onLimit: OnError | undefined) {
    this.#runs = runs;
    this.#onLimit = onLimit;
  }

  /** Whether the answer is certain already, whatever else the message holds. */
  get decided(): boolean {
    return this.#over !== undefined || this.#keepOriginal || this.#verdict.kind !== 'accept';
  }

  /** Why the message was given up, if it was. */
  get over(): MillraceError | undefined {
    return this.#over;
  }

  /** The verdict where it is certain, undefined where the message still goes on. */
  answer(): FinalVerdict | undefined {
    if (this.#over !== undefined) {
      const text =
        this.#over.code === 'MILLRACE_DEADLINE'
          ? 'message took too long, try again later'
          : 'try again later';
      return { kind: 'tempfail', code: 451, status: this.#over.status ?? '4.3.0', text };
    }
    if (this.#keepOriginal) return { kind: 'accept' };
    return this.#verdict.kind === 'accept' || this.#verdict.kind === 'quarantine' ? undefined : this.#verdict;
  }

  /** `accept` ends the transform's interest, `quarantine` is an edit; the others count for the message. */
  decide(verdict: Verdict, run: TransformRun): void {
    if (verdict.kind === 'accept') run.active = false;
    else if (verdict.kind === 'quarantine') run.quarantine(verdict.reason);
    else this.#verdict = graver(this.#verdict, verdict);
  }

  /**
   * A transform failed; its `onError` says what that means, or at a limit (`MILLRACE_LIMIT`) `onLimit`, where that is set. With
   * `accept`: who has changed nothing is bypassed; else, if nobody else has changed anything, the original goes on; else the
   * message is tempfailed, never half-changed.
   * @returns true when the transform is bypassed and the message goes on
   */
  fail(error: unknown, run: TransformRun, recoverable: boolean): boolean {
    if (this.decided) return false;
    this.failures.push({ transform: run.transform.name, error });
    const isLimit = error instanceof MillraceError && error.code === 'MILLRACE_LIMIT';
    const onError = (isLimit ? this.#onLimit : undefined) ?? run.onError;
    if (onError === 'accept') {
      if (recoverable && !run.touched && !this.unknownEditor) {
        run.active = false;
        return true;
      }
      if (!this.#runs.some((other) => other !== run && other.touched)) {
        this.#keepOriginal = true;
        return false;
      }
    }
    this.#verdict =
      onError === 'reject'
        ? { kind: 'reject', code: 554, status: '5.3.0', text: 'message could not be processed' }
        : {
            kind: 'tempfail',
            code: 451,
            status: '4.3.0',
            text: 'message could not be processed, try again later',
          };
    return false;
  }

  /** The framework itself could not do its work: the spool failed. */
  outage(error: unknown): void {
    if (this.decided) return;
    this.failures.push({ transform: undefined, error });
    this.#verdict = {
      kind: 'tempfail',
      code: 451,
      status: '4.3.0',
      text: 'message could not be processed, try again later',
    };
  }

  /** The scanner stopped at a limit and passes the rest unsplit: no harm to the message unless `onLimit` says so. */
  structureLimit(name: string): void {
    if (this.#onLimit !== undefined) this.limit(name);
  }

  /** A limit was reached that the message cannot go on with; `onLimit` says what that means, tempfail if nothing. */
  limit(name: string): void {
    if (this.decided) return;
    this.failures.push({
      transform: undefined,
      error: new MillraceError('MILLRACE_LIMIT', `limit reached: ${name}`),
    });
    const text = `message exceeds a limit: ${name}`;
    if (this.#onLimit === 'accept') this.#keepOriginal = true;
    else if (this.#onLimit === 'reject') this.#verdict = { kind: 'reject', code: 552, status: '5.3.4', text };
    else this.#verdict = { kind: 'tempfail', code: 451, status: '4.3.4', text };
  }

  /** The message is given up; the only answer left is tempfail. */
  giveUp(reason: MillraceError): void {
    this.#over = reason;
    this.failures.push({ transform: undefined, error: reason });
  }
}
