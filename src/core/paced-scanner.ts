import { dropCopy, keepCopy } from '../base/copies.ts';
import type { Scanner } from './mime/scanner.ts';
import { countWork, inLaterTurn, isTurnOver, PieceSize, turnDeadline } from './turn.ts';

/**
 * Gives a scanner its bytes in such portions that no message, whatever is in it, keeps the event loop from all others: what
 * a turn has no time for waits, copied, and goes on by itself. How much can wait is what is written before
 * {@link PacedScanner.waiting} is asked.
 */
export class PacedScanner {
  readonly #scanner: Scanner;
  readonly #isWanted: () => boolean;
  readonly #size = new PieceSize();
  #backlog: Buffer[] = [];
  #waiting: Promise<void> | undefined;
  #done: (() => void) | undefined;
  #error: { readonly cause: unknown } | undefined;

  /** `isWanted` says whether the bytes still matter to anybody. */
  constructor(scanner: Scanner, isWanted: () => boolean) {
    this.#scanner = scanner;
    this.#isWanted = isWanted;
  }

  /** Bytes of the body in order; borrowed. */
  write(slice: Buffer): void {
    this.#check();
    if (this.#waiting !== undefined) return void this.#backlog.push(keepCopy(slice));
    const taken = this.#work(slice);
    if (taken === slice.length) return;
    this.#backlog.push(keepCopy(slice.subarray(taken)));
    this.#waiting = new Promise((resolve) => (this.#done = resolve));
    inLaterTurn(() => this.#resume());
  }

  /** A promise while something waits; it never rejects. */
  waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  /** The body is complete. Nothing may be waiting. */
  end(): void {
    this.#check();
    this.#scanner.end();
  }

  /** How many bytes of the slice this turn has had time for. */
  #work(slice: Buffer): number {
    let taken = 0;
    while (taken < slice.length && !isTurnOver()) {
      const start = performance.now();
      const piece = slice.subarray(taken, taken + this.#size.bytes);
      const read = this.#scanner.write(piece, turnDeadline(start));
      const now = performance.now();
      countWork(start, now);
      this.#size.took(read, now - start);
      taken += read;
    }
    return taken;
  }

  #resume(): void {
    try {
      while (this.#isWanted() && this.#backlog.length > 0) {
        const taken = this.#work(this.#backlog[0]);
        if (taken < this.#backlog[0].length) {
          this.#backlog[0] = this.#backlog[0].subarray(taken);
          return inLaterTurn(() => this.#resume());
        }
        dropCopy(this.#backlog.shift()!);
      }
    } catch (cause) {
      this.#error = { cause };
    }
    this.#backlog = [];
    this.#waiting = undefined;
    this.#done?.();
  }

  /** An error that came in between belongs to whoever writes. */
  #check(): void {
    if (this.#error !== undefined) throw this.#error.cause;
  }
}
