import { MillraceError } from '../base/errors.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';
import type { Resolution } from './resolution.ts';
import type { AnyTransform } from './transform.ts';
import type { TransformRun } from './transform-run.ts';
import { isVerdict, type Verdict } from './verdict.ts';

/** A call of one hook; `'skip'` takes the transform out of the message. */
export type HookCall = (run: TransformRun) => MaybePromise<Verdict | 'skip' | void | undefined>;

/** Calls the hooks of a message's transforms in pipeline order, and knows who is at work when an edit is made. */
export class Hooks {
  readonly #runs: readonly TransformRun[];
  readonly #resolution: Resolution;
  /** The transform whose hook runs now, as far as that can be told. */
  acting: TransformRun | undefined;

  constructor(runs: readonly TransformRun[], resolution: Resolution) {
    this.#runs = runs;
    this.#resolution = resolution;
  }

  /**
   * Ask all active transforms that have the hook, in order, up to the first verdict that ends something: `accept`,
   * `quarantine` and `'skip'` only mark the transform and the message. An error ends the round when it decides the message.
   * An answer that is none is an error: `(recipient) => list.push(recipient)` must not keep the others from being asked.
   *
   * With `from` and `to` only the transforms in these places are asked. A promise only when a hook really waits.
   */
  first(
    hook: keyof AnyTransform,
    call: HookCall,
    from = 0,
    to = this.#runs.length,
  ): MaybePromise<Verdict | undefined> {
    for (let i = from; i < to; i++) {
      const run = this.#runs[i];
      if (!run.active || run.transform[hook] === undefined) continue;
      const verdict = this.#call(run, hook, call);
      if (isPromise(verdict)) {
        return verdict.then((settled) =>
          settled === undefined ? this.first(hook, call, i + 1, to) : settled,
        );
      }
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  #call(run: TransformRun, hook: string, call: HookCall): MaybePromise<Verdict | undefined> {
    this.acting = run;
    try {
      const answer = call(run);
      if (!isPromise(answer)) return this.#settle(run, hook, answer);
      return Promise.resolve(answer).then(
        (settled) => this.#settle(run, hook, settled),
        (error: unknown) => this.#fail(run, error),
      );
    } catch (error) {
      return this.#fail(run, error);
    }
  }

  #settle(run: TransformRun, hook: string, answer: Verdict | 'skip' | void | undefined): Verdict | undefined {
    if (this.acting === run) this.acting = undefined;
    if (answer === undefined || answer === null) return undefined;
    if (answer === 'skip') run.active = false;
    else if (!isVerdict(answer)) return this.#fail(run, noVerdict(hook));
    else if (answer.kind !== 'accept' && answer.kind !== 'quarantine') return answer;
    else this.guard(run, () => this.#resolution.decide(answer, run));
    return undefined;
  }

  #fail(run: TransformRun, error: unknown): Verdict | undefined {
    if (this.acting === run) this.acting = undefined;
    this.#resolution.fail(error, run, true);
    return this.#resolution.answer();
  }

  /** Do something in a transform's name; what it throws is the transform's failure. */
  guard(run: TransformRun, action: () => void): void {
    const before = this.acting;
    this.acting = run;
    try {
      action();
    } catch (error) {
      this.#resolution.fail(error, run, true);
    } finally {
      this.acting = before;
    }
  }

  /** A header edit is about to be made. */
  headerEdit(): void {
    if (this.acting === undefined) {
      this.#resolution.unknownEditor = true;
      return;
    }
    this.acting.require('headers');
    this.acting.touched = true;
  }
}

function noVerdict(hook: string): MillraceError {
  return new MillraceError('MILLRACE_VERB', `${hook} returned something that is no verdict`);
}
