const ARMOR = Buffer.from('-----BEGIN PGP ', 'latin1');
const LF = 0x0a;
const GT = 0x3e;

/** Looks for inline PGP (RFC 4880 section 6.2): its first line at the beginning of a line, in HTML also behind a tag. */
export class PgpArmor {
  #found = false;
  /** The last bytes of the stream, one more than what could begin the line; begins with an LF as a stream does. */
  #end = Buffer.of(LF);

  get found(): boolean {
    return this.#found;
  }

  push(chunk: Buffer): void {
    if (this.#found) return;
    // Across the edge, then inside.
    const edge = Buffer.concat([this.#end, chunk.subarray(0, ARMOR.length)]);
    this.#found = search(edge) || search(chunk);
    const end = chunk.length > ARMOR.length ? chunk : edge;
    this.#end = Buffer.from(end.subarray(-ARMOR.length));
  }
}

/** The first byte of `bytes` is only looked at as what stands in front of the line. */
function search(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(ARMOR, 1); at >= 0; at = bytes.indexOf(ARMOR, at + 1)) {
    const before = bytes[at - 1];
    if (before === LF || before === GT) return true;
  }
  return false;
}
