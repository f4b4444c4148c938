import type { Part } from '../part.ts';
import { otherWays } from './readings.ts';

/** Ways to decode the leaves of a message beside those by the rules. */
const MAX_WAYS = 4;
/** Whole readings of leaves, in all ways together, beside the first of each. */
const MAX_DECODINGS = 64;

/**
 * What the other ways to decode the leaves of one message may cost: the content is decoded {@link MAX_WAYS} times more at most, whether there
 * is one leaf or many. Whoever asks must do so in the order of the message.
 */
export class DecodingBudget {
  #ways = new Set<string>();
  #decodings = 0;

  /** How many {@link share} would give, without taking them. */
  preview(leaf: Part): number {
    const [ways, decodings] = [this.#ways, this.#decodings];
    this.#ways = new Set(ways);
    const { count } = this.share(leaf);
    this.#ways = ways;
    this.#decodings = decodings;
    return count;
  }

  /** How many of the other ways to decode a leaf are looked at, and whether these are all. */
  share(leaf: Part): { readonly count: number; readonly isAll: boolean } {
    const wanted = otherWays(leaf);
    let count = 0;
    while (count < wanted.length && this.#takes(wanted[count])) count++;
    return { count, isAll: count === wanted.length };
  }

  #takes(way: string): boolean {
    if (this.#decodings >= MAX_DECODINGS) return false;
    if (this.#ways.size >= MAX_WAYS && !this.#ways.has(way)) return false;
    this.#ways.add(way);
    this.#decodings++;
    return true;
  }
}
