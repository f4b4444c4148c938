import type { Part } from '../mime/part.ts';
import { tellOddities, type WholeReadings } from '../mime/readings/index.ts';
import type { ByteCoder } from '../mime/transfer/byte-coder.ts';
import { createDecoder } from '../mime/transfer/index.ts';
import type { Stage } from '../stage.ts';
import type { Beginning, Peek } from '../verbs.ts';
import type { Claim } from './claim.ts';

/** Bytes of a leaf, as they come in, that are held back and decoded. Always as many, so that the answer does not depend on how they come. */
const WINDOW = 2048;
/** Base64 and quoted-printable have more than this in so many bytes, unless somebody has stuffed them. */
const SCARCE = 512;

/** What the function has answered. */
export type PeekAnswer = ReturnType<Peek['decide']>;

/** Whoever carries the answer out, and then gets what was held. */
export type Resume = (answer: PeekAnswer, held: readonly Buffer[]) => void;

/** The ways in which mail readers may decode the part; those of it that is regular are fewer. */
export type PeekReadings = (isRegular: boolean) => WholeReadings;

/** The beginning of a part is held back until a function has decided by it what claims the part. */
export class PeekClaim implements Claim {
  readonly recoverable = true;
  readonly #part: Part;
  readonly #next: Stage;
  readonly #verb: Peek;
  readonly #readings: PeekReadings;
  readonly #resume: Resume;
  #held: Buffer[] = [];
  #size = 0;

  constructor(part: Part, next: Stage, verb: Peek, readings: PeekReadings, resume: Resume) {
    this.#part = part;
    this.#next = next;
    this.#verb = verb;
    this.#readings = readings;
    this.#resume = resume;
  }

  body(slice: Buffer): void {
    const isEnough = this.#size + slice.length >= WINDOW;
    this.#held.push(isEnough ? slice : Buffer.from(slice));
    this.#size += slice.length;
    if (isEnough) this.#decide(false);
  }

  /** The part is over before enough has come: decide by what there is. */
  finish(): void {
    this.#decide(true);
  }

  /** Nothing to wait for: whoever closes the part has had it {@link finish} first. */
  close(): undefined {}

  pending(): undefined {}

  recover(): undefined {
    this.#next.open(this.#part);
    for (const piece of this.#held) this.#next.body(this.#part, piece);
  }

  #decide(isWhole: boolean): void {
    const answer = this.#verb.decide(this.#look(isWhole), this.#part);
    this.#resume(answer, this.#held);
  }

  #look(isWhole: boolean): Beginning {
    const bytes = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
    const window = bytes.subarray(0, WINDOW);
    const decoded = (coder: ByteCoder): Buffer => {
      const content = Buffer.from(coder.write(window));
      return isWhole ? Buffer.concat([content, coder.end()]) : content;
    };
    const decoder = createDecoder(this.#part.transferEncoding);
    const content = decoder === undefined ? Buffer.from(window) : decoded(decoder);
    if (decoder !== undefined) tellOddities(this.#part, decoder.oddities);
    const { primary, others, rare } = this.#readings(decoder?.oddities.size === 0);
    // The rare ones take part in what it does.
    if (primary !== undefined) decoded(primary);
    const whole = others.map(decoded);
    return {
      content,
      others: [...whole, ...rare.map(decoded)].filter(({ length }) => length > 0),
      isWhole,
      isScarce: !isWhole && [content, ...whole].some(({ length }) => length < SCARCE),
    };
  }
}
