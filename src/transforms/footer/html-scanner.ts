import { endsName, TagAttributes } from './tag-attributes.ts';

/** An end tag before which a footer can stand. */
export type EndTag = 'body' | 'html';

/** Elements whose content is no markup (HTML standard, 13.2.5): tags in it are text. */
const RAW_TEXT = new Set([
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
]);
/** Longer than every name that is looked for. */
const NAME_MAX = 16;
/** 1 for every first letter and length that a name has which is looked for: most tags have another. */
const LOOKED_FOR = new Uint8Array(NAME_MAX << 8);
for (const name of [...RAW_TEXT, 'body', 'html']) LOOKED_FOR[(name.length << 8) | name.charCodeAt(0)] = 1;

const TEXT = 0;
const TAG_OPEN = 1; // behind "<"
const END_TAG_OPEN = 2; // behind "</"
const TAG_NAME = 3;
const ATTRIBUTES = 4;
const MARKUP = 5; // behind "<!"
const MARKUP_DASH = 6; // behind "<!-"
const COMMENT_START = 7; // behind "<!--"
const COMMENT_START_DASH = 8;
const COMMENT = 9;
const COMMENT_DASH = 10;
const COMMENT_END = 11; // behind "--"
const COMMENT_BANG = 12; // behind "--!"
const BOGUS_COMMENT = 13; // "<!doctype", "<![if", "<?xml": up to ">"
const RAW = 14;
const RAW_TAG_OPEN = 15;
const RAW_END_TAG = 16;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const DASH = 0x2d;
const BANG = 0x21;

/**
 * Finds the end tags of body and html in a stream of HTML bytes, where a mail reader would see them as tags: not in
 * comments, attribute values, scripts or style sheets. The states are those of the HTML standard's tokenizer
 * (13.2.5) as far as they matter here; the "double escaped" script states are left out.
 *
 * Works on bytes, so the charset must be a superset of ASCII in which no byte of a longer character looks like `<`.
 */
export class HtmlScanner {
  #state = TEXT;
  #offset = 0;
  /** Where the tag in work began. */
  #tagAt = 0;
  #closing = false;
  #name = '';
  readonly #attributes = new TagAttributes();
  /** The raw text element that is open. */
  #raw = '';

  /** Where a tag begins that may yet turn out to be one of those looked for. */
  get pendingAt(): number | undefined {
    const begun = this.#state === TAG_NAME && this.#closing && this.#name.length <= 'body'.length;
    return begun || this.#state === TAG_OPEN || this.#state === END_TAG_OPEN ? this.#tagAt : undefined;
  }

  /** Whether text put here would be shown: false inside a tag, a comment, a script and the like. */
  get visible(): boolean {
    return this.#state === TEXT;
  }

  /** Take the next bytes; `found` gets each end tag and where it begins, counted from the first byte of all. */
  scan(chunk: Buffer, found: (tag: EndTag, at: number) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === TAG_NAME) {
        at = this.#tagName(chunk, at, found);
        continue;
      }
      if (this.#state === ATTRIBUTES) {
        const end = this.#attributes.end(chunk, at);
        if (end < 0) break;
        this.#leaveTag();
        at = end + 1;
        continue;
      }
      const skipTo = this.#interesting();
      if (skipTo !== 0 && chunk[at] !== skipTo) {
        at = chunk.indexOf(skipTo, at);
        if (at < 0) break;
      }
      // A step that does not take the byte leaves it to the state that it has moved to.
      if (this.#step(chunk[at], this.#offset + at)) at++;
    }
    this.#offset += chunk.length;
  }

  /** The only byte that this state looks at, 0 if there are several. */
  #interesting(): number {
    switch (this.#state) {
      case TEXT:
      case RAW:
        return LT;
      case COMMENT:
        return DASH;
      case BOGUS_COMMENT:
        return GT;
      default:
        return 0;
    }
  }

  /** Take the name of a tag, or what of it is in this chunk; where that ends. */
  #tagName(chunk: Buffer, from: number, found: (tag: EndTag, at: number) => void): number {
    let end = from;
    while (end < chunk.length && !endsName(chunk[end])) end++;
    const isOther =
      this.#name === '' && end < chunk.length && LOOKED_FOR[((end - from) << 8) | (chunk[from] | 0x20)] !== 1;
    if (!isOther) this.#collect(chunk, from, end);
    if (end === chunk.length) return end;
    if (this.#closing && (this.#name === 'body' || this.#name === 'html')) found(this.#name, this.#tagAt);
    this.#attributes.begin();
    this.#state = ATTRIBUTES;
    return end;
  }

  #step(byte: number, at: number): boolean {
    switch (this.#state) {
      case TEXT:
        this.#tagAt = at;
        return this.#to(TAG_OPEN);
      case TAG_OPEN:
        this.#closing = byte === SLASH;
        this.#name = '';
        if (byte === SLASH) return this.#to(END_TAG_OPEN);
        if (byte === BANG) return this.#to(MARKUP);
        if (byte === 0x3f) return this.#to(BOGUS_COMMENT);
        return this.#leave(isLetter(byte) ? TAG_NAME : TEXT);
      case END_TAG_OPEN:
        if (byte === GT) return this.#to(TEXT);
        return this.#leave(isLetter(byte) ? TAG_NAME : BOGUS_COMMENT);
      case MARKUP:
        return byte === DASH ? this.#to(MARKUP_DASH) : this.#leave(BOGUS_COMMENT);
      case MARKUP_DASH:
        return byte === DASH ? this.#to(COMMENT_START) : this.#leave(BOGUS_COMMENT);
      case COMMENT_START:
        if (byte === GT) return this.#to(TEXT);
        return byte === DASH ? this.#to(COMMENT_START_DASH) : this.#leave(COMMENT);
      case COMMENT_START_DASH:
        if (byte === GT) return this.#to(TEXT);
        return byte === DASH ? this.#to(COMMENT_END) : this.#leave(COMMENT);
      case COMMENT:
        return this.#to(COMMENT_DASH);
      case COMMENT_DASH:
        return byte === DASH ? this.#to(COMMENT_END) : this.#leave(COMMENT);
      case COMMENT_END:
        if (byte === GT) return this.#to(TEXT);
        if (byte === BANG) return this.#to(COMMENT_BANG);
        return byte === DASH ? true : this.#leave(COMMENT);
      case COMMENT_BANG:
        if (byte === GT) return this.#to(TEXT);
        return this.#leave(COMMENT);
      case BOGUS_COMMENT:
        return this.#to(TEXT);
      case RAW:
        this.#name = '';
        return this.#to(RAW_TAG_OPEN);
      case RAW_TAG_OPEN:
        return byte === SLASH ? this.#to(RAW_END_TAG) : this.#leave(RAW);
      case RAW_END_TAG:
        if (isLetter(byte)) {
          if (this.#name.length < NAME_MAX) this.#name += String.fromCharCode(byte | 0x20);
          return true;
        }
        if (this.#name !== this.#raw || !endsName(byte)) return this.#leave(RAW);
        this.#closing = true;
        this.#attributes.begin();
        return this.#leave(ATTRIBUTES);
      default:
        throw new RangeError(`no step in state ${this.#state}`);
    }
  }

  /** Where a tag has ended, text goes on, or what is not read as markup. */
  #leaveTag(): void {
    const isRaw = !this.#closing && RAW_TEXT.has(this.#name);
    if (isRaw) this.#raw = this.#name;
    this.#state = isRaw ? RAW : TEXT;
  }

  #collect(chunk: Buffer, from: number, to: number): void {
    if (this.#name.length >= NAME_MAX) return;
    this.#name += chunk.toString('latin1', from, Math.min(to, from + NAME_MAX)).toLowerCase();
  }

  /** The byte is taken. */
  #to(state: number): true {
    this.#state = state;
    return true;
  }

  /** The next state is to look at the byte. */
  #leave(state: number): false {
    this.#state = state;
    return false;
  }
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
