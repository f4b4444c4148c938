/** What a Node timer can hold, in ms; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Lets one waiter sleep until something has happened. Unlike a race of promises nothing piles up however often that
 * is: whoever is woken looks for himself what it was.
 */
export class Bell {
  #ring: (() => void) | undefined;

  ring(): void {
    this.#ring?.();
  }

  /** Wait for the next ring; false when `until` (of `performance.now()`) came first. */
  wait(until?: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (rung: boolean) => {
        clearTimeout(timer);
        this.#ring = undefined;
        resolve(rung);
      };
      const left =
        until === undefined ? undefined : Math.min(Math.max(0, until - performance.now()), LONGEST);
      const timer = left === undefined ? undefined : setTimeout(settle, left, false);
      this.#ring = () => settle(true);
    });
  }
}
