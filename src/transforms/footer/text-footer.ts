import { encodeExactly } from '../../core/mime/charset/index.ts';
import { textLines } from './footer-lines.ts';
import type { LineEnd } from './leaf-content.ts';

/** The plain text footer in the forms that parts need; each is made once. */
export class TextFooter {
  readonly text: string;
  readonly #made = new Map<string, Buffer | undefined>();

  /** Lines of `text` end with LF. */
  constructor(text: string) {
    this.text = text;
  }

  /** The bytes in a charset (a canonical name), undefined when it cannot hold the footer. Not to be written to. */
  encoded(charset: string, flowed: boolean, lineEnd: LineEnd): Buffer | undefined {
    const form = `${charset} ${flowed} ${lineEnd}`;
    if (!this.#made.has(form))
      this.#made.set(form, encodeExactly(textLines(this.text, flowed, lineEnd), charset));
    return this.#made.get(form);
  }
}
