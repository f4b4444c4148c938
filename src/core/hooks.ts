import { firstInOrder, isPromise, type MaybePromise } from './maybe-promise.ts';
import type { Resolution } from './resolution.ts';
import type { AnyTransform } from './transform.ts';
import type { TransformRun } from './transform-run.ts';
import type { Verdict } from './verdict.ts';

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
   */
  first(hook: keyof AnyTransform, call: HookCall): MaybePromise<Verdict | undefined> {
    return firstInOrder(this.#runs, (run) => {
      if (!run.active || run.transform[hook] === undefined) return undefined;
      const settle = (answer: Verdict | 'skip' | void | undefined): Verdict | undefined => {
        if (this.acting === run) this.acting = undefined;
        if (answer === undefined || answer === null) return undefined;
        if (answer === 'skip') run.active = false;
        else if (answer.kind !== 'accept' && answer.kind !== 'quarantine') return answer;
        else this.guard(run, () => this.#resolution.decide(answer, run));
        return undefined;
      };
      const fail = (error: unknown): Verdict | undefined => {
        if (this.acting === run) this.acting = undefined;
        this.#resolution.fail(error, run, true);
        return this.#resolution.answer();
      };
      this.acting = run;
      try {
        const answer = call(run);
        return isPromise(answer) ? Promise.resolve(answer).then(settle, fail) : settle(answer);
      } catch (error) {
        return fail(error);
      }
    });
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
