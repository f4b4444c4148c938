import {
  behindBlanks,
  endOfPlainLine,
  endOfText,
  endsInside,
  hasCrBehind,
  isBlank,
  isTooLong,
  lineFeedFrom,
  MAX_DELIMITER_LINE,
  stands,
} from './delimiter-line.ts';
import { DelimiterLines, type DelimiterMatch } from './delimiter-lines.ts';
import { childOf, type NeedleNode, NeedleTree } from './needle-tree.ts';
import { BITS, isSettled, NEAR_DELIMITERS, type OpenBoundary, type Place, textOf } from './open-boundary.ts';
import type { NearDelimiter } from './readings/other-way.ts';

/**
 * Boundaries longer than this are not looked for. RFC 2046 section 5.1.1 allows 70 characters; readers take more, but
 * what is compared at every chunk edge must have a bound.
 */
export const MAX_BOUNDARY = 256;

/**
 * With its dashes, no more of a boundary is searched for: RFC 2046 section 5.1.1 allows 70 characters, and where some readers cut longer
 * ones, the line begins as a delimiter.
 */
const MAX_NEEDLE = 72;

/** How many bytes behind held ones are to be looked at with them: more than can be held. */
export const MORE_THAN_HELD = MAX_DELIMITER_LINE + 32;

/** With more boundaries open, or more often rejected hits than this, lines are looked at one by one. */
const MAX_NEEDLES = 8;
const FREE_REJECTIONS = 64;
const BYTES_PER_REJECTION = 512;

/** After so many lines with nothing in them, more of them are expected. */
const FEW_LINES = 8;
/** So many, where that was wrong. */
const MANY_LINES = 100;

const DASH = 0x2d;
const LF = 0x0a;
const NOBODY: readonly never[] = [];
/** A delimiter where a lone CR ends a line. */
const BEHIND_CR = Buffer.from('\r--');

/** What is in front of a place in its line: nothing, blanks, or anything else. */
export type LineState = 'start' | 'blanks' | 'text';

/**
 * The delimiters of all open multiparts, and the fastest way to the next one.
 *
 * Buffers are windows of the body: `base` says where in the body a buffer begins. What is found is remembered by its
 * place in the body, so that nothing is searched twice, however the scanner goes back and forth between buffers.
 *
 * Up to eight boundaries are searched with one `indexOf` of `--boundary` each (20 GB/s on base64; a search for the line break would stop at
 * every line). Where hits are rejected more often
 * than once in 512 bytes, or more boundaries are open, the beginning of each line is looked at instead, which costs the
 * same whatever the boundaries are: those that may stand there are told apart by a {@link NeedleTree}, and where all has been told, by its length
 * alone. Both find the same, save for what stands inside of a line, which is a delimiter for nobody. Which of
 * the two is used depends on the bytes seen since a boundary was opened or gone, never on chunk edges.
 */
export class DelimiterSearch<Owner> {
  readonly #open: OpenBoundary<Owner>[] = [];
  readonly #lines = new DelimiterLines<Owner>();
  readonly #cutLine: Place = { needle: BEHIND_CR, hit: -1, searched: 0 };
  #stem: Place = { needle: BEHIND_CR, hit: -1, searched: 0 };
  readonly #cr: Place = { needle: BEHIND_CR.subarray(0, 1), hit: -1, searched: 0 };
  /** Open boundaries of which such a line has not been told since the last delimiter. */
  readonly #untold: Record<NearDelimiter, number> = {
    'delimiter-trailing-junk': 0,
    'delimiter-indented': 0,
    'delimiter-after-bare-cr': 0,
    'parts-after-close': 0,
  };
  /** What is searched for, once lines are looked at one by one. */
  #tree: NeedleTree<OpenBoundary<Owner>> | undefined;
  #longest = 0;
  #rejections = 0;
  #since = 0;
  #searches = 0;

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** Whether lines are looked at one by one. */
  get byLine(): boolean {
    return this.#open.length > MAX_NEEDLES || this.#rejections === Infinity;
  }

  /** Searches and line looks so far: the work done, for tests that must not depend on a clock. */
  get searches(): number {
    return this.#searches;
  }

  /** Whether a boundary is the beginning of an open one, or an open one is its beginning. */
  overlaps(boundary: string): boolean {
    const text = textOf(boundary);
    return this.#open.some((open) => open.text.startsWith(text) || text.startsWith(open.text));
  }

  /** A multipart begins. */
  push(boundary: string, owner: Owner, position: number): void {
    const text = textOf(boundary);
    const shadowed = this.#lines.add(boundary, text, owner);
    const place = { needle: Buffer.from(text.slice(0, MAX_NEEDLE), 'latin1'), hit: -1, searched: 0 };
    const length = boundary.length + 2;
    const open: OpenBoundary<Owner> = { owner, text, length, shadowed, place, told: 0 };
    this.#open.push(open);
    for (const near of NEAR_DELIMITERS) this.#untold[near]++;
    this.#tree?.add(place.needle, open);
    this.#changed(position);
  }

  /** The innermost multipart was closed by its own delimiter: an outer one with the same boundary has it again. */
  closeInnermost(): void {
    this.#lines.close(this.#open.at(-1)!.shadowed);
  }

  /** The innermost multipart ends. */
  pop(position: number): void {
    const { shadowed, told } = this.#open.pop()!;
    for (const near of NEAR_DELIMITERS) if ((told & BITS[near]) === 0) this.#untold[near]--;
    this.#lines.remove(shadowed);
    this.#tree?.removeLast();
    this.#changed(position);
  }

  #changed(position: number): void {
    this.#rejections = 0;
    this.#since = position;
    this.#longest = 0;
    for (const { length } of this.#open) this.#longest = Math.max(this.#longest, length);
  }

  /**
   * Where in the buffer a delimiter may stand next, at or behind `at`; -1 for nowhere. `before` says what
   * there is in front of `at` in its line. In {@link byLine} mode this is where the text of a line begins, or what is behind
   * a lone CR; otherwise any place where `--boundary` stands.
   */
  next(buffer: Buffer, base: number, at: number, before: LineState): number {
    if (this.byLine) return this.#nextLine(buffer, base, at, before);
    let next = Infinity;
    for (const { place } of this.#open) {
      if (place.hit < base + at) this.#find(place, buffer, base, at);
      if (place.hit >= 0 && place.hit < next) next = place.hit;
    }
    return next - base < buffer.length ? next - base : -1;
  }

  #find(place: Place, buffer: Buffer, base: number, at: number): void {
    const from = Math.max(at, place.searched - base);
    const end = buffer.length - place.needle.length + 1;
    let hit = -1;
    if (from < end) {
      this.#searches++;
      hit = buffer.indexOf(place.needle.length === 1 ? place.needle[0] : place.needle, from);
    }
    place.hit = hit < 0 ? -1 : base + hit;
    place.searched = Math.max(place.searched, base + (hit < 0 ? end : hit + 1));
  }

  #nextLine(buffer: Buffer, base: number, at: number, before: LineState): number {
    let behindCr = this.#nextOf(this.#cutLine, buffer, base, at) + 1;
    const needsCr = this.#open.length > MAX_NEEDLES;
    // Where one line is like a delimiter, the next one may be as well.
    let isLike = false;
    let start = at;
    for (let state = before; ; state = 'start') {
      if (state === 'start' && !isLike) start = this.#skipLines(buffer, base, start, behindCr);
      isLike = false;
      this.#searches++;
      const plainEnd = needsCr && buffer[start] === DASH ? endOfPlainLine(buffer, start) : -1;
      const lineFeed = plainEnd < 0 ? lineFeedFrom(buffer, start) : plainEnd;
      const end = lineFeed < 0 ? buffer.length : lineFeed;
      if (state !== 'text') {
        const text = behindBlanks(buffer, start);
        if (state === 'blanks' || text > start) {
          if (this.#mayStand(buffer, base, text, 'delimiter-indented')) return text;
        } else if (buffer[text] === DASH && (buffer[text + 1] === DASH || text + 1 === buffer.length)) {
          const isTold = lineFeed >= 0 && this.#isTold(buffer, base, text, lineFeed, plainEnd >= 0);
          const may = !isTold && this.#mayStand(buffer, base, text, 'delimiter-trailing-junk');
          if (may || lineFeed < 0) return text;
          isLike = isTold;
          // Nothing more is looked for in a line that begins as delimiters do.
          while (behindCr < end) behindCr = this.#nextOf(this.#cutLine, buffer, base, behindCr) + 1;
        }
      }
      for (; behindCr < end; behindCr = this.#nextOf(this.#cutLine, buffer, base, behindCr) + 1) {
        if (this.#mayStand(buffer, base, behindCr, 'delimiter-after-bare-cr')) return behindCr;
      }
      if (lineFeed < 0) return -1;
      start = lineFeed + 1;
    }
  }

  /** The first line, from one on, that its first bytes do not tell from all that is searched for, or that goes up to `stop`. */
  #skipLines(buffer: Buffer, base: number, from: number, stop: number): number {
    const { stem, followers } = (this.#tree ??= this.#grow());
    if (stem.length < 3) return from;
    const isIndentedTold = this.#untold['delimiter-indented'] === 0;
    const last = buffer.length - stem.length;
    let start = from;
    let lines = 0;
    let enough = FEW_LINES;
    while (start < last) {
      const byte = buffer[start];
      if (byte === DASH) {
        const isLike = buffer[start + 2] === stem[2];
        if (isLike && (followers === undefined || followers[buffer[start + stem.length]] === 1)) break;
      } else if (!isIndentedTold && isBlank(byte)) break;
      const lineFeed = lineFeedFrom(buffer, start);
      if (lineFeed < 0 || lineFeed >= stop) break;
      this.#searches++;
      start = lineFeed + 1;
      // In text, a search for what all boundaries begin with goes over very many lines at once.
      if (++lines < enough) continue;
      const stemAt = this.#nextOf(this.#placeOf(stem), buffer, base, start);
      const line = buffer.lastIndexOf(LF, Math.min(stemAt, stop, last) - 1) + 1;
      enough = lines + (line > start ? FEW_LINES : MANY_LINES);
      start = Math.max(start, line);
    }
    return start;
  }

  #placeOf(stem: Uint8Array): Place {
    if (this.#stem.needle !== stem) this.#stem = { needle: stem, hit: -1, searched: 0 };
    return this.#stem;
  }

  /** The next place where a needle stands; the end of the buffer where there is none. */
  #nextOf(place: Place, buffer: Buffer, base: number, at: number): number {
    if (place.hit < base + at && place.searched <= base + buffer.length - place.needle.length)
      this.#find(place, buffer, base, at);
    return place.hit < base + at ? buffer.length : place.hit - base;
  }

  /**
   * Whether a line is no delimiter, as its length shows, and there is nothing to tell of it, whichever boundaries stand there: where
   * lines go on behind one of them, it has been told.
   */
  #isTold(buffer: Buffer, base: number, start: number, lineFeed: number, isPlain: boolean): boolean {
    if (this.#open.length <= MAX_NEEDLES) return this.#open.every((open) => isSettled(open, buffer, start));
    if (this.#untold['delimiter-trailing-junk'] > 0) return false;
    if (this.#lines.hasLength(endOfText(buffer, start, lineFeed) - start)) return false;
    return isPlain || this.#nextOf(this.#cr, buffer, base, start) >= lineFeed - 1;
  }

  /**
   * Whether a `--boundary` that is to be told of stands at a place, or may do so with what follows the buffer; notes which. At the
   * start of a line it counts as well where it may be a delimiter.
   */
  #mayStand(buffer: Buffer, base: number, at: number, near: NearDelimiter): boolean {
    if (buffer[at] !== DASH) return false;
    const bit = BITS[near];
    const isStart = near === 'delimiter-trailing-junk';
    if (!isStart && this.#untold[near] === 0) return false;
    const { stem, stemEnd, followers } = (this.#tree ??= this.#grow());
    let behind = at + stem.length;
    if (behind > buffer.length) return endsInside(buffer, at, stem);
    // The byte behind what all have in common tells most lines apart.
    if (behind < buffer.length && followers !== undefined && followers[buffer[behind]] === 0) return false;
    if (!stands(buffer, at, stem)) return false;
    let may = false;
    let node: NeedleNode<OpenBoundary<Owner>> | undefined = stemEnd;
    do {
      for (const open of node.ends) {
        const { place, text } = open;
        if (isStart && isSettled(open, buffer, at)) continue;
        may ||= isStart;
        if ((open.told & bit) !== 0 && !(isStart && hasCrBehind(buffer, at, text))) continue;
        place.hit = base + at;
        may = true;
      }
      if (node.child === undefined) break;
      if (behind === buffer.length) return true;
      node = childOf(node, buffer[behind++]);
    } while (node !== undefined);
    return may;
  }

  #grow(): NeedleTree<OpenBoundary<Owner>> {
    const tree = new NeedleTree<OpenBoundary<Owner>>();
    for (const open of this.#open) tree.add(open.place.needle, open);
    return tree;
  }

  /** Owners of the boundaries that {@link next} found at a place in the body, as far as they have not been told so since the last delimiter. */
  toTell(position: number, near: NearDelimiter): readonly Owner[] {
    let owners: Owner[] | undefined;
    for (const open of this.#open) {
      if (open.place.hit !== position || (open.told & BITS[near]) !== 0) continue;
      this.#tell(open, near);
      (owners ??= []).push(open.owner);
    }
    return owners ?? NOBODY;
  }

  /** Whether nobody has been told since the last delimiter that one of this owner stood where it is closed. */
  toTellClosed(owner: Owner): boolean {
    const open = this.#open.find((other) => other.owner === owner);
    if (open === undefined || (open.told & BITS['parts-after-close']) !== 0) return false;
    this.#tell(open, 'parts-after-close');
    return true;
  }

  #tell(open: OpenBoundary<Owner>, near: NearDelimiter): void {
    open.told |= BITS[near];
    this.#untold[near]--;
  }

  /** There was a delimiter. */
  forget(): void {
    for (const open of this.#open) open.told = 0;
    for (const near of NEAR_DELIMITERS) this.#untold[near] = this.#open.length;
  }

  /** A hit was no delimiter. `position` is its place in the body. True when this began the looking by line. */
  reject(position: number): boolean {
    if (this.byLine) return false;
    this.#rejections++;
    const seen = position - this.#since;
    if (this.#rejections <= FREE_REJECTIONS || this.#rejections * BYTES_PER_REJECTION <= seen) return false;
    this.#rejections = Infinity;
    return true;
  }

  /** What the line in `[start, end)`, its LF not included, is: `--boundary`, `--` or not, blanks, CR or not. */
  classify(buffer: Buffer, start: number, end: number): DelimiterMatch<Owner> | undefined {
    return isTooLong(buffer, start, end)
      ? undefined
      : this.#lines.match(buffer, start, endOfText(buffer, start, end));
  }

  /**
   * What a line that begins as a delimiter and goes on is for those who look no further than the boundary: of several
   * boundaries the longest. `position` is its place in the body.
   */
  classifyStart(buffer: Buffer, start: number, position: number): DelimiterMatch<Owner> | undefined {
    let longest: OpenBoundary<Owner> | undefined;
    for (const open of this.#open) {
      const { hit, needle } = open.place;
      if (hit === position && needle.length >= (longest?.place.needle.length ?? 0)) longest = open;
    }
    if (longest === undefined) return undefined;
    const behind = start + longest.place.needle.length;
    return { owner: longest.owner, close: buffer[behind] === DASH && buffer[behind + 1] === DASH };
  }

  /** Whether a CR, and then more of the line, is directly behind what stands here of a boundary. `position` is its place in the body. */
  hasCrBehind(buffer: Buffer, start: number, position: number): boolean {
    return this.#open.some(({ place, text }) => place.hit === position && hasCrBehind(buffer, start, text));
  }

  /** Whether the unfinished line in `[start, end)` may become a delimiter with what follows. */
  mayBecome(buffer: Buffer, start: number, end: number): boolean {
    if (isTooLong(buffer, start, end)) return false;
    const last = endOfText(buffer, start, end);
    if (last < end && this.#lines.match(buffer, start, last) !== undefined) return true;
    return end - start <= this.#longest + 2 && this.#lines.anyBegins(buffer.toString('latin1', start, end));
  }

  /** The first place from `at` up to `stop` from which the rest of the buffer begins a `--boundary`; else `stop` or one behind it. */
  partial(buffer: Buffer, at: number, stop = buffer.length): number {
    let start = Math.max(at, buffer.length - this.#longest + 1);
    for (; start < stop; start++) {
      if (buffer[start] === DASH && this.#open.some(({ place }) => endsInside(buffer, start, place.needle)))
        break;
    }
    return start;
  }
}
