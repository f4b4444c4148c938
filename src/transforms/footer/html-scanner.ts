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

const TEXT = 0;
const TAG_OPEN = 1; // behind "<"
const END_TAG_OPEN = 2; // behind "</"
const TAG_NAME = 3;
const BEFORE_NAME = 4; // of an attribute
const NAME = 5;
const AFTER_NAME = 6;
const BEFORE_VALUE = 7;
const UNQUOTED = 8;
const QUOTED = 9;
const MARKUP = 10; // behind "<!"
const MARKUP_DASH = 11; // behind "<!-"
const COMMENT_START = 12; // behind "<!--"
const COMMENT_START_DASH = 13;
const COMMENT = 14;
const COMMENT_DASH = 15;
const COMMENT_END = 16; // behind "--"
const COMMENT_BANG = 17; // behind "--!"
const BOGUS_COMMENT = 18; // "<!doctype", "<![if", "<?xml": up to ">"
const RAW = 19;
const RAW_TAG_OPEN = 20;
const RAW_END_TAG = 21;

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
  /** The quote of an attribute value. */
  #quote = 0;
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
      const skipTo = this.#interesting();
      if (skipTo !== 0 && chunk[at] !== skipTo) {
        at = chunk.indexOf(skipTo, at);
        if (at < 0) break;
      }
      // A step that does not take the byte leaves it to the state that it has moved to.
      if (this.#step(chunk[at], this.#offset + at, found)) at++;
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
      case QUOTED:
        return this.#quote;
      default:
        return 0;
    }
  }

  #step(byte: number, at: number, found: (tag: EndTag, at: number) => void): boolean {
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
      case TAG_NAME:
        if (!endsName(byte)) return this.#collect(byte);
        if (this.#closing && (this.#name === 'body' || this.#name === 'html')) found(this.#name, this.#tagAt);
        return this.#leave(BEFORE_NAME);
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
        if (isLetter(byte)) return this.#collect(byte);
        if (this.#name !== this.#raw || !endsName(byte)) return this.#leave(RAW);
        this.#closing = true;
        return this.#leave(BEFORE_NAME);
      default:
        return this.#attribute(byte);
    }
  }

  /** Behind the name of a tag: a quote means something only at the beginning of a value. */
  #attribute(byte: number): boolean {
    if (byte === GT && this.#state !== QUOTED) return this.#endTag();
    switch (this.#state) {
      case BEFORE_NAME:
        return isBlank(byte) || byte === SLASH ? true : this.#to(NAME);
      case NAME:
        if (byte === 0x3d) return this.#to(BEFORE_VALUE);
        if (byte === SLASH) return this.#to(BEFORE_NAME);
        return isBlank(byte) ? this.#to(AFTER_NAME) : true;
      case AFTER_NAME:
        if (isBlank(byte)) return true;
        if (byte === 0x3d) return this.#to(BEFORE_VALUE);
        return this.#leave(BEFORE_NAME);
      case BEFORE_VALUE:
        if (isBlank(byte)) return true;
        this.#quote = byte;
        return this.#to(byte === 0x22 || byte === 0x27 ? QUOTED : UNQUOTED);
      case UNQUOTED:
        return isBlank(byte) ? this.#to(BEFORE_NAME) : true;
      default: // the closing quote
        return this.#to(BEFORE_NAME);
    }
  }

  #endTag(): boolean {
    if (this.#closing || !RAW_TEXT.has(this.#name)) return this.#to(TEXT);
    this.#raw = this.#name;
    return this.#to(RAW);
  }

  #collect(byte: number): true {
    if (this.#name.length < NAME_MAX) this.#name += String.fromCharCode(byte | 0x20);
    return true;
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

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b);
}

function endsName(byte: number): boolean {
  return isBlank(byte) || byte === SLASH || byte === GT;
}
