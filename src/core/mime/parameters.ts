import type { AmbiguityCode } from './ambiguity.ts';

/** One parameter as it stands in the field. Bytes are latin1 "binary" strings. */
export interface RawParameter {
  /** Lower-case name, with the stars of RFC 2231. */
  readonly name: string;
  /** The value by the rules: a quoted string without its quotes and backslashes, or a token. */
  readonly value: string;
  /** All there is up to the next `;`, where that differs from the value: what readers take that do not stop at blanks. */
  readonly uncut: string | undefined;
  /**
   * What readers take that stop earlier, where that differs from the value: at the comma in a value without quotes, at the
   * end of the line in a quoted string that never ends.
   */
  readonly shorter: string | undefined;
  /** Whether the value has a backslash in its quoted string. */
  readonly escaped: boolean;
}

/** A structured field: `value; name=value; ...`. */
export interface StructuredValue {
  /** What stands in front of the first `;`, without comments and quotes, blanks as one blank. */
  readonly value: string;
  /** Whether {@link value} had a comment, quotes or something behind its first word. */
  readonly decorated: boolean;
  readonly parameters: readonly RawParameter[];
  readonly ambiguities: ReadonlySet<AmbiguityCode>;
}

const NAME_LENGTH = 200;

/**
 * Reads a Content-Type, Content-Disposition or Content-Transfer-Encoding as leniently as mail readers do (RFC 2045
 * section 5.1, RFC 2183, RFC 2231 section 7) and says where they would differ. Any input has a result; linear.
 *
 * @param raw the field's bytes, folds included
 * @param limit parameters looked at
 */
export function parseStructured(raw: string, limit: number): StructuredValue {
  return new StructuredParser(raw, limit).parse();
}

class StructuredParser {
  readonly #raw: string;
  /** The same without line ends. */
  readonly #text: string;
  readonly #limit: number;
  readonly #ambiguities = new Set<AmbiguityCode>();
  readonly #parameters: RawParameter[] = [];
  #at = 0;
  /** What was looked at that is a parameter, or stands in the place of one. */
  #looked = 0;
  /** The end of the stretch up to the next `;`, for values without one between them. */
  #stretch = -1;

  constructor(raw: string, limit: number) {
    this.#raw = raw;
    this.#text = raw.replace(/[\r\n]/g, '');
    this.#limit = limit;
  }

  parse(): StructuredValue {
    const { value, decorated } = this.#main();
    this.#readParameters();
    return { value, decorated, parameters: this.#parameters, ambiguities: this.#ambiguities };
  }

  /** What stands in front of the first parameter. */
  #main(): { value: string; decorated: boolean } {
    const words: string[] = [];
    let decorated = false;
    while (this.#at < this.#text.length && this.#text[this.#at] !== ';') {
      if (this.#skipBlanks()) continue;
      if (this.#skipComment()) decorated = true;
      else if (this.#text[this.#at] === '"') {
        words.push(this.#quoted().text);
        decorated = true;
      } else if (this.#text[this.#at] === ',' || (words.length > 0 && this.#beginsParameter(this.#at))) {
        this.#ambiguities.add('parameter-separator');
        break;
      } else words.push(this.#run(isMainByte));
    }
    return { value: words.join(' '), decorated: decorated || words.length > 1 };
  }

  #readParameters(): void {
    for (;;) {
      this.#skipSeparators();
      if (this.#at >= this.#text.length) return;
      if (this.#looked++ >= this.#limit) {
        this.#ambiguities.add('too-many-parameters');
        return;
      }
      this.#readParameter();
    }
  }

  /** Blanks, comments, `;` and what some write for it. */
  #skipSeparators(): void {
    for (;;) {
      if (this.#skipBlanks() || this.#noteComment()) continue;
      if (this.#text[this.#at] === ',') this.#ambiguities.add('parameter-separator');
      else if (this.#text[this.#at] !== ';') return;
      this.#at++;
    }
  }

  #readParameter(): void {
    const name = this.#run(isNameByte).toLowerCase();
    this.#skipFiller();
    if (this.#text[this.#at] !== '=') {
      // A word without a value, or a stray quote: go on behind it.
      this.#ambiguities.add('parameter-junk');
      if (name === '') this.#skipJunk();
      return;
    }
    this.#at++;
    this.#skipFiller();
    const start = this.#at;
    const isQuoted = this.#text[start] === '"';
    const { text, escaped, isOpen } = isQuoted
      ? this.#quoted()
      : { text: this.#unquoted(), escaped: false, isOpen: false };
    const uncut = this.#uncut(start, isQuoted, text);
    let shorter: string | undefined;
    if (isOpen) shorter = this.#firstLine(start + 1);
    else if (!isQuoted && text.includes(',')) shorter = text.slice(0, text.indexOf(','));
    this.#parameters.push({ name: name.slice(0, NAME_LENGTH), value: text, uncut, shorter, escaped });
  }

  /** From a place in the text to the end of its line in the field; undefined where it is the last line. */
  #firstLine(start: number): string | undefined {
    let at = this.#raw.length;
    for (let left = this.#text.length - start; left > 0;) if (!isLineEnd(this.#raw.charCodeAt(--at))) left--;
    const line = this.#raw.slice(at);
    const end = line.search(/[\r\n]/);
    return end < 0 ? undefined : line.slice(0, end).replaceAll('\\', '').trimEnd();
  }

  /** Skip what follows the value, and give the value with it, where readers may take it along. */
  #uncut(start: number, isQuoted: boolean, value: string): string | undefined {
    const end = this.#at;
    this.#skipFiller();
    const stop = this.#at;
    if (stop >= this.#text.length || this.#text[stop] === ';') {
      // Only blanks and comments follow; but to readers that know no comments, `a(1).pdf` is a name.
      return isQuoted || stop === end ? undefined : differing(this.#text.slice(start, stop).trimEnd(), value);
    }
    const isFirst = start > this.#stretch;
    if (isFirst) this.#stretch = endOfStretch(this.#text, stop);
    const whole = isFirst ? this.#text.slice(start, this.#stretch).trimEnd() : undefined;
    if (this.#text[stop] === ',' || this.#beginsParameter(stop)) this.#ambiguities.add('parameter-separator');
    else {
      this.#ambiguities.add('parameter-junk');
      this.#at = Math.max(this.#stretch, stop);
    }
    return whole === undefined ? undefined : differing(isQuoted ? whole.replaceAll('"', '') : whole, value);
  }

  /** An unquoted value. A comma is a part of it, as for most readers, unless a parameter follows. */
  #unquoted(): string {
    const start = this.#at;
    for (;;) {
      this.#run(isValueByte);
      if (this.#text[this.#at] !== ',') break;
      let next = this.#at + 1;
      while (isBlank(this.#text.charCodeAt(next))) next++;
      if (this.#beginsParameter(next)) break;
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  /** Whether `name=` stands there. */
  #beginsParameter(start: number): boolean {
    let at = start;
    const last = Math.min(this.#text.length, at + NAME_LENGTH);
    while (at < last && isNameByte(this.#text.charCodeAt(at))) at++;
    if (at === start) return false;
    while (at < last && isBlank(this.#text.charCodeAt(at))) at++;
    return this.#text[at] === '=';
  }

  #quoted(): { text: string; escaped: boolean; isOpen: boolean } {
    const pieces: string[] = [];
    let escaped = false;
    let at = this.#at + 1;
    let from = at;
    for (; at < this.#text.length && this.#text[at] !== '"'; at++) {
      if (this.#text[at] !== '\\' || at + 1 === this.#text.length) continue;
      escaped = true;
      pieces.push(this.#text.slice(from, at));
      from = ++at;
    }
    const isOpen = at >= this.#text.length;
    if (isOpen) this.#ambiguities.add('parameter-unterminated-quote');
    pieces.push(this.#text.slice(from, at));
    this.#at = Math.min(at + 1, this.#text.length);
    return { text: pieces.join(''), escaped, isOpen };
  }

  #run(isWanted: (code: number) => boolean): string {
    const start = this.#at;
    while (this.#at < this.#text.length && isWanted(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #skipFiller(): void {
    while (this.#skipBlanks() || this.#noteComment()) continue;
  }

  #noteComment(): boolean {
    const skipped = this.#skipComment();
    if (skipped) this.#ambiguities.add('parameter-comment');
    return skipped;
  }

  #skipBlanks(): boolean {
    const start = this.#at;
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#at > start;
  }

  /** A comment with those inside it (RFC 5322 section 3.2.2); one without end goes to the end. */
  #skipComment(): boolean {
    if (this.#text[this.#at] !== '(') return false;
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === '\\') this.#at++;
      else if (char === '(') depth++;
      else if (char === ')' && --depth === 0) {
        this.#at++;
        return true;
      }
    }
    this.#at = this.#text.length;
    return true;
  }

  #skipJunk(): void {
    if (this.#text[this.#at] === '"') this.#quoted();
    else this.#at++;
  }
}

/** The next `;` that is not inside quotes. */
function endOfStretch(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && quoted) at++;
    else if (char === '"') quoted = !quoted;
    else if (char === ';' && !quoted) return at;
  }
  return text.length;
}

function differing(text: string, value: string): string | undefined {
  return text === value ? undefined : text;
}

function isLineEnd(code: number): boolean {
  return code === 0x0d || code === 0x0a;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Not `;`, `,`, `"`, `(` or a blank. */
function isMainByte(code: number): boolean {
  return code !== 0x3b && code !== 0x2c && code !== 0x22 && code !== 0x28 && !isBlank(code);
}

/** Not `;`, `,`, `=`, `"`, `(` or a blank. */
function isNameByte(code: number): boolean {
  return isMainByte(code) && code !== 0x3d;
}

/** Not `;`, `,`, `(` or a blank; other specials (RFC 2045 section 5.1) are taken along, as readers do. */
function isValueByte(code: number): boolean {
  return code !== 0x3b && code !== 0x2c && code !== 0x28 && !isBlank(code);
}
