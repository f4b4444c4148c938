import type { Limits } from '../../limits.ts';
import type { MessagePart } from '../message-part.ts';
import { Scanner } from '../scanner.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import type { Beginning } from './beginning.ts';
import type { Forks } from './forks.ts';
import type { NearDelimiter, OtherWay } from './other-way.ts';
import type { Kind, ReadingBudget } from './reading-budget.ts';

/** A part in another reading, beside the scanner that reads it by the rules. */
export class Reading implements OtherWay {
  readonly owner: MessagePart;
  readonly takes: ReadonlySet<NearDelimiter>;
  readonly kind: Kind;
  /** Where its part ends, once that is known. */
  end = Infinity;
  /** Where it came to the same as the rules, and stopped. */
  met: number | undefined;
  readonly #scanner: Scanner;
  readonly #decoder: ByteCoder | undefined;
  readonly #root: MessagePart;
  readonly #isTaken: (position: number, close: boolean) => boolean;
  /** What is added to a place in what the scanner gets to have the place in the body. */
  readonly #shift: number;

  /**
   * @param forks of its scanner
   * @param taken whether a delimiter of a part was taken at a place, by the rules
   */
  constructor(
    beginning: Beginning,
    position: number,
    budget: ReadingBudget,
    limits: Readonly<Limits>,
    forks: Forks,
    taken: (part: MessagePart, position: number, close: boolean) => boolean,
  ) {
    const { owner, root, takes, prefix, decoder, meets, kind } = beginning;
    this.owner = owner;
    this.kind = kind;
    this.takes = takes;
    this.#root = root;
    this.#decoder = decoder;
    this.#shift = position - prefix.length;
    this.#isTaken = (place, close) => meets && taken(owner, place, close);
    const stage = budget.host.openReading(root, decoder !== undefined, budget.isQuoted);
    this.#scanner = new Scanner(root, stage, limits, forks, this);
    this.#scanner.write(prefix);
  }

  meets(multipart: MessagePart, position: number, close: boolean): boolean {
    const place = this.#shift + position;
    if (multipart !== this.#root || !this.#isTaken(place, close)) return false;
    this.met = place;
    return true;
  }

  write(slice: Buffer): void {
    this.#scanner.write(this.#decoder === undefined ? slice : this.#decoder.write(slice));
  }

  finish(): void {
    if (this.#decoder !== undefined) this.#scanner.write(this.#decoder.end());
    this.#scanner.end();
  }
}
