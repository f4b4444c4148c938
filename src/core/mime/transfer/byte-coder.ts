/**
 * A streaming decoder or encoder of bytes.
 *
 * The slice given is borrowed: nothing of it is kept after the call. What comes back is borrowed too: a view of the
 * slice that was given, or of a buffer that the coder uses again. It is valid until the next call of the same coder
 * and as long as the slice is. It may be empty. The whole output does not depend on how the input was cut.
 */
export interface ByteCoder {
  write(slice: Buffer): Buffer;
  /** What is left at the end. Nothing may be written afterwards. */
  end(): Buffer;
}

/** A coder whose output is in a transfer encoding. */
export type Encoder = ByteCoder;

/** What a decoder saw that mail readers are known to read in different ways, or that a correct sender does not write. */
export type Oddity =
  // any encoding
  | 'long-line' // over 998 bytes without the line end
  // 7bit, 8bit
  | 'eight-bit' // a byte above 127 where the encoding promises none; quoted-printable too
  | 'nul' // a zero byte; 7bit and 8bit
  // base64
  | 'non-alphabet' // a byte that is neither alphabet, padding, blank nor line end; uuencode too
  | 'url-safe' // `-` or `_`: two more letters of the alphabet for some readers, junk for others
  | 'padding-inside' // data after padding
  | 'bad-padding' // `=` where none can stand, or too few of them
  | 'unpadded' // the last quantum has 2 or 3 characters and no padding
  | 'truncated' // one character left over; uuencode: no `end` line
  | 'short-line' // a line of 1 to 3 characters with data after it; uuencode: fewer characters than its length says
  // quoted-printable
  | 'bad-escape' // `=` without two hexadecimal digits behind it
  | 'lower-case-hex'
  | 'soft-break-blanks' // blanks between `=` and the line end
  | 'open-soft-break' // the data end with `=`
  | 'trailing-blanks' // blanks before a line end, which the decoder takes away
  | 'bare-cr'
  // uuencode
  | 'missing-begin'
  | 'several-files'
  | 'text-outside'; // something before `begin` or after `end`

/** A decoder, and what was odd about its input so far. */
export interface Decoder extends ByteCoder {
  readonly oddities: ReadonlySet<Oddity>;
}

/** Longest line of a message without its CRLF (RFC 5322 2.1.1), in bytes. */
export const LINE_LIMIT = 998;
