/** A timer that can be set again and again; one at a time. */
export class Deadline {
  readonly #expired: () => void;
  #timer: NodeJS.Timeout | undefined;
  #milliseconds = 0;

  constructor(expired: () => void) {
    this.#expired = expired;
  }

  /** Start to run, or start anew with another length. */
  set(milliseconds: number): void {
    if (this.#timer !== undefined && this.#milliseconds === milliseconds) {
      this.#timer.refresh();
      return;
    }
    this.clear();
    this.#milliseconds = milliseconds;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#expired();
    }, milliseconds);
  }

  /** Start anew, if it runs. */
  refresh(): void {
    this.#timer?.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
