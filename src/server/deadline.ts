/** `setTimeout` counts whole milliseconds. */
const TICK = 1;

/**
 * A timer that can be set again and again; one at a time.
 *
 * To set, move or clear it costs a look at the clock: the system's timer below it runs on, and sees when it fires what has
 * become of the deadline. (Measured for the deadlines of one message with one timer each: 5 to 8 us.) So {@link end} it
 * when it is needed no more.
 */
export class Deadline {
  readonly #expired: () => void;
  #due = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = 0;

  constructor(expired: () => void) {
    this.#expired = expired;
  }

  /** Start to run, or start anew with another length. */
  set(milliseconds: number): void {
    this.#due = performance.now() + milliseconds;
    if (this.#timer === undefined || this.#due < this.#timerDue) this.#start(milliseconds);
  }

  /** Stop. */
  clear(): void {
    this.#due = Infinity;
  }

  /** Stop, and leave no timer behind. */
  end(): void {
    this.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timerDue = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.#fired(), milliseconds);
  }

  #fired(): void {
    this.#timer = undefined;
    if (this.#due === Infinity) return;
    const left = this.#due - performance.now();
    if (left >= TICK) return this.#start(left);
    this.#due = Infinity;
    this.#expired();
  }
}
