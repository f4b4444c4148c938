// What a byte is inside a tag; 0 is anything else.
const BLANK = 1;
const SLASH = 2;
const EQUALS = 3;
const QUOTE = 4;
const GREATER = 5;
const KINDS = 6;

/** Blanks are those of HTML: no vertical tab. */
const KIND = new Uint8Array(256);
for (const blank of [0x09, 0x0a, 0x0c, 0x0d, 0x20]) KIND[blank] = BLANK;
KIND[0x2f] = SLASH;
KIND[0x3d] = EQUALS;
KIND[0x22] = KIND[0x27] = QUOTE;
KIND[0x3e] = GREATER;

const BEFORE_NAME = 0; // of an attribute
const NAME = 1;
const AFTER_NAME = 2;
const BEFORE_VALUE = 3;
const UNQUOTED = 4;
const QUOTED = 5;

/** The state behind a byte of each kind, in their order; a quote means something only at the beginning of a value. */
// prettier-ignore
const NEXT = Uint8Array.of(
  NAME, BEFORE_NAME, BEFORE_NAME, NAME, NAME, 0, // BEFORE_NAME
  NAME, AFTER_NAME, BEFORE_NAME, BEFORE_VALUE, NAME, 0, // NAME
  NAME, AFTER_NAME, BEFORE_NAME, BEFORE_VALUE, NAME, 0, // AFTER_NAME
  UNQUOTED, BEFORE_VALUE, UNQUOTED, UNQUOTED, QUOTED, 0, // BEFORE_VALUE
  UNQUOTED, BEFORE_NAME, UNQUOTED, UNQUOTED, UNQUOTED, 0, // UNQUOTED
);

/** The text of a tag behind its name, up to the `>` that ends it (HTML standard, 13.2.5.32 to 13.2.5.39). */
export class TagAttributes {
  #state = BEFORE_NAME;
  /** The quote around the value in work. */
  #quote = 0;

  /** A tag's name has ended. */
  begin(): void {
    this.#state = BEFORE_NAME;
  }

  /** Take a chunk's bytes from `from` on; where the `>` stands, -1 when it is not in this chunk. */
  end(chunk: Buffer, from: number): number {
    let state = this.#state;
    for (let at = from; at < chunk.length; at++) {
      if (state === QUOTED) {
        at = chunk.indexOf(this.#quote, at);
        if (at < 0) break;
        state = BEFORE_NAME;
        continue;
      }
      const byte = chunk[at];
      const kind = KIND[byte];
      if (kind === GREATER) return at;
      state = NEXT[state * KINDS + kind];
      if (state === QUOTED) this.#quote = byte;
    }
    this.#state = state;
    return -1;
  }
}

/** Whether a tag's name ends in front of the byte. */
export function endsName(byte: number): boolean {
  const kind = KIND[byte];
  return kind === BLANK || kind === SLASH || kind === GREATER;
}
