/** A key or array element of a TOML document: names and 0-based array places. */
export type KeyPath = readonly (string | number)[];

/** A place in a text, both 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the keys of a TOML text stand. The parser in use gives positions for syntax errors only, so this walks a text
 * that it has already found correct, and so need not check anything.
 */
export class KeyPositions {
  readonly #offsets = new Map<string, number>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    new Walker(text, (path, offset) => {
      const key = JSON.stringify(path);
      if (!this.#offsets.has(key)) this.#offsets.set(key, offset);
    }).document();
  }

  /** The place of a key; for one that is not in the text, of the nearest table around it that is. */
  find(path: KeyPath): Position {
    for (let length = path.length; length > 0; length--) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return this.#position(offset);
    }
    return { line: 1, column: 1 };
  }

  #position(offset: number): Position {
    const before = this.#text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  }
}

class Walker {
  readonly #text: string;
  readonly #found: (path: KeyPath, offset: number) => void;
  /** How many elements each array of tables has so far, by its path. */
  readonly #arrays = new Map<string, number>();
  #at = 0;

  constructor(text: string, found: (path: KeyPath, offset: number) => void) {
    this.#text = text;
    this.#found = found;
  }

  document(): void {
    let table: KeyPath = [];
    for (this.#skip(); this.#at < this.#text.length; this.#skip()) {
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
    }
  }

  /** `[a.b]` or `[[a.b]]`; a name on the way that is an array of tables means its last element. */
  #header(): KeyPath {
    const isArray = this.#text.startsWith('[[', this.#at);
    const start = this.#at;
    this.#at += isArray ? 2 : 1;
    let path: KeyPath = [];
    const names = this.#key();
    names.forEach((name, index) => {
      path = [...path, name];
      this.#found(path, start);
      const key = JSON.stringify(path);
      if (isArray && index === names.length - 1) this.#arrays.set(key, (this.#arrays.get(key) ?? 0) + 1);
      const elements = this.#arrays.get(key);
      if (elements !== undefined) path = [...path, elements - 1];
    });
    this.#found(path, start);
    this.#at += isArray ? 2 : 1;
    return path;
  }

  #pair(table: KeyPath): void {
    const start = this.#at;
    let path = table;
    for (const name of this.#key()) {
      path = [...path, name];
      this.#found(path, start);
    }
    this.#at++; // =
    this.#value(path);
  }

  /** A dotted key, and the blanks behind it. */
  #key(): string[] {
    const names: string[] = [];
    for (;;) {
      this.#blanks();
      names.push(this.#name());
      this.#blanks();
      if (this.#text[this.#at] !== '.') return names;
      this.#at++;
    }
  }

  #name(): string {
    const start = this.#at;
    const quote = this.#text[start];
    if (quote === '"' || quote === "'") {
      this.#string();
      const source = this.#text.slice(start, this.#at);
      // A key with TOML escapes that JSON has not is found by its table: good enough for an error message.
      if (quote === "'") return source.slice(1, -1);
      try {
        return String(JSON.parse(source));
      } catch {
        return source;
      }
    }
    while (/[\w-]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #value(path: KeyPath): void {
    this.#skip();
    const first = this.#text[this.#at];
    if (first === '[') this.#list(path);
    else if (first === '{') this.#inlineTable(path);
    else if (first === '"' || first === "'") this.#string();
    else while (this.#at < this.#text.length && !/[\n,\]}#]/.test(this.#text[this.#at])) this.#at++;
  }

  #list(path: KeyPath): void {
    this.#at++;
    for (let index = 0; ; index++) {
      this.#skip();
      if (this.#text[this.#at] === ']') break;
      this.#found([...path, index], this.#at);
      this.#value([...path, index]);
      this.#skip();
      if (this.#text[this.#at] !== ',') break;
      this.#at++;
    }
    this.#at++;
  }

  #inlineTable(path: KeyPath): void {
    this.#at++;
    for (this.#skip(); this.#at < this.#text.length && this.#text[this.#at] !== '}'; this.#skip()) {
      this.#pair(path);
      this.#skip();
      if (this.#text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  /** Any of the four kinds of strings. */
  #string(): void {
    const quote = this.#text[this.#at];
    const triple = quote.repeat(3);
    if (!this.#text.startsWith(triple, this.#at)) return this.#toQuote(quote, 1);
    this.#toQuote(triple, 3);
    // Up to two quotes may stand in front of the closing three.
    while (this.#text[this.#at] === quote) this.#at++;
  }

  #toQuote(quotes: string, length: number): void {
    this.#at += length;
    while (this.#at < this.#text.length && !this.#text.startsWith(quotes, this.#at)) {
      this.#at += quotes[0] === '"' && this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += length;
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }

  /** Blanks, line ends and comments. */
  #skip(): void {
    for (;;) {
      while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
      if (this.#text[this.#at] !== '#') return;
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end;
    }
  }
}
