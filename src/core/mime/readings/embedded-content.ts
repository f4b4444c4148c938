import type { AmbiguityCode } from '../ambiguity.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { QuotedPrintableDecoder, UuencodeDecoder } from '../transfer/index.ts';
import { BinHexDecoder } from './bin-hex-decoder.ts';
import { DigitDecoder } from './digit-decoder.ts';
import { fromXxencode, isUuencode, isXxencode } from './uuencode-lines.ts';
import { YencDecoder } from './yenc-decoder.ts';

const LF = 0x0a;
const LONE_CR = /\r(?![\r\n]|$)/;
/** A longer line is looked at in pieces of this many bytes. */
const PIECE = 8192;
const NOTHING = Buffer.alloc(0);

const UU_BEGIN = /^begin(?:-encoded)?[ \t]+[0-7]{3,6}[ \t]+\S/i;
/**
 * QUIRK(outlook): Outlook Express does without the digits of the mode (Microsoft KB 898124). Others take a mode of any length, and no
 * name. What follows must be uuencode, then.
 */
const UU_MAYBE = /^begin(?: {2,}\S|[ \t]+\d{1,6}(?:[ \t]|$))/;
const UU_DIGITS = /^begin-base64(?:-encoded)?[ \t]+[0-7]{3,6}[ \t]+\S/i;
const BINHEX = '(This file must be converted with BinHex';
/** Data in armour that are not encrypted are shown by some as what they are (RFC 9580 section 6.2). */
const ARMOUR = '-----BEGIN PGP MESSAGE-----';
const ENCODING = /^[ \t]*content-transfer-encoding[ \t]*:[^a-z]*(base64|quoted-printable|(?:x-)?uu)/i;
/** A whole line of digits. Shorter ones are words. */
const BASE64_LINE = /^[A-Za-z0-9+/]{60,}={0,2}$/;
const ONLY_BASE64 = /^[A-Za-z0-9+/=\s]*$/;

/** Lines of uuencode have none: it is another digit, or the end. */
const LOWER_CASE = /[a-z]/;

type State =
  | 'text'
  | 'header'
  | 'armour'
  | 'base64'
  | 'base64-part'
  | 'quoted-printable-part'
  | 'uuencode'
  | 'maybe-uuencode'
  | 'yenc'
  | 'binhex';

/** What is told of a text. */
type Told = Extract<AmbiguityCode, 'file-in-text' | 'base64-undeclared'>;

/** What is looked for: all, or all but lines of base64 without any mark. */
export type Marks = 'all' | 'no-lines';

/**
 * Takes out of text what some mail readers take for files: uuencode, yEnc and BinHex, lines of base64, and what follows a
 * `Content-Transfer-Encoding` in the text, where those who split the message in another way find a part. What is
 * found comes out one behind the other; where there is nothing, nothing comes out.
 */
export class EmbeddedContent implements ByteCoder {
  #state: State = 'text';
  #decoder: ByteCoder | undefined;
  #binhex: BinHexDecoder | undefined;
  /** Whether what is taken for uuencode has the digits of xxencode. */
  #isXx = false;
  /** It takes several files, and is kept for the next. */
  readonly #uudecoder = new UuencodeDecoder();
  /** What a header in the text says of the content behind it. */
  #announced: State = 'text';
  #line = '';
  /** Whether {@link #line} is the beginning of its line. */
  #isStart = true;
  #pending = '';
  #out: Buffer[] = [];
  readonly #marks: Marks;
  readonly #told: (code: Told) => void;
  /** What is told as soon as something comes of what has begun. */
  #telling: Told | undefined;

  /** @param told is called when something has come of what is found, maybe again and again */
  constructor(marks: Marks, told: (code: Told) => void = () => {}) {
    this.#marks = marks;
    this.#told = told;
  }

  write(slice: Buffer): Buffer {
    let at = 0;
    while (at < slice.length) {
      const room = at + PIECE - this.#line.length;
      const lineFeed = slice.indexOf(LF, at);
      const isWhole = lineFeed >= 0 && lineFeed < room;
      const end = isWhole ? lineFeed + 1 : Math.min(slice.length, room);
      this.#line += slice.toString('latin1', at, end);
      at = end;
      if (isWhole || this.#line.length >= PIECE) this.#endPiece(isWhole);
    }
    return this.#take();
  }

  end(): Buffer {
    if (this.#line !== '') this.#endPiece(true);
    const last = this.#state === 'uuencode' ? this.#uudecoder.end() : NOTHING;
    if (last.length > 0) this.#put(last);
    this.#finish();
    return this.#take();
  }

  #put(decoded: Buffer): void {
    if (this.#telling !== undefined) this.#told(this.#telling);
    this.#out.push(Buffer.from(decoded));
  }

  #take(): Buffer {
    this.#flush();
    const out = this.#out.length === 0 ? NOTHING : Buffer.concat(this.#out);
    this.#out = [];
    return out;
  }

  #endPiece(isEnd: boolean): void {
    const text = this.#line;
    this.#line = '';
    // To some, a lone CR ends a line.
    const lines = text.includes('\r') ? text.split(LONE_CR) : [text];
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      this.#look(isLast ? line : `${line}\r\n`);
      this.#isStart = isEnd || !isLast;
    }
  }

  /** Look at a line or a piece of one. */
  #look(text: string): void {
    switch (this.#state) {
      case 'text':
        return this.#text(text);
      case 'header':
        return this.#header(text);
      case 'base64':
        if (/^====\s*$/.test(text)) return this.#finish();
        if (ONLY_BASE64.test(text)) return this.#decode(text);
        break;
      case 'base64-part':
      case 'quoted-printable-part':
        if (!this.#isStart || !(text.startsWith('--') || beginsOther(text))) return this.#decode(text);
        break;
      case 'armour':
        if (text.trim() === '') this.#begin('base64', '');
        return;
      case 'uuencode': {
        const line = text.trimEnd();
        if (
          this.#isStart &&
          line !== 'end' &&
          (isXxencode(line) || (this.#isXx && line === '+')) &&
          !isUuencode(line)
        ) {
          this.#isXx = true;
          return this.#decode(`${fromXxencode(line)}\n`);
        }
        if (!this.#isStart || !LOWER_CASE.test(line)) return this.#decode(text);
        // Behind a line that is neither, the data go on.
        if (line !== 'end' && !this.#isMark(line)) return;
        this.#decode('end\n');
        break;
      }
      case 'yenc':
        this.#decode(text);
        if (this.#isStart && text.startsWith('=yend')) this.#finish();
        return;
      case 'binhex':
        this.#decode(text);
        if (this.#binhex?.isOver === true) this.#finish();
        return;
      case 'maybe-uuencode':
        if (isUuencode(text.trimEnd()) || isXxencode(text.trimEnd())) {
          this.#begin('uuencode', 'begin 644 x\n', 'file-in-text');
          return this.#look(text);
        }
        break;
    }
    this.#finish();
    return this.#text(text);
  }

  #text(text: string): void {
    if (!this.#isStart) return;
    // A line end may be LF CR.
    const line = text.trimEnd().replace(/^\r+/, '');
    if (this.#announces(line)) this.#state = 'header';
    else if (UU_BEGIN.test(line)) this.#begin('uuencode', 'begin 644 x\n', 'file-in-text');
    else if (UU_MAYBE.test(line)) this.#state = 'maybe-uuencode';
    else if (UU_DIGITS.test(line)) this.#begin('base64', '', 'file-in-text');
    else if (line.startsWith('=ybegin ')) this.#begin('yenc', `${line}\n`, 'file-in-text');
    else if (line.startsWith(BINHEX)) this.#begin('binhex', '', 'file-in-text');
    else if (line.startsWith(ARMOUR)) this.#state = 'armour';
    else if (this.#marks === 'all' && BASE64_LINE.test(line))
      this.#begin('base64', text, 'base64-undeclared');
  }

  /** Whether something else begins. */
  #isMark(line: string): boolean {
    if ([ENCODING, UU_BEGIN, UU_MAYBE, UU_DIGITS].some((mark) => mark.test(line))) return true;
    if (['=ybegin ', BINHEX, ARMOUR].some((mark) => line.startsWith(mark))) return true;
    return this.#marks === 'all' && BASE64_LINE.test(line);
  }

  /** Whether a line says how content is encoded. */
  #announces(line: string): boolean {
    const encoding = ENCODING.exec(line)?.[1].toLowerCase();
    if (encoding === undefined) return false;
    if (encoding.includes('uu')) this.#announced = 'text';
    else this.#announced = encoding === 'base64' ? 'base64-part' : 'quoted-printable-part';
    return true;
  }

  #header(text: string): void {
    if (!this.#isStart || text.trim() !== '') this.#announces(text.trimEnd());
    else if (this.#announced === 'text') this.#state = 'text';
    else this.#begin(this.#announced, '');
  }

  #begin(state: State, text: string, telling?: Told): void {
    this.#state = state;
    this.#telling = telling;
    this.#isXx = false;
    if (state === 'uuencode') this.#decoder = this.#uudecoder;
    else if (state === 'yenc') this.#decoder = new YencDecoder();
    else if (state === 'binhex') this.#decoder = this.#binhex = new BinHexDecoder();
    else if (state === 'quoted-printable-part') this.#decoder = new QuotedPrintableDecoder();
    else this.#decoder = new DigitDecoder();
    this.#decode(text);
  }

  #decode(text: string): void {
    this.#pending += text;
    // What reads lines by itself need not wait.
    if (!(this.#decoder instanceof DigitDecoder)) this.#flush();
  }

  /** Short lines of digits are decoded together: one by one, they cost more than all else. */
  #flush(): void {
    if (this.#pending === '') return;
    const decoded = this.#decoder!.write(Buffer.from(this.#pending, 'latin1'));
    this.#pending = '';
    if (decoded.length > 0) this.#put(decoded);
  }

  #finish(): void {
    this.#flush();
    const last = this.#state === 'uuencode' ? undefined : this.#decoder?.end();
    if (last !== undefined && last.length > 0) this.#put(last);
    this.#decoder = this.#binhex = undefined;
    this.#state = 'text';
  }
}

/** Whether something else begins in the middle of what a header in the text has announced: the header may be there to hide it. */
function beginsOther(line: string): boolean {
  return ENCODING.test(line) || UU_BEGIN.test(line) || line.startsWith('=ybegin ') || line.startsWith(BINHEX);
}
