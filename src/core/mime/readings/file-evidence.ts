import { isXxencode } from './uuencode-lines.ts';

/** Whether data follow the line that names a file: who only speaks of such files writes that line, too, and words behind it. */
export interface FileEvidence {
  /** @param line the next line behind the name, without its end; the answer is for all lines so far */
  isEnough(line: string): boolean;
  /** The file is over without any: what follows is none of it. */
  readonly isOver: boolean;
}

const LOWER_CASE = /[a-z\x80-\xff]/;
/** What is written for the upper half of the values. */
const UPPER = /[@-_]/g;
/** A ruler, or a file of one byte again and again. */
const RULER = /^([^A-Za-z0-9])\1*$/;
/** A line of xxencode that begins so holds one byte. */
const DELIMITER = '--';
/** Whole quanta, or too many to be a word. */
const BASE64 = /^(?=(?:.{4})+$|.{16})[A-Za-z0-9+/]{6,}={0,3}$/;
/** Behind `begin-base64` there is nothing else. */
const BASE64_ONLY = /^[A-Za-z0-9+/]{2,}={0,3}$/;
/** Blanks at the end of a line, which are zeros, get lost; with fewer digits left it is a word. */
const FEWEST_DIGITS = 4;
const WEAK_LINES = 2;

/**
 * Of uuencode and xxencode. Readers go by the first character of a line alone, and take any character for a digit (its six lowest bits, less
 * 32). So a line counts that has no lower case in it and as many digits as its first character says, or more; the first one also where it
 * has fewer, or has lower case and the very length. Another one that can be words as well counts together with a second or the end of the
 * file: digits that are written in lower case give the lower half of the values only, so what is nearly without upper case is no file.
 */
export class UuencodeEvidence implements FileEvidence {
  readonly #isBase64: boolean;
  #isFirst = true;
  #weak = 0;
  isOver = false;

  /** @param isBase64 whether it began with `begin-base64` */
  constructor(isBase64: boolean) {
    this.#isBase64 = isBase64;
  }

  isEnough(line: string): boolean {
    const text = line.trimEnd();
    if (text === '') return false;
    this.isOver = text === 'end' || (this.#isBase64 && text === '====');
    if (this.isOver) return this.#weak > 0;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (RULER.test(text)) return false;
    return (
      (isXxencode(text) && !text.startsWith(DELIMITER)) ||
      (this.#isBase64 ? BASE64_ONLY : BASE64).test(text) ||
      this.#isUuencode(text, isFirst)
    );
  }

  #isUuencode(text: string, isFirst: boolean): boolean {
    const bytes = (text.charCodeAt(0) - 32) & 63;
    if (bytes === 0) return false;
    const digits = Math.ceil(bytes / 3) * 4;
    const inside = text.slice(1, 1 + digits);
    const isRegular = Math.abs(text.length - 1 - digits) <= 2;
    const isLowered = LOWER_CASE.test(text[0] + inside);
    if (!isLowered && inside.length + 2 >= digits) return true;
    if (isFirst && (isRegular || (!isLowered && inside.length >= FEWEST_DIGITS))) return true;
    const isWhole = isLowered ? inside.length + 2 >= digits : inside.length >= FEWEST_DIGITS;
    const upper = inside.match(UPPER)?.length ?? 0;
    if (isWhole && upper * 8 >= inside.length) this.#weak++;
    return this.#weak >= WEAK_LINES;
  }
}

/** What is written for bytes that stand in no text of ASCII, and for that matter in each program; `=` comes in front of another character. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const NO_TEXT = /[\0-\x08\x0e-\x1f\x7f-\xff]|=[@-}]/;

/** Of yEnc. A blank is written for a byte that no text has, so that words can be told from data. */
export class YencEvidence implements FileEvidence {
  isOver = false;

  isEnough(line: string): boolean {
    this.isOver = line.startsWith('=yend');
    if (line.startsWith('=y') || line.trim() === '') return false;
    return NO_TEXT.test(line) || !/\s/.test(line.trimEnd());
  }
}
