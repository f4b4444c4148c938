import type { ByteSink } from './stage.ts';

/** The end of the pipeline: opens its target with the first byte, and none at all for a pipeline that only looks. */
export class OutputSink<T extends ByteSink> implements ByteSink {
  /** Where the bytes went; undefined while there were none. */
  target: T | undefined;
  readonly #open: () => T;
  #muted = false;

  constructor(open: () => T) {
    this.#open = open;
  }

  /** Nobody can change the body: nothing needs to be kept. */
  mute(): void {
    this.#muted = true;
  }

  write(slice: Buffer): void {
    if (this.#muted) return;
    this.target ??= this.#open();
    this.target.write(slice);
  }

  pending(): Promise<void> | undefined {
    return this.target?.pending();
  }
}
