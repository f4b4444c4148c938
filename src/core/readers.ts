import type { ContentReader } from './claims/reader.ts';

/**
 * Readers of one message that have all their content and are still at work; more wait for their turn by pushing back on the
 * input. Those that content is still coming for do not count: they would wait for that input in turn.
 */
const MAX_READERS = 8;

/** The functions that read content of one message, as long as they are at work. */
export class Readers {
  readonly #working = new Set<ContentReader<unknown>>();
  /** Readers that the message waits for at its end. */
  readonly #attended = new Map<ContentReader<unknown>, Promise<void>>();

  /** End this reader with the message. */
  watch(reader: ContentReader<unknown>): void {
    this.#working.add(reader);
    const leave = (): void => void this.#working.delete(reader);
    reader.done.then(leave, leave);
  }

  /** Watch it, and have {@link settled} wait until its result has been dealt with. */
  attend<R>(reader: ContentReader<R>, done: (result: R) => void, failed: (error: unknown) => void): void {
    this.watch(reader);
    const attended = reader.done.then(done, failed).finally(() => this.#attended.delete(reader));
    this.#attended.set(reader, attended);
  }

  /** Resolves when all attended readers have settled; undefined when there are none. */
  settled(): Promise<unknown> | undefined {
    return this.#attended.size === 0 ? undefined : Promise.all(this.#attended.values());
  }

  get atWork(): boolean {
    return this.#working.size > 0;
  }

  crowded(): Promise<void> | undefined {
    if (this.#attended.size < MAX_READERS) return undefined;
    const complete = [...this.#attended].filter(([reader]) => reader.isComplete);
    return complete.length < MAX_READERS ? undefined : Promise.race(complete.map(([, attended]) => attended));
  }

  /** The message is over: whoever still reads is told so. */
  abort(reason: Error): void {
    for (const reader of this.#working) reader.abort(reason);
  }
}
