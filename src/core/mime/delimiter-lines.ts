/** What a whole line says. */
export interface DelimiterMatch<Owner> {
  readonly owner: Owner;
  /** `--boundary--`. */
  readonly close: boolean;
}

/** What lines meant before a boundary came, to be restored when it goes. */
export type Shadowed<Owner> = readonly (readonly [line: string, before: DelimiterMatch<Owner> | undefined])[];

/** What whole lines, without the blanks and the line break behind them, are delimiters of. */
export class DelimiterLines<Owner> {
  readonly #matches = new Map<string, DelimiterMatch<Owner>>();
  /** How many lines have this length: most others are told apart by their length alone. */
  readonly #lengths: number[] = [];

  /**
   * A multipart begins. Its lines mean itself, unless an outer multipart's delimiter reads the same: the outer one wins
   * (RFC 2046 section 5.1.2), except where both have the same boundary; then the inner one has it until it is closed.
   *
   * @param text `--boundary` without blanks at its end
   */
  add(boundary: string, text: string, owner: Owner): Shadowed<Owner> {
    const shadowed: [string, DelimiterMatch<Owner> | undefined][] = [];
    const add = (line: string, close: boolean) => {
      const before = this.#matches.get(line);
      if (before !== undefined && before.close !== close) return;
      if (shadowed.some(([other]) => other === line)) return;
      shadowed.push([line, before]);
      this.#matches.set(line, { owner, close });
      this.#lengths[line.length] = (this.#lengths[line.length] ?? 0) + 1;
    };
    add(text, false);
    add(`${text}--`, true);
    add(`--${boundary}--`, true);
    return shadowed;
  }

  /** The multipart is closed: an outer one with the same boundary has it again. */
  close(shadowed: Shadowed<Owner>): void {
    for (const [line, before] of shadowed) if (before !== undefined) this.#matches.set(line, before);
  }

  /** The multipart that came last ends. */
  remove(shadowed: Shadowed<Owner>): void {
    for (const [line, before] of shadowed) {
      if (before === undefined) this.#matches.delete(line);
      else this.#matches.set(line, before);
      this.#lengths[line.length]--;
    }
  }

  hasLength(length: number): boolean {
    return this.#lengths[length] > 0;
  }

  /** What `[start, end)` is. */
  match(buffer: Buffer, start: number, end: number): DelimiterMatch<Owner> | undefined {
    if (!this.hasLength(end - start)) return undefined;
    return this.#matches.get(buffer.toString('latin1', start, end));
  }

  /** Whether one of them begins so. */
  anyBegins(text: string): boolean {
    for (const line of this.#matches.keys()) if (line.startsWith(text)) return true;
    return false;
  }
}
