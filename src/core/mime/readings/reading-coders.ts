import type { StreamingTextDecoder } from '../charset/index.ts';
import { BASE64_CLASS } from '../transfer/base64-alphabet.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { createDecoder } from '../transfer/index.ts';
import { isUuencode } from './uuencode-lines.ts';

const NOTHING = Buffer.alloc(0);

/** One coder behind another. */
export class Chain implements ByteCoder {
  readonly #first: ByteCoder;
  readonly #second: ByteCoder;

  constructor(first: ByteCoder, second: ByteCoder) {
    this.#first = first;
    this.#second = second;
  }

  write(slice: Buffer): Buffer {
    return this.#second.write(this.#first.write(slice));
  }

  end(): Buffer {
    const last = Buffer.from(this.#second.write(this.#first.end()));
    return Buffer.concat([last, this.#second.end()]);
  }
}

/** A coder that is given something in front of its input. */
export class Prefixed implements ByteCoder {
  readonly #coder: ByteCoder;
  #prefix: Buffer | undefined;

  /** The prefix is copied. */
  constructor(prefix: Buffer, coder: ByteCoder) {
    this.#prefix = Buffer.from(prefix);
    this.#coder = coder;
  }

  write(slice: Buffer): Buffer {
    const prefix = this.#prefix;
    this.#prefix = undefined;
    // In one piece: some coders count pieces together with others.
    return this.#coder.write(prefix === undefined ? slice : Buffer.concat([prefix, slice]));
  }

  end(): Buffer {
    if (this.#prefix === undefined) return this.#coder.end();
    const first = Buffer.from(this.write(NOTHING));
    return Buffer.concat([first, this.#coder.end()]);
  }
}

/** Text of a charset in which ASCII is not one byte a character, as UTF-8. */
export class TextCoder implements ByteCoder {
  readonly #decoder: StreamingTextDecoder;

  constructor(decoder: StreamingTextDecoder) {
    this.#decoder = decoder;
  }

  write(slice: Buffer): Buffer {
    return Buffer.from(this.#decoder.write(slice));
  }

  end(): Buffer {
    return Buffer.from(this.#decoder.end());
  }
}

/** Text of a charset that has NUL in it beside ASCII, whatever its order of bytes. */
export class WithoutNul implements ByteCoder {
  write(slice: Buffer): Buffer {
    return Buffer.from(slice.filter((byte) => byte !== 0));
  }

  end(): Buffer {
    return NOTHING;
  }
}

/** Keys, signatures and certificates are base64 by themselves: nobody is to decode them. */
const ARMOUR = '-----BEGIN ';

/** Fewer are a word. */
const FEWEST_DIGITS = 32;

/** Bytes by which it is told whether content is base64. */
const SAMPLE = 1024;

/** Decodes a file that is said not to be encoded, and looks as if it were base64: mostly of its digits, and no words. */
export class MaybeBase64 implements ByteCoder {
  #sample: Buffer = NOTHING;
  #decoder: ByteCoder | undefined;
  #isDecided = false;
  readonly #found: () => void;

  /** @param found is called when it is base64 */
  constructor(found: () => void = () => {}) {
    this.#found = found;
  }

  write(slice: Buffer): Buffer {
    if (this.#isDecided) return this.#decoder?.write(slice) ?? NOTHING;
    this.#sample = Buffer.concat([this.#sample, slice]);
    return this.#sample.length < SAMPLE ? NOTHING : this.#decide();
  }

  end(): Buffer {
    const first = this.#isDecided ? NOTHING : Buffer.from(this.#decide());
    return Buffer.concat([first, this.#decoder?.end() ?? NOTHING]);
  }

  #decide(): Buffer {
    this.#isDecided = true;
    let digits = 0;
    let blanks = 0;
    let others = 0;
    for (const byte of this.#sample.subarray(0, SAMPLE)) {
      if (BASE64_CLASS[byte] < 64) digits++;
      else if (byte === 0x20) blanks++;
      else if (byte > 0x20) others++;
    }
    const isArmour = this.#sample.toString('latin1', 0, ARMOUR.length) === ARMOUR;
    if (!isArmour && digits >= FEWEST_DIGITS && digits > 2 * others && digits > 20 * blanks) {
      this.#decoder = createDecoder('base64');
      this.#found();
    }
    const sample = this.#sample;
    this.#sample = NOTHING;
    return this.#decoder?.write(sample) ?? NOTHING;
  }
}

/** More in front of the data is text. */
const LONGEST_START = 512;

const UU_BEGIN = /^begin(?:-base64)?[ \t]+[0-7]{3,6}[ \t]/im;

/** Decodes uuencode of which the first line is missing; nothing of what has one. */
export class UuencodeWithoutBegin implements ByteCoder {
  #start = '';
  #decoder: ByteCoder | undefined;
  #isDecided = false;

  write(slice: Buffer): Buffer {
    if (this.#isDecided) return this.#decoder?.write(slice) ?? NOTHING;
    this.#start += slice.toString('latin1');
    const line = /^\s*(\S[^\n]*)\n/.exec(this.#start);
    return line === null && this.#start.length < LONGEST_START ? NOTHING : this.#decide(line?.[1] ?? '');
  }

  end(): Buffer {
    const first = this.#isDecided ? NOTHING : Buffer.from(this.#decide(this.#start.trim()));
    return Buffer.concat([first, this.#decoder?.end() ?? NOTHING]);
  }

  #decide(line: string): Buffer {
    this.#isDecided = true;
    const start = this.#start;
    this.#start = '';
    if (!isUuencode(line.trimEnd())) return NOTHING;
    this.#decoder = createDecoder('uuencode')!;
    return this.#decoder.write(Buffer.from(`begin 644 x\n${start}`, 'latin1'));
  }
}

/** Looks into a file for others if uuencode begins in its first bytes, as it does where the file is no text by its name and type. */
export class MaybeUuencoded implements ByteCoder {
  readonly #coder: ByteCoder;
  #start: Buffer | undefined = NOTHING;
  #isUuencoded = false;

  /** @param coder takes the files out of text */
  constructor(coder: ByteCoder) {
    this.#coder = coder;
  }

  write(slice: Buffer): Buffer {
    if (this.#start === undefined) return this.#isUuencoded ? this.#coder.write(slice) : NOTHING;
    this.#start = Buffer.concat([this.#start, slice]);
    return this.#start.length < LONGEST_START ? NOTHING : this.#decide(this.#start);
  }

  end(): Buffer {
    const first = this.#start === undefined ? NOTHING : Buffer.from(this.#decide(this.#start));
    return this.#isUuencoded ? Buffer.concat([first, this.#coder.end()]) : NOTHING;
  }

  #decide(start: Buffer): Buffer {
    this.#start = undefined;
    this.#isUuencoded = UU_BEGIN.test(start.toString('latin1', 0, LONGEST_START));
    return this.#isUuencoded ? this.#coder.write(start) : NOTHING;
  }
}
