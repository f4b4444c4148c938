/** Lets everything that waits for something else end at once when the message is given up. */
export class GiveUp {
  #resolve: (() => void) | undefined;
  #promise: Promise<undefined> | undefined;
  #done = false;

  /** End all waiting, now and later. */
  now(): void {
    this.#done = true;
    this.#resolve?.();
  }

  /** The promise's result, or undefined when the message is given up before. */
  race<T>(promise: PromiseLike<T>): Promise<T | undefined> {
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = () => resolve(undefined);
      if (this.#done) resolve(undefined);
    });
    return Promise.race([promise, this.#promise]);
  }
}
