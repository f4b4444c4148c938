/** A value, or a promise of it where something really waits: awaiting a settled promise costs what a whole stage does. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** Whether a value is a promise (or behaves like one). */
export function isPromise<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Call `step` for each item in order, waiting only where a step returns a promise; stops at the first step that gives
 * something other than undefined, and gives that.
 */
export function firstInOrder<T, R>(
  items: readonly T[],
  step: (item: T) => MaybePromise<R | undefined>,
  from = 0,
): R | undefined | Promise<R | undefined> {
  for (let i = from; i < items.length; i++) {
    const result = step(items[i]);
    if (isPromise(result)) {
      return Promise.resolve(result).then((settled) =>
        settled === undefined ? firstInOrder(items, step, i + 1) : settled,
      );
    }
    if (result !== undefined) return result;
  }
  return undefined;
}
