import { parseAttributes } from './html-attributes.ts';

/** A piece of HTML; the sources of all tokens together are the text. */
export type HtmlToken = TagToken | HtmlPiece;

/** What is no whole tag. */
export interface HtmlPiece {
  /**
   * `text` between tags; a `comment`, conditional ones included; `other`: declarations, processing instructions, the
   * inside of `script`, `style`, `textarea`, `title` and their like, a tag without an end or longer than the limit.
   */
  readonly kind: 'text' | 'comment' | 'other';
  readonly source: string;
  /** True for every piece of a token longer than the limit. */
  readonly overlong: boolean;
}

/** A whole start or end tag. */
export class TagToken {
  readonly kind = 'tag';
  /** Lower-case element name. */
  readonly name: string;
  readonly source: string;
  /** True for `</name>`. */
  readonly closing: boolean;
  /** True for `<name/>`, which HTML heeds in SVG and MathML only. */
  readonly selfClosing: boolean;
  #attributes: Readonly<Record<string, string>> | undefined;

  constructor(name: string, source: string, closing: boolean, selfClosing: boolean) {
    this.name = name;
    this.source = source;
    this.closing = closing;
    this.selfClosing = selfClosing;
  }

  /** Attribute values by lower-case name, parsed when first asked for; see {@link parseAttributes}. */
  get attributes(): Readonly<Record<string, string>> {
    return (this.#attributes ??= parseAttributes(this.source));
  }
}
