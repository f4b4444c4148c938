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

/** A longer line is no delimiter, however it begins: RFC 5322 section 2.1.1 allows no longer line. In bytes, without its end. */
const MAX_DELIMITER_LINE = 998;

/** How many bytes behind held ones are to be looked at with them: more than can be held. */
export const MORE_THAN_HELD = MAX_DELIMITER_LINE + 32;

/** With more boundaries open, or more often rejected hits than this, lines are looked at one by one. */
const MAX_NEEDLES = 8;
const FREE_REJECTIONS = 64;
const BYTES_PER_REJECTION = 512;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const BITS = {
  'delimiter-trailing-junk': 1,
  'delimiter-indented': 2,
  'delimiter-after-bare-cr': 4,
  'parts-after-close': 8,
} as const satisfies Record<NearDelimiter, number>;
const NOBODY: readonly never[] = [];
/** A delimiter where a lone CR ends a line. */
const BEHIND_CR = Buffer.from('\r--');

/** What is in front of a place in its line: nothing, blanks, or anything else. */
export type LineState = 'start' | 'blanks' | 'text';

/** What a whole line says. */
export interface DelimiterMatch<Owner> {
  readonly owner: Owner;
  /** `--boundary--`. */
  readonly close: boolean;
}

interface OpenBoundary<Owner> {
  readonly owner: Owner;
  /** `--boundary` without blanks at its end, which are not told from blanks behind it. */
  readonly text: string;
  /** Bytes of `--boundary` as it stands in the header, blanks at its end included. */
  readonly length: number;
  /** What the keys of this boundary meant before it came, to be restored when it goes. */
  readonly shadowed: [key: string, match: DelimiterMatch<Owner> | undefined][];
  readonly place: Place;
  /** The kinds of near-delimiters of it that have been told of since the last delimiter. */
  told: number;
}

/** Where something stands that is searched for. */
interface Place {
  readonly needle: Buffer;
  /** Where in the body the needle occurs next, as far as known; -1 where it is not. */
  hit: number;
  /** No needle begins in front of this place in the body that {@link hit} does not tell of. */
  searched: number;
}

/**
 * The delimiters of all open multiparts, and the fastest way to the next one.
 *
 * Buffers are windows of the body: `base` says where in the body a buffer begins. What is found is remembered by its
 * place in the body, so that nothing is searched twice, however the scanner goes back and forth between buffers.
 *
 * Up to eight boundaries are searched with one `indexOf` of `--boundary` each (20 GB/s on base64; a search for the line break would stop at
 * every line). Where hits are rejected more often
 * than once in 512 bytes, or more boundaries are open, the beginning of each line is looked at instead, which costs the
 * same whatever the boundaries are. Both find the same, save for what stands inside of a line, which is a delimiter for nobody. Which of
 * the two is used depends on the bytes seen since a boundary was opened or gone, never on chunk edges.
 */
export class DelimiterSearch<Owner> {
  readonly #open: OpenBoundary<Owner>[] = [];
  readonly #lines = new Map<string, DelimiterMatch<Owner>>();
  /** How many keys have this length: most lines are told apart by their length alone. */
  readonly #lengths: number[] = [];
  readonly #behindCr: Place = { needle: BEHIND_CR, hit: -1, searched: 0 };
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

  /**
   * A multipart begins. Its lines mean itself, unless an outer multipart's delimiter reads the same: the outer one wins
   * (RFC 2046 section 5.1.2), except where both have the same boundary; then the inner one has it until it is closed.
   */
  push(boundary: string, owner: Owner, position: number): void {
    const text = textOf(boundary);
    const shadowed: OpenBoundary<Owner>['shadowed'] = [];
    const add = (key: string, close: boolean) => {
      const before = this.#lines.get(key);
      if (before !== undefined && before.close !== close) return;
      if (shadowed.some(([other]) => other === key)) return;
      shadowed.push([key, before]);
      this.#lines.set(key, { owner, close });
      this.#lengths[key.length] = (this.#lengths[key.length] ?? 0) + 1;
    };
    add(text, false);
    add(`${text}--`, true);
    add(`--${boundary}--`, true);
    const place = { needle: Buffer.from(text.slice(0, MAX_NEEDLE), 'latin1'), hit: -1, searched: 0 };
    this.#open.push({ owner, text, length: boundary.length + 2, shadowed, place, told: 0 });
    this.#changed(position);
  }

  /** The innermost multipart was closed by its own delimiter: an outer one with the same boundary has it again. */
  closeInnermost(): void {
    for (const [key, before] of this.#open.at(-1)!.shadowed) {
      if (before !== undefined) this.#lines.set(key, before);
    }
  }

  /** The innermost multipart ends. */
  pop(position: number): void {
    for (const [key, before] of this.#open.pop()!.shadowed) {
      if (before === undefined) this.#lines.delete(key);
      else this.#lines.set(key, before);
      this.#lengths[key.length]--;
    }
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
      hit = buffer.indexOf(place.needle, from);
    }
    place.hit = hit < 0 ? -1 : base + hit;
    place.searched = Math.max(place.searched, base + (hit < 0 ? end : hit + 1));
  }

  #nextLine(buffer: Buffer, base: number, at: number, before: LineState): number {
    let behindCr = this.#nextBehindCr(buffer, base, at);
    let start = at;
    for (let state = before; ; state = 'start') {
      this.#searches++;
      if (state !== 'text') {
        let text = start;
        while (isBlank(buffer[text])) text++;
        const near = state === 'start' && text === start ? 'delimiter-trailing-junk' : 'delimiter-indented';
        if (this.#mayStand(buffer, base, text, near)) return text;
      }
      const lineFeed = lineFeedFrom(buffer, start);
      const end = lineFeed < 0 ? buffer.length : lineFeed;
      for (; behindCr < end; behindCr = this.#nextBehindCr(buffer, base, behindCr)) {
        if (this.#mayStand(buffer, base, behindCr, 'delimiter-after-bare-cr')) return behindCr;
      }
      if (lineFeed < 0) return -1;
      start = lineFeed + 1;
    }
  }

  /** The next place behind a CR where two dashes stand; the end of the buffer where there is none. */
  #nextBehindCr(buffer: Buffer, base: number, at: number): number {
    const place = this.#behindCr;
    if (place.hit < base + at && place.searched <= base + buffer.length - BEHIND_CR.length)
      this.#find(place, buffer, base, at);
    return place.hit < base + at ? buffer.length : place.hit - base + 1;
  }

  /**
   * Whether a `--boundary` that is to be told of stands at a place, or may do so with what follows the buffer; notes which. At the
   * start of a line it may be a delimiter as well.
   */
  #mayStand(buffer: Buffer, base: number, at: number, near: NearDelimiter): boolean {
    if (buffer[at] !== DASH) return false;
    const isStart = near === 'delimiter-trailing-junk';
    let may = isStart && (buffer[at + 1] === DASH || at + 1 === buffer.length);
    for (const { place, text, told } of this.#open) {
      if ((told & BITS[near]) !== 0 && !(isStart && hasCrBehind(buffer, at, text))) continue;
      const { needle } = place;
      if (at + needle.length > buffer.length) may ||= endsInside(buffer, at, needle);
      else if (stands(buffer, at, needle)) {
        place.hit = base + at;
        may = true;
      }
    }
    return may;
  }

  /** Owners of the boundaries that {@link next} found at a place in the body, as far as they have not been told so since the last delimiter. */
  toTell(position: number, near: NearDelimiter): readonly Owner[] {
    let owners: Owner[] | undefined;
    for (const open of this.#open) {
      if (open.place.hit !== position || (open.told & BITS[near]) !== 0) continue;
      open.told |= BITS[near];
      (owners ??= []).push(open.owner);
    }
    return owners ?? NOBODY;
  }

  /** There was a delimiter. */
  forget(): void {
    for (const open of this.#open) open.told = 0;
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
    const last = endOfText(buffer, start, end);
    if (isTooLong(buffer, start, end)) return undefined;
    if (!this.#lengths[last - start]) return undefined;
    return this.#lines.get(buffer.toString('latin1', start, last));
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
    if (last < end && this.#lengths[last - start] && this.#lines.has(buffer.toString('latin1', start, last)))
      return true;
    if (end - start > this.#longest + 2) return false;
    const text = buffer.toString('latin1', start, end);
    for (const key of this.#lines.keys()) if (key.startsWith(text)) return true;
    return false;
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

/** So near, a line end is found faster without a call of `indexOf`. */
const NEAR = 24;

/** Where the next LF is; -1 for nowhere. */
export function lineFeedFrom(buffer: Buffer, from: number): number {
  const near = Math.min(from + NEAR, buffer.length);
  for (let at = from; at < near; at++) if (buffer[at] === LF) return at;
  return near === buffer.length ? -1 : buffer.indexOf(LF, near);
}

export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function textOf(boundary: string): string {
  let end = boundary.length;
  while (end > 0 && (boundary[end - 1] === ' ' || boundary[end - 1] === '\t')) end--;
  return `--${boundary.slice(0, end)}`;
}

/** Where the blanks behind the text of a line begin. */
export function endOfText(buffer: Buffer, start: number, end: number): number {
  let last = withoutCr(buffer, start, end);
  while (last > start && isBlank(buffer[last - 1])) last--;
  return last;
}

/** Whether a line (up to its LF, without it) cannot be a delimiter, whatever follows. */
export function isTooLong(buffer: Buffer, start: number, end: number): boolean {
  return withoutCr(buffer, start, end) - start > MAX_DELIMITER_LINE;
}

function withoutCr(buffer: Buffer, start: number, end: number): number {
  return end > start && buffer[end - 1] === CR ? end - 1 : end;
}

/** Whether a CR, and then more of the line, is directly behind what has the length of this text, or behind two dashes there. */
function hasCrBehind(buffer: Buffer, start: number, { length }: string): boolean {
  let behind = start + length;
  if (buffer[behind] === DASH && buffer[behind + 1] === DASH) behind += 2;
  if (buffer[behind] !== CR || behind + 1 === buffer.length) return false;
  return buffer[behind + 1] !== LF && buffer[behind + 1] !== CR;
}

function endsInside(buffer: Buffer, start: number, needle: Buffer): boolean {
  if (buffer.length - start >= needle.length) return false;
  for (let i = start + 1; i < buffer.length; i++) if (buffer[i] !== needle[i - start]) return false;
  return true;
}

/** Bytes that are compared without a call: most lines differ in the first ones. */
const FIRST = 6;

/** Whether a needle stands at a place, in a buffer that is long enough. */
function stands(buffer: Buffer, at: number, needle: Buffer): boolean {
  const first = Math.min(FIRST, needle.length);
  for (let i = 0; i < first; i++) if (buffer[at + i] !== needle[i]) return false;
  if (first === needle.length) return true;
  return buffer.compare(needle, first, needle.length, at + first, at + needle.length) === 0;
}
