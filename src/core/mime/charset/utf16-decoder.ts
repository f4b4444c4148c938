import type { StreamingTextDecoder } from './streaming-text-decoder.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;
const BYTE_ORDER_MARK = 0xfeff;
const REVERSED_MARK = 0xfffe;

/**
 * UTF-16 (RFC 2781). Under the plain label the byte order mark decides; without one the text is read as big-endian (4.3),
 * and counts as malformed, since mail readers take it for little-endian as often. So does a mark against the label.
 */
export class Utf16Decoder implements StreamingTextDecoder {
  #order: 'le' | 'be' | 'marked';
  #malformed = false;
  #started = false;
  /** Half a character: 0 to 3 bytes. */
  #carry = Buffer.alloc(0);

  constructor(order: 'le' | 'be' | 'marked') {
    this.#order = order;
  }

  get malformed(): boolean {
    return this.#malformed;
  }

  get encoding(): string | undefined {
    return this.#order === 'marked' ? undefined : `utf-16${this.#order}`;
  }

  write(slice: Buffer): string {
    const bytes = Buffer.concat([this.#carry, slice]);
    if (!this.#started && bytes.length >= 2) this.#start(bytes.readUInt16BE(0));
    let complete = this.#started ? bytes.length & ~1 : 0;
    if (complete >= 2 && this.#isHighSurrogate(bytes, complete - 2)) complete -= 2;
    this.#carry = Buffer.from(bytes.subarray(complete));
    return this.#decode(bytes.subarray(0, complete));
  }

  end(): string {
    if (this.#carry.length === 0) return '';
    this.#malformed = true;
    const whole = this.#carry.length & ~1;
    return this.#decode(this.#carry.subarray(0, whole)) + (whole < this.#carry.length ? '\ufffd' : '');
  }

  #start(first: number): void {
    this.#started = true;
    if (this.#order === 'marked') {
      this.#order = first === REVERSED_MARK ? 'le' : 'be';
      this.#malformed = first !== REVERSED_MARK && first !== BYTE_ORDER_MARK;
    } else {
      this.#malformed = first === (this.#order === 'le' ? BYTE_ORDER_MARK : REVERSED_MARK);
    }
  }

  #isHighSurrogate(bytes: Buffer, at: number): boolean {
    const high = bytes[this.#order === 'le' ? at + 1 : at];
    return high >= 0xd8 && high <= 0xdb;
  }

  /** Decodes whole units; the bytes are swapped in place. */
  #decode(bytes: Buffer): string {
    const text = (this.#order === 'le' ? bytes : bytes.swap16()).toString('utf16le');
    if (LONE_SURROGATE.test(text)) this.#malformed = true;
    return text;
  }
}
