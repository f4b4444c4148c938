import type { Limits } from '../limits.ts';
import type { Stage } from '../stage.ts';
import { type AmbiguityCode, SPLITS_DIFFERENTLY } from './ambiguity.ts';
import { ContentLimits } from './content-limits.ts';
import { endOfText } from './delimiter-line.ts';
import { DelimiterSearch } from './delimiter-search.ts';
import type { MessagePart } from './message-part.ts';
import { OutsideText } from './outside-text.ts';
import { MAILBOX } from './readings/file-start.ts';
import type { Forks } from './readings/forks.ts';

const CR = 0x0d;
/** Codes of what is in a field: without a multipart or a message in its type, nobody splits the part. */
const IN_ONE_FIELD: ReadonlySet<AmbiguityCode> = new Set<AmbiguityCode>([
  'invalid-content-type',
  'parameter-separator',
  'parameter-comment',
  'parameter-junk',
  'parameter-unterminated-quote',
]);
const OTHER_SPLITS: ReadonlySet<AmbiguityCode> = new Set(
  [...SPLITS_DIFFERENTLY].filter((code) => code !== 'duplicate-content-type' && !IN_ONE_FIELD.has(code)),
);
/** What a field must say, in letters, or be able to, for some reader to split the part. */
const SPLITTING = /multipart|boundary|message|rfc822/;

/** A part that content is coming for, and what the scanner knows about it. */
export interface OpenPart {
  readonly part: MessagePart;
  children: number;
  /** Its closing delimiter was there. */
  closed: boolean;
  /** The line end of its first delimiter. */
  lineEnd: 'LF' | 'CRLF' | undefined;
}

/**
 * The open parts from the root to the one that content belongs to now, and what their ends say. Positions are bytes
 * of the body in front of the place where it happens.
 */
export class OpenParts {
  /** The delimiters of all that are multiparts. */
  readonly search = new DelimiterSearch<OpenPart>();
  readonly #next: Stage;
  readonly #limits: Readonly<Limits>;
  readonly #stack: OpenPart[] = [];
  readonly #outside = new OutsideText();
  readonly #contentLimits: ContentLimits;
  readonly #forks: Pick<Forks, 'content' | 'ended' | 'leaf'> | undefined;
  #count = 0;
  #swallowing = false;
  /** Readers may find parts that are content here: all content is looked at for their headers. */
  #doubtful = false;
  /** Where a part's header was found last, and nothing is left to be said of another one. */
  #foundIn: MessagePart | undefined;

  /** @param forks is told all content, where that of each leaf begins, and where that of each part ends */
  constructor(next: Stage, limits: Readonly<Limits>, forks?: Pick<Forks, 'content' | 'ended' | 'leaf'>) {
    this.#forks = forks;
    this.#next = next;
    this.#limits = limits;
    this.#contentLimits = new ContentLimits(limits);
  }

  /** Parts so far, open or not. */
  get count(): number {
    return this.#count;
  }

  /** Whether the limit allows so many parts more. */
  hasRoomFor(parts: number): boolean {
    return this.#count + parts <= this.#limits.parts;
  }

  /** There were too many parts: what comes is content of the innermost one, whatever it is. */
  get isSwallowing(): boolean {
    return this.#swallowing;
  }

  /** Whether readers may find parts in what is content here. */
  get isDoubtful(): boolean {
    return this.#doubtful;
  }

  /** From here on everything is content. */
  swallow(): void {
    this.#swallowing = true;
  }

  /** The part that content belongs to. */
  get innermost(): MessagePart {
    return this.#stack.at(-1)!.part;
  }

  open(part: MessagePart, position: number): void {
    this.#count++;
    if (!part.isLeaf && part.depth >= this.#limits.depth) part.keepWhole('too-deep');
    if (part.isMessage && !this.hasRoomFor(1)) part.keepWhole('too-many-parts');
    const opened: OpenPart = { part, children: 0, closed: false, lineEnd: undefined };
    this.#stack.push(opened);
    if (part.isMultipart) {
      if (this.search.overlaps(part.boundary!)) part.flag('boundary-overlaps-outer');
      this.search.push(part.boundary!, opened, position);
    }
    if (part.hasAny(SPLITS_DIFFERENTLY) && mayBeSplit(part)) this.#doubtful = true;
    this.#outside.begin();
    if (part.isLeaf) {
      this.#contentLimits.open(part);
      this.#forks?.leaf(part, position);
    }
    this.#next.open(part);
  }

  /** Some readers take the line that begins here for a delimiter of this part; all in front of it has been told. */
  doubt(part: MessagePart, code: AmbiguityCode): void {
    part.flag(code);
    if (this.#doubtful) return;
    this.#doubtful = true;
    this.#outside.begin();
  }

  /** There are very many near-delimiters. */
  flagFlood(): void {
    this.#stack[0].part.flag('delimiter-flood');
  }

  /** Content at a place in the body; what has been seen begins with it. */
  content(slice: Buffer, position: number, seen: Buffer): void {
    const part = this.innermost;
    this.#forks?.content(part, slice, position, seen);
    if (this.#isLookedAt(part) && this.#outside.looksLikeHeader(slice, part.isLeaf)) {
      if (!part.isLeaf) part.flag('header-outside-parts');
      // Behind the first message of a mailbox, the headers are those of others.
      const isFile = this.#outside.isFile && part.reading?.includes(MAILBOX) !== true;
      if (this.#doubtful || isFile) {
        part.flag('header-in-content');
        this.#foundIn = part;
      }
    }
    if (part.isLeaf) {
      this.#contentLimits.content(part, slice);
      this.#next.body(part, slice);
    } else this.#next.frame(part, slice);
  }

  /** Whether a part's header may stand in this content. That of an external body is a header by itself. */
  #isLookedAt(part: MessagePart): boolean {
    if (part === this.#foundIn) return false;
    return !part.isLeaf || (this.#doubtful && part.type !== 'message/external-body');
  }

  /** A delimiter came: everything inside its multipart ends, in front of `contentEnd`. */
  endInside(multipart: OpenPart, position: number, contentEnd: number): void {
    while (this.#stack.at(-1) !== multipart) {
      const { part, closed } = this.#stack.at(-1)!;
      if (part.isMultipart && !closed) part.flag('inner-not-closed');
      this.#endInnermost(position, contentEnd);
    }
  }

  /** Note what some readers do not take for a delimiter: its line is `[hit, end)`, with the line break in front from `start` on. */
  noteDelimiter(multipart: OpenPart, buffer: Buffer, start: number, hit: number, end: number): void {
    this.search.forget();
    const text = endOfText(buffer, hit, end);
    if (text < end && buffer[text] !== CR) multipart.part.flag('delimiter-padding');
    for (const lineFeed of [hit - 1, end]) {
      if (lineFeed < start || lineFeed >= buffer.length) continue;
      const lineEnd = lineFeed > 0 && buffer[lineFeed - 1] === CR ? 'CRLF' : 'LF';
      multipart.lineEnd ??= lineEnd;
      if (multipart.lineEnd !== lineEnd) multipart.part.flag('delimiter-mixed-line-ends');
    }
  }

  /** The innermost part, a multipart, has its closing delimiter. */
  close(multipart: OpenPart, delimiter: Buffer): void {
    multipart.closed = true;
    this.#outside.begin();
    this.search.closeInnermost();
    this.#next.frame(multipart.part, delimiter);
  }

  /** The message is complete. */
  endAll(position: number): void {
    while (this.#stack.length > 0) {
      const { part, closed } = this.#stack.at(-1)!;
      if (part.isMultipart && !closed && !this.#swallowing) part.flag('missing-close');
      this.#endInnermost(position, position);
    }
    this.#next.end();
  }

  #endInnermost(position: number, contentEnd: number): void {
    const { part, children } = this.#stack.pop()!;
    this.#forks?.ended(part, contentEnd);
    if (part.isMultipart) {
      this.search.pop(position);
      if (children === 0 && !this.#swallowing) part.flag('no-parts');
    }
    this.#next.close(part);
  }
}

/** Whether some reader may split a part with one of {@link SPLITS_DIFFERENTLY} in its header. */
function mayBeSplit(part: MessagePart): boolean {
  if (part.hasAny(OTHER_SPLITS)) return true;
  const types = part.headers.fields('content-type').map(({ rawValue }) => rawValue.toLowerCase());
  // The same again is none.
  const isOne = new Set(types.map((type) => type.replace(/\s/g, ''))).size === 1;
  if (isOne && !part.hasAny(IN_ONE_FIELD)) return false;
  if (!part.isLeaf) return true;
  // Letters may be quoted, folded or apart by a comment, and all may be in an encoded word.
  return types.some((type) =>
    [type, type.replace(/\([^()]*\)/g, '')].some(
      (one) => one.includes('=?') || SPLITTING.test(one.replace(/[^a-z\d]/g, '')),
    ),
  );
}
