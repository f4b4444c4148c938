import { HeaderList } from '../headers/header-list.ts';
import type { Limits } from '../limits.ts';
import type { Stage } from '../stage.ts';
import type { AmbiguityCode } from './ambiguity.ts';
import { DelimiterSearch, endOfText, MAX_DELIMITER_LINE } from './delimiter-search.ts';
import { HeaderBlock } from './header-block.ts';
import { MessagePart } from './message-part.ts';
import { OutsideText } from './outside-text.ts';

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

/** What is in front of a place in its line: nothing, blanks, or anything else. */
type LineState = 'start' | 'blanks' | 'text';

/** How many bytes behind held ones are looked at with them: more than can be held. */
const JOINED = MAX_DELIMITER_LINE + 32;

/** An open part and what the scanner knows about it. */
interface Frame {
  readonly part: MessagePart;
  children: number;
  /** Its closing delimiter was there. */
  closed: boolean;
  /** The line ends of its delimiters so far. */
  lineEnd: 'LF' | 'CRLF' | undefined;
}

/** A part whose header is being collected. */
interface NewPart {
  readonly parent: MessagePart;
  readonly index: number;
  readonly delimiter: Buffer;
  readonly defaultType: string;
}

/**
 * Splits a message's body into parts (RFC 2046 section 5.1) and tells the next stage.
 *
 * It gets the body only; the root's header is in `root.headers`. Every byte leaves as it came, in order, in
 * `delimiter`, `headers`, `separator`, `body` or `frame` of some part; neither the tree nor an ambiguity depends on
 * where the chunks are cut.
 *
 * * A delimiter is a whole line: `--boundary`, `--` or not, blanks, and CR LF, LF or the end of the input. It takes the
 *   line break in front of it along, where the content has one. Such a line of any open multipart counts,
 *   the outermost first, and ends every part inside.
 * * Held back at a chunk edge is only what may begin a delimiter: at most a line of 998 bytes and the line break in front of
 *   it. A line longer than that, blanks included, is no delimiter.
 * * A limit never fails: a part at `limits.depth` is a leaf, and from the delimiter that would begin one part
 *   too many everything is content of what is open then.
 */
export class Scanner {
  readonly #root: MessagePart;
  readonly #next: Stage;
  readonly #limits: Readonly<Limits>;
  readonly #stack: Frame[] = [];
  readonly #search = new DelimiterSearch<Frame>();
  readonly #header: HeaderBlock;
  readonly #outside = new OutsideText();
  #newPart: NewPart | undefined;
  #parts = 1;
  /** Body bytes in front of the held ones, headers not counted. */
  #position = 0;
  #held: Buffer = NOTHING;
  #lineState: LineState = 'start';
  /** The current line cannot be a delimiter any more. */
  #skipping = false;
  /** There were too many parts: everything is content. */
  #swallowing = false;

  // What is being looked at, during a scan only.
  #buffer: Buffer = NOTHING;
  #final = false;
  /** The first byte not passed on. */
  #from = 0;
  /** Where the buffer begins in the body. */
  #base = 0;

  /** `next` gets the events; nothing is told before the first `write` or `end`. */
  constructor(root: MessagePart, next: Stage, limits: Readonly<Limits>) {
    this.#root = root;
    this.#next = next;
    this.#limits = limits;
    this.#header = new HeaderBlock(limits.partHeaderBytes, (buffer, start, end) =>
      this.#endsHeader(buffer, start, end),
    );
  }

  /** Parts so far, the root included. */
  get parts(): number {
    return this.#parts;
  }

  /** Searches done so far, for tests of the work done. */
  get searches(): number {
    return this.#search.searches;
  }

  /** Bytes of the body in order; borrowed. */
  write(chunk: Buffer): void {
    this.#start();
    this.#feed(chunk);
  }

  /** The body is complete. */
  end(): void {
    this.#start();
    for (;;) {
      if (this.#newPart !== undefined) {
        this.#header.end();
        this.#endHeader(this.#newPart);
      } else if (this.#held.length > 0) {
        const held = this.#held;
        this.#held = NOTHING;
        this.#scan(held, 0, true);
      } else break;
    }
    while (this.#stack.length > 0) {
      const { part, closed } = this.#stack.at(-1)!;
      if (part.isMultipart && !closed && !this.#swallowing) part.flag('missing-close');
      this.#closeInnermost(this.#position);
    }
    this.#next.end();
  }

  #start(): void {
    if (this.#stack.length === 0) this.#openPart(this.#root);
  }

  #feed(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length) {
      if (this.#newPart !== undefined) {
        position = this.#header.push(chunk, position);
        if (this.#header.result !== undefined) this.#endHeader(this.#newPart);
      } else if (this.#held.length > 0) {
        position = this.#feedJoined(chunk, position);
      } else {
        position = this.#hold(chunk, this.#scan(chunk, position, false));
      }
    }
  }

  /** Look at what is held together with the bytes behind it; where the chunk goes on. */
  #feedJoined(chunk: Buffer, position: number): number {
    const { length } = this.#held;
    const joined = Buffer.concat([this.#held, chunk.subarray(position, position + JOINED)]);
    this.#held = NOTHING;
    const stop = this.#scan(joined, 0, false);
    if (stop >= length) return position + stop - length;
    this.#hold(joined, stop);
    return position + joined.length - length;
  }

  /** Keep a copy of what is not decided yet, unless a header begins there; where the buffer goes on. */
  #hold(buffer: Buffer, from: number): number {
    if (this.#newPart !== undefined) return from;
    if (from < buffer.length) this.#held = Buffer.from(buffer.subarray(from));
    return buffer.length;
  }

  /** Look at content; where it stopped: in front of what must be held, or of a part's header. */
  #scan(buffer: Buffer, from: number, final: boolean): number {
    this.#buffer = buffer;
    this.#final = final;
    this.#from = from;
    this.#base = this.#position - from;
    this.#search.begin();
    this.#scanLines(from);
    this.#buffer = NOTHING;
    this.#position += this.#from - from;
    return this.#from;
  }

  #scanLines(from: number): void {
    const buffer = this.#buffer;
    let at = from;
    while (!this.#search.isEmpty && !this.#swallowing) {
      if (this.#skipping) {
        at = buffer.indexOf(LF, at) + 1;
        if (at === 0)
          return this.#release(this.#final ? buffer.length : this.#lineBreakBefore(buffer.length));
        this.#skipping = false;
      }
      const hit = this.#search.next(buffer, at, this.#isLineStart(at));
      if (hit < 0) {
        const end = this.#final ? buffer.length : this.#search.partial(buffer, at);
        return this.#release(this.#final ? end : this.#lineBreakBefore(end));
      }
      at = this.#look(hit);
      if (at < 0) return;
    }
    this.#release(buffer.length);
  }

  /** Decide about a place where a delimiter may stand; where to look on, or -1 when this buffer is done. */
  #look(hit: number): number {
    const buffer = this.#buffer;
    const place = this.#placeInLine(hit);
    if (place !== 'start') {
      // Another boundary may go on behind the end of the buffer.
      if (!this.#final && this.#search.partial(buffer, hit) === hit) return this.#holdFrom(hit);
      if (place === 'blanks') this.#flagOwners(hit, 'delimiter-indented');
      if (place === 'text' && hit > 0 && buffer[hit - 1] === CR)
        this.#flagOwners(hit, 'delimiter-after-bare-cr');
      return this.#reject(hit);
    }
    const lineFeed = buffer.indexOf(LF, hit);
    const end = lineFeed < 0 ? buffer.length : lineFeed;
    const isComplete = lineFeed >= 0 || this.#final;
    if (!isComplete && this.#search.mayBecome(buffer, hit, end)) return this.#holdFrom(hit);
    const match = isComplete ? this.#search.classify(buffer, hit, end) : undefined;
    if (match === undefined) this.#flagOwners(hit, 'delimiter-trailing-junk');
    else if (!match.owner.closed) {
      return match.close ? this.#takeClose(match.owner, hit, end) : this.#takeOpen(match.owner, hit, end);
    } else if (!match.close) match.owner.part.flag('parts-after-close');
    return this.#reject(hit);
  }

  #flagOwners(hit: number, code: AmbiguityCode): void {
    for (const { part } of this.#search.ownersAt(hit)) part.flag(code);
  }

  /** No delimiter; where the next line begins. */
  #reject(hit: number): number {
    if (this.#search.reject(this.#base + hit)) this.#root.flag('delimiter-flood');
    const nextLine = this.#buffer.indexOf(LF, hit) + 1;
    if (nextLine > 0) return nextLine;
    this.#skipping = true;
    return this.#buffer.length;
  }

  #holdFrom(hit: number): number {
    this.#release(this.#lineBreakBefore(hit));
    return -1;
  }

  #takeOpen(frame: Frame, hit: number, end: number): number {
    if (this.#parts >= this.#limits.parts) {
      this.#stack.at(-1)!.part.flag('too-many-parts');
      this.#swallowing = true;
      return hit;
    }
    const start = this.#lineBreakBefore(hit);
    const stop = Math.min(end + 1, this.#buffer.length);
    this.#release(start);
    this.#closeInside(frame, this.#base + hit);
    this.#noteLine(frame, start, hit, end);
    const { part } = frame;
    const delimiter = Buffer.from(this.#buffer.subarray(start, stop));
    const defaultType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    this.#beginPart({ parent: part, index: frame.children++, delimiter, defaultType });
    this.#from = stop;
    return -1;
  }

  #takeClose(frame: Frame, hit: number, end: number): number {
    const start = this.#lineBreakBefore(hit);
    const stop = endOfText(this.#buffer, hit, end);
    this.#release(start);
    this.#closeInside(frame, this.#base + hit);
    this.#noteLine(frame, start, hit, end);
    frame.closed = true;
    this.#search.closeInnermost();
    this.#next.frame(frame.part, this.#buffer.subarray(start, stop));
    // The line end stays: it may be the line break of an outer delimiter.
    this.#from = stop;
    this.#lineState = 'text';
    this.#outside.begin(false);
    return end;
  }

  /** Note what some readers do not take for a delimiter. */
  #noteLine(frame: Frame, start: number, hit: number, end: number): void {
    const buffer = this.#buffer;
    const text = endOfText(buffer, hit, end);
    if (text < end && buffer[text] !== CR) frame.part.flag('delimiter-padding');
    for (const lineFeed of [hit - 1, end]) {
      if (lineFeed < start || lineFeed >= buffer.length) continue;
      const lineEnd = lineFeed > 0 && buffer[lineFeed - 1] === CR ? 'CRLF' : 'LF';
      frame.lineEnd ??= lineEnd;
      if (frame.lineEnd !== lineEnd) frame.part.flag('delimiter-mixed-line-ends');
    }
  }

  /** Pass content on, up to there. */
  #release(to: number): void {
    if (to === this.#from) return;
    const slice = this.#buffer.subarray(this.#from, to);
    const { part } = this.#stack.at(-1)!;
    this.#lineState = this.#stateBefore(to);
    this.#from = to;
    if (part.isLeaf) return this.#next.body(part, slice);
    if (this.#outside.looksLikeHeader(slice)) part.flag('header-outside-parts');
    this.#next.frame(part, slice);
  }

  #isLineStart(at: number): boolean {
    return at === this.#from ? this.#lineState === 'start' : this.#buffer[at - 1] === LF;
  }

  #placeInLine(hit: number): LineState {
    return this.#stateBefore(hit);
  }

  /** What is in front of a place in its line. */
  #stateBefore(to: number): LineState {
    let place = to;
    while (place > this.#from && isBlank(this.#buffer[place - 1]!)) place--;
    const before: LineState =
      place === this.#from ? this.#lineState : this.#buffer[place - 1] === LF ? 'start' : 'text';
    return before === 'start' && place < to ? 'blanks' : before;
  }

  /** Where the line break directly in front of a place begins, or a lone CR there; the place itself without one. */
  #lineBreakBefore(place: number): number {
    const buffer = this.#buffer;
    let start = place;
    if (start > this.#from && buffer[start - 1] === LF) start--;
    if (start > this.#from && buffer[start - 1] === CR) start--;
    return start;
  }

  #beginPart(newPart: NewPart): void {
    this.#parts++;
    this.#newPart = newPart;
    this.#header.reset();
  }

  /** Whether a line of a header is a delimiter. */
  #endsHeader(buffer: Buffer, start: number, end: number): boolean {
    const match = this.#swallowing ? undefined : this.#search.classify(buffer, start, end);
    if (match === undefined || match.owner.closed) return false;
    if (match.close || this.#parts < this.#limits.parts) return true;
    this.#swallowing = true;
    return false;
  }

  #endHeader(newPart: NewPart): void {
    const { block, separator, end, rest } = this.#header.result!;
    const headers = HeaderList.parse(block);
    const part = new MessagePart({ ...newPart, headers, separator, parameters: this.#limits.parameters });
    if (end === 'cut-off') part.flag('header-cut-off');
    if (end === 'too-long') part.flag('header-too-long');
    if (this.#swallowing) part.flag('too-many-parts');
    this.#newPart = undefined;
    this.#openPart(part);
    if (rest.length > 0) this.#feed(rest);
  }

  #openPart(part: MessagePart): void {
    if (!part.isLeaf && part.depth >= this.#limits.depth) part.keepWhole('too-deep');
    if (part.isMessage && this.#parts >= this.#limits.parts) part.keepWhole('too-many-parts');
    this.#lineState = 'start';
    this.#skipping = false;
    const frame: Frame = { part, children: 0, closed: false, lineEnd: undefined };
    this.#stack.push(frame);
    if (part.isMultipart) this.#openBoundary(frame, part.boundary!);
    this.#next.open(part);
    if (part.isMessage) {
      this.#beginPart({ parent: part, index: 0, delimiter: NOTHING, defaultType: 'text/plain' });
    }
  }

  #openBoundary(frame: Frame, boundary: string): void {
    const needle = Buffer.from(`--${boundary}`, 'latin1');
    for (const [, other] of this.#search.owners()) {
      if (startsWith(other, needle) || startsWith(needle, other)) frame.part.flag('boundary-overlaps-outer');
    }
    this.#search.push(boundary, frame, this.#position);
    if (this.#search.byLine) this.#root.flag('delimiter-flood');
    this.#outside.begin(true);
  }

  /** End everything that is open inside a part. */
  #closeInside(frame: Frame, position: number): void {
    while (this.#stack.at(-1) !== frame) {
      const { part, closed } = this.#stack.at(-1)!;
      if (part.isMultipart && !closed) part.flag('inner-not-closed');
      this.#closeInnermost(position);
    }
  }

  #closeInnermost(position: number): void {
    const { part, children } = this.#stack.pop()!;
    if (part.isMultipart) {
      this.#search.pop(position);
      if (children === 0 && !this.#swallowing) part.flag('no-parts');
    }
    this.#next.close(part);
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function startsWith(buffer: Buffer, start: Buffer): boolean {
  return buffer.length >= start.length && buffer.subarray(0, start.length).equals(start);
}
