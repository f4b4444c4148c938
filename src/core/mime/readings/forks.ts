import type { Limits } from '../../limits.ts';
import type { AmbiguityCode } from '../ambiguity.ts';
import { MessagePart } from '../message-part.ts';
import {
  DIVIDING,
  isMessageFile,
  mayBeEncoded,
  type OtherHeader,
  otherHeaders,
  type Settled,
} from './other-headers.ts';
import { type Beginning, headerBeginning, NONE, rootOf } from './beginning.ts';
import { hasMarks, multipartType } from './other-boundaries.ts';
import { CrLines } from './cr-lines.ts';
import { CR_ENDS_LINES } from './other-ends.ts';
import { FileStart, MAILBOX } from './file-start.ts';
import { HeaderCheck } from './header-check.ts';
import { InnerLeaf } from './inner-leaf.ts';
import type { NearDelimiter } from './other-way.ts';
import { Reading } from './reading.ts';
import type { ReadingBudget } from './reading-budget.ts';
import { type TextHeader, TextHeaders } from './text-headers.ts';

/** Other readings get the body in slices that end at multiples of so many bytes. */
const SLICE = 1024;
/** Where a header in text may begin, so many bytes are read at once: each can begin a reading, and the first ones, not compiled yet, take 2 ms each. */
const STEP = 256;
/** What began as many bytes ago is not being waited for any more, to know whether it is a delimiter. */
const LONGER_THAN_DELIMITER = 1024;
const NOTHING = Buffer.alloc(0);
const CRLF = Buffer.from('\r\n');
const CUT_OFF: ReadonlySet<AmbiguityCode> = new Set<AmbiguityCode>(['header-cut-off']);
const RUNS_ON: ReadonlySet<AmbiguityCode> = new Set<AmbiguityCode>(['header-runs-on']);
const ALL: ReadonlySet<Settled> = new Set<Settled>(['ends', 'type', 'encoding']);

/** A delimiter as the rules have it. */
interface Taken {
  readonly part: MessagePart;
  readonly close: boolean;
}

/** Lines that some readers take for delimiters. */
interface Near {
  readonly part: MessagePart;
  readonly code: NearDelimiter;
}

/**
 * Beside a scanner: where it comes to something that readers take in different ways, the part is read in the other ways as
 * well, up to where they agree again or the part ends. Nothing is kept of the body but what the scanner cannot decide
 * yet and less than a {@link SLICE}, and nothing at all until there is such a place.
 *
 * Which readings there is room for does not depend on where the chunks are cut: before one begins, those that are under way
 * are taken to that very place, and they get the body in slices that are cut at places of the body.
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
  /** Where those that are active are, in bytes of the body. */
  #at = 0;
  /** Bytes of the body in front of the chunk that is scanned; the last of them may be kept. */
  #received = 0;
  #carry: Buffer = NOTHING;
  #chunk: Buffer = NOTHING;
  /** What is kept and the chunk, once that is needed. */
  #window: Buffer | undefined;
  /** Delimiters by their place in the body, as long as an active reading may come to them. */
  readonly #taken = new Map<number, Taken>();
  /** Looked at since the last delimiter: whoever has it will not stop before the next one, and there is no room for others. */
  #tried: Near[] = [];
  /** Headers in the content that is coming; what has them in it is looked at by those around it. */
  readonly #headers: TextHeaders | undefined;
  #contentOf: MessagePart | undefined;
  /** The first bytes of it, as long as they may be those of a message in a file. */
  #fileStart: FileStart | undefined;
  #innerLeaf: InnerLeaf | undefined;
  /** The reading of the last of them, or, with too many of them, what looks whether there is something odd about it. */
  #quoted: Reading | undefined;
  #check: HeaderCheck | undefined;
  /** That of the text outside of all parts, once a file has begun in it. */
  #files: Reading | undefined;
  /** Readings of headers that run on behind a delimiter, and the part whose header ended at last. */
  #runningOn: { readonly reading: Reading; into: MessagePart | undefined }[] = [];

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
    this.#headers = budget.isQuoted ? undefined : new TextHeaders();
  }

  /**
   * How many bytes of a chunk, from `at` on, to read before the clock is looked at: what is read in other ways, and even more what may
   * begin to be, can cost a thousand times as much as all else.
   */
  step(chunk: Buffer, at: number): number {
    const most = this.#active.length > 0 ? SLICE : Infinity;
    if (this.#headers === undefined) return most;
    return Math.max(STEP, this.#headers.nextMark(chunk.subarray(at, at + most)));
  }

  /** A part has begun; `position` is where its content does, `seen` are bytes of it that were read already. */
  opened(part: MessagePart, position: number, seen: Buffer): void {
    if (part.hasAny(RUNS_ON)) this.#runOn(part, position, seen);
    if (!part.hasAny(CUT_OFF)) for (const running of this.#runningOn) running.into ??= part;
    if (!part.hasAnyInHeader(DIVIDING) && !isMessageFile(part) && !hasMarks(part) && !mayBeEncoded(part))
      return;
    const settled = part === this.#root ? this.#settled : NONE;
    for (const other of otherHeaders(part, settled, this.#ways))
      this.#begin(this.#ofHeader(part, other, settled), position, seen);
  }

  /** A leaf begins, with its content at this place; nobody has seen it yet. */
  leaf(part: MessagePart, position: number): void {
    this.#advance(position);
    this.#budget.share(part);
    this.#innerLeaf = InnerLeaf.of(part);
  }

  /** A header was cut off by a delimiter: to some it goes on behind that, and so does what it says of the content there. */
  #runOn(part: MessagePart, position: number, seen: Buffer): void {
    const header = part.headers.rawBytes().toString('latin1');
    // The part ends here.
    let owner = part;
    while (owner.parent instanceof MessagePart) owner = owner.parent;
    const beginning = headerBeginning(part, header, 'header-runs-on', 'known', owner);
    const reading = this.#begin(beginning, position, seen);
    if (reading !== undefined) this.#runningOn.push({ reading, into: undefined });
  }

  /** Content at a place in the body, of a leaf or outside of all parts; `seen` begins with it. Both borrowed. */
  content(part: MessagePart, slice: Buffer, position: number, seen: Buffer): void {
    if (part !== this.#contentOf) {
      this.#contentOf = part;
      this.#files = undefined;
      this.#headers?.begin(!part.isLeaf);
      this.#fileStart = FileStart.of(part);
    }
    this.#innerLeaf?.keep(part, slice);
    const used = this.#fileStart?.take(slice) ?? slice.length;
    this.#quoteIn(part, slice.subarray(0, used), position, seen);
    if (this.#fileStart?.isComplete !== true) return;
    this.#openFile(part, position + used, seen.subarray(used));
    this.#quoteIn(part, slice.subarray(used), position + used, seen.subarray(used));
  }

  /** A file turns out to be a message, whatever it is called. */
  #openFile(part: MessagePart, position: number, seen: Buffer): void {
    const beginning = this.#fileBeginning(part);
    if (beginning !== undefined) this.#begin(beginning, position, seen);
  }

  #fileBeginning(part: MessagePart): Beginning | undefined {
    const start = this.#fileStart;
    this.#fileStart = undefined;
    const message = start?.message();
    if (start === undefined || message === undefined) return undefined;
    const way = message.isMailbox ? MAILBOX : 'opened-by-content';
    return { ...headerBeginning(part, message.text, way, 'rare'), decoder: start.decoder };
  }

  /** Content in which headers may stand. */
  #quoteIn(part: MessagePart, slice: Buffer, position: number, seen: Buffer): void {
    if (this.#headers === undefined) return;
    let from = 0;
    for (const header of this.#headers.look(slice, position)) {
      const end = header.end - position;
      this.#check?.write(slice.subarray(from, end));
      this.#quote(part, header, seen.subarray(end));
      from = end;
    }
    this.#check?.write(slice.subarray(from));
  }

  /** A header stands in content: what is behind it is read as a part, up to the end of the next one. */
  #quote(owner: MessagePart, { end, text, isMadeUp }: TextHeader, seen: Buffer): void {
    if (isMadeUp) return this.#quoteFiles(owner, text, end, seen);
    this.#endQuoted(end);
    this.#advance(end);
    const budget = this.#budget.forQuoted();
    if (budget !== undefined)
      this.#quoted = this.#start(headerBeginning(owner, text, 'header-in-text', 'quoted'), budget, end, seen);
    else this.#check = new HeaderCheck(text, () => this.#budget.host.tooManyReadings());
  }

  /** Outside of all parts a file begins in the text, which is read as one, with all that is in it, up to the next part. */
  #quoteFiles(owner: MessagePart, text: string, position: number, seen: Buffer): void {
    if (this.#files !== undefined) return;
    this.#advance(position);
    const budget = this.#budget.forQuoted();
    if (budget === undefined) return;
    const beginning = headerBeginning(owner, text, 'file-outside-parts', 'quoted');
    this.#files = this.#start(beginning, budget, position, seen);
  }

  /** The content ends in the middle of a header. */
  #quoteLast(owner: MessagePart, position: number): void {
    this.#endQuoted(position);
    const text = this.#headers?.end();
    if (text === undefined) return;
    this.#advance(position);
    const budget = this.#budget.forQuoted();
    if (budget === undefined) return;
    this.#make(headerBeginning(owner, text, 'header-in-text', 'quoted'), position, budget).finish();
  }

  /** The content ends before all of its beginning has come. */
  #openShortFile(part: MessagePart, position: number): void {
    const beginning = this.#fileBeginning(part);
    if (beginning === undefined) return;
    this.#advance(position);
    this.#make(beginning, position, this.#budget).finish();
  }

  #endQuoted(position: number): void {
    if (this.#quoted !== undefined) this.#quoted.end = Math.min(this.#quoted.end, position);
    this.#quoted = undefined;
    this.#check?.end();
    this.#check = undefined;
  }

  /** Whether such a line has been tried since the last delimiter. */
  isTried(part: MessagePart, code: NearDelimiter): boolean {
    return this.#tried.some((near) => near.part === part && near.code === code);
  }

  /** Some readers take the line at this place for a delimiter of the part; `seen` begins with it. */
  near(part: MessagePart, code: NearDelimiter, position: number, seen: Buffer): void {
    if (this.isTried(part, code)) return;
    this.#tried.push({ part, code });
    this.#advance(position);
    // It comes there itself.
    if (this.#active.some((reading) => reading.owner === part && reading.takes.has(code))) return;
    const header = Buffer.from(`Content-Type: ${multipartType(part.type, part.boundary!)}\r\n`, 'latin1');
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
      kind: 'known',
    };
    this.#begin(beginning, position, seen);
  }

  /** A delimiter of this part was taken; `seen` begins with it. */
  took(part: MessagePart, position: number, close: boolean, seen: Buffer): void {
    this.#tried = [];
    this.#endQuoted(position);
    if (this.#files !== undefined) this.#files.end = Math.min(this.#files.end, position);
    this.#files = undefined;
    const goesOn = this.#innerLeaf?.goesOn(part);
    if (goesOn !== undefined) this.#begin(goesOn, position, seen);
    if (this.#active.length > 0) this.#taken.set(position, { part, close });
  }

  /** The content of a part ends in front of this place. */
  ended(part: MessagePart, position: number): void {
    this.#tried = [];
    this.#innerLeaf = undefined;
    if (part === this.#contentOf) {
      this.#openShortFile(part, position);
      this.#quoteLast(part, position);
    }
    // One of a header in text may have had its end before.
    for (const reading of this.#active)
      if (reading.owner === part) reading.end = Math.min(reading.end, position);
    if (this.#runningOn.length > 0) this.#endRunningOn(part, position);
  }

  /** The part ends into which headers have run on. */
  #endRunningOn(part: MessagePart, position: number): void {
    for (const { reading, into } of this.#runningOn)
      if (into === part) reading.end = Math.min(reading.end, position);
    this.#runningOn = this.#runningOn.filter(({ into }) => into !== part);
  }

  /** A chunk will be scanned; borrowed until {@link feed}. */
  receive(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#window = undefined;
  }

  /** So many bytes of it have been scanned; up to `decided`, a place in the body, it is known what its bytes are. */
  feed(scanned: number, decided: number): void {
    // Whether a part ends in a place is known only when what follows is decided.
    const before = Math.max(0, decided - 1);
    if (this.#active.length > 0) this.#advance(before - (before % SLICE));
    const received = this.#received + scanned;
    this.#carry = this.#active.length === 0 ? NOTHING : Buffer.from(this.#bytes(this.#at, received));
    this.#received = received;
    this.receive(NOTHING);
  }

  /** The body is complete; the parts have ended. */
  end(position: number): void {
    for (const reading of this.#active) reading.end = Math.min(reading.end, position);
    this.#advance(position);
    // Those that have begun, or had come, there.
    this.#write(position, position);
  }

  /** Take those that are active to a place in the body up to which everything is decided. */
  #advance(to: number): void {
    while (this.#at < to && this.#active.length > 0) {
      const from = this.#at;
      this.#at = Math.min(to, from - (from % SLICE) + SLICE);
      this.#write(from, this.#at);
    }
    for (const position of this.#taken.keys()) {
      if (this.#active.length > 0 && position + LONGER_THAN_DELIMITER > this.#at) break;
      this.#taken.delete(position);
    }
  }

  #write(from: number, to: number): void {
    for (let i = 0; i < this.#active.length; i++) {
      const reading = this.#active[i];
      const stop = Math.min(to, reading.end);
      if (stop > from) reading.write(this.#bytes(from, stop));
      if (reading.met === undefined && to < reading.end) continue;
      reading.finish();
      this.#budget.give(reading.kind);
      this.#active.splice(i--, 1);
    }
  }

  #bytes(from: number, to: number): Buffer {
    this.#window ??= this.#carry.length === 0 ? this.#chunk : Buffer.concat([this.#carry, this.#chunk]);
    const base = this.#received - this.#carry.length;
    return this.#window.subarray(from - base, to - base);
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
      kind: other.isRare === true ? 'rare' : 'known',
    };
  }

  #begin(beginning: Beginning, position: number, seen: Buffer): Reading | undefined {
    this.#advance(position);
    const way = [...beginning.ways].toSorted().join('+');
    if (!this.#budget.take(way, beginning.kind)) return undefined;
    return this.#start(beginning, this.#budget, position, seen);
  }

  #start(beginning: Beginning, budget: ReadingBudget, position: number, seen: Buffer): Reading {
    this.#advance(position);
    if (this.#active.length === 0) {
      this.#at = position;
      // What is in front of this chunk will not come again.
      this.#carry = Buffer.from(seen.subarray(0, Math.max(0, this.#received - position)));
      this.#window = undefined;
    }
    const reading = this.#make(beginning, position, budget);
    this.#active.push(reading);
    return reading;
  }

  #make(beginning: Beginning, position: number, budget: ReadingBudget): Reading {
    const forks = new Forks(budget, this.#limits, beginning);
    return new Reading(beginning, position, budget, this.#limits, forks, (part, place, close) => {
      const found = this.#taken.get(place);
      return found?.part === part && found.close === close;
    });
  }
}
