import type { Stage } from '../../stage.ts';
import type { MessagePart } from '../message-part.ts';
import { DecodingBudget } from './decoding-budget.ts';

/** Ways to read a message beside that by the rules, and how many of them at once. */
const MAX_WAYS = 4;
/**
 * Headers in text that are read as such, in one message. A mailbox in a text has more of them, and is nothing odd: what is encoded behind the
 * others, and their names, are found in the text as well, save what only some decoders make of it.
 */
const MAX_TEXT_HEADERS = 32;

/** Where the parts of other readings go. */
export interface ReadingHost {
  /**
   * For the parts of one reading. Its root, where it is no leaf, is the part that is read in another way; `isDecoded` says whether it
   * is other text, and not the same split in another way, `isQuoted` whether all of it is text that may have been meant to be read.
   */
  openReading(root: MessagePart, isDecoded: boolean, isQuoted: boolean): Stage;
  /** There are more ways to read the message than are looked at. */
  tooManyReadings(): void;
}

/** Whether many readers do so, or few, or whether it is of a header in text. */
export type Kind = 'known' | 'rare' | 'quoted';

/** What the readings of one message may cost. Whoever asks must do so in the order of the message. */
export class ReadingBudget {
  readonly host: ReadingHost;
  /** Whether it is that of a header in text. */
  readonly isQuoted: boolean;
  readonly #tooManyAtOnce: () => void;
  #textHeaders = 0;
  #ways: Set<string> | undefined;
  #active = 0;
  #activeRare = 0;
  readonly #decodings = new DecodingBudget();

  /** @param tooManyAtOnce what is told where others may not begin until one ends */
  constructor(host: ReadingHost, isQuoted = false, tooManyAtOnce = () => host.tooManyReadings()) {
    this.host = host;
    this.isQuoted = isQuoted;
    this.#tooManyAtOnce = tooManyAtOnce;
  }

  /**
   * For what is behind a header in text; undefined when there are more than are looked at. How many ways there are to read what may have
   * been meant to be read as it is, is nothing odd about the message; but nobody encodes a message in a message in a message to have it read.
   */
  forQuoted(): ReadingBudget | undefined {
    const { host } = this;
    if (this.#textHeaders++ >= MAX_TEXT_HEADERS) return undefined;
    const openReading: ReadingHost['openReading'] = (root, isDecoded) =>
      host.openReading(root, isDecoded, true);
    return new ReadingBudget({ openReading, tooManyReadings() {} }, true, () => host.tooManyReadings());
  }

  /**
   * Whether one more may begin; it counts until it is {@link give given back}. Of those that few readers know, only how many there are at
   * once counts.
   */
  take(way: string, kind: Kind): boolean {
    if (kind === 'rare') {
      if (this.#activeRare < MAX_WAYS) return this.#activeRare++ >= 0;
      this.#tooManyAtOnce();
      return false;
    }
    const ways = (this.#ways ??= new Set());
    const isFull = this.#active >= MAX_WAYS;
    if (isFull || (!ways.has(way) && ways.size >= MAX_WAYS)) {
      if (isFull) this.#tooManyAtOnce();
      else this.host.tooManyReadings();
      return false;
    }
    ways.add(way);
    this.#active++;
    return true;
  }

  give(kind: Kind): void {
    if (kind === 'rare') this.#activeRare--;
    else if (kind === 'known') this.#active--;
  }

  /** A leaf has begun: how many of the other ways to decode it are looked at. */
  share(leaf: MessagePart): void {
    const { count, isAll } = this.#decodings.share(leaf);
    leaf.decodings = count;
    if (!isAll) leaf.flag('too-many-readings');
  }
}
