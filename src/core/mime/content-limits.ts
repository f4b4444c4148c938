import type { Limits } from '../limits.ts';
import type { MessagePart } from './message-part.ts';

const LF = 0x0a;

/**
 * Watches the content of one leaf after the other, as it comes in, and flags lines and texts that are longer than the limits. What is
 * found does not depend on how the content is cut.
 */
export class ContentLimits {
  readonly #limits: Readonly<Limits>;
  #isText = false;
  /** Bytes of the leaf so far. */
  #length = 0;
  /** Bytes of its last line so far. */
  #line = 0;

  constructor(limits: Readonly<Limits>) {
    this.#limits = limits;
  }

  /** Another leaf begins. */
  open(part: MessagePart): void {
    this.#isText = part.type.startsWith('text/');
    this.#length = 0;
    this.#line = 0;
  }

  /** Bytes of that leaf; borrowed. */
  content(part: MessagePart, slice: Buffer): void {
    this.#length += slice.length;
    if (this.#isText && this.#length > this.#limits.textPartBytes) part.flag('text-too-long');
    if (this.#endsLongLine(slice)) part.flag('line-too-long');
  }

  /** Whether a line is longer than the limit, its CR counted and its LF not. */
  #endsLongLine(slice: Buffer): boolean {
    const { lineBytes } = this.#limits;
    const first = slice.indexOf(LF);
    if (first < 0) return (this.#line += slice.length) > lineBytes;
    const begun = this.#line + first;
    const last = slice.lastIndexOf(LF);
    this.#line = slice.length - last - 1;
    if (begun > lineBytes || this.#line > lineBytes) return true;
    // Lines inside of the slice are looked at one by one only where one of them can be long enough.
    return last - first > lineBytes && hasLongLine(slice, first, last, lineBytes);
  }
}

/** Whether there is a line of more than `length` bytes between two line ends. */
function hasLongLine(slice: Buffer, first: number, last: number, length: number): boolean {
  for (let at = first; at < last;) {
    const next = slice.indexOf(LF, at + 1);
    if (next - at - 1 > length) return true;
    at = next;
  }
  return false;
}
