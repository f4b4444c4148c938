import type { ByteCoder } from '../transfer/byte-coder.ts';

const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);
const LINE_FEED = Buffer.from('\n');

/** Makes CR LF of every CR that has no LF behind it: text as those have it for whom CR ends a line. */
export class CrLines implements ByteCoder {
  /** Whether the last byte was CR. */
  #isOpen = false;

  write(slice: Buffer): Buffer {
    if (slice.length === 0) return NOTHING;
    const pieces: Buffer[] = [];
    if (this.#isOpen && slice[0] !== LF) pieces.push(LINE_FEED);
    let from = 0;
    for (let at = slice.indexOf(CR); at >= 0 && at + 1 < slice.length; at = slice.indexOf(CR, at + 1)) {
      if (slice[at + 1] === LF) continue;
      pieces.push(slice.subarray(from, at + 1), LINE_FEED);
      from = at + 1;
    }
    this.#isOpen = slice.at(-1) === CR;
    if (pieces.length === 0) return slice;
    pieces.push(slice.subarray(from));
    return Buffer.concat(pieces);
  }

  end(): Buffer {
    return this.#isOpen ? LINE_FEED : NOTHING;
  }
}
