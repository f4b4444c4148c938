import type { Writable } from 'node:stream';

/** How long, in ms, lines wait for each other after one has gone out. */
const PAUSE = 20;
/** Characters that are worth a write of their own. */
const ENOUGH = 16 * 1024;

/**
 * Log lines on their way out: the first one goes at once, those that come soon after it together. A write for each line
 * would cost a busy milter about as much as all else that it does with a small message (measured: 20 to 40 us).
 *
 * What waits is lost when the process is killed; whoever ends it otherwise calls {@link flush}.
 */
export class LogBuffer {
  readonly #target: Writable;
  #lines = '';
  #pause: NodeJS.Timeout | undefined;

  constructor(target: Writable) {
    this.#target = target;
  }

  /** Take a line, its line end included. */
  write(line: string): void {
    this.#lines += line;
    if (this.#pause === undefined) {
      this.flush();
      this.#pause = setTimeout(() => this.#goOn(), PAUSE);
    } else if (this.#lines.length >= ENOUGH) this.flush();
  }

  /** Let go of everything now. */
  flush(): void {
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.#target.write(lines);
  }

  #goOn(): void {
    const isBusy = this.#lines !== '';
    this.flush();
    this.#pause = isBusy ? setTimeout(() => this.#goOn(), PAUSE) : undefined;
  }
}
