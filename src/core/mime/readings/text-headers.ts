const LF = 0x0a;
const DASH = 0x2d;
/** What the fields begin with that make it a header; `Content-` in any case, as far as one search goes. */
const MARKS = ['ontent-', 'ONTENT-'];
const START = /^content-[a-z-]+[ \t]*:/i;
/** What a line must begin with, or nothing more of it is looked at. */
const WORD = 'content-';
/** Outside of all parts, files of other kinds as well, which are found in the text of parts in any case; by the words with which the search begins, what their lines begin with, and whole. */
const FILE_MARKS = ['egin', 'EGIN', '=ybegin ', '(This file'];
const OUTSIDE_MARKS = [...MARKS, ...FILE_MARKS];
const FILE_START = /^(?:begin[-\t ]|=ybegin |\(This f)/i;
const FILE =
  /^(?:begin(?:-[a-z0-9-]{1,20})?[ \t]+[0-7]{3,6}[ \t]+\S|=ybegin .*name=|\(This file must be converted with BinHex)/i;
/** More of a header in text is not looked at, in bytes. */
export const MAX_HEADER = 8192;
/** A field, or more of one. */
export const FIELD = /^[ \t]|^[^\0-\x20:\x7f]+[ \t]*:/;
/** What follows is the content of a file: nobody writes such a field about text that is there to be read. */
export const ENCODED = /^content-transfer-encoding[ \t]*:(?!\s*(?:7bit|8bit|binary)\s*$)/im;

const TEXT = 'Content-Type: text/plain\r\n';

/** A header that stands in content. */
export interface TextHeader {
  /** Its bytes, the line that ends it included, as a latin1 "binary" string. */
  readonly text: string;
  /** Where what follows it begins in the body. */
  readonly end: number;
  /** Whether it is one that has been made up for a text in which a file begins, with its first line. */
  readonly isMadeUp: boolean;
}

/**
 * Finds headers of encoded parts in content, where those who split the message in another way have a part: behind a delimiter of
 * whatever form, or in a text that is a message. A header goes from a `Content-` field to the first line that is no
 * field. Of content without such a field only the beginning of the last line is kept.
 *
 * Outside of all parts it finds where uuencode, yEnc or BinHex begins as well.
 */
export class TextHeaders {
  /** The beginning of the line that is not complete; what is longer cannot begin a header any more. */
  #line = '';
  #header: string | undefined;
  #isOutside = false;

  /** Other content begins, of a part or outside of all parts. */
  begin(isOutside = false): void {
    this.#line = '';
    this.#header = undefined;
    this.#isOutside = isOutside;
  }

  /** Content at a place in the body; borrowed. What is found is complete with it. */
  *look(slice: Buffer, position: number): Generator<TextHeader> {
    if (this.#header === undefined && !this.#mayStart(slice)) {
      const start = slice.lastIndexOf(LF) + 1;
      if (start > 0) this.#line = '';
      this.#take(slice, start, slice.length);
      return;
    }
    for (let at = 0; at < slice.length;) {
      const lineFeed = slice.indexOf(LF, at);
      const end = lineFeed < 0 ? slice.length : lineFeed + 1;
      this.#take(slice, at, end);
      const found = lineFeed < 0 ? undefined : this.#endLine();
      if (found !== undefined) yield { ...found, end: position + end };
      at = end;
    }
  }

  /** The content ends; the header that ends with it. */
  end(): string | undefined {
    const text = this.#header === undefined ? undefined : this.#header + this.#line;
    this.begin(this.#isOutside);
    return text !== undefined && text.length < MAX_HEADER && ENCODED.test(text) ? text : undefined;
  }

  /** Where something that may begin a header stands next, its first letter left out; the end where there is nothing. */
  nextMark(slice: Buffer): number {
    let from = 0;
    if (!this.#isOutside) {
      // Base64 has no dash.
      const dash = slice.indexOf(DASH);
      if (dash < 0) return slice.length;
      from = Math.max(0, dash - MARKS[0].length + 1);
    }
    const marks = this.#isOutside ? OUTSIDE_MARKS : MARKS;
    const places = marks.map((mark) => slice.indexOf(mark, from)).filter((place) => place >= 0);
    return Math.min(slice.length, ...places);
  }

  #mayStart(slice: Buffer): boolean {
    if (this.nextMark(slice) < slice.length) return true;
    // The line may have begun before.
    return this.#isKept(this.#line + slice.toString('latin1', 0, WORD.length));
  }

  /** Whether a line with this beginning is looked at. */
  #isKept(line: string): boolean {
    return line.toLowerCase().startsWith(WORD) || (this.#isOutside && FILE_START.test(line));
  }

  /** More of the line. */
  #take(slice: Buffer, from: number, to: number): void {
    const missing = WORD.length - this.#line.length;
    if (missing > 0) this.#line += slice.toString('latin1', from, Math.min(to, from + missing));
    if (this.#header === undefined && !this.#isKept(this.#line) && this.#line.length <= WORD.length) return;
    const next = from + Math.max(0, missing);
    if (next < to)
      this.#line += slice.toString('latin1', next, Math.min(to, next + MAX_HEADER - this.#line.length));
  }

  /** A line is complete; the header that ends with it. */
  #endLine(): Omit<TextHeader, 'end'> | undefined {
    const line = this.#line;
    this.#line = '';
    if (this.#header === undefined) {
      if (START.test(line)) this.#header = line;
      else if (this.#isOutside && FILE.test(line)) return { text: `${TEXT}\r\n${line}`, isMadeUp: true };
      return undefined;
    }
    this.#header += line;
    const text = this.#header;
    if (text.length < MAX_HEADER && FIELD.test(line) && line.trim() !== '') return undefined;
    this.#header = undefined;
    // Of longer ones, not all has been kept.
    const isWhole = text.length < MAX_HEADER;
    return isWhole && ENCODED.test(text) ? { text, isMadeUp: false } : undefined;
  }
}
