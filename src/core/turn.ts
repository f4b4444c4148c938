/**
 * Milliseconds that all messages together may be worked on in one turn of the event loop; what is left waits for the next
 * one. A slice or a part that is under way is finished, so a turn is longer by that much.
 */
const BUDGET = 5;
/** Work that takes no longer than this, in milliseconds, does not begin the count: there would be a timer for each slice. */
const COUNTED = 0.25;

/** How many bytes are worked on at once. One may cost some hundred nanoseconds, so this is some ten milliseconds. */
export const PIECE_BYTES = 64 * 1024;

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

/** Work began then, as `performance.now()` counts, and goes on or has ended now. */
export function countWork(start: number): void {
  if (end !== undefined || performance.now() - start < COUNTED) return;
  end = start + BUDGET;
  setImmediate(begin);
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
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (isTurnOver()) await laterTurn();
    const start = performance.now();
    take(bytes.subarray(at, at + PIECE_BYTES));
    countWork(start);
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
