/**
 * Milliseconds that all messages together may be worked on in one turn of the event loop; what is left waits for the next
 * one. A slice or a part that is under way is finished, so a turn is longer by that much.
 */
const BUDGET = 5;
/** Work that takes no longer than this, in milliseconds, does not begin the count: there would be a timer for each slice. */
const COUNTED = 0.25;

/** Bytes of a first piece, of the smallest and of the largest. With 4 KiB at first, a footer in 30 KB costs a quarter more. */
const PIECE = { first: 16 * 1024, least: 256, most: 64 * 1024 };
/** Milliseconds that the work on a piece should take. */
const PIECE_TIME = 1;

const waiting: (() => void)[] = [];
/** When, as `performance.now()` counts, this turn has had its share; undefined as long as nobody counts. */
let end: number | undefined;

/** Whether this turn has had its share of work. */
export function isTurnOver(): boolean {
  return end !== undefined && performance.now() >= end;
}

/** Begin to work: when, as `performance.now()` counts, it should stop. */
export function turnDeadline(now: number): number {
  return end ?? now + BUDGET;
}

/** Work began then and ended now, as `performance.now()` counts. */
export function countWork(start: number, now = performance.now()): void {
  if (end !== undefined || now - start < COUNTED) return;
  end = start + BUDGET;
  setImmediate(begin);
}

/**
 * How many bytes to work on at once, as those before them have cost: of most mail a byte costs less than a nanosecond, of
 * hostile mail a thousand times as much, and ten times that until V8 has compiled what it needs.
 */
export class PieceSize {
  #bytes = PIECE.first;
  /** It has been too much once: what was cheap since then may be so because it waits. */
  #isCareful = false;

  get bytes(): number {
    return this.#bytes;
  }

  /** The work on so many bytes took so many milliseconds. */
  took(bytes: number, milliseconds: number): void {
    if (milliseconds > PIECE_TIME) {
      this.#bytes = Math.max(PIECE.least, Math.floor((this.#bytes * PIECE_TIME) / milliseconds));
      this.#isCareful = true;
    } else if (bytes === this.#bytes && 4 * milliseconds < PIECE_TIME) {
      this.#bytes = Math.min(PIECE.most, Math.floor(this.#bytes * (this.#isCareful ? 1.125 : 2)));
    }
  }
}

/** Resolves in a later turn that has time left, in the order of the calls. */
export function laterTurn(): Promise<void> {
  return new Promise((resolve) => {
    inLaterTurn(resolve);
  });
}

/** Hand bytes that are there already to somebody in pieces, each in a turn that has time for it and when there is room. */
export async function handOver(
  bytes: Buffer,
  take: (piece: Buffer) => void,
  room: () => Promise<void> | undefined,
): Promise<void> {
  const size = new PieceSize();
  for (let at = 0; at < bytes.length;) {
    if (isTurnOver()) await laterTurn();
    const piece = bytes.subarray(at, at + size.bytes);
    const start = performance.now();
    take(piece);
    const now = performance.now();
    countWork(start, now);
    size.took(piece.length, now - start);
    at += piece.length;
    await room();
  }
}

/** Call back in a later turn that has time left, in the order of the calls. */
export function inLaterTurn(resume: () => void): void {
  waiting.push(resume);
  if (end !== undefined) return;
  end = performance.now();
  setImmediate(begin);
}

/** A new turn. */
function begin(): void {
  const start = performance.now();
  end = undefined;
  if (waiting.length === 0) return;
  end = start + BUDGET;
  setImmediate(begin);
  // Who is not done comes again, behind the others.
  do waiting.shift()!();
  while (waiting.length > 0 && !isTurnOver());
}
