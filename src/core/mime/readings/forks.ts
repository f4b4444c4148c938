import { HeaderList } from '../../headers/header-list.ts';
import type { Limits } from '../../limits.ts';
import type { Stage } from '../../stage.ts';
import { MessagePart } from '../message-part.ts';
import { Scanner } from '../scanner.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { DIVIDING, isMessageFile, type OtherHeader, otherHeaders, type Settled } from './other-headers.ts';
import { hasMarks } from './other-boundaries.ts';
import { CrLines } from './cr-lines.ts';
import { CR_ENDS_LINES } from './other-ends.ts';
import type { NearDelimiter, OtherWay } from './other-way.ts';

/** Ways to read a message beside that by the rules, and how many of them at once. */
const MAX_WAYS = 4;
const NOTHING = Buffer.alloc(0);
const CRLF = Buffer.from('\r\n');
/** Most messages need none of their own. */
const NONE: ReadonlySet<never> = new Set<never>();
const ALL: ReadonlySet<Settled> = new Set<Settled>(['ends', 'type', 'encoding']);

/** Where the parts of other readings go. */
export interface ReadingHost {
  /** For the parts of one reading. Its root, where it is no leaf, is the part that is read in another way. */
  openReading(root: MessagePart): Stage;
  /** There are more ways to read the message than are looked at. */
  tooManyReadings(): void;
}

/** What the readings of one message may cost. */
export class ReadingBudget {
  readonly host: ReadingHost;
  #ways: Set<string> | undefined;
  #active = 0;

  constructor(host: ReadingHost) {
    this.host = host;
  }

  /** Whether one more may begin; it counts until it is {@link give given back}. */
  take(way: string): boolean {
    const ways = (this.#ways ??= new Set());
    if (this.#active >= MAX_WAYS || (!ways.has(way) && ways.size >= MAX_WAYS)) {
      this.host.tooManyReadings();
      return false;
    }
    ways.add(way);
    this.#active++;
    return true;
  }

  give(): void {
    this.#active--;
  }
}

/** What one more reading begins with. */
interface Beginning {
  /** The part that is read in another way; the reading ends with it. */
  readonly owner: MessagePart;
  /** What the reader does, in words. */
  readonly ways: ReadonlySet<string>;
  readonly root: MessagePart;
  readonly takes: ReadonlySet<NearDelimiter>;
  readonly settled: ReadonlySet<Settled>;
  readonly prefix: Buffer;
  readonly decoder?: ByteCoder | undefined;
  /** Whether delimiters of the owner are those of the root as well. */
  readonly meets: boolean;
}

/** A delimiter as the rules have it. */
interface Taken {
  readonly part: MessagePart;
  readonly position: number;
  readonly close: boolean;
}

/** A near-delimiter at which a reading may have to begin. */
interface Near {
  readonly part: MessagePart;
  readonly code: NearDelimiter;
  readonly position: number;
  readonly seen: Buffer;
}

/** A part in another reading, beside the scanner that reads it by the rules. */
class Reading implements OtherWay {
  readonly owner: MessagePart;
  readonly takes: ReadonlySet<NearDelimiter>;
  /** Where the reading is, in bytes of the body. */
  fed: number;
  /** Where its part ends, once that is known. */
  end = Infinity;
  /** Where it came to the same as the rules, and stopped. */
  met: number | undefined;
  readonly #scanner: Scanner;
  readonly #decoder: ByteCoder | undefined;
  readonly #root: MessagePart;
  readonly #isTaken: (position: number, close: boolean) => boolean;
  /** What is added to a place in what the scanner gets to have the place in the body. */
  readonly #shift: number;

  constructor(
    beginning: Beginning,
    position: number,
    budget: ReadingBudget,
    limits: Readonly<Limits>,
    taken: (part: MessagePart, position: number, close: boolean) => boolean,
  ) {
    const { owner, root, takes, settled, prefix, decoder, meets, ways } = beginning;
    this.owner = owner;
    this.takes = takes;
    this.fed = position;
    this.#root = root;
    this.#decoder = decoder;
    this.#shift = position - prefix.length;
    this.#isTaken = (place, close) => meets && taken(owner, place, close);
    const forks = new Forks(budget, limits, { root, takes, settled, ways });
    this.#scanner = new Scanner(root, budget.host.openReading(root), limits, forks, this);
    this.#scanner.write(prefix);
  }

  meets(multipart: MessagePart, position: number, close: boolean): boolean {
    const place = this.#shift + position;
    if (multipart !== this.#root || !this.#isTaken(place, close)) return false;
    this.met = place;
    return true;
  }

  write(slice: Buffer): void {
    this.#scanner.write(this.#decoder === undefined ? slice : this.#decoder.write(slice));
    this.fed += slice.length;
  }

  finish(): void {
    if (this.#decoder !== undefined) this.#scanner.write(this.#decoder.end());
    this.#scanner.end();
  }
}

/**
 * Beside a scanner: where it comes to something that readers take in different ways, the part is read in the other ways as
 * well, up to where they agree again or the part ends. Nothing is kept of the body but what the scanner cannot decide
 * yet, and nothing at all until there is such a place.
 */
export class Forks {
  readonly #budget: ReadingBudget;
  readonly #limits: Readonly<Limits>;
  readonly #takes: ReadonlySet<NearDelimiter>;
  readonly #ways: ReadonlySet<string>;
  /** The part that is read in another way by the scanner itself, and what about it is settled. */
  readonly #root: MessagePart | undefined;
  readonly #settled: ReadonlySet<Settled>;
  #active: Reading[] = [];
  /** Bytes of the body in front of the chunk that is scanned. */
  #received = 0;
  /** Bytes in front of it that were not decided. */
  #carry: Buffer = NOTHING;
  /** Delimiters of parts that are read in another way, of this chunk and the one before. */
  #later: Near[] = [];
  #taken: Taken[] = [];
  #takenBefore: readonly Taken[] = [];

  constructor(
    budget: ReadingBudget,
    limits: Readonly<Limits>,
    reading?: Pick<Beginning, 'root' | 'takes' | 'settled' | 'ways'>,
  ) {
    this.#budget = budget;
    this.#limits = limits;
    this.#root = reading?.root;
    this.#takes = reading?.takes ?? NONE;
    this.#settled = reading?.settled ?? NONE;
    this.#ways = reading?.ways ?? NONE;
  }

  /** A part has begun; `position` is where its content does, `seen` are bytes of it that were read already. */
  opened(part: MessagePart, position: number, seen: Buffer): void {
    if (!part.hasAnyInHeader(DIVIDING) && !isMessageFile(part) && !hasMarks(part)) return;
    const settled = part === this.#root ? this.#settled : NONE;
    for (const other of otherHeaders(part, settled))
      this.#begin(this.#ofHeader(part, other, settled), position, seen);
  }

  /**
   * Some readers take the line at this place for a delimiter of the part; `seen` begins with it. `end` is where the part ends, if
   * that is known.
   */
  near(part: MessagePart, code: NearDelimiter, position: number, seen: Buffer, end = Infinity): void {
    if (this.#active.some((reading) => reading.owner === part && reading.takes.has(code))) {
      // It comes there itself, unless it stops before.
      const length = Math.max(0, this.#received - position);
      this.#later.push({ part, code, position, seen: Buffer.from(seen.subarray(0, length)) });
      return;
    }
    const boundary = part.boundary!.replace(/["\\]/g, '\\$&');
    const header = Buffer.from(`Content-Type: ${part.type}; boundary="${boundary}"\r\n`, 'latin1');
    const endsAtCr = code === 'delimiter-after-bare-cr';
    const ways = new Set([...this.#ways, endsAtCr ? CR_ENDS_LINES : code]);
    const beginning: Beginning = {
      owner: part,
      ways,
      root: rootOf(part, header, ways),
      takes: new Set([...this.#takes, code]),
      settled: ALL,
      prefix: NOTHING,
      decoder: endsAtCr ? new CrLines() : undefined,
      meets: !endsAtCr,
    };
    this.#begin(beginning, position, seen, end);
  }

  /** A delimiter of this part was taken. */
  took(part: MessagePart, position: number, close: boolean): void {
    if (this.#active.length > 0) this.#taken.push({ part, position, close });
  }

  /** The content of a part ends in front of this place. */
  ended(part: MessagePart, position: number): void {
    for (const reading of this.#active) if (reading.owner === part) reading.end = position;
  }

  /** A chunk has been scanned; up to `decided`, a place in the body, it is known what its bytes are. */
  feed(chunk: Buffer, decided: number): void {
    const start = this.#received;
    this.#received += chunk.length;
    if (this.#active.length === 0) return;
    const window = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    const base = start - this.#carry.length;
    // There may be more of them in the end.
    for (let i = 0; i < this.#active.length; i++) {
      const reading = this.#active[i];
      const stop = Math.min(decided, reading.end);
      if (stop > reading.fed) reading.write(window.subarray(reading.fed - base, stop - base));
      if (reading.met === undefined && reading.fed < reading.end) continue;
      reading.finish();
      this.#budget.give();
      this.#active.splice(i--, 1);
      if (reading.met !== undefined) this.#beginAgain(reading, reading.met);
    }
    this.#later = [];
    this.#carry =
      this.#active.length === 0 ? NOTHING : Buffer.from(window.subarray(Math.max(0, decided - base)));
    this.#takenBefore = this.#taken;
    this.#taken = [];
  }

  /** The body is complete; the parts have ended. */
  end(position: number): void {
    for (const reading of this.#active) reading.end = Math.min(reading.end, position);
    this.feed(NOTHING, position);
  }

  /** Readers went on alike from there; but they may have parted again. */
  #beginAgain({ owner, takes, end }: Reading, met: number): void {
    const next = this.#later.find(
      ({ part, code, position }) => part === owner && takes.has(code) && position > met,
    );
    if (next !== undefined) this.near(next.part, next.code, next.position, next.seen, end);
  }

  #ofHeader(part: MessagePart, other: OtherHeader, settled: ReadonlySet<Settled>): Beginning {
    const ways = new Set([...this.#ways, other.way]);
    const root = rootOf(part, other.header, ways);
    const separator = part.parent === undefined ? CRLF : part.separator;
    return {
      owner: part,
      ways,
      root,
      takes: this.#takes,
      settled: new Set([...settled, ...other.settles]),
      prefix: other.prefix.length === 0 ? NOTHING : Buffer.concat([other.prefix, separator]),
      decoder: other.decoder,
      meets: other.decoder === undefined && root.boundary === part.boundary && root.type === part.type,
    };
  }

  #begin(beginning: Beginning, position: number, seen: Buffer, end = Infinity): void {
    if (!this.#budget.take([...beginning.ways].toSorted().join('+'))) return;
    const taken = (part: MessagePart, place: number, close: boolean): boolean => {
      const isIt = (one: Taken) => one.position === place && one.part === part && one.close === close;
      return this.#taken.some(isIt) || this.#takenBefore.some(isIt);
    };
    const reading = new Reading(beginning, position, this.#budget, this.#limits, taken);
    reading.end = end;
    this.#active.push(reading);
    // What is in front of this chunk will not come again.
    const stop = Math.min(this.#received, end);
    if (position < stop) reading.write(seen.subarray(0, stop - position));
  }
}

/** The part as it is in another reading. */
function rootOf(part: MessagePart, header: Buffer, ways: ReadonlySet<string>): MessagePart {
  return new MessagePart({
    parent: part.parent,
    index: part.index,
    headers: HeaderList.parse(header),
    defaultType: part.parent?.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
    reading: [...ways].join(', '),
  });
}
