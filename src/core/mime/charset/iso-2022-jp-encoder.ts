import iconv from 'iconv-lite';

const ESCAPE = 0x1b;
const TO_ASCII = [ESCAPE, 0x28, 0x42]; // ESC ( B
const TO_JIS_X_0208 = [ESCAPE, 0x24, 0x42]; // ESC $ B
/** First bytes of EUC-JP characters that ISO-2022-JP has no place for: half-width katakana and JIS X 0212. */
const SINGLE_SHIFT_2 = 0x8e;
const SINGLE_SHIFT_3 = 0x8f;
const QUESTION_MARK = 0x3f;

/**
 * ISO-2022-JP (RFC 1468), which neither iconv-lite nor Node writes. EUC-JP has the same JIS X 0208 with the high bits
 * set, so iconv-lite's tables serve. What has no place becomes `?`. Lines and the text end in ASCII.
 */
export class Iso2022JpEncoder {
  #inAscii = true;

  /** Encodes whole characters. */
  write(text: string): Buffer {
    const euc = iconv.encode(text, 'eucjp');
    const out: number[] = [];
    for (let at = 0; at < euc.length;) {
      const byte = euc[at];
      if (byte >= 0xa1) {
        this.#shift(out, false);
        out.push(byte & 0x7f, euc[at + 1] & 0x7f);
        at += 2;
      } else {
        this.#shift(out, true);
        const shifted = byte === SINGLE_SHIFT_2 || byte === SINGLE_SHIFT_3;
        out.push(shifted ? QUESTION_MARK : byte);
        at += byte === SINGLE_SHIFT_2 ? 2 : byte === SINGLE_SHIFT_3 ? 3 : 1;
      }
    }
    return Buffer.from(out);
  }

  end(): Buffer {
    const out: number[] = [];
    this.#shift(out, true);
    return Buffer.from(out);
  }

  #shift(out: number[], toAscii: boolean): void {
    if (this.#inAscii === toAscii) return;
    this.#inAscii = toAscii;
    out.push(...(toAscii ? TO_ASCII : TO_JIS_X_0208));
  }
}
