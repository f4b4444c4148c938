/** How many texts are remembered; then it begins anew. */
const MOST = 256;

/** What short texts have come to, by their bytes (latin1 "binary" strings): the same few come in nearly all messages. */
export class Remembered<T> {
  readonly #longest: number;
  readonly #known = new Map<string, T>();

  /** @param longest the most bytes of a text that is worth it */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Whether a text is short enough. */
  takes(text: string): boolean {
    return text.length <= this.#longest;
  }

  get(text: string): T | undefined {
    return this.#known.get(text);
  }

  /** Remember what this text has come to; it should be an {@link ownCopy}, and what refers to pieces of it made of that. */
  keep(text: string, value: T): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, value);
  }
}

/** A copy of a text: a piece of a string keeps all of it, which may be a whole header. */
export function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
