import { Readable } from 'node:stream';

/**
 * Content as a Node stream for a claim's function. The producer never waits: it offers bytes and asks
 * {@link ContentStream.waiting} afterwards, so at most what one input chunk holds is queued.
 */
export class ContentStream extends Readable {
  #waiter: Promise<void> | undefined;
  #release: (() => void) | undefined;

  /** Queue a copy of borrowed bytes; a stream that nobody reads any more swallows them. */
  offer(bytes: Buffer): void {
    if (bytes.length === 0 || this.destroyed) return;
    if (!this.push(Buffer.from(bytes)) && this.#waiter === undefined) {
      this.#waiter = new Promise((resolve) => (this.#release = resolve));
    }
  }

  finish(): void {
    if (!this.destroyed) this.push(null);
  }

  /** A promise while the reader is behind; resolved as well when the stream is given up. */
  waiting(): Promise<void> | undefined {
    return this.#waiter;
  }

  override _read(): void {
    this.#go();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#go();
    callback(error);
  }

  #go(): void {
    const release = this.#release;
    this.#waiter = undefined;
    this.#release = undefined;
    release?.();
  }
}
