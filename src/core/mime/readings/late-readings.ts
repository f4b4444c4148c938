import type { ByteCoder, Decoder } from '../transfer/byte-coder.ts';

const NOTHING = Buffer.alloc(0);
/** It is looked at whether content is odd in pieces that end at multiples of so many bytes, so that it does not matter how it comes. */
const BLOCK = 2048;
/** As much of the beginning is kept, in bytes of the content as it is encoded: more in this many blocks is not. */
const MAX_KEPT = 16 * BLOCK;

/** One more way to decode content. */
export interface OtherRule<State> {
  /** Whether there is something in the content so far of which it may make something else than the decoder. */
  readonly differs: () => boolean;
  /** @param state where it goes on, the beginning not being kept; undefined where it begins with the content */
  begin(state: State | undefined): ByteCoder;
}

/** Bytes that a decoder gives beside those of the slice: what it was not sure of. */
const MOST_HELD = 2048;

interface Block<State> {
  readonly bytes: Buffer;
  /** In front of it. */
  readonly state: State;
  /** The rules that make a difference. */
  readonly rules: ReadonlySet<OtherRule<State>>;
}

const NONE: ReadonlySet<never> = new Set<never>();

/**
 * Decodes content by the rules, and in other ways once there is something in it that readers do not agree about. Those give the whole
 * content where that comes up within the first 32 KB, and else what follows from the block on that it is in.
 */
export class LateReadings<State> {
  readonly #decoder: Decoder;
  readonly #rules: readonly OtherRule<State>[];
  readonly #stateOf: () => State;
  /** What has been decoded and is to be looked at in the other ways. */
  #ready: Block<State>[] = [];
  /** Blocks that were ready before. */
  #cleared = 0;
  /** The beginning of a block. */
  #pieces: Buffer[] = [];
  #length = 0;
  #state: State;
  #kept: Buffer[] | undefined = [];
  #keptLength = 0;
  #isOver = false;

  /**
   * @param stateOf where the decoder is
   * @param onLate gets each block, from the first one on at which another way begins without the beginning of the content
   */
  constructor(
    decoder: Decoder,
    rules: readonly OtherRule<State>[],
    stateOf: () => State,
    onLate?: (block: Buffer) => void,
  ) {
    this.#decoder = decoder;
    this.#rules = rules;
    this.#stateOf = stateOf;
    this.#state = stateOf();
    let isLate = false;
    const notes: ByteCoder = {
      write: () => {
        for (const { bytes } of this.#ready) {
          if (isLate) onLate?.(bytes);
          this.#keep(bytes);
        }
        this.#clear();
        return NOTHING;
      },
      end: () => notes.write(NOTHING),
    };
    const others = rules.map((rule) => this.#other(rule, () => (isLate = true)));
    this.others = [...others, notes];
    this.primary = {
      write: (slice) => this.#writePrimary(slice),
      end: () => this.#endPrimary(),
      oddities: decoder.oddities,
    };
  }

  /** By the rules. */
  readonly primary: Decoder;

  #writePrimary(slice: Buffer): Buffer {
    // Where nobody asks for the other ways, nothing is kept.
    this.#clear();
    const room = BLOCK - this.#length;
    if (slice.length < room) return this.#take(slice, false);
    const out = Buffer.allocUnsafe(slice.length + MOST_HELD);
    let length = 0;
    let from = 0;
    for (let to = room; to <= slice.length; to += BLOCK) {
      length += this.#take(slice.subarray(from, to), true).copy(out, length);
      from = to;
    }
    if (from < slice.length) length += this.#take(slice.subarray(from), false).copy(out, length);
    return out.subarray(0, length);
  }

  #endPrimary(): Buffer {
    // What is missing at the end, nobody sees.
    this.#endBlock();
    this.#isOver = true;
    return this.#decoder.end();
  }

  /** The others. Each gets a slice behind {@link primary}, in this order; the last one takes notes. */
  readonly others: readonly ByteCoder[];

  #take(slice: Buffer, isEnd: boolean): Buffer {
    const decoded = this.#decoder.write(slice);
    // What ends a block is looked at before the slice is over; the rest is borrowed.
    this.#pieces.push(isEnd ? slice : Buffer.from(slice));
    this.#length += slice.length;
    if (isEnd) this.#endBlock();
    return decoded;
  }

  #endBlock(): void {
    const bytes = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    const rules = this.#rules.filter(({ differs }) => differs());
    this.#ready.push({ bytes, state: this.#state, rules: rules.length === 0 ? NONE : new Set(rules) });
    this.#state = this.#stateOf();
  }

  #clear(): void {
    this.#cleared += this.#ready.length;
    this.#ready = [];
  }

  #keep(bytes: Buffer): void {
    if (this.#kept === undefined) return;
    this.#keptLength += bytes.length;
    if (this.#keptLength <= MAX_KEPT) this.#kept.push(Buffer.from(bytes));
    else this.#kept = undefined;
  }

  #other(rule: OtherRule<State>, late: () => void): ByteCoder {
    let coder: ByteCoder | undefined;
    /** The block that it gets next. */
    let next = 0;
    const write = (): Buffer => {
      const out: Buffer[] = [];
      for (const [index, { bytes, state, rules }] of this.#ready.entries()) {
        if (this.#cleared + index < next) continue;
        next = this.#cleared + index + 1;
        if (coder === undefined) {
          if (!rules.has(rule)) continue;
          const front = this.#front(index);
          if (front === undefined) late();
          coder = rule.begin(front === undefined ? state : undefined);
          for (const piece of front ?? []) out.push(Buffer.from(coder.write(piece)));
        }
        out.push(Buffer.from(coder.write(bytes)));
      }
      return out.length === 0 ? NOTHING : Buffer.concat(out);
    };
    return {
      write,
      end: () => {
        const last = this.#isOver ? write() : NOTHING;
        return coder === undefined ? NOTHING : Buffer.concat([last, coder.end()]);
      },
    };
  }

  /** All that is in front of one of the blocks that are ready; undefined where not all of that is kept. */
  #front(index: number): Buffer[] | undefined {
    if (this.#kept === undefined) return undefined;
    const ready = this.#ready.slice(0, index).map(({ bytes }) => bytes);
    const length = ready.reduce((sum, bytes) => sum + bytes.length, this.#keptLength);
    return length <= MAX_KEPT ? [...this.#kept, ...ready] : undefined;
  }
}
