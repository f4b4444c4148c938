const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** A longer line is no delimiter, however it begins: RFC 5322 section 2.1.1 allows no longer line. In bytes, without its end. */
export const MAX_DELIMITER_LINE = 998;

/** Lines of mail have 78 characters at most, as a rule (RFC 5322 section 2.1.1). */
const USUAL_LINE = 80;

/** So near, a line end is found faster without a call of `indexOf`. */
const NEAR = 12;

/** Where the next LF is; -1 for nowhere. */
export function lineFeedFrom(buffer: Buffer, from: number): number {
  const near = Math.min(from + NEAR, buffer.length);
  for (let at = from; at < near; at++) if (buffer[at] === LF) return at;
  return near === buffer.length ? -1 : buffer.indexOf(LF, near);
}

/** Where the LF of this line is, if it is no longer than usual and has no CR in it but in front of that; otherwise -1, as a rule. */
export function endOfPlainLine(buffer: Buffer, start: number): number {
  const stop = Math.min(start + USUAL_LINE, buffer.length);
  let at = start;
  while (at < stop && buffer[at] > CR) at++;
  if (at === stop) return -1;
  if (buffer[at] === CR) at++;
  return buffer[at] === LF ? at : -1;
}

export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** Where the blanks behind the text of a line begin. */
export function endOfText(buffer: Buffer, start: number, end: number): number {
  let last = withoutCr(buffer, start, end);
  while (last > start && isBlank(buffer[last - 1])) last--;
  return last;
}

/** Whether a line (up to its LF, without it) cannot be a delimiter, whatever follows. */
export function isTooLong(buffer: Buffer, start: number, end: number): boolean {
  return withoutCr(buffer, start, end) - start > MAX_DELIMITER_LINE;
}

function withoutCr(buffer: Buffer, start: number, end: number): number {
  return end > start && buffer[end - 1] === CR ? end - 1 : end;
}

/** Whether a CR, and then more of the line, is directly behind what has the length of this text, or behind two dashes there. */
export function hasCrBehind(buffer: Buffer, start: number, { length }: string): boolean {
  let behind = start + length;
  if (buffer[behind] === DASH && buffer[behind + 1] === DASH) behind += 2;
  if (buffer[behind] !== CR || behind + 1 === buffer.length) return false;
  return buffer[behind + 1] !== LF && buffer[behind + 1] !== CR;
}

/** Whether the next byte behind a boundary, or behind two dashes there, is one that a line goes on with: nearly always where no delimiter ends. */
export function goesOn(buffer: Buffer, boundaryEnd: number): boolean {
  const isClose = buffer[boundaryEnd] === DASH && buffer[boundaryEnd + 1] === DASH;
  const at = isClose ? boundaryEnd + 2 : boundaryEnd;
  return at + 1 < buffer.length && buffer[at] > 0x20;
}

/** Whether a line ends behind what there may be of a delimiter behind its boundary, or may do so behind the buffer. */
export function mayEnd(buffer: Buffer, boundaryEnd: number): boolean {
  let at = behindBlanks(buffer, boundaryEnd);
  if (buffer[at] === DASH) {
    if (buffer[at + 1] !== DASH) return at + 1 === buffer.length;
    at = behindBlanks(buffer, at + 2);
  }
  if (buffer[at] === CR) at++;
  return at >= buffer.length || buffer[at] === LF;
}

/** Whether nothing but `--` and blanks is behind a boundary in its line. */
export function isWholeLine(buffer: Buffer, boundaryEnd: number): boolean {
  const isClose = buffer[boundaryEnd] === DASH && buffer[boundaryEnd + 1] === DASH;
  const at = behindBlanks(buffer, isClose ? boundaryEnd + 2 : boundaryEnd);
  return buffer[buffer[at] === CR ? at + 1 : at] === LF;
}

export function behindBlanks(buffer: Buffer, start: number): number {
  let at = start;
  while (isBlank(buffer[at])) at++;
  return at;
}

export function endsInside(buffer: Buffer, start: number, needle: Uint8Array): boolean {
  if (buffer.length - start >= needle.length) return false;
  for (let i = start + 1; i < buffer.length; i++) if (buffer[i] !== needle[i - start]) return false;
  return true;
}

/** Whether a needle stands at a place, in a buffer that is long enough. */
export function stands(buffer: Buffer, at: number, needle: Uint8Array): boolean {
  for (let i = 0; i < needle.length; i++) if (buffer[at + i] !== needle[i]) return false;
  return true;
}
