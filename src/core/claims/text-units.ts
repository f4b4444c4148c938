import { type HtmlToken, type Line, LineSplitter, TagSplitter } from '../mime/text/index.ts';
import type { RewriteUnit } from '../verbs.ts';

/** A splitter of text into units. */
interface Splitter<T> {
  write(text: string): T[];
  end(): T[];
}

/** Text in, text out, changed in whole units; what is no unit, or too long to be held whole, passes as it is. */
export class TextUnits<T extends { readonly source: string }> {
  /** Whether any unit has come out different. */
  changed = false;
  readonly #splitter: Splitter<T>;
  readonly #change: (unit: T) => string;

  constructor(splitter: Splitter<T>, change: (unit: T) => string) {
    this.#splitter = splitter;
    this.#change = change;
  }

  write(text: string): string {
    return this.#rewrite(this.#splitter.write(text));
  }

  end(): string {
    return this.#rewrite(this.#splitter.end());
  }

  #rewrite(units: readonly T[]): string {
    let text = '';
    for (const unit of units) {
      const changed = this.#change(unit);
      if (changed !== unit.source) this.changed = true;
      text += changed;
    }
    return text;
  }
}

/** The units that a rewrite asks for; `limit` is the longest one, in UTF-16 units. */
export function createUnits(rewrite: RewriteUnit, limit: number): TextUnits<Line> | TextUnits<HtmlToken> {
  if (rewrite.unit === 'line') {
    return new TextUnits(new LineSplitter(limit), (line) =>
      line.overlong ? line.source : rewrite.change(line.source),
    );
  }
  const wanted = rewrite.names === undefined ? undefined : new Set(rewrite.names);
  return new TextUnits<HtmlToken>(new TagSplitter(limit), (token) =>
    token.kind === 'tag' && (wanted === undefined || wanted.has(token.name))
      ? rewrite.change(token)
      : token.source,
  );
}
