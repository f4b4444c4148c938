import { MillraceError } from '../base/errors.ts';
import type { Claim } from './claims/claim.ts';
import { makeClaim } from './claims/make-claim.ts';
import { type PeekAnswer, PeekClaim } from './claims/peek-claim.ts';
import { beginningsFor } from './claims/reader-for.ts';
import { Replacer } from './claims/replacer.ts';
import { EventQueue } from './event-queue.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';
import type { Part } from './mime/part.ts';
import type { Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';
import type { TransformRun } from './transform-run.ts';
import { countWork, isTurnOver, laterTurn } from './turn.ts';
import type { PartVerb } from './verbs.ts';
import { isVerdict, type Verdict } from './verdict.ts';

type Answer = PartVerb | Verdict | void | undefined;

/**
 * One transform in the fused pipeline: asks `onPart` for each part and has a claim handle what the answer wants.
 *
 * Where something must be waited for (a hook or a judge that answers later, a claimed Node stream that drains), the
 * stage blocks: the events that follow queue up here, and `pending` keeps the driver from sending more.
 */
export class TransformStage implements Stage {
  readonly run: TransformRun;
  readonly #host: StageHost;
  readonly #next: Stage;
  readonly #replacer: Replacer;
  readonly #queue = new EventQueue();
  #blocked: Promise<void> | undefined;
  #claim: Claim | undefined;
  #claimed: Part | undefined;
  /** The container below which nothing is asked (`leave`), or the part that is thrown away (`drop`, `replace`). */
  #subtree: { top: Part; pass: boolean } | undefined;
  #leftRoot = false;

  constructor(run: TransformRun, host: StageHost, next: Stage) {
    this.run = run;
    this.#host = host;
    this.#next = next;
    this.#replacer = new Replacer(next);
  }

  /** Whether the transform may still read or change something of the message. */
  get interested(): boolean {
    if (this.#blocked !== undefined || this.#claim !== undefined || this.#subtree?.pass === false)
      return true;
    return this.run.active && !this.#leftRoot;
  }

  open(part: Part): void {
    if (this.#blocked !== undefined) return this.#queue.add('open', part);
    if (this.#subtree !== undefined) return this.#subtree.pass ? this.#next.open(part) : undefined;
    if (!this.run.active) return this.#pass(part);
    let answer: MaybePromise<Answer>;
    const before = this.#host.acting(this.run);
    try {
      answer = this.run.transform.onPart?.(part, this.run);
    } catch (error) {
      return this.#failHook(error, part);
    } finally {
      this.#host.acting(before);
    }
    if (!isPromise(answer)) return this.#take(part, answer);
    this.#block(
      Promise.resolve(answer).then(
        (settled) => this.#take(part, settled),
        (error: unknown) => this.#failHook(error, part),
      ),
    );
  }

  body(part: Part, slice: Buffer): void {
    if (this.#blocked !== undefined) return this.#queue.addBytes('body', part, slice);
    if (this.#subtree?.pass === false) return;
    if (this.#claim === undefined) return this.#next.body(part, slice);
    const before = this.#host.acting(this.run);
    try {
      this.#claim.body(slice);
    } catch (error) {
      this.#giveUp(error);
    } finally {
      this.#host.acting(before);
    }
  }

  frame(part: Part, slice: Buffer): void {
    if (this.#blocked !== undefined) return this.#queue.addBytes('frame', part, slice);
    if (this.#subtree?.pass === false) return;
    this.#replacer.fill(part);
    this.#next.frame(part, slice);
  }

  close(part: Part): void {
    if (this.#blocked !== undefined) return this.#queue.add('close', part);
    if (this.#claim instanceof PeekClaim) this.#endPeek(this.#claim);
    if (this.#subtree !== undefined) {
      const { top, pass } = this.#subtree;
      if (top === part) this.#subtree = undefined;
      return pass ? this.#next.close(part) : undefined;
    }
    if (this.#claim === undefined || this.#claimed !== part) {
      this.#replacer.fill(part);
      return this.#next.close(part);
    }
    const before = this.#host.acting(this.run);
    try {
      const closing = this.#claim.close();
      if (closing === undefined) return this.#endClaim();
      this.#block(
        closing.then(
          () => this.#endClaim(),
          (error: unknown) => this.#giveUp(error, part),
        ),
      );
    } catch (error) {
      this.#giveUp(error, part);
    } finally {
      this.#host.acting(before);
    }
  }

  end(): void {
    if (this.#blocked !== undefined) return this.#queue.addEnd();
    this.#next.end();
  }

  pending(): Promise<void> | undefined {
    return this.#blocked ?? this.#claim?.pending() ?? this.#host.crowded() ?? this.#next.pending();
  }

  /** Carry out what the hook answered. */
  #take(part: Part, answer: Answer): void {
    try {
      if (part.depth > 1 && part.headers.edited) this.#host.bodyChanged(this.run);
      if (answer === undefined || answer === null) return this.#pass(part);
      if (isVerdict(answer)) {
        this.#host.decide(answer, this.run);
        return this.#pass(part);
      }
      this.#carryOut(part, answer);
    } catch (error) {
      this.#failHook(error, part);
    }
  }

  #carryOut(part: Part, verb: PartVerb): void {
    switch (verb.verb) {
      case 'leave':
        if (verb.reason !== undefined) this.#host.report(part, 'skipped', verb.reason);
        return this.#leave(part);
      case 'wrap':
        return this.#wrap(part, verb);
      case 'drop':
      case 'replace':
        this.#remove(part, verb);
        this.#subtree = { top: part, pass: false };
        return;
      case 'peek':
      case 'tap':
      case 'judge':
      case 'rewrite':
      case 'through':
      case 'raw':
        if (!part.isLeaf)
          throw wrongVerb(this.run, `${verb.verb} needs a leaf, but part ${part.path} is ${part.type}`);
        this.#claimed = part;
        if (verb.verb === 'peek') {
          const readings = (isRegular: boolean) => beginningsFor(part, this.run, isRegular);
          this.#claim = new PeekClaim(part, this.#next, verb, readings, (...peeked) =>
            this.#resume(part, ...peeked),
          );
          return;
        }
        this.#claim = makeClaim(part, verb, {
          run: this.run,
          host: this.#host,
          next: this.#next,
          remove: (removal) => this.#remove(part, removal),
        });
        if (this.#claim === undefined) return this.#pass(part);
        return this.#replacer.passed(part);
      default:
        throw wrongVerb(
          this.run,
          `onPart returned something that is neither a verb nor a verdict for part ${part.path}`,
        );
    }
  }

  #remove(part: Part, removal: Extract<PartVerb, { verb: 'drop' | 'replace' }>): void {
    this.run.require('body');
    this.#host.bodyChanged(this.run);
    if (removal.verb === 'drop') this.#replacer.drop(part);
    else this.#replacer.replace(part, removal.part);
    this.#host.report(part, removal.verb === 'drop' ? 'dropped' : 'replaced', removal.reason);
  }

  #wrap(part: Part, { behind, reason }: Extract<PartVerb, { verb: 'wrap' }>): void {
    if (part.depth > 1) throw wrongVerb(this.run, `wrap needs the root, but part ${part.path} is not`);
    this.#host.bodyChanged(this.run);
    const before = this.#host.acting(this.run);
    try {
      this.#host.wrap(part, behind);
    } finally {
      this.#host.acting(before);
    }
    this.#host.report(part, 'wrapped', reason);
    this.#leave(part);
  }

  /** Pass the part on, and do not ask about what is inside. */
  #leave(part: Part): void {
    if (!part.isLeaf) this.#subtree = { top: part, pass: true };
    if (part.depth === 1) this.#leftRoot = true;
    this.#pass(part);
  }

  #pass(part: Part): void {
    this.#replacer.passed(part);
    if (part.depth === 1 && part.isLeaf) this.#leftRoot = true;
    this.#next.open(part);
  }

  /** A peek has decided: carry its answer out, as if the hook had given it, and go on from the part's beginning. */
  #resume(part: Part, answer: PeekAnswer, held: readonly Buffer[]): void {
    this.#endClaim();
    if (!this.run.active) this.#pass(part);
    else if ((answer as { verb?: unknown } | undefined)?.verb === 'peek')
      this.#failHook(wrongVerb(this.run, `peek at part ${part.path} was answered by peek`), part);
    else this.#take(part, answer);
    for (const piece of held) this.body(part, piece);
  }

  #endPeek(claim: PeekClaim): void {
    const before = this.#host.acting(this.run);
    try {
      claim.finish();
    } catch (error) {
      this.#giveUp(error);
    } finally {
      this.#host.acting(before);
    }
  }

  #endClaim(): void {
    this.#claim = undefined;
    this.#claimed = undefined;
  }

  #failHook(error: unknown, part: Part): void {
    this.#host.fail(error, this.run, true);
    this.#pass(part);
  }

  /** A claim failed; `closing` is its part when that was already complete. */
  #giveUp(error: unknown, closing?: Part): void {
    const claim = this.#claim;
    const part = this.#claimed;
    this.#endClaim();
    if (claim === undefined || part === undefined || !this.#host.fail(error, this.run, claim.recoverable))
      return;
    this.#replacer.passed(part);
    const recovering = claim.recover();
    const finish = (): void => {
      if (closing !== undefined) this.#next.close(part);
    };
    if (recovering === undefined) return finish();
    const recovered = recovering.then(
      finish,
      (again: unknown) => void this.#host.fail(again, this.run, false),
    );
    // Inside a blocked close the block already waits; the queue must wait for this as well.
    this.#blocked = undefined;
    this.#block(recovered);
  }

  /** Queue what follows until the promise settles; it must not reject. */
  #block(promise: Promise<void>): void {
    const blocked: Promise<void> = promise.then(() => {
      if (this.#blocked !== blocked) return;
      this.#blocked = undefined;
      if (!this.#queue.empty) this.#play();
    });
    this.#blocked = blocked;
  }

  /** Take what had to wait, until something blocks again or others must have their turn. */
  #play(): void {
    const start = performance.now();
    while (this.#blocked === undefined && !this.#queue.empty) {
      if (isTurnOver()) return this.#block(laterTurn());
      this.#queue.play(this);
      countWork(start);
    }
  }
}

function wrongVerb(run: TransformRun, text: string): MillraceError {
  return new MillraceError('MILLRACE_VERB', `transform ${run.transform.name}: ${text}`);
}
