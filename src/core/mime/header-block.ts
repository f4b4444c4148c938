import type { Limits } from '../limits.ts';

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
  /** Borrowed until more is collected. */
  readonly block: Buffer;
  readonly separator: Buffer;
  readonly end: HeaderEnd;
  /** Bytes taken that are content: the line that did not fit, or the delimiter. */
  readonly rest: Buffer;
}

const NOTHING = Buffer.alloc(0);
const CRLF = Buffer.from('\r\n');
const LF_ALONE = Buffer.from('\n');
const LF = 0x0a;
const MIME_FIELD = /^(?:content-|mime-)/i;
const LONGEST_MIME_NAME = 8;
/** Bytes of fields of MIME in a header that is longer than that of a part may be: no program writes so many, and they cost most. */
const MOST_MIME_BYTES = 16 * 1024;
/** Holds the header of most parts. */
const FIRST_BYTES = 1024;

/**
 * Collects a part's header up to the blank line, a delimiter or the limit, by whole lines and whatever the chunks are. That of
 * an attached message may be as long as that of the message itself, with {@link MOST_MIME_BYTES} of MIME. None has more fields than a
 * message may. It holds at most as many bytes as the limit says and one more.
 */
export class HeaderBlock {
  readonly #limits: Readonly<Limits>;
  #limit = 0;
  readonly #isDelimiter: (buffer: Buffer, start: number, end: number) => boolean;
  #buffer: Buffer = NOTHING;
  #length = 0;
  /** Where the line begins that is not complete yet. */
  #line = 0;
  #result: CollectedHeader | undefined;
  #fields = 0;
  /** Bytes of the fields of MIME, and whether the last field is one. */
  #mimeBytes = 0;
  #isMime = false;

  /** @param isDelimiter says whether a line (without its LF) ends the block */
  constructor(
    limits: Readonly<Limits>,
    isDelimiter: (buffer: Buffer, start: number, end: number) => boolean,
  ) {
    this.#limits = limits;
    this.#isDelimiter = isDelimiter;
  }

  /**
   * Begin another block.
   *
   * @param isMessage whether it is that of an attached message
   */
  reset(isMessage: boolean): void {
    const { headerBytes, partHeaderBytes } = this.#limits;
    this.#limit = isMessage ? Math.max(headerBytes, partHeaderBytes) : partHeaderBytes;
    // The longest ones are rare, and not to be had for as long as the message lasts.
    if (this.#buffer.length > 2 * partHeaderBytes) this.#buffer = NOTHING;
    this.#fields = 0;
    this.#mimeBytes = 0;
    this.#isMime = false;
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
        block: this.#buffer.subarray(0, this.#line),
        separator: length === 1 ? LF_ALONE : CRLF,
        end: 'separator',
        rest: NOTHING,
      };
    } else if (this.#isDelimiter(this.#buffer, this.#line, this.#length - 1)) {
      this.#finish('cut-off', this.#line);
    } else if (this.#isTooMuch()) {
      this.#finish('too-long', this.#line);
    } else {
      this.#line = this.#length;
    }
  }

  /**
   * Whether the block goes with this line beyond the fields that a header may have (lines that are none count as such), or, being longer than
   * that of a part may be, beyond what that of a message may have of MIME.
   */
  #isTooMuch(): boolean {
    const { headerFields, mimeHeaderBytes, partHeaderBytes } = this.#limits;
    const first = this.#buffer[this.#line];
    if (first !== 0x20 && first !== 0x09) {
      this.#fields++;
      const name = this.#buffer.toString('latin1', this.#line, this.#line + LONGEST_MIME_NAME);
      this.#isMime = MIME_FIELD.test(name);
    }
    if (this.#isMime) this.#mimeBytes += this.#length - this.#line;
    if (this.#fields > headerFields) return true;
    return this.#length > partHeaderBytes && this.#mimeBytes > Math.min(mimeHeaderBytes, MOST_MIME_BYTES);
  }

  #finish(end: HeaderEnd, blockEnd: number): void {
    this.#result = {
      block: this.#buffer.subarray(0, blockEnd),
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
