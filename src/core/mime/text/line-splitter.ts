/** A line of text, or a piece of one that is too long. */
export interface Line {
  /** With its line end, LF or CRLF; the last line of a text may have none. */
  readonly source: string;
  /** True for every piece of a line longer than the limit: it is not whole, so it should pass as it is. */
  readonly overlong: boolean;
}

/** Default limit of a line or tag, in UTF-16 units. */
export const UNIT_LIMIT = 64 * 1024;

/**
 * Cuts text into lines, however the pieces come. The sources of all lines together are the text. A bare CR ends no
 * line. A line of more than `limit` UTF-16 units, its end included, comes in pieces of at most that many; more than
 * that is never held.
 */
export class LineSplitter {
  readonly #limit: number;
  /** The beginning of a line whose end has not come yet; at most `limit` units. */
  #pending = '';
  /** Whether a piece of the current line has gone out. */
  #overlong = false;

  constructor(limit: number = UNIT_LIMIT) {
    this.#limit = Math.max(limit, 2);
  }

  /** The lines that the text completes. */
  write(text: string): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.#add(lines, text.slice(from, at + 1));
      lines.push({ source: this.#pending, overlong: this.#overlong });
      this.#pending = '';
      this.#overlong = false;
      from = at + 1;
    }
    this.#add(lines, text.slice(from));
    return lines;
  }

  /** The last line, if it has no end. */
  end(): Line[] {
    if (this.#pending === '') return [];
    const last = { source: this.#pending, overlong: this.#overlong };
    this.#pending = '';
    return [last];
  }

  #add(lines: Line[], text: string): void {
    this.#pending += text;
    while (this.#pending.length > this.#limit) {
      const length = pieceLength(this.#pending, this.#limit);
      lines.push({ source: this.#pending.slice(0, length), overlong: true });
      this.#pending = this.#pending.slice(length);
      this.#overlong = true;
    }
  }
}

/** The limit, or one less where it would cut a surrogate pair in two. */
export function pieceLength(text: string, limit: number): number {
  const last = text.charCodeAt(limit - 1);
  return last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
}
