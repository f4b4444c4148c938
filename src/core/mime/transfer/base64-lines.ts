const LF = 0x0a;
const CR = 0x0d;

/** Lines of base64 in a row that are equally long and of whole quanta. */
export interface Base64Lines {
  /** Where they end, behind the last line end. */
  readonly end: number;
  /** Characters of each, with its line end, and the length of that. */
  readonly stride: number;
  readonly lineEnd: number;
  /** Bytes that were decoded; -1 when there is a character among them that is no digit. */
  readonly bytes: number;
}

/**
 * Decode the lines that begin at `from`, at `offset` in the target; undefined where there are none, and for padding in the
 * first one. After lines that could not be decoded none is to be tried in front of their end: that would take
 * quadratic time.
 *
 * Node's decoder skips junk in silence and takes `-` and `_`: its result counts only where it has the length that digits
 * alone give, and where neither of the two is there.
 */
export function decodeLines(
  slice: Buffer,
  from: number,
  target: Buffer,
  offset: number,
): Base64Lines | undefined {
  const lineFeed = slice.indexOf(LF, from);
  if (lineFeed <= from) return undefined;
  const stride = lineFeed + 1 - from;
  const lineEnd = slice[lineFeed - 1] === CR ? 2 : 1;
  const digits = stride - lineEnd;
  if (digits === 0 || digits % 4 !== 0) return undefined;
  let end = lineFeed + 1;
  while (end + stride <= slice.length && isLineEnd(slice, end + stride, lineEnd)) end += stride;
  let text = slice.toString('latin1', from, end);
  const padding = text.indexOf('=');
  if (padding >= 0) {
    end = from + padding - (padding % stride);
    if (end === from) return undefined;
    text = text.slice(0, end - from);
  }
  const bytes = ((end - from) / stride) * digits * 0.75;
  const isDecoded = target.write(text, offset, bytes, 'base64') === bytes;
  return {
    end,
    stride,
    lineEnd,
    bytes: isDecoded && !text.includes('-') && !text.includes('_') ? bytes : -1,
  };
}

/** Whether a line ends in front of `at`. */
function isLineEnd(slice: Buffer, at: number, length: number): boolean {
  return slice[at - 1] === LF && (length === 1 || slice[at - 2] === CR);
}
