import { createInflateRaw } from 'node:zlib';
import { Bell } from './bell.ts';

/** Bytes of output that are handed on at once. */
const CHUNK = 64 * 1024;
/** Bytes of input at once: what comes of them, a thousand times as much at most, is not all to be waited for. */
const SLICE = 16 * 1024;

/** What became of a piece of compressed bytes. */
type Inflated =
  /** All of it was taken. */
  | 'more'
  /** The compressed data ended in it, after so many bytes. */
  | { readonly used: number }
  | 'broken'
  /** Whoever takes the output wants no more of it. */
  | 'unwanted';

/**
 * Takes bytes compressed with deflate (RFC 1951) and hands on what comes out, at the pace of whoever takes that. The work is done by zlib's threads, in
 * pieces: neither a bomb nor a large file keeps the event loop, and at most a few chunks are in memory.
 */
export class Inflater {
  readonly #stream = createInflateRaw({ chunkSize: CHUNK });
  readonly #output: (bytes: Buffer) => Promise<boolean>;
  readonly #bell = new Bell();
  #written = false;
  #rang = false;
  #over = false;
  #broken = false;

  /** @param output takes a chunk; false when nothing more is wanted */
  constructor(output: (bytes: Buffer) => Promise<boolean>) {
    this.#output = output;
    this.#stream.on('readable', () => this.#ring());
    this.#stream.on('end', () => {
      this.#over = true;
      this.#ring();
    });
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      // What is cut off is not broken.
      if (error.code === 'Z_BUF_ERROR') this.#over = true;
      else this.#broken = true;
      this.#ring();
    });
  }

  /** The bytes must stay as they are meanwhile. */
  async write(bytes: Buffer): Promise<Inflated> {
    for (let at = 0; at < bytes.length; at += SLICE) {
      const before = this.#stream.bytesWritten;
      this.#written = false;
      this.#stream.write(bytes.subarray(at, at + SLICE), () => {
        this.#written = true;
        this.#ring();
      });
      if (!(await this.#handOn())) return 'unwanted';
      if (this.#broken) return 'broken';
      const used = this.#stream.bytesWritten - before;
      // What is left is not compressed data any more.
      if (this.#over || used < Math.min(SLICE, bytes.length - at)) return { used: at + used };
    }
    return 'more';
  }

  /** No more input: hand on what is left. */
  async end(): Promise<void> {
    this.#written = false;
    this.#stream.end();
    await this.#handOn();
  }

  /** Bytes of input that were compressed data. */
  get used(): number {
    return this.#stream.bytesWritten;
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** Until the input is used up, or there is no more output. */
  async #handOn(): Promise<boolean> {
    for (;;) {
      this.#rang = false;
      const bytes: Buffer | null = this.#stream.read();
      if (bytes !== null) {
        if (!(await this.#output(bytes))) return false;
      } else if (this.#broken || this.#over) return true;
      else if (this.#written && this.#stream.readableLength === 0) return true;
      else if (!this.#rang) await this.#bell.wait();
    }
  }

  #ring(): void {
    this.#rang = true;
    this.#bell.ring();
  }
}
