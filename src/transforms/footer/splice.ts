import { QuotedPrintableEncoder, Base64Encoder } from '../../core/mime/transfer/index.ts';
import type { LineEnd } from './leaf-content.ts';

const LF = 0x0a;
const CR = 0x0d;

/** A place in the middle of a leaf's content. */
export interface Cut {
  /** Decoded bytes in front of it, as many as matter. */
  readonly before: Buffer;
  /** In base64: bytes of the quantum, at whose beginning the text is cut, that stand in front of the place. */
  readonly lead: number;
}

/** What is around the place where the encoded text was cut. */
interface Around {
  readonly lead: number;
  /** The encoded text behind the cut, as much as is needed to decode a quantum. */
  readonly rest: Buffer;
  /** Characters on the line in front of the cut. */
  readonly column: number;
  readonly lineEnd: LineEnd;
}

/** Encoded text to put at the cut, in place of the first `replaced` bytes behind it. */
interface Splice {
  readonly text: Buffer;
  readonly replaced: number;
}

/**
 * Encodes what is to stand in the middle of encoded text, so that everything in front of it and behind it can stay as
 * it is. `inserted` ends with a line end.
 */
export function splice(encoding: string, inserted: Buffer, around: Around): Splice {
  if (encoding === 'quoted-printable') return { text: quotedPrintable(inserted, around), replaced: 0 };
  if (encoding === 'base64') return base64(inserted, around);
  return { text: inserted, replaced: 0 };
}

/** Line ends of ASCII text as they are around it. */
export function inLineEnds(bytes: Buffer, lineEnd: LineEnd): Buffer {
  const text = bytes.toString('latin1');
  if (lineEnd === '\n' && !text.includes('\r\n')) return bytes;
  return Buffer.from(text.replace(/\r?\n/g, lineEnd), 'latin1');
}

function quotedPrintable(inserted: Buffer, { column, lineEnd }: Around): Buffer {
  const encoder = new QuotedPrintableEncoder({ column });
  const encoded = Buffer.from(encoder.write(inLineEnds(inserted, '\r\n')));
  return inLineEnds(Buffer.concat([encoded, encoder.end()]), lineEnd);
}

/**
 * Blanks in front of the last line end make the inserted bytes whole quanta, so that those behind the cut quantum keep
 * their place in theirs and the text behind it stays.
 */
function base64(inserted: Buffer, { lead, rest, column, lineEnd }: Around): Splice {
  const padding = Buffer.alloc((3 - (inserted.length % 3)) % 3, ' ');
  const lineStart = inserted.length - (inserted.at(-2) === CR ? 2 : 1);
  const padded = Buffer.concat([inserted.subarray(0, lineStart), padding, inserted.subarray(lineStart)]);
  // Cut inside a quantum: that one is written anew, around what is inserted.
  const quantum = lead === 0 ? 0 : quantumLength(rest);
  const bytes = Buffer.from(rest.toString('latin1', 0, quantum), 'base64');
  const whole = Buffer.concat([bytes.subarray(0, lead), padded, bytes.subarray(lead)]);
  const encoder = new Base64Encoder();
  const pieces = [Buffer.from(column > 0 ? '\r\n' : ''), Buffer.from(encoder.write(whole)), encoder.end()];
  if (rest[quantum] !== CR && rest[quantum] !== LF) pieces.push(Buffer.from('\r\n'));
  return { text: inLineEnds(Buffer.concat(pieces), lineEnd), replaced: quantum };
}

/** Bytes that the first four digits take, line ends between them included. */
function quantumLength(rest: Buffer): number {
  let digits = 0;
  let at = 0;
  for (; digits < 4; at++) if (rest[at] !== CR && rest[at] !== LF) digits++;
  return at;
}
