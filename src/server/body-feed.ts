import { MillraceError } from '../base/errors.ts';
import { drained } from '../core/drained.ts';
import type { MessageRun } from '../core/message-run.ts';
import type { Spool } from '../core/spool/index.ts';

/** What is read back from the overflow goes to the run in pieces like those that come from a socket. */
const PIECE_BYTES = 64 * 1024;

/**
 * Brings the body to the run, and sees to it that a slow transform neither stalls the MTA for long nor has input pile
 * up in memory: the MTA is held back for a few seconds between two replies; after that, everything goes to an overflow
 * spool, and the run catches up at end-of-message, where the MTA can be told that it takes its time.
 */
export class BodyFeed {
  readonly #run: MessageRun;
  readonly #openSpool: () => Spool;
  readonly #pushback: number;
  #budget: number;
  #overflow: Spool | undefined;
  #waiting: Promise<void> | undefined;

  /** `pushback` is in milliseconds, for each body chunk. */
  constructor(run: MessageRun, openSpool: () => Spool, pushback: number) {
    this.#run = run;
    this.#openSpool = openSpool;
    this.#pushback = pushback;
    this.#budget = pushback;
  }

  /** Body bytes, borrowed. What nobody wants any more is dropped. */
  write(slice: Buffer): void {
    if (!this.#run.wantsBody) return;
    if (this.#overflow === undefined) this.#run.write(slice);
    else this.#overflow.write(slice);
  }

  /** A promise while the MTA should be held back. It never rejects, and resolves in time whatever the run does. */
  waiting(): Promise<void> | undefined {
    if (this.#waiting !== undefined) return this.#waiting;
    if (!this.#run.wantsBody) return undefined;
    const busy = this.#overflow === undefined ? this.#run.pending() : this.#overflow.pending();
    if (busy === undefined) return undefined;
    if (this.#overflow === undefined && this.#budget <= 0) {
      this.#overflow = this.#openSpool();
      return undefined;
    }
    this.#waiting = this.#holdBack(busy).finally(() => (this.#waiting = undefined));
    return this.#waiting;
  }

  /** The MTA has got its reply to a body chunk: it may be held back anew. */
  chunkEnd(): void {
    this.#budget = this.#pushback;
  }

  /** The body is complete: give the run what has been put aside, if anything. The promise never rejects. */
  catchUp(): Promise<void> | undefined {
    return this.#overflow === undefined ? undefined : this.#replay(this.#overflow);
  }

  /** Let go of the overflow. */
  discard(): void {
    this.#overflow?.discard();
  }

  async #holdBack(busy: Promise<void>): Promise<void> {
    const start = performance.now();
    const limit = this.#overflow === undefined ? this.#budget : this.#pushback;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limit);
    });
    await Promise.race([busy, timeout]);
    clearTimeout(timer);
    this.#budget -= performance.now() - start;
  }

  async #replay(overflow: Spool): Promise<void> {
    try {
      await overflow.finish();
      for await (const block of overflow.read()) {
        for (let at = 0; at < block.length && this.#run.wantsBody; at += PIECE_BYTES) {
          this.#run.write(block.subarray(at, at + PIECE_BYTES));
          await drained(this.#run);
        }
      }
    } catch (cause) {
      this.#run.abort(
        new MillraceError('MILLRACE_SPOOL', 'what a slow transform had still to read was lost', { cause }),
      );
    }
  }
}
