import { MillraceError } from '../base/errors.ts';
import { HeaderSplitter } from './header-splitter.ts';

/**
 * Finds the header in front of a message that comes back from somebody who was given it. One that is as it was given is
 * found by its bytes, whatever they are, and never held.
 */
export class ReturnedHeader {
  readonly #given: Buffer;
  readonly #limit: number;
  readonly #splitter: HeaderSplitter;
  /** Bytes that are as given, as long as all are. */
  #same = 0;
  #changed = false;
  #complete = false;

  /** `given` is a header with its blank line; `limit` the bytes that one may have. */
  constructor(given: Buffer, limit: number) {
    this.#given = given;
    this.#limit = limit;
    this.#splitter = new HeaderSplitter(limit);
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** The header block without its blank line, where it is not the one that was given. */
  get block(): Buffer | undefined {
    return this.#splitter.header?.block;
  }

  /**
   * Takes bytes; gives those that belong to the body. Borrowed.
   * @throws MillraceError `MILLRACE_LIMIT` for a header that is too long.
   */
  write(slice: Buffer): Buffer {
    if (this.#complete) return slice;
    if (!this.#changed) {
      const length = Math.min(slice.length, this.#given.length - this.#same);
      if (this.#given.compare(slice, 0, length, this.#same, this.#same + length) === 0) {
        this.#same += length;
        this.#complete = this.#same === this.#given.length;
        return slice.subarray(length);
      }
      this.#changed = true;
      // What is the beginning of the header given has no end of a header, unless there was one inside.
      const rest = this.#splitter.write(this.#given.subarray(0, this.#same));
      return this.#split(Buffer.concat([rest, slice]));
    }
    return this.#split(slice);
  }

  #split(slice: Buffer): Buffer {
    const rest = this.#splitter.write(slice);
    const { header } = this.#splitter;
    if (header === undefined) return rest;
    if (header.separator.length === 0) {
      throw new MillraceError('MILLRACE_LIMIT', `the new header has more than ${this.#limit} bytes`);
    }
    this.#complete = true;
    return rest;
  }
}
