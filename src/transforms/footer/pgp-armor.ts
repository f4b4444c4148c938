const ARMOR = Buffer.from('-----BEGIN PGP ', 'latin1');
const LF = 0x0a;
const GT = 0x3e;

/** Looks for inline PGP (RFC 4880 section 6.2): its first line at the beginning of a line, in HTML also behind a tag. */
export class PgpArmor {
  #found = false;
  /** The last bytes of the stream, one more than what could begin the line, and room for the first of the next chunk. */
  readonly #edge = Buffer.alloc(2 * ARMOR.length);
  #edgeLength = 1;

  constructor() {
    // A stream begins as behind a line end.
    this.#edge[0] = LF;
  }

  get found(): boolean {
    return this.#found;
  }

  push(chunk: Buffer): void {
    if (this.#found) return;
    // Across the edge, then inside.
    const joined = this.#edgeLength + chunk.copy(this.#edge, this.#edgeLength, 0, ARMOR.length);
    this.#found = search(this.#edge, joined) || search(chunk, chunk.length);
    if (chunk.length > ARMOR.length) {
      this.#edgeLength = chunk.copy(this.#edge, 0, chunk.length - ARMOR.length);
    } else {
      const from = Math.max(0, joined - ARMOR.length);
      this.#edge.copyWithin(0, from, joined);
      this.#edgeLength = joined - from;
    }
  }
}

/** Looks in front of `end`. The first byte is only looked at as what stands in front of the line. */
function search(bytes: Buffer, end: number): boolean {
  for (let at = bytes.indexOf(ARMOR, 1); at >= 0; at = bytes.indexOf(ARMOR, at + 1)) {
    const before = bytes[at - 1];
    if (at + ARMOR.length <= end && (before === LF || before === GT)) return true;
  }
  return false;
}
