import type { Part } from '../mime/part.ts';
import type { ContentNotes, Readings } from '../mime/readings/index.ts';
import type { ByteCoder, Decoder } from '../mime/transfer/byte-coder.ts';
import { createDecoder } from '../mime/transfer/index.ts';
import { ContentStream } from './content-stream.ts';

/** One way to read the content. */
interface Reading {
  readonly content: ContentStream;
  readonly decoder: ByteCoder | undefined;
}

/** One that is read once there is something. */
interface Late {
  readonly coder: ByteCoder;
  /** null where it may not be read. */
  content: ContentStream | null | undefined;
}

const NOTHING = Buffer.alloc(0);
const NONE: readonly Late[] = [];

function lateOnes(coders: readonly ByteCoder[] = []): readonly Late[] {
  return coders.length === 0 ? NONE : coders.map((coder) => ({ coder, content: undefined }));
}

/**
 * Runs a function over a leaf's decoded content while the content arrives: what tap and judge have in common. Where
 * mail readers may decode it in other ways, the function runs over what each of them sees as well, at the same time.
 *
 * The function's promise is `done`; with several, the first result that says anything, which ends the others. When it
 * settles, what is left unread is thrown away.
 */
export class ContentReader<R> {
  readonly done: Promise<R>;
  readonly #read: (content: ContentStream) => unknown;
  readonly #takesBeside: () => boolean;
  readonly #readings: Reading[] = [];
  readonly #working = new Set<ContentStream>();
  #resolve!: (result: unknown) => void;
  #reject!: (error: unknown) => void;
  /** What may be there beside: in the content as it is, and in what it is by the rules. */
  #rare: readonly Late[];
  #inside: readonly Late[];
  /** What is told of the part beside. What is found must not depend on how the content comes, so all of it is decoded for that. */
  #notes: ContentNotes | undefined;
  readonly #decoder: Partial<Decoder> | undefined;
  #isComplete = false;
  /** One of those that read has decided. */
  #isSettled = false;

  /**
   * Without a part, or where its transfer encoding is not known, the content is taken as it is.
   * @param readings ways in which others may read the part
   * @param takesBeside whether what is there beside may still be read when it begins
   */
  constructor(
    part: Part | undefined,
    read: (content: ContentStream) => PromiseLike<R> | R,
    readings?: Readings,
    takesBeside = () => true,
  ) {
    this.#read = read;
    this.#takesBeside = takesBeside;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve as (result: unknown) => void;
      this.#reject = reject;
    });
    // Whoever waits for `done` sees the error; between now and then it must not count as unhandled.
    this.done.catch(() => {});
    this.#rare = lateOnes(readings?.rare);
    this.#inside = lateOnes(readings?.inside);
    this.#notes = readings?.notes;
    const primary: (ByteCoder & Partial<Decoder>) | undefined =
      readings?.primary ?? (part === undefined ? undefined : createDecoder(part.transferEncoding));
    this.#decoder = primary;
    for (const decoder of [primary, ...(readings?.others ?? [])]) {
      this.#readings.push({ content: new ContentStream(), decoder });
    }
    for (const { content } of this.#readings) this.#working.add(content);
    for (const { content } of this.#readings) void this.#run(content);
  }

  async #run(content: ContentStream): Promise<void> {
    // Destroying a stream that somebody pipes from raises 'error' there; ours must not end the process.
    content.on('error', () => {});
    this.#working.add(content);
    try {
      const result = await this.#read(content);
      this.#working.delete(content);
      if (result !== undefined && result !== null) this.#settle(() => this.#resolve(result));
      else this.#settleWhenDone(result);
    } catch (error) {
      this.#settle(() => this.#reject(error));
    } finally {
      this.#working.delete(content);
      content.destroy();
    }
  }

  /** Whether all of the content has come. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether the content matters to somebody beside those that read it. */
  get #isWatched(): boolean {
    return this.#inside.length + this.#rare.length > 0 || this.#notes !== undefined;
  }

  write(slice: Buffer): void {
    const isWatched = this.#isWatched;
    for (const [index, { content, decoder }] of this.#readings.entries()) {
      // What nobody reads any more need not be decoded.
      if (content.destroyed && (index > 0 || !isWatched)) continue;
      const bytes = decoder === undefined ? slice : decoder.write(slice);
      content.offer(bytes);
      if (index === 0) this.#watch(bytes);
    }
    for (const late of this.#rare) this.#offer(late, late.coder.write(slice));
  }

  end(): void {
    this.#isComplete = true;
    const isWatched = this.#isWatched;
    for (const [index, { content, decoder }] of this.#readings.entries()) {
      if (content.destroyed && (index > 0 || !isWatched)) continue;
      const bytes = decoder?.end() ?? NOTHING;
      content.offer(bytes);
      content.finish();
      if (index === 0) this.#watch(bytes);
    }
    for (const late of [...this.#inside, ...this.#rare]) {
      this.#offer(late, late.coder.end());
      late.content?.finish();
    }
    this.#inside = this.#rare = NONE;
    this.#notes?.end(this.#decoder?.oddities);
    this.#notes = undefined;
    this.#settleWhenDone(undefined);
  }

  /** What the content is by the rules. */
  #watch(bytes: Buffer): void {
    this.#notes?.write(bytes);
    for (const late of this.#inside) this.#offer(late, late.coder.write(bytes));
  }

  waiting(): Promise<void> | undefined {
    const waiting: Promise<void>[] = [];
    for (const content of this.#working) {
      const one = content.waiting();
      if (one !== undefined) waiting.push(one);
    }
    return waiting.length > 1 ? Promise.all(waiting).then(() => {}) : waiting[0];
  }

  /** End the streams with an error: the message is given up. */
  abort(reason: Error): void {
    this.#inside = this.#rare = NONE;
    this.#notes = undefined;
    for (const content of this.#working) content.destroy(reason);
    this.#settleWhenDone(undefined);
  }

  #offer(late: Late, bytes: Buffer): void {
    if (bytes.length === 0 || this.#isSettled) return;
    if (late.content === undefined) {
      late.content = this.#takesBeside() ? new ContentStream() : null;
      if (late.content !== null) void this.#run(late.content);
    }
    late.content?.offer(bytes);
  }

  /** All have read, and none may still begin. */
  #settleWhenDone(result: unknown): void {
    if (this.#working.size === 0 && this.#inside.length + this.#rare.length === 0) this.#resolve(result);
  }

  #settle(settle: () => void): void {
    settle();
    this.#isSettled = true;
    // What is told of the part goes by all of its content, whenever somebody has seen enough.
    if (this.#notes === undefined) this.#inside = this.#rare = NONE;
    for (const content of this.#working) content.destroy(new Error('another reading has decided'));
  }
}
