import { createTextDecoder } from '../charset/index.ts';
import type { Part } from '../part.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { TextCoder, WithoutNul } from './reading-coders.ts';

const NOTHING = Buffer.alloc(0);
const ESCAPE = 0x1b;
const SHIFTS: ReadonlySet<number> = new Set([0x0e, 0x0f]);
const TILDE = 0x7e;
const LF = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Charsets of which a character is several bytes, most of them NUL in a text of ASCII. */
const WIDE = /utf-?(?:16|32)|ucs-?[24]|unicode(?!.*utf-?[78])/;
/** What says a charset, in whatever field or way (RFC 2231). */
const CHARSET = /charset[ \t]*(?:\*\d{0,9}\*?)?[ \t]*=[ \t]*"?(?:[^'";\s]*'[^'";\s]*')?([^"';\s]+)/gi;
/** More are not looked at. */
const MAX_CHARSETS = 8;
/** What begins a text in UTF-16 or UTF-32, whatever its charset is said to be. */
const MARKS = ['fffe', 'feff', '0000feff'].map((mark) => Buffer.from(mark, 'hex'));
const LONGEST_MARK = 4;

/** What makes ASCII of a text in a charset in which ASCII may be written in another way; for each charset that some reader may take. */
export function textCoders(part: Part): (() => ByteCoder)[] {
  const charsets = new Set(part.charset === undefined ? [] : [part.charset]);
  for (const { rawValue } of part.headers.fields('content-type'))
    for (const [, charset] of rawValue.matchAll(CHARSET)) charsets.add(charset.toLowerCase());
  const coders = new Map<string, () => ByteCoder>();
  for (const charset of [...charsets].slice(0, MAX_CHARSETS)) {
    if (WIDE.test(charset)) coders.set('wide', () => new WithoutNul());
    else if (/utf-?7/.test(charset)) coders.set('utf-7', () => new TextCoder(createTextDecoder('utf-7')!));
    else if (/iso-?2022|^cp?5022/.test(charset)) coders.set('iso-2022', () => new WithoutEscapes());
    else if (charset.startsWith('hz')) coders.set('hz', () => new HzText());
    else if (/ebcdic|^(?:cp|ibm)-?(?:037|500|1047|1140)$/.test(charset))
      coders.set('ebcdic', () => new EbcdicText());
  }
  return [...coders.values()];
}

/** Text that begins with the mark of UTF-16 or UTF-32; nothing of another one. */
export class MarkedText implements ByteCoder {
  #start: Buffer | undefined = NOTHING;
  #coder: WithoutNul | undefined;

  write(slice: Buffer): Buffer {
    if (this.#start === undefined) return this.#coder?.write(slice) ?? NOTHING;
    const start = Buffer.concat([this.#start, slice]);
    if (start.length < LONGEST_MARK) {
      this.#start = start;
      return NOTHING;
    }
    this.#start = undefined;
    if (!MARKS.some((mark) => start.subarray(0, mark.length).equals(mark))) return NOTHING;
    this.#coder = new WithoutNul();
    return this.#coder.write(start);
  }

  end(): Buffer {
    return NOTHING;
  }
}

/** Text with the escapes and shifts of ISO 2022 taken out: between two of them that say the same there is nothing. */
class WithoutEscapes implements ByteCoder {
  #isEscape = false;

  write(slice: Buffer): Buffer {
    const out = Buffer.allocUnsafe(slice.length);
    let length = 0;
    for (const byte of slice) {
      if (this.#isEscape) this.#isEscape = byte >= 0x20 && byte < 0x30;
      else if (byte === ESCAPE) this.#isEscape = true;
      else if (!SHIFTS.has(byte)) out[length++] = byte;
    }
    return out.subarray(0, length);
  }

  end(): Buffer {
    return NOTHING;
  }
}

/** Text in HZ (RFC 1843) with its shifts and soft line ends taken out. */
class HzText implements ByteCoder {
  #isTilde = false;

  write(slice: Buffer): Buffer {
    const out: number[] = [];
    for (const byte of slice) {
      if (this.#isTilde) {
        this.#isTilde = false;
        if (byte !== OPEN_BRACE && byte !== CLOSE_BRACE && byte !== LF) out.push(byte);
        // A line end is CR LF by now.
        if (byte === 0x0d) {
          out.pop();
          this.#isTilde = true;
        }
      } else if (byte === TILDE) this.#isTilde = true;
      else out.push(byte);
    }
    return Buffer.from(out);
  }

  end(): Buffer {
    return NOTHING;
  }
}

/** Code page 37 for the ASCII characters from blank to tilde; the brackets, the caret and the line end stand elsewhere in others. */
const EBCDIC =
  '405a7f7b5b6c507d4d5d5c4e6b604b61f0f1f2f3f4f5f6f7f8f97a5e4c7e6e6f7cc1c2c3c4c5c6c7c8c9d1d2d3d4d5d6d7d8d9e2e3e4e5e6e7e8e9bae0bbb06d79818283848586878889919293949596979899a2a3a4a5a6a7a8a9c04fd0a1';
const FROM_EBCDIC: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(0x3f);
  for (const [index, code] of Buffer.from(EBCDIC, 'hex').entries()) table[code] = 0x20 + index;
  // Those of code page 1047, and the line end.
  table[0xad] = 0x5b;
  table[0xbd] = 0x5d;
  table[0x5f] = 0x5e;
  table[0x25] = table[0x15] = LF;
  table[0x0d] = 0x0d;
  return table;
})();

class EbcdicText implements ByteCoder {
  write(slice: Buffer): Buffer {
    return Buffer.from(slice.map((byte) => FROM_EBCDIC[byte]));
  }

  end(): Buffer {
    return NOTHING;
  }
}
