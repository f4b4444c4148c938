const LF = 0x0a;
const WORD = Buffer.from('content-', 'latin1');
const NOT_IN_THIS_LINE = -1;
/** Behind a field: its next line, if it is folded, or another. */
const BEHIND_FIELD = -2;
/** More of a field is not looked at. */
const MAX_FIELD = 200;

/** Fields that make an attachment of what follows. A bare `Content-Type: text/plain` hides nothing. */
const NAMING = /^disposition.*attachment|^type[ \t]*:(?!\s*(?:text|multipart|message)\/)|name/i;
/** Fields that say how what follows is encoded. With 7bit and the like it is read as it stands in any case. */
const ENCODING = /^transfer-encoding(?!\s*:\s*(?:7bit|8bit|binary)\s*$)/i;

/** Those of files. */
const FILE_ENCODING = /^transfer-encoding.*(?:base-?64|uu)/i;

/**
 * Looks for lines like `Content-Disposition: attachment` in text that is no header: outside of all parts (preamble,
 * epilogue), and in parts that some readers split in another way. There they find what others do not show.
 */
export class OutsideText {
  /** Characters of the word matched since the line began. */
  #matched = 0;
  /** The field behind the word. */
  #field = '';
  #isFile = false;

  /** Whether the last that was found makes a file of what follows, or is base64 or uuencode. */
  get isFile(): boolean {
    return this.#isFile;
  }

  /** Another stretch of text begins, at the start of a line. */
  begin(): void {
    this.#matched = 0;
    this.#field = '';
  }

  /**
   * Whether such a line is complete with these bytes. In content that is read as content anyway, what is encoded in it
   * is found there; `isContent` leaves that out.
   */
  looksLikeHeader(slice: Buffer, isContent = false): boolean {
    let position = 0;
    let found = false;
    while (position < slice.length) {
      if (this.#matched === NOT_IN_THIS_LINE || this.#matched === WORD.length) {
        const lineFeed = slice.indexOf(LF, position);
        const end = lineFeed < 0 ? slice.length : lineFeed;
        if (this.#matched === WORD.length) {
          const room = Math.max(0, MAX_FIELD - this.#field.length);
          this.#field += slice.toString('latin1', position, Math.min(end, position + room));
        }
        if (lineFeed < 0) break;
        if (this.#matched === WORD.length) {
          const names = NAMING.test(this.#field);
          if (names || (!isContent && ENCODING.test(this.#field))) {
            this.#isFile = (found && this.#isFile) || names || FILE_ENCODING.test(this.#field);
            found = true;
          }
          this.#matched = BEHIND_FIELD;
        } else this.begin();
        position = lineFeed + 1;
        continue;
      }
      const byte = slice[position];
      if (this.#matched === BEHIND_FIELD) {
        if (byte === 0x20 || byte === 0x09) this.#matched = WORD.length;
        else this.begin();
        continue;
      }
      position++;
      if (byte === LF) this.#matched = 0;
      else if (lower(byte) === WORD[this.#matched]) this.#matched++;
      else this.#matched = NOT_IN_THIS_LINE;
    }
    return found;
  }
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
