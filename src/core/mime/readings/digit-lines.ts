const LF = 0x0a;
/** Fewer characters are a word. */
const FEWEST = 16;
/** More of a line is not looked at. */
const MAX_LINE = 1024;
const DIGITS = /^[A-Za-z0-9+/=_-]+$/;
/** A line of base64 as it should be: whole quanta without padding. */
const REGULAR = /^(?:[A-Za-z0-9+/]{4})+$/;
const REGULAR_REST = /^[A-Za-z0-9+/]+$/;

/**
 * Tells, from where base64 is odd on, whether more of it follows that readers may decode in different ways: a line of digits behind the
 * first line that is not regular, or in it. A text that a mailing list has put behind it is nothing of the kind. What is found does not
 * depend on how the content is cut.
 */
export class DigitLines {
  readonly #found: () => void;
  #line = '';
  /** Whether the beginning of the line may not have been seen. */
  #isRest = true;
  #isOdd = false;
  #isTold = false;

  /** @param found is called once */
  constructor(found: () => void) {
    this.#found = found;
  }

  write(slice: Buffer): void {
    for (let at = 0; at < slice.length && !this.#isTold;) {
      const lineFeed = slice.indexOf(LF, at);
      const end = lineFeed < 0 ? slice.length : lineFeed;
      this.#line += slice.toString('latin1', at, Math.min(end, at + MAX_LINE - this.#line.length));
      if (lineFeed >= 0) this.end();
      at = end + 1;
    }
  }

  /** The end of a line. */
  end(): void {
    const line = this.#line.replace(/[ \t\r]/g, '');
    const hasBlanks = /[^ \t\r][ \t]+[^ \t\r]/.test(this.#line);
    const isRest = this.#isRest;
    this.#isRest = false;
    this.#line = '';
    if (line === '' || this.#isTold) return;
    const isRegular = !hasBlanks && (isRest ? REGULAR_REST : REGULAR).test(line);
    const isFirst = !this.#isOdd && !isRegular;
    this.#isOdd ||= !isRegular;
    if (!this.#isOdd || hasBlanks || line.length < FEWEST || !DIGITS.test(line)) return;
    // The last line of regular base64 is shorter, and padded.
    if (isFirst && /^[A-Za-z0-9+/]*=*$/.test(line)) return;
    // Rulers are of dashes and the like.
    const letters = line.replace(/[^A-Za-z0-9]/g, '').length;
    if (2 * letters < line.length) return;
    this.#isTold = true;
    this.#found();
  }
}
