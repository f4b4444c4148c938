import type { Limits } from '../limits.ts';
import type { Stage } from '../stage.ts';
import { DelimiterSearch } from './delimiter-search.ts';
import type { MessagePart } from './message-part.ts';
import { OutsideText } from './outside-text.ts';

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
  #count = 0;
  #swallowing = false;

  constructor(next: Stage, limits: Readonly<Limits>) {
    this.#next = next;
    this.#limits = limits;
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
      this.#outside.begin();
      if (this.search.byLine) this.flagFlood();
    }
    this.#next.open(part);
  }

  /** Near-delimiters are not told one by one any more. */
  flagFlood(): void {
    this.#stack[0].part.flag('delimiter-flood');
  }

  content(slice: Buffer): void {
    const part = this.innermost;
    if (part.isLeaf) return this.#next.body(part, slice);
    if (this.#outside.looksLikeHeader(slice)) part.flag('header-outside-parts');
    this.#next.frame(part, slice);
  }

  /** A delimiter came: everything inside its multipart ends. */
  endInside(multipart: OpenPart, position: number): void {
    while (this.#stack.at(-1) !== multipart) {
      const { part, closed } = this.#stack.at(-1)!;
      if (part.isMultipart && !closed) part.flag('inner-not-closed');
      this.#endInnermost(position);
    }
  }

  /** The innermost part, a multipart, has its closing delimiter. */
  close(multipart: OpenPart, delimiter: Buffer): void {
    multipart.closed = true;
    this.search.closeInnermost();
    this.#next.frame(multipart.part, delimiter);
  }

  /** The message is complete. */
  endAll(position: number): void {
    while (this.#stack.length > 0) {
      const { part, closed } = this.#stack.at(-1)!;
      if (part.isMultipart && !closed && !this.#swallowing) part.flag('missing-close');
      this.#endInnermost(position);
    }
    this.#next.end();
  }

  #endInnermost(position: number): void {
    const { part, children } = this.#stack.pop()!;
    if (part.isMultipart) {
      this.search.pop(position);
      if (children === 0 && !this.#swallowing) part.flag('no-parts');
    }
    this.#next.close(part);
  }
}
