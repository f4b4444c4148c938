import { Stretches } from './stretches.ts';

/** Bytes without meaning (soft breaks, line ends, blanks) between two bytes of content; no sender needs more. */
export const GAP_MAX = 1000;

/** So many that nobody uses are kept: one for each of a few footers in a row. */
const SPARE_MAX = 4;
const spare: DecodedBytes[] = [];

/**
 * What a strict decoder has decoded of a slice, and where it stood. All decoders of the process share a few of them:
 * {@link take} one for a slice, {@link DecodedBytes.giveBack} when the work on the slice is done.
 *
 * Loops that decode many bytes write into {@link view} by themselves, and say so with {@link length} and {@link stretches}.
 */
export class DecodedBytes {
  #bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  length = 0;
  readonly stretches = new Stretches();

  static take(): DecodedBytes {
    return spare.pop() ?? new DecodedBytes();
  }

  giveBack(): void {
    if (spare.length < SPARE_MAX) spare.push(this);
  }

  /** Nothing is decoded yet, and there is room for so many bytes. */
  begin(capacity: number): void {
    if (this.#bytes.length < capacity) {
      this.#bytes = Buffer.allocUnsafeSlow(capacity);
      this.view = new DataView(this.#bytes.buffer);
    }
    this.length = 0;
    this.stretches.clear();
  }

  /** The room that {@link begin} has made. */
  get target(): Buffer {
    return this.#bytes;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }
}
