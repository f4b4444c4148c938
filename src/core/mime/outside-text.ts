import { DelimiterAbove } from './delimiter-above.ts';
import { isBlank, lineFeedFrom } from './delimiter-line.ts';

const LF = 0x0a;
const WORD = Buffer.from('content-', 'latin1');
/** How far behind each byte the end of the word is next, where the word may not end with it: none of it is further in front. */
const SHIFTS = shiftsOf(WORD);
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
      if (this.#matched === NOT_IN_THIS_LINE) {
        const word = lineWithWord(slice, position);
        line = word < 0 ? slice.lastIndexOf(LF) + 1 : word;
        if (line <= position) break;
        this.#beginLine();
        if (word >= 0) this.#matched = WORD.length;
        position = line + this.#matched;
      } else if (this.#matched === WORD.length) {
        const lineFeed = lineFeedFrom(slice, position);
        const end = lineFeed < 0 ? slice.length : lineFeed;
        const stop = Math.min(end, position + Math.max(0, MAX_FIELD - this.#field.length));
        const saysNothing = this.#field === '' && lineFeed >= 0 && !maySayMore(slice, position, stop);
        this.#field += saysNothing
          ? PLACEHOLDER.slice(0, stop - position)
          : slice.toString('latin1', position, stop);
        if (lineFeed < 0) break;
        if (!saysNothing && this.#isThere(slice, line, delimiter)) {
          this.#isFile = (found && this.#isFile) || isOfFile(this.#field);
          found = true;
        }
        this.#matched = BEHIND_FIELD;
        line = position = lineFeed + 1;
      } else if (this.#matched === BEHIND_FIELD) {
        if (isBlank(slice[position])) this.#matched = WORD.length;
        else this.#beginLine();
      } else if (lower(slice[position]) === WORD[this.#matched]) {
        this.#matched++;
        position++;
      } else this.#matched = NOT_IN_THIS_LINE;
    }
    delimiter?.end(slice);
    return found;
  }

  /** Whether the field is one of those that are looked for. The line that ends it begins there. */
  #isThere(slice: Buffer, line: number, delimiter: DelimiterAbove | undefined): boolean {
    const names = NAMING.test(this.#field);
    if (delimiter === undefined) return names || ENCODING.test(this.#field);
    return names && delimiter.isAbove(slice, line);
  }
}

function isOfFile(field: string): boolean {
  return NAMING.test(field) || FILE_ENCODING.test(field);
}

/** Where the next line begins with the word, its line feed being at or behind a place; -1 for nowhere. */
function lineWithWord(slice: Buffer, from: number): number {
  let last = from + WORD.length;
  while (last < slice.length) {
    const shift = SHIFTS[slice[last]];
    last += shift;
    if (shift > 0) continue;
    const start = last - WORD.length + 1;
    if (slice[start - 1] === LF && isWord(slice, start)) return start;
    last += WORD.length;
  }
  return -1;
}

function isWord(slice: Buffer, start: number): boolean {
  for (let i = 0; i < WORD.length; i++) if (lower(slice[start + i]) !== WORD[i]) return false;
  return true;
}

/** Of a word that has its last byte nowhere else in it. */
function shiftsOf(word: Buffer): Uint8Array {
  const shifts = new Uint8Array(256).fill(word.length);
  for (const [index, byte] of word.entries()) {
    shifts[byte] = word.length - 1 - index;
    if (byte >= 0x61 && byte <= 0x7a) shifts[byte - 0x20] = shifts[byte];
  }
  return shifts;
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
