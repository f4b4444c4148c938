const ESC = 0x1b;
/** Stands for a byte that is not ASCII. */
const HIDDEN = 0x80;

const NO_ESCAPE = 0;
const ESCAPE = 1; // behind ESC
const SINGLE = 2; // behind ESC (
const DOUBLE = 3; // behind ESC $

/** Follows the escape sequences of ISO-2022-JP (RFC 1468), where the bytes of Japanese characters look like ASCII. */
export class Iso2022Shifts {
  #escape = NO_ESCAPE;
  #set: 'ascii' | 'roman' | 'japanese' = 'ascii';

  /** What has to come in front of ASCII text at this place: `ESC ( B`, or nothing. */
  get toAscii(): Buffer {
    return Buffer.from(this.#set === 'ascii' ? '' : '\x1b(B', 'latin1');
  }

  /** A copy in which only bytes that stand for ASCII characters look like ASCII. */
  hide(bytes: Buffer): Buffer {
    const hidden = Buffer.from(bytes);
    for (let at = 0; at < bytes.length; at++) {
      const inSequence = this.#take(bytes[at]);
      if (inSequence || this.#set === 'japanese') hidden[at] = HIDDEN;
    }
    return hidden;
  }

  /** Whether the byte belongs to an escape sequence. */
  #take(byte: number): boolean {
    switch (this.#escape) {
      case NO_ESCAPE:
        if (byte !== ESC) return false;
        this.#escape = ESCAPE;
        return true;
      case ESCAPE:
        this.#escape = byte === 0x28 ? SINGLE : byte === 0x24 ? DOUBLE : NO_ESCAPE;
        return true;
      case SINGLE:
        // ESC ( J is ASCII but for backslash and tilde; ESC ( I is half-width katakana.
        this.#set = byte === 0x42 ? 'ascii' : byte === 0x4a ? 'roman' : 'japanese';
        this.#escape = NO_ESCAPE;
        return true;
      default:
        // ESC $ ( D has one byte more than ESC $ B.
        if (byte === 0x28) return true;
        this.#set = 'japanese';
        this.#escape = NO_ESCAPE;
        return true;
    }
  }
}
