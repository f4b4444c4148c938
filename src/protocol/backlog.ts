import { dropCopy, keepCopy } from '../base/copies.ts';

/** Bytes that wait until a reply has been given, with a bound. */
export class Backlog {
  /** How many bytes are kept. */
  readonly most: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(most: number) {
    this.most = most;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** What came first; undefined when nothing waits. */
  get first(): Buffer | undefined {
    return this.#chunks[0];
  }

  /** Keep a copy of a chunk from `at` on; false when that would be too much. */
  keep(chunk: Buffer, at: number): boolean {
    const length = chunk.length - at;
    if (this.#bytes + length > this.most) return false;
    this.#chunks.push(keepCopy(chunk.subarray(at)));
    this.#bytes += length;
    return true;
  }

  /** So many bytes of the {@link first} have been used. */
  took(bytes: number): void {
    const [first] = this.#chunks;
    this.#bytes -= bytes;
    if (bytes === first.length) dropCopy(this.#chunks.shift()!);
    else this.#chunks[0] = first.subarray(bytes);
  }

  /** From inside of what works on the {@link first} bytes, too: they stay what they are. */
  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
