const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);
/** Longest blank line with the line end before it: what must be looked at again when more bytes come. */
const LOOK_BACK = '\n\r\n'.length;

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
  /** What was collected is the first `#length` bytes; the room behind grows by doubling. */
  #collected: Buffer = NOTHING;
  #length = 0;
  #header: SplitHeader | undefined;

  /** `limit` is in bytes. */
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
    const known = this.#length;
    this.#collect(slice);
    return this.#find(Math.max(0, known - LOOK_BACK));
  }

  /** No byte follows: what was collected is the header. */
  end(): SplitHeader {
    this.#header ??= { block: this.#collected.subarray(0, this.#length), separator: NOTHING };
    return this.#header;
  }

  #collect(slice: Buffer): void {
    const needed = this.#length + slice.length;
    if (needed > this.#collected.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#collected.length));
      this.#collected.copy(larger, 0, 0, this.#length);
      this.#collected = larger;
    }
    slice.copy(this.#collected, this.#length);
    this.#length = needed;
  }

  #find(from: number): Buffer {
    const bytes = this.#collected.subarray(0, this.#length);
    const first = blankLine(bytes, 0);
    if (first > 0) return this.#cut(bytes, 0, first);
    for (let at = bytes.indexOf(LF, from); at >= 0 && at < this.#limit; at = bytes.indexOf(LF, at + 1)) {
      const length = blankLine(bytes, at + 1);
      if (length > 0) return this.#cut(bytes, at + 1, at + 1 + length);
    }
    // A blank line that begins within the limit may end behind it.
    return bytes.length < this.#limit + LOOK_BACK ? NOTHING : this.#cut(bytes, this.#limit, this.#limit);
  }

  #cut(bytes: Buffer, end: number, body: number): Buffer {
    this.#header = { block: bytes.subarray(0, end), separator: bytes.subarray(end, body) };
    this.#collected = NOTHING;
    return bytes.subarray(body);
  }
}

/** Length of a blank line at this place; 0 when there is none. */
function blankLine(bytes: Buffer, at: number): number {
  if (bytes[at] === LF) return 1;
  return bytes[at] === CR && bytes[at + 1] === LF ? 2 : 0;
}
