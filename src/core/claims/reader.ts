import { createDecoder, type Decoder } from '../mime/transfer/index.ts';
import type { Part } from '../mime/part.ts';
import { ContentStream } from './content-stream.ts';

/**
 * Runs a function over a leaf's decoded content while the content arrives: what tap and judge have in common.
 * The function's promise is `done`; when it settles, what is left unread is thrown away.
 */
export class ContentReader<R> {
  readonly done: Promise<R>;
  readonly #content = new ContentStream();
  readonly #decoder: Decoder | undefined;

  /** Without a part, or where its transfer encoding is not known, the content is taken as it is. */
  constructor(part: Part | undefined, read: (content: ContentStream) => PromiseLike<R> | R) {
    this.#decoder = part === undefined ? undefined : createDecoder(part.transferEncoding);
    // Destroying a stream that somebody pipes from raises 'error' there; ours must not end the process.
    this.#content.on('error', () => {});
    this.done = this.#run(read);
    // Whoever waits for `done` sees the error; between now and then it must not count as unhandled.
    this.done.catch(() => {});
  }

  async #run(read: (content: ContentStream) => PromiseLike<R> | R): Promise<R> {
    try {
      return await read(this.#content);
    } finally {
      this.#content.destroy();
    }
  }

  write(slice: Buffer): void {
    this.#content.offer(this.#decoder === undefined ? slice : this.#decoder.write(slice));
  }

  end(): void {
    if (this.#decoder !== undefined) this.#content.offer(this.#decoder.end());
    this.#content.finish();
  }

  waiting(): Promise<void> | undefined {
    return this.#content.waiting();
  }

  /** End the stream with an error: the message is given up. */
  abort(reason: Error): void {
    this.#content.destroy(reason);
  }
}
