const LF = 0x0a;
const WORD = Buffer.from('content-', 'latin1');
const NOT_IN_THIS_LINE = -1;

/**
 * Looks for lines that begin with `Content-` in the text outside of all parts (preamble, epilogue), where some
 * readers find a part that others do not show.
 */
export class OutsideText {
  /** Characters of the word matched since the line began. */
  #matched = 0;

  /** Another preamble begins. An epilogue needs no telling: it begins with the end of the delimiter's line. */
  begin(): void {
    this.#matched = 0;
  }

  /** Whether such a line is complete up to its dash with these bytes. */
  looksLikeHeader(slice: Buffer): boolean {
    let position = 0;
    while (position < slice.length) {
      if (this.#matched === NOT_IN_THIS_LINE) {
        const lineFeed = slice.indexOf(LF, position);
        if (lineFeed < 0) return false;
        position = lineFeed + 1;
        this.#matched = 0;
        continue;
      }
      const byte = slice[position++];
      if (byte === LF) this.#matched = 0;
      else if (lower(byte) === WORD[this.#matched]) this.#matched++;
      else this.#matched = NOT_IN_THIS_LINE;
      if (this.#matched === WORD.length) return true;
    }
    return false;
  }
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
