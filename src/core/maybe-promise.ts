/** A value, or a promise of it where something really waits: awaiting a settled promise costs what a whole stage does. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** Whether a value is a promise (or behaves like one). */
export function isPromise<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Go on with a value: at once where it is there, else when it comes. */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): R | PromiseLike<R> {
  return isPromise(value) ? value.then(next) : next(value);
}
