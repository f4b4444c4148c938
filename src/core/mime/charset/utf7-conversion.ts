import type { Conversion } from './conversion.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const REPLACEMENT = '\ufffd';
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE: Int8Array = (() => {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < 64; value++) table[DIGITS.charCodeAt(value)] = value;
  return table;
})();

/**
 * UTF-7 (RFC 2152), for looking only. iconv-lite's decoder takes a `+` at the end of a slice for a plus sign.
 * What is left of a shifted sequence must be less than a digit and zero.
 */
export class Utf7Conversion implements Conversion {
  /** Where we are: in plain text, behind a `+`, or in a shifted sequence. */
  #shift: 'none' | 'begun' | 'inside' = 'none';
  #bits = 0;
  #bitCount = 0;
  /** The first half of a character. */
  #high = '';

  write(slice: Buffer): string {
    let text = '';
    for (const byte of slice) text += this.#take(byte);
    text = this.#high + text;
    this.#high = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
    return this.#high === '' ? text : text.slice(0, -1);
  }

  end(): string {
    const open = this.#shift === 'begun' || (this.#shift === 'inside' && this.#unshift() !== '');
    return this.#high === '' && !open ? '' : REPLACEMENT;
  }

  #take(byte: number): string {
    if (this.#shift === 'none') {
      if (byte > 0x7f) return REPLACEMENT;
      if (byte !== PLUS) return String.fromCharCode(byte);
      this.#shift = 'begun';
      return '';
    }
    const value = VALUE[byte];
    if (value >= 0) {
      this.#shift = 'inside';
      return this.#digit(value);
    }
    const empty = this.#shift === 'begun';
    const rest = this.#unshift();
    if (byte === MINUS) return empty ? '+' : rest;
    return (empty ? REPLACEMENT : rest) + this.#take(byte);
  }

  #digit(value: number): string {
    this.#bits = ((this.#bits << 6) | value) & 0x3fffff;
    this.#bitCount += 6;
    if (this.#bitCount < 16) return '';
    this.#bitCount -= 16;
    return String.fromCharCode((this.#bits >> this.#bitCount) & 0xffff);
  }

  /** Ends a shifted sequence; what cannot be left over becomes U+FFFD. */
  #unshift(): string {
    const odd = this.#bitCount >= 6 || (this.#bits & ((1 << this.#bitCount) - 1)) !== 0;
    this.#shift = 'none';
    this.#bits = 0;
    this.#bitCount = 0;
    return odd ? REPLACEMENT : '';
  }
}
