import { MillraceError } from '../base/errors.ts';

/*
 * Text on the milter wire is bytes without a charset, ended by NUL. It is held in "binary" strings: one character
 * U+0000 to U+00FF for each byte (latin1), so that nothing is lost whatever the bytes mean. `Buffer.from(s, 'latin1')`
 * gives the bytes back, `textToBytes` and `bytesToText` convert from and to real text in UTF-8.
 */

interface LatinSlicer {
  latin1Slice(start: number, end: number): string;
}

/** The bytes from `start` to before `end` as a binary string. (`latin1Slice` skips the argument checks of `toString`.) */
export function binaryString(buffer: Buffer, start: number, end: number): string {
  return (buffer as Buffer & LatinSlicer).latin1Slice(start, end);
}

/** Text as the binary string of its UTF-8 bytes. */
export function textToBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A binary string read as UTF-8; bytes that are none become U+FFFD. */
export function bytesToText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * The NUL-ended strings from `start` to before `end`. Throws `MILLRACE_PACKET` when there is none or the last one has
 * no NUL; `what` names the packet in the error.
 */
export function readStrings(buffer: Buffer, start: number, end: number, what: string): string[] {
  requireFinalNul(buffer, start, end, what);
  return binaryString(buffer, start, end - 1).split('\0');
}

/** The first NUL-ended string from `start` to before `end`; throws as {@link readStrings} does. */
export function readString(buffer: Buffer, start: number, end: number, what: string): string {
  requireFinalNul(buffer, start, end, what);
  return binaryString(buffer, start, buffer.indexOf(0, start));
}

/** Throws `MILLRACE_PACKET` unless the range ends with a NUL. */
export function requireFinalNul(buffer: Buffer, start: number, end: number, what: string): void {
  if (end <= start || buffer[end - 1] !== 0) {
    throw new MillraceError('MILLRACE_PACKET', `${what}: a string without its final NUL`);
  }
}

/** Throws `MILLRACE_PACKET` unless `text` is a binary string without NUL; `what` names the packet in the error. */
export function requireWireString(text: string, what: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) throw new MillraceError('MILLRACE_PACKET', `${what}: a NUL inside a string`);
    if (code > 255) {
      throw new MillraceError(
        'MILLRACE_PACKET',
        `${what}: a string is bytes as latin1; encode text as UTF-8 first`,
      );
    }
  }
}
