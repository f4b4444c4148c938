import type { ByteCoder } from '../transfer/byte-coder.ts';

const LF = 0x0a;
/** More of a line is not looked at. */
const MAX_LINE = 1200;
/** What stands behind a delimiter: a field, or the blank line of a part without any. */
const BEHIND = /^(?:[^\0-\x20:\x7f]+[ \t]*:|[ \t]*\r?\n?$)/;

/** The boundary that the delimiters have that come out. */
export const GUESSED_BOUNDARY = '=_guessed';

/**
 * For those who split a multipart that has no boundary, or one that is too long to be looked for: puts another in its
 * place. Without one given, it is what stands in the first line that begins with two dashes and has a field, or a blank line, behind it. Of
 * one that is given, this much counts: readers cut it.
 */
export class GuessedDelimiters implements ByteCoder {
  #boundary: string | undefined;
  readonly #isGiven: boolean;
  #line = '';
  /** Inside of a line that is too long to be a delimiter. */
  #isInLine = false;
  /** A line that may be the first delimiter, until the next one is known. */
  #candidate: string | undefined;
  #out: string[] = [];

  /** @param boundary the beginning of the one that is given, as a latin1 "binary" string */
  constructor(boundary: string | undefined) {
    this.#boundary = boundary;
    this.#isGiven = boundary !== undefined;
  }

  write(slice: Buffer): Buffer {
    let at = 0;
    while (at < slice.length) {
      const lineFeed = slice.indexOf(LF, at);
      const end = lineFeed < 0 ? slice.length : lineFeed + 1;
      if (this.#isInLine) this.#out.push(slice.toString('latin1', at, end));
      else this.#line += slice.toString('latin1', at, end);
      at = end;
      if (lineFeed >= 0) {
        if (!this.#isInLine) this.#endLine();
        this.#isInLine = false;
      } else if (!this.#isInLine && this.#line.length > MAX_LINE) {
        this.#endLine();
        this.#isInLine = true;
      }
    }
    return this.#take();
  }

  end(): Buffer {
    if (this.#line.length > 0) this.#endLine();
    if (this.#candidate !== undefined) this.#out.push(this.#candidate);
    return this.#take();
  }

  #take(): Buffer {
    const out = Buffer.from(this.#out.join(''), 'latin1');
    this.#out = [];
    return out;
  }

  #endLine(): void {
    const text = this.#line;
    this.#line = '';
    if (this.#candidate !== undefined) {
      const candidate = this.#candidate;
      this.#candidate = undefined;
      if (BEHIND.test(text)) this.#boundary = candidate.trimEnd().slice(2);
      this.#put(candidate);
    }
    if (this.#boundary === undefined && text.startsWith('--') && text.length <= MAX_LINE)
      this.#candidate = text;
    else this.#put(text);
  }

  #put(text: string): void {
    const line = this.#boundary === undefined || text.length > MAX_LINE ? '' : text.trimEnd();
    const delimiter = `--${this.#boundary}`;
    const isClose = line.startsWith(delimiter) && line.length > delimiter.length && line.endsWith('--');
    const isDelimiter = this.#isGiven
      ? line.startsWith(delimiter)
      : line === delimiter || line === `${delimiter}--`;
    const out = isDelimiter ? `--${GUESSED_BOUNDARY}${isClose ? '--' : ''}\r\n` : text;
    this.#out.push(out);
  }
}
