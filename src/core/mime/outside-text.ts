const LF = 0x0a;
const WORD = Buffer.from('content-', 'latin1');
const NOT_IN_THIS_LINE = -1;
/** Behind a field: its next line, if it is folded, or another. */
const BEHIND_FIELD = -2;
/** More of a field is not looked at. */
const MAX_FIELD = 200;
/** What stands for the first line of a field that says nothing; it is told from what is folded to it by a blank. */
const PLACEHOLDER = '\0'.repeat(MAX_FIELD);

/** Fields that make an attachment of what follows. A bare `Content-Type: text/plain` hides nothing. */
const NAMING = /^disposition.*attachment|^type[ \t]*:(?!\s*(?:text|multipart|message)\/)|name/i;
/** Fields that say how what follows is encoded. With 7bit and the like it is read as it stands in any case. */
const ENCODING = /^transfer-encoding(?!\s*:\s*(?:7bit|8bit|binary)\s*$)/i;

const DASHES = Buffer.from('--', 'latin1');
const DASH = 0x2d;
const CR = 0x0d;

/**
 * Whether what comes may be a header to those who find a delimiter somewhere: whatever they take for one has two dashes in it, and a header
 * has no blank lines, save in front of it, where some pass over them.
 */
class DelimiterAbove {
  /** What is in front of these lines may be a delimiter, and nothing but blank lines between; at the beginning of content, too. */
  #isAbove = true;
  /** Of the lines since the last blank one that came in earlier slices: whether there are dashes in any, and in the last. */
  #hasDashes = false;
  #isLastWithDashes: boolean | undefined;
  /** Of the line that has begun in an earlier slice. */
  #begun = 0;
  #isBegunWithDashes = false;
  #last = 0;
  /** Where in the slice the lines behind the last blank one begin. */
  #from = 0;
  /** Up to where there are no dashes among these. */
  #without = 0;

  /** Whether the line that begins at this place may be a field of a header. */
  isAbove(slice: Buffer, line: number): boolean {
    const isBegunOver = line > 0 && this.#from === 0;
    if (this.#isAbove || this.#hasDashes || (isBegunOver && this.#isBegunWithDashes)) return true;
    if (this.#hasDashesIn(slice, Math.max(this.#from, this.#without - 1), line)) return true;
    this.#without = line;
    return false;
  }

  /** A line of at most two bytes in this slice, from `line` up to its LF: all may be of it, or the end of one that has begun before. */
  short(slice: Buffer, line: number, lineFeed: number): void {
    const begun = line === 0 ? this.#begun : 0;
    const length = begun + lineFeed + 1 - line;
    const before = begun > 0 ? this.#last : slice[line];
    if (length > 2 || (length === 2 && before !== CR)) return;
    const last = this.#lastLine(slice, line);
    if (last !== undefined) this.#isAbove = last;
    this.#hasDashes = false;
    this.#isLastWithDashes = undefined;
    this.#from = this.#without = lineFeed + 1;
  }

  /** The slice is over. */
  end(slice: Buffer): void {
    if (slice.length === 0) return;
    const open = slice.lastIndexOf(LF) + 1;
    const isNew = open > 0;
    const isLast = this.#from < open ? this.#lastLine(slice, open) : this.#isLastWithDashes;
    if (!this.#isAbove && this.isAbove(slice, open)) this.#hasDashes = true;
    const inOpen = this.#hasDashesIn(slice, open, slice.length);
    this.#isLastWithDashes = isLast;
    this.#isBegunWithDashes = isNew ? inOpen : this.#isBegunWithDashes || inOpen;
    this.#begun = isNew ? slice.length - open : this.#begun + slice.length;
    this.#last = slice[slice.length - 1];
    this.#from = this.#without = 0;
  }

  /** Whether there are dashes in the last line in front of this place since the last blank one; undefined where there is none. */
  #lastLine(slice: Buffer, to: number): boolean | undefined {
    if (to <= this.#from) return this.#isLastWithDashes;
    const start = to < 2 ? 0 : slice.lastIndexOf(LF, to - 2) + 1;
    const isBegun = start <= 0 && this.#from === 0;
    return this.#hasDashesIn(slice, Math.max(start, this.#from), to) || (isBegun && this.#isBegunWithDashes);
  }

  #hasDashesIn(slice: Buffer, from: number, to: number): boolean {
    if (from === 0 && to > 0 && this.#last === DASH && slice[0] === DASH) return true;
    return slice.subarray(from, to).includes(DASHES);
  }
}

/** Those of files. */
const FILE_ENCODING = /^transfer-encoding.*(?:base-?64|uu)/i;

/**
 * Looks for lines like `Content-Disposition: attachment` in text that is no header: outside of all parts (preamble,
 * epilogue), and in parts that some readers split in another way. There they find what others do not show.
 */
export class OutsideText {
  /** Characters of the word matched since the line began. */
  #matched = 0;
  /** The field behind the word. */
  #field = '';
  #isFile = false;
  #delimiter = new DelimiterAbove();

  /** Whether the last that was found makes a file of what follows, or is base64 or uuencode. */
  get isFile(): boolean {
    return this.#isFile;
  }

  /** Another stretch of text begins, at the start of a line. */
  begin(): void {
    this.#beginLine();
    this.#delimiter = new DelimiterAbove();
  }

  #beginLine(): void {
    this.#matched = 0;
    this.#field = '';
  }

  /**
   * Whether such a line is complete with these bytes. In content that is read as content anyway, what is encoded in it
   * is found there; `isContent` leaves that out, and what stands where nobody has a header.
   */
  looksLikeHeader(slice: Buffer, isContent = false): boolean {
    const delimiter = isContent ? this.#delimiter : undefined;
    let line = 0;
    let position = 0;
    let found = false;
    while (position < slice.length) {
      if (this.#matched === NOT_IN_THIS_LINE || this.#matched === WORD.length) {
        const lineFeed = slice.indexOf(LF, position);
        const end = lineFeed < 0 ? slice.length : lineFeed;
        let saysNothing = false;
        if (this.#matched === WORD.length) {
          const room = Math.max(0, MAX_FIELD - this.#field.length);
          const stop = Math.min(end, position + room);
          saysNothing = this.#field === '' && lineFeed >= 0 && !maySayMore(slice, position, stop);
          this.#field += saysNothing
            ? PLACEHOLDER.slice(0, stop - position)
            : slice.toString('latin1', position, stop);
        }
        if (lineFeed < 0) break;
        if (saysNothing) this.#matched = BEHIND_FIELD;
        else if (this.#matched === WORD.length) {
          const names = NAMING.test(this.#field);
          const isThere =
            delimiter === undefined
              ? ENCODING.test(this.#field) || names
              : names && delimiter.isAbove(slice, line);
          if (isThere) {
            this.#isFile = (found && this.#isFile) || names || FILE_ENCODING.test(this.#field);
            found = true;
          }
          this.#matched = BEHIND_FIELD;
        } else this.#beginLine();
        position = lineFeed + 1;
        if (lineFeed - line <= 1) delimiter?.short(slice, line, lineFeed);
        line = position;
        continue;
      }
      const byte = slice[position];
      if (this.#matched === BEHIND_FIELD) {
        if (byte === 0x20 || byte === 0x09) this.#matched = WORD.length;
        else this.#beginLine();
        continue;
      }
      position++;
      if (byte === LF) {
        this.#matched = 0;
        if (position - line <= 2) delimiter?.short(slice, line, position - 1);
        line = position;
      } else if (lower(byte) === WORD[this.#matched]) this.#matched++;
      else this.#matched = NOT_IN_THIS_LINE;
    }
    delimiter?.end(slice);
    return found;
  }
}

/** Whether a field begins as those do that are looked for, or may have `name` in it. */
function maySayMore(slice: Buffer, start: number, end: number): boolean {
  const first = lower(slice[start]);
  if (first === 0x64 || first === 0x74) return true;
  for (let at = start; at + 1 < end; at++)
    if (lower(slice[at]) === 0x6e && lower(slice[at + 1]) === 0x61) return true;
  return false;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
