import { MillraceError } from '../../../base/errors.ts';
import type { Tail } from './tail.ts';

const EMPTY = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;

/** The end of a 7bit, 8bit or binary part: nothing is held back, the last byte is remembered. */
export class IdentityTail implements Tail {
  #last = 0;

  get canAppend(): boolean {
    // A CR at the end would make a line end out of itself and an LF that follows.
    return this.#last !== CR;
  }

  get endsWithLineEnd(): boolean {
    return this.#last === LF;
  }

  pass(slice: Buffer): Buffer {
    if (slice.length > 0) this.#last = slice[slice.length - 1];
    return slice;
  }

  finish(extra: Buffer | undefined): Buffer {
    if (extra === undefined) return EMPTY;
    if (!this.canAppend) throw new MillraceError('MILLRACE_ENCODING', 'The part ends with a bare CR');
    return extra;
  }
}
