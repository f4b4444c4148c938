import type { ContentReader } from './claims/reader.ts';

/** Readers of one message at work at once; more wait for their turn by pushing back on the input. */
const MAX_READERS = 8;

/** The functions that read content of one message, as long as they are at work. */
export class Readers {
  readonly #working = new Set<ContentReader<unknown>>();
  /** Readers that the message waits for at its end. */
  readonly #attended = new Set<Promise<void>>();

  /** End this reader with the message. */
  watch(reader: ContentReader<unknown>): void {
    this.#working.add(reader);
    const leave = (): void => void this.#working.delete(reader);
    reader.done.then(leave, leave);
  }

  /** Watch it, and have {@link settled} wait until its result has been dealt with. */
  attend<R>(reader: ContentReader<R>, done: (result: R) => void, failed: (error: unknown) => void): void {
    this.watch(reader);
    const attended: Promise<void> = reader.done
      .then(done, failed)
      .finally(() => this.#attended.delete(attended));
    this.#attended.add(attended);
  }

  /** Resolves when all attended readers have settled; undefined when there are none. */
  settled(): Promise<unknown> | undefined {
    return this.#attended.size === 0 ? undefined : Promise.all(this.#attended);
  }

  get atWork(): boolean {
    return this.#working.size > 0;
  }

  crowded(): Promise<void> | undefined {
    return this.#attended.size < MAX_READERS ? undefined : Promise.race(this.#attended);
  }

  /** The message is over: whoever still reads is told so. */
  abort(reason: Error): void {
    for (const reader of this.#working) reader.abort(reason);
  }
}
