const LF = 0x0a;
const CR = 0x0d;

/** A message's header, cut from its body. */
export interface SplitHeader {
  /** The header block without the blank line. */
  readonly block: Buffer;
  /** The blank line as it stands; empty when the message ends within its header. */
  readonly separator: Buffer;
}

/**
 * Finds the blank line behind a message's header in a stream of bytes (RFC 5322 section 2.1). A header that is longer
 * than the limit is cut there, so that memory stays bounded; whoever takes it sees a limit reached.
 */
export class HeaderSplitter {
  readonly #limit: number;
  #collected: Buffer = Buffer.alloc(0);
  #header: SplitHeader | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The header, once it is complete. */
  get header(): SplitHeader | undefined {
    return this.#header;
  }

  /** Takes bytes; gives those that belong to the body. Borrowed. */
  write(slice: Buffer): Buffer {
    if (this.#header !== undefined) return slice;
    const known = this.#collected.length;
    this.#collected = Buffer.concat([this.#collected, slice]);
    return this.#find(Math.max(0, known - 3));
  }

  /** No byte follows: what was collected is the header. */
  end(): SplitHeader {
    this.#header ??= { block: this.#collected, separator: Buffer.alloc(0) };
    return this.#header;
  }

  #find(from: number): Buffer {
    const bytes = this.#collected;
    const first = this.#blankLine(0);
    if (first > 0) return this.#cut(0, first);
    for (let lineEnd = bytes.indexOf(LF, from); lineEnd >= 0; lineEnd = bytes.indexOf(LF, lineEnd + 1)) {
      const length = this.#blankLine(lineEnd + 1);
      if (length > 0) return this.#cut(lineEnd + 1, lineEnd + 1 + length);
    }
    return bytes.length > this.#limit ? this.#cut(bytes.length, bytes.length) : bytes.subarray(bytes.length);
  }

  /** Length of a blank line at this place; 0 when there is none. */
  #blankLine(at: number): number {
    const bytes = this.#collected;
    if (bytes[at] === LF) return 1;
    return bytes[at] === CR && bytes[at + 1] === LF ? 2 : 0;
  }

  #cut(end: number, body: number): Buffer {
    const bytes = this.#collected;
    this.#header = { block: bytes.subarray(0, end), separator: bytes.subarray(end, body) };
    this.#collected = Buffer.alloc(0);
    return bytes.subarray(body);
  }
}
