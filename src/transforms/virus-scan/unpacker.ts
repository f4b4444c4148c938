import { GZIP_TRAILER, gzipHeaderLength } from './gzip-header.ts';
import { Inflater } from './inflater.ts';
import type { UnscannedReason } from './scanner.ts';
import {
  DEFLATED,
  DirectoryCount,
  LOCAL_LENGTH,
  nextSignature,
  readZipHeader,
  STORED,
  type ZipHeader,
} from './zip-headers.ts';

/** Archives in archives. */
const MAX_DEPTH = 10;
const MAX_ENTRIES = 20_000;
/** Bytes of output: this much in any case, as many times the input, and no more than that. */
const FREE_OUTPUT = 32 * 1024 * 1024;
const MAX_RATIO = 100;
const MAX_OUTPUT = 512 * 1024 * 1024;
/** An OLE compound file: older Office documents, with archives in them that are cut to sectors, which need not follow each other. */
const COMPOUND = Buffer.from('d0cf11e0', 'hex');
const NOTHING = Buffer.alloc(0);
const NO_ENTRY = { method: STORED, isEncrypted: false, packedSize: undefined };

/** What looks for something in content. */
export interface ContentCheck {
  /** Whether it is found with these bytes. */
  write(bytes: Buffer): boolean;
}

/** What unpacking one leaf has cost so far, all archives in it together. */
export class UnpackBudget {
  #input = 0;
  #output = 0;
  #entries = 0;

  takeInput(bytes: number): void {
    this.#input += bytes;
  }

  /** False when it is too much. */
  takeOutput(bytes: number): boolean {
    this.#output += bytes;
    return this.#output <= Math.min(MAX_OUTPUT, FREE_OUTPUT + MAX_RATIO * this.#input);
  }

  takeEntry(): boolean {
    return ++this.#entries <= MAX_ENTRIES;
  }
}

/**
 * Looks into content, and into what is packed in it: zip and gzip, at any depth up to a limit. Zip archives are read by their local
 * headers, wherever these stand, and entries end where their compressed data end: neither sizes nor the directory are believed, nor that
 * the content begins with the archive. What is stored is in the content as it is.
 *
 * Gzip counts at the beginning of content only. Of what is broken or cut off, all that anybody can unpack has been seen; but where the
 * directory of a zip lists an entry that has not been found to its end, or stands in what another entry takes for its own, the archive
 * is `unsupported`, as one is that is packed in another way.
 */
export class Unpacker {
  /** Something in it has been found. */
  isFound = false;
  /** Why something in it has not been looked at. */
  unscanned: UnscannedReason | undefined;
  /** Directories in the content. */
  readonly #directories = new DirectoryCount();
  readonly #newCheck: () => ContentCheck;
  readonly #check: ContentCheck;
  readonly #budget: UnpackBudget;
  readonly #depth: number;
  /** What has come of a header that is not complete, or may begin one. */
  #held: Buffer = NOTHING;
  /** Bytes still to come that do not count: of a header, or behind a gzip member. */
  #skip = 0;
  /** The first bytes of the content. */
  #start: Buffer = NOTHING;
  /** Gzip may begin here. */
  #isEntryStart = true;
  /** The entry that is open is gzip. */
  #isGzip = false;
  #entry: ZipHeader | undefined;
  #inflater: Inflater | undefined;
  /** Directories that stand in the packed bytes of the entry that is open. */
  #covered = new DirectoryCount();
  #inside: Unpacker | undefined;
  /** Packed sizes of entries: of how many that have been unpacked to the end, less those that are listed. */
  readonly #sizes = new Map<number, number>();

  constructor(newCheck: () => ContentCheck, budget = new UnpackBudget(), depth = 0) {
    this.#newCheck = newCheck;
    this.#check = newCheck();
    this.#budget = budget;
    this.#depth = depth;
  }

  /** Bytes of the content; true when nothing more needs to be known. They must stay as they are meanwhile. */
  async write(bytes: Buffer): Promise<boolean> {
    if (this.#check.write(bytes)) this.isFound = true;
    this.#directories.write(bytes);
    if (this.#start.length < COMPOUND.length)
      this.#start = Buffer.concat([this.#start, bytes.subarray(0, COMPOUND.length - this.#start.length)]);
    if (this.#depth === 0) this.#budget.takeInput(bytes.length);
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = NOTHING;
    while (rest.length > 0 && !this.#isOver) {
      rest = this.#inflater === undefined ? this.#look(rest) : await this.#inflate(this.#inflater, rest);
    }
    return this.#isOver;
  }

  async end(): Promise<void> {
    if (this.#inflater !== undefined && !this.#isOver) {
      await this.#inflater.end();
      await this.#inside?.end();
      this.#adopt();
    }
    this.destroy();
    for (const left of this.#sizes.values()) if (left < 0) this.#miss();
  }

  destroy(): void {
    this.#inside?.destroy();
    this.#inflater?.destroy();
    this.#inflater = undefined;
  }

  /** An infection ends it, and so does a limit; what is encrypted may stand beside something else. */
  get #isOver(): boolean {
    return this.isFound || this.unscanned === 'limits';
  }

  /** Look for the next header; what is left when one has been found. */
  #look(bytes: Buffer): Buffer {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      if (this.#skip === 0) this.#beginEntry();
      return bytes.subarray(skipped);
    }
    if (this.#isEntryStart) {
      const length = gzipHeaderLength(bytes);
      if (length === undefined) return this.#hold(bytes);
      this.#isEntryStart = false;
      if (length > 0) {
        this.#isGzip = true;
        this.#open();
        return bytes.subarray(length);
      }
    }
    const at = nextSignature(bytes, 0);
    if (at < 0) return this.#hold(bytes.subarray(bytes.length - 1));
    if (bytes.length - at < LOCAL_LENGTH) return this.#hold(bytes.subarray(at));
    const header = readZipHeader(bytes, at);
    if (header === undefined) return bytes.subarray(at + 2);
    if (header.isEncrypted) this.unscanned ??= 'encrypted';
    if (header.kind === 'central') {
      if (header.method !== STORED && !header.isEncrypted && header.packedSize !== undefined)
        this.#count(header.packedSize, -1);
      return bytes.subarray(at + LOCAL_LENGTH);
    }
    if (!this.#budget.takeEntry()) this.unscanned = 'limits';
    this.#entry = header;
    this.#skip = header.length - LOCAL_LENGTH;
    if (this.#skip === 0) this.#beginEntry();
    return bytes.subarray(at + LOCAL_LENGTH);
  }

  /** Keep what may go on; a header is never longer than this. */
  #hold(bytes: Buffer): Buffer {
    this.#held = Buffer.from(bytes);
    return NOTHING;
  }

  #beginEntry(): void {
    // Behind a gzip member there may be another.
    const { method, isEncrypted, packedSize } = this.#entry ?? NO_ENTRY;
    this.#entry = undefined;
    if (isEncrypted) return;
    if (method === STORED) this.#isEntryStart = true;
    else if (packedSize === 0) this.#count(0, 1);
    else if (method === DEFLATED) this.#open();
    else this.unscanned ??= 'unsupported';
  }

  #open(): void {
    if (this.#depth >= MAX_DEPTH) {
      this.unscanned = 'limits';
      return;
    }
    this.#covered = new DirectoryCount();
    const inside = new Unpacker(this.#newCheck, this.#budget, this.#depth + 1);
    this.#inside = inside;
    this.#inflater = new Inflater(async (bytes) => {
      if (!this.#budget.takeOutput(bytes.length)) this.unscanned = 'limits';
      return !this.#isOver && !(await inside.write(bytes));
    });
  }

  /** Hand bytes to the entry that is open; what is behind it. */
  async #inflate(inflater: Inflater, bytes: Buffer): Promise<Buffer> {
    const result = await inflater.write(bytes);
    this.#covered.write(typeof result === 'object' ? bytes.subarray(0, result.used) : bytes);
    if (result === 'more') return NOTHING;
    if (typeof result === 'object' && !this.#isGzip) this.#count(inflater.used, 1);
    await this.#inside?.end();
    this.#adopt();
    inflater.destroy();
    this.#inflater = undefined;
    if (this.#isGzip) this.#skip = GZIP_TRAILER;
    this.#isGzip = false;
    // Behind what is broken there may be more.
    return typeof result === 'object' ? bytes.subarray(result.used) : result === 'broken' ? bytes : NOTHING;
  }

  #count(size: number, by: number): void {
    this.#sizes.set(size, (this.#sizes.get(size) ?? 0) + by);
    if (this.#sizes.size > MAX_ENTRIES) this.unscanned = 'limits';
  }

  /** There is an entry that has not been looked into. */
  #miss(): void {
    if (!this.#start.equals(COMPOUND)) this.unscanned ??= 'unsupported';
  }

  /** What was found inside counts for the whole. */
  #adopt(): void {
    const inside = this.#inside;
    this.#inside = undefined;
    if (inside === undefined) return;
    if (inside.isFound) this.isFound = true;
    // A directory that is no part of the entry's content lists what is covered by the entry.
    if (this.#covered.count > inside.#directories.count) this.#miss();
    if (inside.unscanned === 'limits') this.unscanned = 'limits';
    else this.unscanned ??= inside.unscanned;
  }
}
