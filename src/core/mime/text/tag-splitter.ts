import { isSpace, lowerCase } from './html-attributes.ts';
import { TagToken } from './html-token.ts';
import type { HtmlPiece, HtmlToken } from './html-token.ts';
import { pieceLength, UNIT_LIMIT } from './line-splitter.ts';

/** Elements whose inside is no markup up to their end tag. `noscript` is none: mail readers run no scripts. */
const RAW_ELEMENTS: ReadonlySet<string> = new Set(
  'script style textarea title xmp iframe noembed noframes plaintext'.split(' '),
);
const FOREIGN_ELEMENTS: ReadonlySet<string> = new Set(['svg', 'math']);

/** States of the HTML standard's tokenizer (13.2.5), as far as they decide where a token ends. */
type State =
  | 'text'
  | 'tag-open' // <
  | 'end-tag-open' // </
  | 'declaration-open' // <!
  | 'declaration-dash' // <!-
  | 'bogus-comment' // up to >
  | 'comment-start' // <!--
  | 'comment-start-dash' // <!---
  | 'comment'
  | 'comment-dash'
  | 'comment-end' // --
  | 'comment-end-bang' // --!
  | 'tag-name'
  | 'before-attribute'
  | 'attribute-name'
  | 'after-attribute-name'
  | 'before-value'
  | 'value-double'
  | 'value-single'
  | 'value-bare'
  | 'self-closing' // behind a slash
  | 'raw'
  | 'raw-less-than' // <
  | 'raw-end-open' // </
  | 'raw-end-name';

/** Enough to tell what kind of token has begun. */
const LIMIT_MIN = 16;

const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const DASH = 0x2d;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;
const QUESTION = 0x3f;

/**
 * Cuts HTML into tags, text, comments and the rest, however the pieces come, by the rules of the HTML standard, since
 * mail readers follow them. Takes time in proportion to the text, and holds at most `limit` UTF-16 units (16 at least)
 * and a few more: a longer token comes in pieces, a tag then as `other`.
 *
 * Where it differs from a browser, it sees a tag too many rather than one too few: all inside of SVG and MathML is
 * markup (a browser leaves out CDATA sections there), and an end tag always ends a `script` (a browser passes over one
 * that belongs to a `<script>` inside of a comment inside of the script).
 */
export class TagSplitter {
  readonly #limit: number;
  #state: State = 'text';
  /** The current token up to the piece in work, and whether a part of it has gone out. */
  #pending = '';
  #overlong = false;
  /** The piece in work, and where in it the current token goes on. */
  #text = '';
  #start = 0;
  #tokens: HtmlToken[] = [];
  /** Of the current tag. */
  #name = '';
  #closing = false;
  /** The raw element that we are in, and how much of its end tag's name has been seen. */
  #rawName = '';
  #matched = 0;
  /** How many SVG and MathML elements we are in: their `style`, `title` and `script` are no raw elements. */
  #foreign = 0;

  constructor(limit: number = UNIT_LIMIT) {
    this.#limit = Math.max(limit, LIMIT_MIN);
  }

  /**
   * What text put behind the input so far would be inside of, and so invisible: `comment` (declarations too), `tag`,
   * or the name of a raw element; undefined where it would be text.
   */
  get open(): string | undefined {
    const state = this.#state;
    if (state === 'text') return undefined;
    if (state.startsWith('raw')) return this.#rawName;
    return /comment|declaration/.test(state) ? 'comment' : 'tag';
  }

  /** The tokens that the text completes. */
  write(text: string): HtmlToken[] {
    this.#tokens = [];
    this.#text = text;
    this.#start = 0;
    for (let at = 0; at < text.length;) at = this.#step(text, at);
    this.#spill(text.length, this.#undecided());
    this.#pending += text.slice(this.#start);
    this.#text = '';
    return this.#tokens;
  }

  /** What is left: text, or a token without an end. */
  end(): HtmlToken[] {
    this.#tokens = [];
    this.#start = 0;
    this.#emitPiece(0, 0, this.#pieceKind());
    return this.#tokens;
  }

  /** Looks at the unit at `at`; returns where to go on. */
  #step(text: string, at: number): number {
    const code = text.charCodeAt(at);
    switch (this.#state) {
      case 'text':
        return this.#upTo('<', text, at, 'tag-open');
      case 'tag-open':
        if (isLetter(code)) return this.#beginMarkup(at, 'tag-name');
        if (code === SLASH) return this.#beginMarkup(at, 'end-tag-open') + 1;
        if (code === BANG) return this.#beginMarkup(at, 'declaration-open') + 1;
        if (code === QUESTION) return this.#beginMarkup(at, 'bogus-comment') + 1;
        this.#state = 'text';
        return at;
      case 'end-tag-open':
        this.#closing = true;
        this.#state = isLetter(code) ? 'tag-name' : 'bogus-comment';
        return at;
      case 'declaration-open':
        this.#state = code === DASH ? 'declaration-dash' : 'bogus-comment';
        return code === DASH ? at + 1 : at;
      case 'declaration-dash':
        this.#state = code === DASH ? 'comment-start' : 'bogus-comment';
        return code === DASH ? at + 1 : at;
      case 'bogus-comment': {
        const close = text.indexOf('>', at);
        return close === -1 ? text.length : this.#endPiece(close + 1, 'other');
      }
      case 'tag-name':
        return this.#tagName(text, at);
      case 'raw':
        return this.#upTo('<', text, at, 'raw-less-than');
      case 'raw-less-than':
      case 'raw-end-open':
      case 'raw-end-name':
        return this.#rawEnd(code, at);
      case 'comment-start':
      case 'comment-start-dash':
      case 'comment':
      case 'comment-dash':
      case 'comment-end':
      case 'comment-end-bang':
        return this.#comment(text, code, at);
      default:
        return this.#attribute(text, code, at);
    }
  }

  #comment(text: string, code: number, at: number): number {
    switch (this.#state) {
      case 'comment': {
        const dash = text.indexOf('-', at);
        if (dash === -1) return text.length;
        this.#state = 'comment-dash';
        return dash + 1;
      }
      case 'comment-dash':
        this.#state = code === DASH ? 'comment-end' : 'comment';
        return code === DASH ? at + 1 : at;
    }
    if (code === GREATER_THAN) return this.#endPiece(at + 1, 'comment');
    if (code === DASH) {
      // "<!---" needs one more for an end, so does "--!-"; in "---" the last two count.
      if (this.#state === 'comment-start') this.#state = 'comment-start-dash';
      else this.#state = this.#state === 'comment-end-bang' ? 'comment-dash' : 'comment-end';
      return at + 1;
    }
    const bang = code === BANG && this.#state === 'comment-end';
    this.#state = bang ? 'comment-end-bang' : 'comment';
    return bang ? at + 1 : at;
  }

  #tagName(text: string, from: number): number {
    let at = from;
    while (at < text.length && !endsName(text.charCodeAt(at))) at++;
    if (at === text.length) return at;
    // Of a name longer than the limit the beginning has gone out.
    this.#spill(at, 0);
    this.#name = this.#overlong ? '' : lowerCase(this.#source(at).slice(this.#closing ? 2 : 1));
    this.#state = 'before-attribute';
    return at;
  }

  #attribute(text: string, code: number, at: number): number {
    switch (this.#state) {
      case 'value-double':
        return this.#upTo('"', text, at, 'before-attribute');
      case 'value-single':
        return this.#upTo("'", text, at, 'before-attribute');
      case 'before-value':
        if (code === DOUBLE_QUOTE) this.#state = 'value-double';
        else if (code === SINGLE_QUOTE) this.#state = 'value-single';
        else if (code === GREATER_THAN) return this.#endTag(at + 1);
        else if (!isSpace(code)) this.#state = 'value-bare';
        return at + 1;
    }
    if (code === GREATER_THAN) return this.#endTag(at + 1);
    if (isSpace(code)) {
      if (this.#state === 'attribute-name') this.#state = 'after-attribute-name';
      else if (this.#state !== 'after-attribute-name') this.#state = 'before-attribute';
    } else if (this.#state !== 'value-bare') {
      const named = this.#state === 'attribute-name' || this.#state === 'after-attribute-name';
      if (code === SLASH) this.#state = 'self-closing';
      else if (code === EQUALS && named) this.#state = 'before-value';
      else this.#state = 'attribute-name';
    }
    return this.#state === 'attribute-name' ? afterPlain(text, at + 1) : at + 1;
  }

  #rawEnd(code: number, at: number): number {
    if (this.#state === 'raw-less-than' && code === SLASH) {
      this.#state = 'raw-end-open';
      this.#matched = 0;
      return at + 1;
    }
    if (this.#state !== 'raw-less-than') {
      // Nothing ends plain text, not even its own end tag.
      if (this.#matched === this.#rawName.length && endsName(code) && this.#rawName !== 'plaintext') {
        this.#emitPiece(at, this.#undecided(), 'other');
        this.#closing = true;
        this.#name = this.#rawName;
        this.#state = 'before-attribute';
        return at;
      }
      if ((code | 0x20) === this.#rawName.charCodeAt(this.#matched)) {
        this.#state = 'raw-end-name';
        this.#matched++;
        return at + 1;
      }
    }
    this.#state = 'raw';
    return at;
  }

  /** Goes behind the next `needle`. */
  #upTo(needle: string, text: string, at: number, state: State): number {
    const found = text.indexOf(needle, at);
    if (found === -1) return text.length;
    this.#state = state;
    return found + 1;
  }

  /** The `<` in front of `at` begins markup: what comes before it is text. */
  #beginMarkup(at: number, state: State): number {
    this.#emitPiece(at, 1, 'text');
    this.#closing = false;
    this.#state = state;
    return at;
  }

  #endPiece(to: number, kind: HtmlPiece['kind']): number {
    this.#emitPiece(to, 0, kind);
    this.#state = 'text';
    return to;
  }

  #endTag(to: number): number {
    const selfClosing = this.#state === 'self-closing';
    this.#spill(to, 0);
    if (this.#overlong) {
      this.#emitPiece(to, 0, 'other');
    } else {
      this.#tokens.push(new TagToken(this.#name, this.#source(to), this.#closing, selfClosing));
      this.#pending = '';
      this.#start = to;
    }
    this.#state = 'text';
    if (FOREIGN_ELEMENTS.has(this.#name)) {
      if (this.#closing) this.#foreign = Math.max(0, this.#foreign - 1);
      else if (!selfClosing) this.#foreign++;
    } else if (!this.#closing && this.#foreign === 0 && RAW_ELEMENTS.has(this.#name)) {
      this.#rawName = this.#name;
      this.#state = 'raw';
    }
    return to;
  }

  /** The current token up to `to` in the piece in work. */
  #source(to: number): string {
    return this.#pending + this.#text.slice(this.#start, to);
  }

  /** Puts out the current token up to `to`, but for its last `keep` units, which begin the next one. */
  #emitPiece(to: number, keep: number, kind: HtmlPiece['kind']): void {
    this.#spill(to, keep);
    const source = this.#source(to);
    const length = source.length - keep;
    if (length > 0) this.#tokens.push({ kind, source: source.slice(0, length), overlong: this.#overlong });
    this.#pending = source.slice(length);
    this.#start = to;
    this.#overlong = false;
  }

  /** Puts out pieces of a token that is longer than the limit even without its last `keep` units. */
  #spill(to: number, keep: number): void {
    if (this.#pending.length + to - this.#start - keep <= this.#limit) return;
    let source = this.#source(to);
    const kind = this.#pieceKind();
    while (source.length - keep > this.#limit) {
      const length = pieceLength(source, this.#limit);
      this.#tokens.push({ kind, source: source.slice(0, length), overlong: true });
      source = source.slice(length);
      this.#overlong = true;
    }
    this.#pending = source;
    this.#start = to;
  }

  /** Units at the end of the current token that may turn out to begin the next one. */
  #undecided(): number {
    if (this.#state === 'tag-open' || this.#state === 'raw-less-than') return 1;
    if (this.#state === 'raw-end-open' || this.#state === 'raw-end-name') return 2 + this.#matched;
    return 0;
  }

  #pieceKind(): HtmlPiece['kind'] {
    if (this.#state === 'text' || this.#state === 'tag-open') return 'text';
    return this.#state.startsWith('comment') ? 'comment' : 'other';
  }
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Behind a run of letters and the like, none of which ends an attribute's name. */
function afterPlain(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > GREATER_THAN) at++;
  return at;
}

function endsName(code: number): boolean {
  return isSpace(code) || code === SLASH || code === GREATER_THAN;
}
