import type { ByteCoder } from '../transfer/byte-coder.ts';
import { HEX_VALUE, NO_HEX } from '../transfer/hex.ts';

const NOTHING = Buffer.alloc(0);
const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;
/** NUL, tab, vertical tab, form feed and blank: what may stand between an equals sign and the line end. */
const BLANKS: ReadonlySet<number> = new Set([0, 0x09, 0x0b, 0x0c, 0x20]);
/** More blanks are content. */
const MAX_BLANKS = 998;

/** How some readers decode quoted-printable that is not regular. */
export interface QuotedRule {
  /** Characters that go where an equals sign begins no escape, beginning with itself. */
  readonly dropped: 0 | 1 | 2 | 3;
  /** Lower-case digits are none. */
  readonly onlyUpperCase?: boolean;
}

/**
 * Decodes quoted-printable in such a way: soft breaks are taken out first, so that they may stand within an escape, and whatever ends
 * their line.
 */
export class OtherQuoted implements ByteCoder {
  readonly #rule: QuotedRule;
  /** An equals sign and the blanks behind it, which may become a soft break. */
  readonly #held = Buffer.allocUnsafe(MAX_BLANKS);
  #heldLength = 0;
  /** Whether LF has ended a soft break, and a CR behind it: a line end may be LF CR. */
  #behindBreak: 'nothing' | 'break' | 'return' = 'nothing';
  /** Characters of what may become an escape, and the second of them. */
  #escapeLength = 0;
  #high = 0;
  #out: Buffer = NOTHING;
  #length = 0;

  constructor(rule: QuotedRule) {
    this.#rule = rule;
  }

  write(slice: Buffer): Buffer {
    this.#reserve(slice.length);
    for (const byte of slice) this.#join(byte);
    return this.#out.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#reserve(0);
    // With nothing behind it, it is a soft break.
    if (this.#heldLength > 1 && this.#held[this.#heldLength - 1] !== CR) this.#release();
    const { dropped } = this.#rule;
    if (this.#escapeLength > 0 && dropped === 0) this.#out[this.#length++] = EQUALS;
    if (this.#escapeLength > 1 && dropped < 2) this.#out[this.#length++] = this.#high;
    return this.#out.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    this.#out = Buffer.allocUnsafe(bytes + this.#heldLength + 4);
    this.#length = 0;
  }

  /** Takes soft breaks out. */
  #join(byte: number): void {
    const length = this.#heldLength;
    if (this.#behindBreak !== 'nothing' && this.#isRestOfBreak(byte)) return;
    if (length === 0) {
      if (byte === EQUALS) this.#held[this.#heldLength++] = byte;
      else this.#put(byte);
      return;
    }
    if (byte === LF) {
      this.#heldLength = 0;
      this.#behindBreak = 'break';
      return;
    }
    const isOpen = this.#held[length - 1] === CR;
    if (length < MAX_BLANKS && (byte === CR || (!isOpen && BLANKS.has(byte)))) {
      this.#held[this.#heldLength++] = byte;
      return;
    }
    if (isOpen) this.#heldLength = 0;
    else this.#release();
    this.#join(byte);
  }

  /** Behind a soft break, CR is the end of that, unless it begins another line end. */
  #isRestOfBreak(byte: number): boolean {
    const isReturn = this.#behindBreak === 'break' && byte === CR;
    if (this.#behindBreak === 'return' && byte === LF) this.#put(CR);
    this.#behindBreak = isReturn ? 'return' : 'nothing';
    return isReturn;
  }

  #release(): void {
    const length = this.#heldLength;
    this.#heldLength = 0;
    for (let at = 0; at < length; at++) this.#put(this.#held[at]);
  }

  #put(byte: number): void {
    if (this.#escapeLength === 0 && byte !== EQUALS) this.#out[this.#length++] = byte;
    else if (this.#escapeLength === 0) this.#escapeLength = 1;
    else if (this.#escapeLength === 1) {
      this.#escapeLength = 2;
      this.#high = byte;
    } else this.#endEscape(this.#high, byte);
  }

  #endEscape(high: number, low: number): void {
    this.#escapeLength = 0;
    if (this.#isDigit(high) && this.#isDigit(low)) {
      this.#out[this.#length++] = ((HEX_VALUE[high] & 15) << 4) | (HEX_VALUE[low] & 15);
      return;
    }
    const { dropped } = this.#rule;
    if (dropped === 0) this.#out[this.#length++] = EQUALS;
    if (dropped < 2) this.#put(high);
    if (dropped < 3) this.#put(low);
  }

  #isDigit(byte: number): boolean {
    const value = HEX_VALUE[byte];
    return value !== NO_HEX && (this.#rule.onlyUpperCase !== true || value < 16);
  }
}
