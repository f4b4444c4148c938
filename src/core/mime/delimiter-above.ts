const LF = 0x0a;
const DASHES = Buffer.from('--', 'latin1');
const DASH = 0x2d;
const CR = 0x0d;
/** So much is looked at from behind: text has a blank line there, as a rule. */
const SHORT = 1024;
/** Blank lines behind others, from the LF in front of them on. */
const BLANK_LINE = Buffer.from('\n\n', 'latin1');
const BLANK_CRLF_LINE = Buffer.from('\n\r\n', 'latin1');

/**
 * Whether what comes may be a header to those who find a delimiter somewhere: whatever they take for one has two dashes in it, and a header
 * has no blank lines, save in front of it, where some pass over them.
 */
export class DelimiterAbove {
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
  /** Up to where blank lines have been looked for. */
  #passed = 0;
  /** The next ones there, the slice's end for none; looked for once. */
  #blank = -1;
  #blankCrLf = -1;
  /** Where two dashes are next from a place on, the slice's end for nowhere. */
  #dashesFrom = 0;
  #dashes = -1;

  /** Whether the line that begins at this place may be a field of a header. */
  isAbove(slice: Buffer, line: number): boolean {
    this.#passTo(slice, line);
    return this.#isAboveLine(slice, line);
  }

  #isAboveLine(slice: Buffer, line: number): boolean {
    const isBegunOver = line > 0 && this.#from === 0;
    if (this.#isAbove || this.#hasDashes || (isBegunOver && this.#isBegunWithDashes)) return true;
    if (this.#hasDashesIn(slice, Math.max(this.#from, this.#without - 1), line)) return true;
    this.#without = line;
    return false;
  }

  /** Blank lines up to a place where a line begins, or the slice ends; all but the last ones make no difference. */
  #passTo(slice: Buffer, to: number): void {
    let line = this.#passed;
    const skipped = to - line > SHORT ? lineBeforeLastBlank(slice, to) : -1;
    if (skipped > 0) {
      line = this.#from = this.#without = skipped;
      this.#hasDashes = false;
      this.#isLastWithDashes = undefined;
    }
    while (line < to) {
      const lineFeed = slice[line] === LF ? line : line + 1;
      if (slice[lineFeed] === LF) {
        if (this.#isBlank(slice, line, lineFeed)) this.#pass(slice, line, lineFeed);
        line = lineFeed + 1;
        continue;
      }
      if (this.#blank < line) this.#blank = blankLineBehind(slice, line, BLANK_LINE);
      if (this.#blankCrLf < line) this.#blankCrLf = blankLineBehind(slice, line, BLANK_CRLF_LINE);
      line = Math.min(this.#blank, this.#blankCrLf);
    }
    this.#passed = to;
  }

  /** Whether a line of at most two bytes in this slice is blank: all may be of it, or the end of one that has begun before. */
  #isBlank(slice: Buffer, line: number, lineFeed: number): boolean {
    const begun = line === 0 ? this.#begun : 0;
    const length = begun + lineFeed + 1 - line;
    const before = begun > 0 ? this.#last : slice[line];
    return length === 1 || (length === 2 && before === CR);
  }

  #pass(slice: Buffer, line: number, lineFeed: number): void {
    const last = this.#lastLine(slice, line);
    if (last !== undefined) this.#isAbove = last;
    this.#hasDashes = false;
    this.#isLastWithDashes = undefined;
    this.#from = this.#without = lineFeed + 1;
  }

  /** The slice is over. */
  end(slice: Buffer): void {
    if (slice.length === 0) return;
    this.#passTo(slice, slice.length);
    const open = slice.lastIndexOf(LF) + 1;
    const isNew = open > 0;
    const isLast = this.#from < open ? this.#lastLine(slice, open) : this.#isLastWithDashes;
    if (!this.#isAbove && this.#isAboveLine(slice, open)) this.#hasDashes = true;
    const inOpen = this.#hasDashesIn(slice, open, slice.length);
    this.#isLastWithDashes = isLast;
    this.#isBegunWithDashes = isNew ? inOpen : this.#isBegunWithDashes || inOpen;
    this.#begun = isNew ? slice.length - open : this.#begun + slice.length;
    this.#last = slice[slice.length - 1];
    this.#from = this.#without = this.#passed = 0;
    this.#dashesFrom = 0;
    this.#blank = this.#blankCrLf = this.#dashes = -1;
  }

  /** Whether there are dashes in the last line in front of this place since the last blank one; undefined where there is none. */
  #lastLine(slice: Buffer, to: number): boolean | undefined {
    if (to <= this.#from) return this.#isLastWithDashes;
    const isBegunOver = this.#from === 0 && this.#isBegunWithDashes;
    if (!isBegunOver && !this.#hasDashesIn(slice, this.#from, to)) return false;
    const start = to < 2 ? 0 : slice.lastIndexOf(LF, to - 2) + 1;
    return (start === 0 && isBegunOver) || this.#hasDashesIn(slice, Math.max(start, this.#from), to);
  }

  /** Two dashes in `[from, to)`, or in front of it and there. Asked for in the order of the places, it searches nothing twice. */
  #hasDashesIn(slice: Buffer, from: number, to: number): boolean {
    if (from === 0 && to > 0 && this.#last === DASH && slice[0] === DASH) return true;
    if (from < this.#dashesFrom) return slice.subarray(from, to).includes(DASHES);
    if (from > this.#dashes) {
      const found = slice.indexOf(DASHES, from);
      this.#dashesFrom = from;
      this.#dashes = found < 0 ? slice.length : found;
    }
    return this.#dashes + 1 < to;
  }
}

function blankLineBehind(slice: Buffer, line: number, needle: Buffer): number {
  const found = slice.indexOf(needle, line);
  return found < 0 ? slice.length : found + 1;
}

/** Where the line begins that has the last blank lines behind it, if both are not far in front of this place; otherwise -1. */
function lineBeforeLastBlank(slice: Buffer, to: number): number {
  let hasBlank = false;
  let lineFeed = slice.lastIndexOf(LF, to - 1);
  while (lineFeed > to - SHORT) {
    const before = slice.lastIndexOf(LF, lineFeed - 1);
    const isBlank = lineFeed - before === 1 || (lineFeed - before === 2 && slice[before + 1] === CR);
    if (before < to - SHORT) break;
    if (!isBlank && hasBlank) return before + 1;
    hasBlank ||= isBlank;
    lineFeed = before;
  }
  return -1;
}
