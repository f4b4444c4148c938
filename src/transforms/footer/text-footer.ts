import { encodeExactly } from '../../core/mime/charset/index.ts';
import { textLines } from './footer-lines.ts';
import type { LineEnd } from './leaf-content.ts';

/** The plain text footer in the forms that parts need; each is made once. */
export class TextFooter {
  readonly text: string;
  /** By charset; then four forms each, `null` where the charset cannot hold the footer. */
  readonly #made = new Map<string, (Buffer | null)[]>();

  /** Lines of `text` end with LF. */
  constructor(text: string) {
    this.text = text;
  }

  /** The bytes in a charset (a canonical name), undefined when it cannot hold the footer. Not to be written to. */
  encoded(charset: string, flowed: boolean, lineEnd: LineEnd): Buffer | undefined {
    let forms = this.#made.get(charset);
    if (forms === undefined) this.#made.set(charset, (forms = []));
    const form = (flowed ? 2 : 0) + (lineEnd === '\n' ? 1 : 0);
    if (forms[form] === undefined)
      forms[form] = encodeExactly(textLines(this.text, flowed, lineEnd), charset) ?? null;
    return forms[form] ?? undefined;
  }
}
