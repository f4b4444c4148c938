const CR = 0x0d;
const LF = 0x0a;
const CR_BYTE = Buffer.from('\r');

/**
 * Makes every line end CRLF, as an MTA does with what it takes in: a bare LF becomes CRLF, CRLF and a bare CR stay.
 * What comes back is borrowed: the slice given, or a new buffer.
 */
export class LineEnds {
  #lastWasCr = false;

  write(slice: Buffer): Buffer {
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = slice.indexOf(LF); at >= 0; at = slice.indexOf(LF, at + 1)) {
      const before = at > 0 ? slice[at - 1] === CR : this.#lastWasCr;
      if (before) continue;
      pieces.push(slice.subarray(from, at), CR_BYTE);
      from = at;
    }
    if (slice.length > 0) this.#lastWasCr = slice[slice.length - 1] === CR;
    if (pieces.length === 0) return slice;
    pieces.push(slice.subarray(from));
    return Buffer.concat(pieces);
  }
}
