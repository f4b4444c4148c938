import type { ByteCoder } from '../transfer/byte-coder.ts';

const NOTHING = Buffer.alloc(0);
const COLON = 0x3a;
const REPEAT = 0x90;
/** Of the header behind the name: version, type, creator, flags, two lengths, checksum. */
const BEHIND_NAME = 21;

/** The digits by their values. */
export const BINHEX_DIGITS = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';

const VALUES: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(64);
  for (let value = 0; value < 64; value++) table[BINHEX_DIGITS.charCodeAt(value)] = value;
  return table;
})();

/** A byte and a number repeat it, up to this many bytes for two digits (RFC 1741 appendix A). */
const MOST_REPEATED = 255;

/**
 * Decodes BinHex 4.0 (RFC 1741): the bytes behind the header of the file, that is its data and its resources with their checksums.
 * To be given what begins with the colon in front of the digits; ends at the colon behind them.
 */
export class BinHexDecoder implements ByteCoder {
  #state: 'front' | 'digits' | 'over' = 'front';
  #bits = 0;
  #held = 0;
  #last = 0;
  #repeats = false;
  /** Bytes of the header still to come; unknown in front of the first byte, which is the length of the name. */
  #header: number | undefined;

  get isOver(): boolean {
    return this.#state === 'over';
  }

  write(slice: Buffer): Buffer {
    const out: Buffer[] = [];
    let block = Buffer.allocUnsafe(slice.length + MOST_REPEATED);
    let length = 0;
    const put = (byte: number, times: number): void => {
      for (let i = 0; i < times; i++) {
        if (this.#header === undefined) this.#header = byte + BEHIND_NAME;
        else if (this.#header > 0) this.#header--;
        else {
          if (length === block.length) {
            out.push(block);
            block = Buffer.allocUnsafe(block.length);
            length = 0;
          }
          block[length++] = byte;
        }
      }
    };
    for (const byte of slice) {
      if (byte === COLON) {
        if (this.#state === 'over') break;
        this.#state = this.#state === 'front' ? 'digits' : 'over';
        continue;
      }
      const value = VALUES[byte];
      if (this.#state !== 'digits' || value === 64) continue;
      this.#bits = ((this.#bits & 0xff) << 6) | value;
      this.#held += 6;
      if (this.#held < 8) continue;
      this.#held -= 8;
      this.#unpack((this.#bits >> this.#held) & 0xff, put);
    }
    out.push(block.subarray(0, length));
    return out.length === 1 ? out[0] : Buffer.concat(out);
  }

  end(): Buffer {
    return NOTHING;
  }

  #unpack(byte: number, put: (byte: number, times: number) => void): void {
    if (!this.#repeats) {
      if (byte === REPEAT) this.#repeats = true;
      else put((this.#last = byte), 1);
      return;
    }
    this.#repeats = false;
    if (byte === 0) put((this.#last = REPEAT), 1);
    else put(this.#last, byte - 1);
  }
}
