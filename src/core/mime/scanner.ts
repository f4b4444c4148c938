import type { Limits } from '../limits.ts';
import type { Stage } from '../stage.ts';
import { isIdentity } from './content-type.ts';
import { endOfText, isBlank, isTooLong, lineFeedFrom } from './delimiter-line.ts';
import { type LineState, MORE_THAN_HELD } from './delimiter-search.ts';
import { HeaderBlock } from './header-block.ts';
import type { MessagePart } from './message-part.ts';
import { type NewPart, partFrom } from './new-part.ts';
import { type OpenPart, OpenParts } from './open-parts.ts';
import { EncodedBody } from './readings/encoded-body.ts';
import type { Forks } from './readings/forks.ts';
import type { NearDelimiter, OtherWay } from './readings/other-way.ts';

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

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
  readonly #limits: Readonly<Limits>;
  readonly #open: OpenParts;
  readonly #header: HeaderBlock;
  /** What the body is to those who decode it first, where the root is a multipart with a transfer encoding. */
  readonly #encodedBody: EncodedBody | undefined;
  /** Where others read the message in another way, it is read in theirs as well. */
  readonly #forks: Forks | undefined;
  /** This is another reading itself. */
  readonly #way: OtherWay | undefined;
  #stopped = false;
  #newPart: NewPart | undefined;
  /** Bytes of the body that are decided. */
  #position = 0;
  #held: Buffer = NOTHING;
  #lineState: LineState = 'start';
  /** The current line cannot be a delimiter any more. */
  #skipping = false;

  // What is being looked at, during a scan only.
  #buffer: Buffer = NOTHING;
  #final = false;
  /** The first byte not passed on. */
  #from = 0;
  /** Where the buffer begins in the body. */
  #base = 0;

  /**
   * `next` gets the events; nothing is told before the first `write` or `end`. `forks` is told where readers differ, and with a
   * `way` it reads as some of them do.
   */
  constructor(root: MessagePart, next: Stage, limits: Readonly<Limits>, forks?: Forks, way?: OtherWay) {
    this.#root = root;
    this.#limits = limits;
    this.#forks = forks;
    this.#way = way;
    this.#open = new OpenParts(next, limits, forks);
    if (root.isMultipart && !isIdentity(root.transferEncoding))
      this.#encodedBody = new EncodedBody(root.transferEncoding, root.boundary!);
    this.#header = new HeaderBlock(limits, (buffer, start, end) => this.#endsHeader(buffer, start, end));
  }

  /** Parts so far, the root included. */
  get parts(): number {
    return this.#open.count;
  }

  /** Searches done so far, for tests of the work done. */
  get searches(): number {
    return this.#open.search.searches;
  }

  /**
   * Bytes of the body in order; borrowed.
   * @param deadline when, as `performance.now()` counts, to stop in front of the next part
   * @returns how many bytes were taken; the others are to be written again
   */
  write(chunk: Buffer, deadline = Infinity): number {
    this.#start();
    let taken = 0;
    let isRead = true;
    while (isRead && taken < chunk.length && (taken === 0 || performance.now() <= deadline)) {
      const isWhole = this.#forks === undefined || deadline === Infinity;
      const step = isWhole ? chunk : chunk.subarray(taken, taken + this.#forks.step(chunk, taken));
      this.#forks?.receive(step);
      const read = this.#feed(step, deadline);
      isRead = read === step.length;
      this.#encodedBody?.write(isRead ? step : step.subarray(0, read));
      this.#forks?.feed(read, this.#decided);
      taken += read;
    }
    return taken;
  }

  /** Bytes of the body in front of what may still begin a delimiter. */
  get #decided(): number {
    return this.#newPart === undefined ? this.#position : this.#position - this.#header.unfinished;
  }

  /** The body is complete. */
  end(): void {
    this.#start();
    while (!this.#stopped) {
      if (this.#newPart !== undefined) {
        this.#header.end();
        this.#endHeader(this.#newPart);
      } else if (this.#held.length > 0) {
        const held = this.#held;
        this.#held = NOTHING;
        this.#scan(held, 0, true);
      } else break;
    }
    if (this.#encodedBody?.end()) this.#root.flag('encoded-multipart-differs');
    if (!this.#stopped) this.#open.endAll(this.#position);
    this.#forks?.end(this.#position);
  }

  #start(): void {
    if (this.#open.count === 0) this.#openPart(this.#root);
  }

  #feed(chunk: Buffer, deadline = Infinity): number {
    let position = 0;
    while (position < chunk.length && !this.#stopped) {
      if (position > 0 && deadline < Infinity && performance.now() > deadline) break;
      if (this.#newPart !== undefined) {
        const stop = this.#header.push(chunk, position);
        this.#position += stop - position;
        position = stop;
        if (this.#header.result !== undefined) this.#endHeader(this.#newPart);
      } else if (this.#held.length > 0) {
        position = this.#feedJoined(chunk, position);
      } else {
        position = this.#hold(chunk, this.#scan(chunk, position, false));
      }
    }
    return position;
  }

  /** Look at what is held together with the bytes behind it; where the chunk goes on. */
  #feedJoined(chunk: Buffer, position: number): number {
    const { length } = this.#held;
    const joined = Buffer.concat([this.#held, chunk.subarray(position, position + MORE_THAN_HELD)]);
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
    this.#scanLines(from);
    this.#buffer = NOTHING;
    this.#position += this.#from - from;
    return this.#from;
  }

  #scanLines(from: number): void {
    const buffer = this.#buffer;
    const { search } = this.#open;
    let at = from;
    while (!search.isEmpty && !this.#open.isSwallowing) {
      if (this.#skipping) {
        at = buffer.indexOf(LF, at) + 1;
        if (at === 0) return this.#releaseBefore(buffer.length);
        this.#skipping = false;
      }
      const hit = search.next(buffer, this.#base, at, this.#stateBefore(at));
      if (hit < 0) return this.#releaseBefore(search.partial(buffer, at));
      // A longer boundary may begin in front of it and go on behind the end of the buffer: `----b` has `--b` in it.
      const early = this.#final || search.byLine ? hit : search.partial(buffer, at, hit);
      if (early < hit) return this.#releaseBefore(early);
      at = this.#look(hit);
      if (at < 0) return;
    }
    this.#release(buffer.length);
  }

  /** Decide about a place where a delimiter may stand; where to look on, or -1 when this buffer is done. */
  #look(hit: number): number {
    const buffer = this.#buffer;
    const { search } = this.#open;
    const place = this.#stateBefore(hit);
    if (place !== 'start') {
      // Another boundary may go on behind the end of the buffer.
      if (!this.#final && search.partial(buffer, hit) === hit) return this.#holdFrom(hit);
      if (place === 'text' && buffer[hit - 1] !== CR) return this.#reject(hit);
      const near = place === 'blanks' ? 'delimiter-indented' : 'delimiter-after-bare-cr';
      if (!this.#takes(near)) return this.#doubtOwners(hit, near);
    }
    const lineFeed = lineFeedFrom(buffer, hit);
    const end = lineFeed < 0 ? buffer.length : lineFeed;
    const isComplete = lineFeed >= 0 || this.#final;
    if (!isComplete && search.mayBecome(buffer, hit, end)) return this.#holdFrom(hit);
    let match = isComplete ? search.classify(buffer, hit, end) : undefined;
    if (match === undefined) {
      // To those for whom a lone CR ends a line, nothing is behind it.
      const isCut = search.hasCrBehind(buffer, hit, this.#base + hit);
      if (!this.#takes('delimiter-trailing-junk'))
        return this.#doubtOwners(
          hit,
          'delimiter-trailing-junk',
          isCut ? 'delimiter-after-bare-cr' : undefined,
          lineFeed,
        );
      if (isTooLong(buffer, hit, end)) return this.#reject(hit);
      if (!isComplete) return this.#holdFrom(hit);
      match = search.classifyStart(buffer, hit, this.#base + hit);
      if (match === undefined) return this.#reject(hit);
    }
    const { owner, close } = match;
    if (owner.closed && !close) {
      if (this.#takes('parts-after-close')) owner.closed = false;
      else if (search.toTellClosed(owner)) this.#doubt(owner, hit, 'parts-after-close');
    }
    if (owner.closed) return this.#reject(hit);
    if (this.#way?.meets(owner.part, this.#base + hit, close) === true) return this.#stop(hit);
    return close ? this.#takeClose(owner, hit, end) : this.#takeOpen(owner, hit, end);
  }

  #takes(near: NearDelimiter): boolean {
    return this.#way?.takes.has(near) === true;
  }

  /** From here on, this reading is the one that it is another one of. */
  #stop(hit: number): -1 {
    const start = this.#lineBreakBefore(hit);
    this.#release(start);
    this.#stopped = true;
    this.#from = this.#buffer.length;
    this.#open.endAll(this.#base + start);
    return -1;
  }

  /** No delimiter, but one to some readers; where the next line begins. */
  #doubtOwners(hit: number, code: NearDelimiter, another?: NearDelimiter, lineFeed?: number): number {
    const { search } = this.#open;
    if (another !== undefined)
      for (const owner of search.toTell(this.#base + hit, another)) this.#doubt(owner, hit, another);
    for (const owner of search.toTell(this.#base + hit, code)) this.#doubt(owner, hit, code);
    return this.#reject(hit, lineFeed);
  }

  /** To some readers a delimiter of this multipart stands here. */
  #doubt(multipart: OpenPart, hit: number, code: NearDelimiter): void {
    // Headers in what stands in front of it begin readings before it does.
    if (!this.#open.isDoubtful || this.#forks?.isTried(multipart.part, code) === false) this.#release(hit);
    this.#forks?.near(multipart.part, code, this.#base + hit, this.#buffer.subarray(hit));
    this.#open.doubt(multipart.part, code);
  }

  /** No delimiter; where the next line begins. */
  #reject(hit: number, lineFeed = lineFeedFrom(this.#buffer, hit)): number {
    if (this.#open.search.reject(this.#base + hit)) this.#open.flagFlood();
    const nextLine = lineFeed + 1;
    if (nextLine > 0) return nextLine;
    this.#skipping = true;
    return this.#buffer.length;
  }

  /** Wait for what follows this place, where something can. */
  #holdFrom(place: number): number {
    this.#releaseBefore(place);
    return -1;
  }

  #takeOpen(multipart: OpenPart, hit: number, end: number): number {
    if (!this.#open.hasRoomFor(1)) {
      this.#open.innermost.flag('too-many-parts');
      this.#open.swallow();
      return hit;
    }
    const start = this.#lineBreakBefore(hit);
    const stop = Math.min(end + 1, this.#buffer.length);
    this.#release(start);
    this.#forks?.took(multipart.part, this.#base + hit, false, this.#buffer.subarray(hit));
    this.#open.endInside(multipart, this.#base + hit, this.#base + start);
    this.#open.noteDelimiter(multipart, this.#buffer, start, hit, end);
    const { part } = multipart;
    const delimiter = Buffer.from(this.#buffer.subarray(start, stop));
    const defaultType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    this.#beginPart({ parent: part, index: multipart.children++, delimiter, defaultType });
    this.#from = stop;
    return -1;
  }

  #takeClose(multipart: OpenPart, hit: number, end: number): number {
    const start = this.#lineBreakBefore(hit);
    const stop = endOfText(this.#buffer, hit, end);
    this.#release(start);
    this.#forks?.took(multipart.part, this.#base + hit, true, this.#buffer.subarray(hit));
    this.#open.endInside(multipart, this.#base + hit, this.#base + start);
    this.#open.noteDelimiter(multipart, this.#buffer, start, hit, end);
    this.#open.close(multipart, this.#buffer.subarray(start, stop));
    // The line end stays: it may be the line break of an outer delimiter.
    this.#from = stop;
    this.#lineState = 'text';
    return end;
  }

  /** Pass content on, up to there. */
  #release(to: number): void {
    if (to === this.#from) return;
    const slice = this.#buffer.subarray(this.#from, to);
    const from = this.#from;
    this.#lineState = this.#stateBefore(to);
    this.#from = to;
    this.#open.content(slice, this.#base + from, this.#buffer.subarray(from));
  }

  /** Pass content on, up to a place where a delimiter may begin, save the line break in front of it. */
  #releaseBefore(place: number): void {
    this.#release(this.#final ? this.#buffer.length : this.#lineBreakBefore(place));
  }

  /** What is in front of a place in its line. */
  #stateBefore(to: number): LineState {
    let place = to;
    while (place > this.#from && isBlank(this.#buffer[place - 1])) place--;
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
    this.#newPart = newPart;
    this.#header.reset(newPart.parent.isMessage);
  }

  /** Whether a line of a header is a delimiter. */
  #endsHeader(buffer: Buffer, start: number, end: number): boolean {
    const match = this.#open.isSwallowing ? undefined : this.#open.search.classify(buffer, start, end);
    if (match === undefined || match.owner.closed) return false;
    // The part whose header this is has not been counted yet.
    if (match.close || this.#open.hasRoomFor(2)) return true;
    this.#open.swallow();
    return false;
  }

  #endHeader(newPart: NewPart): void {
    const header = this.#header.result!;
    const { rest } = header;
    const part = partFrom(newPart, header, this.#limits.parameters);
    if (this.#open.isSwallowing) part.flag('too-many-parts');
    this.#newPart = undefined;
    this.#position -= rest.length;
    this.#openPart(part, rest);
    if (rest.length > 0) this.#feed(rest);
  }

  /** `rest`: what has been read of its content. */
  #openPart(part: MessagePart, rest: Buffer = NOTHING): void {
    this.#lineState = 'start';
    this.#skipping = false;
    this.#open.open(part, this.#position);
    this.#forks?.opened(part, this.#position, rest);
    if (part.isMessage) {
      this.#beginPart({ parent: part, index: 0, delimiter: NOTHING, defaultType: 'text/plain' });
    }
  }
}
