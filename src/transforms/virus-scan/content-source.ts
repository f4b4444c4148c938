import type { Readable } from 'node:stream';
import type { Bell } from './bell.ts';
import { scannerError } from './clamd-connection.ts';

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

/** Pulls content from a stream in a way that can be interrupted while nothing comes. Rings `bell` on news. */
export class ContentSource {
  readonly #content: Readable;
  readonly #bell: Bell;
  readonly #ring = () => this.#bell.ring();

  constructor(content: Readable, bell: Bell) {
    this.#content = content;
    this.#bell = bell;
    for (const event of EVENTS) content.on(event, this.#ring);
  }

  /**
   * The next bytes; undefined at the end, or when `interrupted` says so.
   * @throws MillraceError `MILLRACE_SCANNER` when the content breaks off.
   */
  async next(interrupted: () => boolean): Promise<Buffer | undefined> {
    while (!interrupted()) {
      const bytes: Buffer | null = this.#content.read();
      if (bytes !== null) return bytes;
      if (this.#content.readableEnded) return undefined;
      if (this.#content.destroyed) throw scannerError('the content broke off');
      await this.#bell.wait();
    }
    return undefined;
  }

  release(): void {
    for (const event of EVENTS) this.#content.off(event, this.#ring);
  }
}
