/** Lets a limited number of messages be scanned at once; the others wait in order, for a limited time. */
export class ScanGate {
  readonly #waitLimit: number;
  #free: number;
  /** Called when a place is given to it. A set keeps its order and forgets one in the middle in no time. */
  readonly #queue = new Set<() => void>();

  /** @param waitLimit ms. */
  constructor(places: number, waitLimit: number) {
    this.#free = places;
    this.#waitLimit = waitLimit;
  }

  /** Take a place; false when there was none within the limit, or `signal` has aborted. */
  enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const settle = (entered: boolean) => {
        this.#queue.delete(take);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(entered);
      };
      const take = () => settle(true);
      const giveUp = () => settle(false);
      const timer = setTimeout(giveUp, this.#waitLimit);
      signal.addEventListener('abort', giveUp);
      this.#queue.add(take);
    });
  }

  /** Give the place to the one that has waited longest. */
  leave(): void {
    const [next] = this.#queue;
    if (next === undefined) this.#free++;
    else next();
  }
}

/**
 * One message's place behind a {@link ScanGate}, for all its streams: those of one message must not wait for each
 * other, or two messages could each hold what the other waits for.
 */
export class MessagePlace {
  readonly #gate: ScanGate;
  readonly #signal: AbortSignal;
  #entry: Promise<boolean> | undefined;
  #users = 0;

  constructor(gate: ScanGate, signal: AbortSignal) {
    this.#gate = gate;
    this.#signal = signal;
  }

  /** Run with a place; undefined when there was none. */
  async use<T>(run: () => Promise<T>): Promise<T | undefined> {
    this.#users++;
    this.#entry ??= this.#gate.enter(this.#signal);
    const entry = this.#entry;
    try {
      return (await entry) ? await run() : undefined;
    } finally {
      if (--this.#users === 0) {
        this.#entry = undefined;
        if (await entry) this.#gate.leave();
      }
    }
  }
}
