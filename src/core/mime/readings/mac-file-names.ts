import { decodeUnlabelled } from '../decode-text.ts';

/** Of AppleSingle and AppleDouble (RFC 1740 appendix A): magic, version, filler and the number of entries. */
const HEAD = 26;
const ENTRY = 12;
const REAL_NAME = 3;
/** Such a file has up to fifteen kinds of entries. */
const MOST_ENTRIES = 64;
/** Names that are looked at. */
const MOST_NAMES = 4;
/** Longer ones are cut. */
const MOST_NAME = 520;
/** Of MacBinary, the header has this many bytes, with a name of up to 63 in it. */
const BINARY_HEAD = 128;

/** Whether a file begins as one of AppleSingle or AppleDouble does. */
export function isAppleFile(start: Buffer): boolean {
  return start.length >= 4 && start.readUInt32BE() === (start[3] === 7 ? 0x00051607 : 0x00051600);
}

/** Whether it begins as one of MacBinary does (its versions I to III): zeros where these have them, and a length that a name can have. */
export function isMacBinary(start: Buffer): boolean {
  if (start.length < BINARY_HEAD || start[0] !== 0 || start[1] < 1 || start[1] > 63) return false;
  if (start[74] !== 0 || start[82] !== 0 || start.subarray(2, 2 + start[1]).includes(0)) return false;
  return start[122] === 0 || start[122] === 129 || start[122] === 130;
}

/** A piece of a file that is a name. */
interface NamePlace {
  readonly from: number;
  readonly to: number;
  readonly pieces: Buffer[];
}

/**
 * Finds the name that a file has on a Mac in one that has it in it: AppleSingle and AppleDouble (RFC 1740), MacBinary. Bounded memory,
 * linear; never throws, and what is found does not depend on how the content is cut.
 */
export class MacFileNames {
  readonly #found: (name: string) => void;
  /** The beginning, until it is known where the names are. */
  #start: Buffer | undefined = Buffer.alloc(0);
  #wanted = HEAD;
  #position = 0;
  #names: NamePlace[] = [];

  /** @param found is called with each name */
  constructor(found: (name: string) => void) {
    this.#found = found;
  }

  /** Decoded content; borrowed. */
  write(slice: Buffer): void {
    if (this.#start !== undefined) {
      this.#start = Buffer.concat([this.#start, slice]);
      while (this.#start !== undefined && this.#start.length >= this.#wanted) this.#begin(this.#start);
      return;
    }
    this.#take(slice);
  }

  /** No more follows: a name that is cut off counts as well. */
  end(): void {
    for (const name of this.#names) this.#tell(name);
    this.#names = [];
  }

  #begin(start: Buffer): void {
    if (!isAppleFile(start)) {
      this.#wanted = BINARY_HEAD;
      if (start.length < BINARY_HEAD) return;
      if (isMacBinary(start)) this.#names = [{ from: 2, to: 2 + start[1], pieces: [] }];
    } else {
      const count = Math.min(start.readUInt16BE(HEAD - 2), MOST_ENTRIES);
      this.#wanted = HEAD + count * ENTRY;
      if (start.length < this.#wanted) return;
      for (let at = HEAD; at < this.#wanted; at += ENTRY) this.#entry(start, at);
    }
    this.#start = undefined;
    this.#take(start);
  }

  #entry(start: Buffer, at: number): void {
    if (start.readUInt32BE(at) !== REAL_NAME || this.#names.length >= MOST_NAMES) return;
    const from = start.readUInt32BE(at + 4);
    this.#names.push({ from, to: from + Math.min(start.readUInt32BE(at + 8), MOST_NAME), pieces: [] });
  }

  #take(slice: Buffer): void {
    const start = this.#position;
    this.#position += slice.length;
    this.#names = this.#names.filter((name) => {
      const piece = slice.subarray(Math.max(0, name.from - start), Math.max(0, name.to - start));
      if (piece.length > 0) name.pieces.push(Buffer.from(piece));
      if (name.to > this.#position) return true;
      this.#tell(name);
      return false;
    });
  }

  #tell({ pieces }: NamePlace): void {
    const name = decodeUnlabelled(Buffer.concat(pieces).toString('latin1')).replace(/\0+$/, '');
    if (name !== '') this.#found(name);
  }
}
