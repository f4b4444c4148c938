/** How a header block ended. */
export type HeaderEnd =
  /** A blank line. */
  | 'separator'
  /** A delimiter of an open multipart, or the end of the input. */
  | 'cut-off'
  /** The next line would have gone beyond the limit. */
  | 'too-long';

/** A header block as it stood in the body. */
export interface CollectedHeader {
  readonly block: Buffer;
  readonly separator: Buffer;
  readonly end: HeaderEnd;
  /** Bytes taken that are content: the line that did not fit, or the delimiter. */
  readonly rest: Buffer;
}

const NOTHING = Buffer.alloc(0);
const LF = 0x0a;
/** Holds the header of most parts. */
const FIRST_BYTES = 1024;

/**
 * Collects a part's header up to the blank line, a delimiter or the limit, by whole lines and whatever the chunks are.
 * It holds at most `limit` bytes and one more.
 */
export class HeaderBlock {
  readonly #limit: number;
  readonly #isDelimiter: (buffer: Buffer, start: number, end: number) => boolean;
  #buffer: Buffer = NOTHING;
  #length = 0;
  /** Where the line begins that is not complete yet. */
  #line = 0;
  #result: CollectedHeader | undefined;

  /**
   * @param limit bytes of the block, its blank line included
   * @param isDelimiter says whether a line (without its LF) ends the block
   */
  constructor(limit: number, isDelimiter: (buffer: Buffer, start: number, end: number) => boolean) {
    this.#limit = limit;
    this.#isDelimiter = isDelimiter;
  }

  /** Begin another block. */
  reset(): void {
    this.#length = 0;
    this.#line = 0;
    this.#result = undefined;
  }

  /** The block, once it is complete. */
  get result(): CollectedHeader | undefined {
    return this.#result;
  }

  /** Bytes of the line that is not complete yet. */
  get unfinished(): number {
    return this.#length - this.#line;
  }

  /** Take bytes from `from` until the block is complete or the chunk is used up; where it stopped. */
  push(chunk: Buffer, from: number): number {
    let position = from;
    while (this.#result === undefined && position < chunk.length) {
      const lineFeed = chunk.indexOf(LF, position);
      const end = lineFeed < 0 ? chunk.length : lineFeed + 1;
      const room = this.#limit + 1 - this.#length;
      const taken = Math.min(end - position, room);
      this.#append(chunk, position, position + taken);
      position += taken;
      if (this.#length > this.#limit) this.#finish('too-long', this.#line);
      else if (lineFeed >= 0) this.#endLine();
    }
    return position;
  }

  /** The input ended inside the block. */
  end(): CollectedHeader {
    const isDelimiter =
      this.#length > this.#line && this.#isDelimiter(this.#buffer, this.#line, this.#length);
    this.#finish('cut-off', isDelimiter ? this.#line : this.#length);
    return this.#result!;
  }

  #endLine(): void {
    const length = this.#length - this.#line;
    const isBlank = length === 1 || (length === 2 && this.#buffer[this.#line] === 0x0d);
    if (isBlank) {
      this.#result = {
        block: this.#copy(0, this.#line),
        separator: this.#copy(this.#line, this.#length),
        end: 'separator',
        rest: NOTHING,
      };
    } else if (this.#isDelimiter(this.#buffer, this.#line, this.#length - 1)) {
      this.#finish('cut-off', this.#line);
    } else {
      this.#line = this.#length;
    }
  }

  #finish(end: HeaderEnd, blockEnd: number): void {
    this.#result = {
      block: this.#copy(0, blockEnd),
      separator: NOTHING,
      end,
      rest: this.#copy(blockEnd, this.#length),
    };
  }

  #append(chunk: Buffer, from: number, to: number): void {
    const needed = this.#length + to - from;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2, FIRST_BYTES));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length, from, to);
    this.#length = needed;
  }

  #copy(from: number, to: number): Buffer {
    return from === to ? NOTHING : Buffer.from(this.#buffer.subarray(from, to));
  }
}
