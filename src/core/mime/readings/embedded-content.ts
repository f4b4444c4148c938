import type { ByteCoder } from '../transfer/byte-coder.ts';
import { QuotedPrintableDecoder, UuencodeDecoder } from '../transfer/index.ts';
import { DigitDecoder } from './digit-decoder.ts';
import { YencDecoder } from './yenc-decoder.ts';

const LF = 0x0a;
/** A longer line is looked at in pieces of this many bytes. */
const PIECE = 8192;
/** What of a piece is looked at again with the next: the longest mark that is looked for inside a line. */
const OVERLAP = 24;
const NOTHING = Buffer.alloc(0);

const UU_BEGIN = /^begin [0-7]{3,4} \S/;
const ENCODING = /^[ \t]*content-transfer-encoding[ \t]*:[^a-z]*(base64|quoted-printable|(?:x-)?uu)/i;
/** A whole line of digits. Shorter ones are words. */
const BASE64_LINE = /^[A-Za-z0-9+/]{60,}={0,2}$/;
const ONLY_BASE64 = /^[A-Za-z0-9+/=\s]*$/;
/** RFC 2397; fewer digits are no file. */
const DATA_URI = /base64,(?=[A-Za-z0-9+/%]{16})/;

type State = 'text' | 'header' | 'base64' | 'quoted-printable' | 'uuencode' | 'yenc' | 'uri';

/**
 * Takes out of text what some mail readers take for files: uuencode and yEnc, lines of base64, data URIs, and what follows a
 * `Content-Transfer-Encoding` in the text, where those who split the message in another way find a part. What is
 * found comes out one behind the other; where there is nothing, nothing comes out.
 */
export class EmbeddedContent implements ByteCoder {
  #state: State = 'text';
  #decoder: ByteCoder | undefined;
  /** It takes several files, and is kept for the next. */
  readonly #uudecoder = new UuencodeDecoder();
  /** What a header in the text says of the content behind it. */
  #announced: State = 'text';
  #line = '';
  /** Whether {@link #line} is the beginning of its line. */
  #isStart = true;
  #out: Buffer[] = [];
  readonly #takesLines: boolean;

  /** @param takesLines whether lines of base64 count by themselves: not in what was encoded once already */
  constructor(takesLines: boolean) {
    this.#takesLines = takesLines;
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
    if (last.length > 0) this.#out.push(Buffer.from(last));
    this.#finish();
    return this.#take();
  }

  #take(): Buffer {
    const out = this.#out.length === 0 ? NOTHING : Buffer.concat(this.#out);
    this.#out = [];
    return out;
  }

  #endPiece(isEnd: boolean): void {
    const text = this.#line;
    this.#line = '';
    const rest = this.#look(text);
    // Inside a line of text a mark may go on in the next piece.
    if (!isEnd && this.#state === 'text') this.#line = rest.slice(-OVERLAP);
    if (isEnd && this.#state === 'uri') this.#finish();
    this.#isStart = isEnd;
  }

  /** Look at a line or a piece of one; what of it is text. */
  #look(text: string): string {
    switch (this.#state) {
      case 'text':
        return this.#text(text);
      case 'header':
        return this.#header(text);
      case 'uri':
        return this.#uri(text);
      case 'base64':
        if (ONLY_BASE64.test(text)) return this.#decode(text);
        break;
      case 'quoted-printable':
        if (!this.#isStart || !text.startsWith('--')) return this.#decode(text);
        break;
      case 'uuencode':
      case 'yenc':
        this.#decode(text);
        if (this.#isStart && /^(?:end\s*$|=yend)/.test(text)) this.#finish();
        return '';
    }
    this.#finish();
    return this.#text(text);
  }

  #text(text: string): string {
    if (this.#isStart) {
      const line = text.trimEnd();
      if (UU_BEGIN.test(line)) return this.#begin('uuencode', text);
      if (line.startsWith('=ybegin ')) return this.#begin('yenc', text);
      if (this.#takesLines && BASE64_LINE.test(line)) return this.#begin('base64', text);
      if (this.#announces(line)) {
        this.#state = 'header';
        return '';
      }
    }
    const uri = DATA_URI.exec(text);
    if (uri === null) return text;
    this.#begin('uri', '');
    return this.#uri(text.slice(uri.index + uri[0].length));
  }

  /** Whether a line says how content is encoded. */
  #announces(line: string): boolean {
    const encoding = ENCODING.exec(line)?.[1].toLowerCase();
    if (encoding === undefined) return false;
    this.#announced = encoding === 'base64' || encoding === 'quoted-printable' ? encoding : 'uuencode';
    return true;
  }

  #header(text: string): string {
    if (!this.#isStart || text.trim() !== '') {
      this.#announces(text.trimEnd());
      return '';
    }
    return this.#begin(this.#announced, '');
  }

  /** The data go to the first byte that is no digit; what follows is text. */
  #uri(text: string): string {
    const stop = text.search(/[^A-Za-z0-9+/=%]/);
    this.#decode(stop < 0 ? text : text.slice(0, stop));
    if (stop < 0) return '';
    this.#finish();
    return this.#text(text.slice(stop));
  }

  #begin(state: State, text: string): string {
    this.#state = state;
    if (state === 'uuencode') this.#decoder = this.#uudecoder;
    else if (state === 'yenc') this.#decoder = new YencDecoder();
    else if (state === 'quoted-printable') this.#decoder = new QuotedPrintableDecoder();
    else this.#decoder = new DigitDecoder();
    return this.#decode(text);
  }

  #decode(text: string): '' {
    if (text === '') return '';
    const decoded = this.#decoder!.write(Buffer.from(text, 'latin1'));
    if (decoded.length > 0) this.#out.push(Buffer.from(decoded));
    return '';
  }

  #finish(): void {
    const last = this.#state === 'uuencode' ? undefined : this.#decoder?.end();
    if (last !== undefined && last.length > 0) this.#out.push(Buffer.from(last));
    this.#decoder = undefined;
    this.#state = 'text';
  }
}
