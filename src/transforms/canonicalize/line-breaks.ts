import type { ByteCoder } from '../../core/mime/transfer/index.ts';

const NOTHING = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;
const BROKEN = /\r(?!\n)|(?<!\r)\n/;
/** So many CRs in front of an LF are one line end; of more, each is one by itself. */
const MAX_RETURNS = 8;

/**
 * Makes every line end CR LF: an LF alone, a CR alone, and several CRs in front of an LF, which some mailer has made of
 * one line end. Linear; holds nothing but a count.
 */
export class LineBreaks implements ByteCoder {
  /** CRs at the end of what has come so far, not written yet. */
  #held = 0;
  /** What has come so far ends with more CRs than that, and they have been written. */
  #isLong = false;

  write(slice: Buffer): Buffer {
    if (slice.length === 0) return NOTHING;
    const text = slice.toString('latin1');
    const isOpen = this.#held > 0 || this.#isLong || slice[slice.length - 1] === CR;
    if (!isOpen && !BROKEN.test(text)) return slice;
    const front = slice[0] === CR || slice[0] === LF ? '' : this.#finish();
    const rest = text.replace(/\r+\n?|\n/g, (run, at: number) =>
      this.#lineEnds(run, at + run.length === text.length),
    );
    return Buffer.from(front + rest, 'latin1');
  }

  end(): Buffer {
    return Buffer.from(this.#finish(), 'latin1');
  }

  /** What a run of CRs, an LF behind them or not, stands for, together with what was held in front of it. */
  #lineEnds(run: string, isLast: boolean): string {
    const hasLf = run.endsWith('\n');
    const wasLong = this.#isLong;
    const returns = this.#held + run.length - (hasLf ? 1 : 0);
    const isShort = !wasLong && returns <= MAX_RETURNS;
    const isOpen = isLast && !hasLf;
    this.#held = isOpen && isShort ? returns : 0;
    this.#isLong = isOpen && !isShort;
    if (this.#held > 0) return '';
    return '\r\n'.repeat(hasLf && isShort ? 1 : returns);
  }

  /** No LF follows. */
  #finish(): string {
    const ends = '\r\n'.repeat(this.#held);
    this.#held = 0;
    this.#isLong = false;
    return ends;
  }
}
