/** Looks for a byte string in content that comes in pieces. */
export class ByteSearch {
  readonly #needle: Buffer;
  /** The last bytes seen, one fewer than the needle has: what a match across the edge could begin with. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(needle: Buffer) {
    this.#needle = needle;
  }

  /** Whether the needle ends in this piece. */
  write(piece: Buffer): boolean {
    const keep = this.#needle.length - 1;
    const edge = Buffer.concat([this.#tail, piece.subarray(0, keep)]);
    if (edge.includes(this.#needle) || piece.includes(this.#needle)) return true;
    // A copy in both cases: a slice would keep the whole piece in memory.
    this.#tail =
      piece.length >= keep ? Buffer.from(piece.subarray(piece.length - keep)) : edge.subarray(-keep);
    return false;
  }
}
