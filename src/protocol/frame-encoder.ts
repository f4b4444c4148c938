import { MillraceError } from '../base/errors.ts';
import { MAX_BODY_CHUNK, REPLY } from './codes.ts';
import { requireWireString } from './wire-strings.ts';

/** Bytes before a payload: length (4, big-endian, counts the code) and code (1). */
export const FRAME_HEADER_BYTES = 5;

const EMPTY = new Uint8Array(0);

/** One packet. `code` is a command or reply byte, `payload` is copied. */
export function encodeFrame(code: number, payload: Uint8Array = EMPTY): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(frame, 0, code, payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/**
 * One packet of NUL-ended strings, after a 32-bit number when `index` is given. Throws `MILLRACE_PACKET` when a string
 * holds a NUL or a character above U+00FF; `what` names the packet in that error.
 */
export function encodeStrings(
  code: number,
  strings: readonly string[],
  what: string,
  index?: number,
): Buffer {
  let length = index === undefined ? 0 : 4;
  for (const text of strings) {
    requireWireString(text, what);
    length += text.length + 1;
  }
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length);
  let at = writeFrameHeader(frame, 0, code, length);
  if (index !== undefined) at = frame.writeUInt32BE(index, at);
  for (const text of strings) {
    at += frame.write(text, at, 'latin1');
    frame[at++] = 0;
  }
  return frame;
}

/** Writes the five bytes before a payload of `length` bytes at `at`, and returns where the payload starts. */
function writeFrameHeader(target: Buffer, at: number, code: number, length: number): number {
  target.writeUInt32BE(length + 1, at);
  target[at + 4] = code;
  return at + FRAME_HEADER_BYTES;
}

/**
 * A replacement body as REPLBODY packets of at most 65535 bytes, each as its header and a slice of `body` (not
 * copied), in wire order. An empty body gives one empty packet, which empties the message on Postfix and Sendmail.
 */
export function encodeReplacementBody(body: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  do {
    const length = Math.min(MAX_BODY_CHUNK, body.length - at);
    const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
    writeFrameHeader(header, 0, REPLY.REPLACE_BODY, length);
    pieces.push(header);
    if (length > 0) pieces.push(length === body.length ? body : body.subarray(at, at + length));
    at += length;
  } while (at < body.length);
  return pieces;
}

/**
 * Frames a body chunk where it lies: writes the REPLBODY header into the five bytes before `start` and returns the
 * whole packet, so that a block with head room goes out in one write. At most 65535 bytes, and `start` at least 5:
 * anything else throws `MILLRACE_PACKET`.
 */
export function frameReplacementBodyInPlace(block: Buffer, start: number, end: number): Buffer {
  if (start < FRAME_HEADER_BYTES || end < start || end > block.length || end - start > MAX_BODY_CHUNK) {
    throw new MillraceError(
      'MILLRACE_PACKET',
      'REPLBODY: the chunk needs five free bytes before it and has 65535 at most',
    );
  }
  writeFrameHeader(block, start - FRAME_HEADER_BYTES, REPLY.REPLACE_BODY, end - start);
  return block.subarray(start - FRAME_HEADER_BYTES, end);
}
