import { HeaderList } from '../../headers/header-list.ts';
import { decodeUnlabelled } from '../decode-text.ts';
import { decodeEncodedWords } from '../encoded-words.ts';
import { MessagePart } from '../message-part.ts';
import { BINHEX_DIGITS } from './bin-hex-decoder.ts';
import { type FileEvidence, UuencodeEvidence, YencEvidence } from './file-evidence.ts';
import { ENCODED, FIELD, MAX_HEADER } from './text-headers.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Bytes of a line that are looked at; no name is longer. */
const LINE = 1024;
/** Digits that hold the longest name of BinHex, 63 bytes, with room for repeated bytes. */
const BINHEX_NAME = 172;
const MARKS = /[\r\n](?=begin|=ybegin|\(This file must be converted with BinHex|content-[td]|attach;)/gi;
const MARK = /^(?:begin|=ybegin|\(This file must be converted with BinHex|content-[td]|attach;)/i;
const UU = /^begin(?:-base64)?[ \t]+\d{3,6}[ \t]+(.+)/i;
/** The name is in base64 as well (uuencode of GNU sharutils, option `--encode-file-name`). */
const UU_ENCODED = /^begin(?:-base64)?-encoded[ \t]+[0-7]{3,6}[ \t]+(\S+)/i;
/** A mode that is too short, and a name that looks like that of a file. */
const UU_SHORT_MODE = /^begin[ \t]+[0-7]{1,2}[ \t]+(\S+\.\S+)$/;
/** QUIRK(outlook): Outlook Express does without the digits of the mode (Microsoft KB 898124). */
const UU_WITHOUT_MODE = /^begin {2,}(\S+)$/;
const CONTENT = /^content-/i;
/** An attachment of a calendar, and how its file is called (RFC 8607 section 4.3, and the names that programs have for that). */
const ATTACH = /^attach;/i;
const ATTACH_NAME = /;(?:x-(?:[a-z]+-)?)?filename="?([^";:]+)/i;
const YENC = /^=ybegin[ \t](?:.*?[ \t])?name=(.+)/;
/** Names that wait for data, of one kind; more are told at once. */
const MOST_WAITING = 16;

/** Names of files of which no data have come yet. */
interface Waiting {
  readonly names: string[];
  evidence: FileEvidence;
}

/**
 * Finds the names of files that are embedded in text: those of uuencode (`begin 644 a.exe`) and yEnc (`=ybegin ... name=a.exe`), where
 * data follow, of BinHex 4.0 (RFC 1741, the name is in the first digits), and those in the header of something that is encoded: a part, for
 * those who split the message in another way. Bounded memory, linear; what is found does not depend on how the text is cut.
 */
export class EmbeddedNames {
  readonly #found: (name: string) => void;
  readonly #inText: (() => void) | undefined;
  /** From the last line end on. The beginning of the text is the beginning of a line. */
  #open = '\n';
  /** {@link #open} is inside of a line of which the beginning has been looked at. */
  #inLine = false;
  /** The text is that of a part without a header, and nothing but blank lines has come of it. */
  #isFirst: boolean;
  /** The header of a part so far. */
  #header: string | undefined;
  /** Whether nothing is in front of it: some pass over blank lines in front of a header, and it is that of the part. */
  #isOwnHeader = false;
  /** An attachment of a calendar so far, without its folds. */
  #attachment: string | undefined;
  /** The digits of a BinHex file so far; empty in front of its colon. */
  #digits: string | undefined;
  readonly #waiting = new Map<'uuencode' | 'yenc', Waiting>();

  /**
   * @param found is called with each name, maybe with the same one again
   * @param hasHeader whether the part that the text is of has one; else what it begins with may be that
   * @param inText is called where a file in uuencode, yEnc or BinHex has a name
   */
  constructor(found: (name: string) => void, hasHeader = true, inText?: () => void) {
    this.#found = found;
    this.#isFirst = !hasHeader;
    this.#inText = inText;
  }

  /** Decoded content; borrowed. */
  write(slice: Buffer): void {
    const last = Math.max(slice.lastIndexOf(LF), slice.lastIndexOf(CR));
    if (last < 0) return this.#continue(slice);
    const [lf, cr] = [slice.indexOf(LF), slice.indexOf(CR)];
    const first = lf < 0 || cr < 0 ? Math.max(lf, cr) : Math.min(lf, cr);
    this.#continue(slice.subarray(0, first));
    if (!this.#inLine) this.#look(this.#open);
    // The lines that are complete are text in nearly all slices, and this is ten times as fast as to look at them.
    if (this.#isInside || mayHaveMark(slice)) this.#look(slice.toString('latin1', first, last));
    else if (this.#isFirst) this.#isFirst = slice.toString('latin1', first, last).trim() === '';
    this.#inLine = false;
    this.#open = slice[last] === LF ? '\n' : '\r';
    this.#continue(slice.subarray(last + 1));
  }

  /** Whether each line matters. */
  get #isInside(): boolean {
    return (this.#digits ?? this.#header ?? this.#attachment) !== undefined || this.#waiting.size > 0;
  }

  end(): void {
    if (!this.#inLine) this.#look(this.#open);
    this.#endHeader();
    this.#endAttachment();
    if (this.#digits !== undefined && this.#digits !== '') this.#endBinHex(this.#digits);
    this.#waiting.clear();
    this.#open = '\n';
  }

  /** More of a line that is not complete. */
  #continue(bytes: Buffer): void {
    if (this.#inLine) return;
    this.#open += bytes.toString('latin1', 0, LINE + 1 - this.#open.length);
    if (this.#open.length <= LINE) return;
    this.#look(this.#open);
    this.#inLine = true;
  }

  /** Look at lines, each with the line end in front of it. */
  #look(text: string): void {
    let at = 0;
    while (at < text.length) {
      if (!this.#isInside) {
        MARKS.lastIndex = at;
        const mark = MARKS.exec(text);
        this.#isFirst &&= text.slice(at, mark?.index).trim() === '';
        if (mark === null) return;
        at = mark.index;
      }
      const end = lineEnd(text, at + 1);
      this.#line(text.slice(at + 1, Math.min(end, at + 1 + LINE)), text[at]);
      at = end;
    }
  }

  #line(line: string, before: string): void {
    if (this.#digits !== undefined) this.#binHex(line);
    else {
      if (this.#header !== undefined) this.#inHeader(line, before);
      if (this.#attachment !== undefined) this.#inAttachment(line, before);
      // The line that ends it may be a mark itself.
      if ((this.#header ?? this.#attachment) === undefined && MARK.test(line)) return this.#mark(line);
    }
    this.#behindNames(line);
  }

  #mark(line: string): void {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (line.startsWith('(')) {
      this.#digits = '';
      return;
    }
    if (CONTENT.test(line)) {
      this.#header = `${line}\r\n`;
      this.#isOwnHeader = isFirst;
      return;
    }
    if (ATTACH.test(line)) {
      this.#attachment = line;
      return;
    }
    const uuencoded = uuencodedName(line);
    if (uuencoded) this.#announce('uuencode', uuencoded, new UuencodeEvidence(/^begin-base64/i.test(line)));
    const yenc = YENC.exec(line)?.[1].trim();
    if (yenc) this.#announce('yenc', yenc, new YencEvidence());
    if (!uuencoded && !yenc) this.#behindNames(line);
  }

  /** A file begins, if data follow. Names in front of it are not over: to some readers, this line is one of their data. */
  #announce(kind: 'uuencode' | 'yenc', name: string, evidence: FileEvidence): void {
    const waiting = this.#waiting.get(kind);
    if (waiting === undefined) this.#waiting.set(kind, { names: [name], evidence });
    else if (waiting.names.length >= MOST_WAITING) this.#tell(name);
    else {
      waiting.names.push(name);
      waiting.evidence = evidence;
    }
  }

  /** A line that begins nothing. */
  #behindNames(line: string): void {
    for (const [kind, { names, evidence }] of this.#waiting) {
      const isFile = evidence.isEnough(line);
      if (isFile || evidence.isOver) this.#waiting.delete(kind);
      if (!isFile) continue;
      this.#inText?.();
      for (const name of names) this.#tell(name);
    }
  }

  /** A line behind the first one of a header. */
  #inHeader(line: string, before: string): void {
    // Between CR and LF there is no line.
    if (line === '' && before === '\r') return;
    if (line.trim() === '' || !FIELD.test(line) || this.#header!.length > MAX_HEADER) this.#endHeader();
    else this.#header += `${line}\r\n`;
  }

  /** A line behind the first one of an attachment: a fold goes on with a blank (RFC 5545 section 3.1). */
  #inAttachment(line: string, before: string): void {
    if (line === '' && before === '\r') return;
    const isFold = line.startsWith(' ') || line.startsWith('\t');
    if (isFold && this.#attachment!.length < LINE) this.#attachment += line.slice(1);
    else this.#endAttachment();
  }

  #endAttachment(): void {
    const name = ATTACH_NAME.exec(this.#attachment ?? '')?.[1];
    this.#attachment = undefined;
    if (name !== undefined) this.#tell(name);
  }

  #endHeader(): void {
    const header = this.#header;
    this.#header = undefined;
    if (header === undefined || !(this.#isOwnHeader || ENCODED.test(header))) return;
    const part = new MessagePart({ headers: HeaderList.parse(Buffer.from(header, 'latin1')) });
    for (const name of part.names) this.#found(name);
  }

  /** A line behind the mark of BinHex: the data begin with a colon, and end with one. */
  #binHex(line: string): void {
    if (this.#digits === '' && !line.startsWith(':')) return;
    this.#digits += this.#digits === '' ? line : line.trim();
    const digits = this.#digits!;
    if (digits.length > BINHEX_NAME || (digits.length > 1 && digits.includes(':', 1)))
      this.#endBinHex(digits);
  }

  #endBinHex(digits: string): void {
    this.#digits = undefined;
    const name = binHexName(digits.slice(1).split(':', 1)[0]);
    if (name === '') return;
    this.#inText?.();
    this.#tell(name);
  }

  #tell(name: string): void {
    this.#found(decodeEncodedWords(name));
    if (name.includes('=?')) this.#found(decodeUnlabelled(name));
  }
}

/** The name in the first line of a file of uuencode; undefined where there is none. */
function uuencodedName(line: string): string | undefined {
  const encoded = UU_ENCODED.exec(line)?.[1];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString('latin1');
  return (UU.exec(line) ?? UU_SHORT_MODE.exec(line) ?? UU_WITHOUT_MODE.exec(line))?.[1].trim();
}

function mayHaveMark(slice: Buffer): boolean {
  return ['egin', 'EGIN', '(This file', 'ontent-', 'ONTENT-', 'ATTACH;', 'attach;'].some((mark) =>
    slice.includes(mark),
  );
}

/** The next line end, or the end of the text. */
function lineEnd(text: string, from: number): number {
  const length = text.slice(from).search(/[\r\n]/);
  return length < 0 ? text.length : from + length;
}

/** The first byte is the length; a byte 0x90 and a number repeat the byte before (RFC 1741 appendix A). */
function binHexName(digits: string): string {
  const packed: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    const value = BINHEX_DIGITS.indexOf(digit);
    if (value < 0) continue;
    bits = ((bits & 0xff) << 6) | value;
    held += 6;
    if (held >= 8) packed.push((bits >> (held -= 8)) & 0xff);
  }
  let bytes = '';
  for (let at = 0; at < packed.length && bytes.length < 64; at++) {
    if (packed[at] !== 0x90) bytes += String.fromCharCode(packed[at]);
    else if (packed[++at] === 0) bytes += '\x90';
    else if (packed[at] !== undefined) bytes += bytes.slice(-1).repeat(packed[at] - 1);
  }
  return bytes.slice(1, 1 + bytes.charCodeAt(0));
}
