/**
 * Watches the encoded bytes of a text part on their way, so that text can be put at its end without encoding the rest
 * anew: everything passes as it is, but for a short end that is held back until it is known to be the end.
 *
 * Slices are borrowed, and what is returned is valid until the next call, as with a coder.
 */
export interface Tail {
  /** Takes the next encoded bytes; returns those that can go on now. */
  pass(slice: Buffer): Buffer;
  /**
   * Ends the part. Without `extra` the total output is the input, byte for byte. With `extra`, decoded bytes whose
   * line ends are CRLF, the total output decodes to what the input decodes to, and `extra` behind it.
   * Throws `MILLRACE_ENCODING` if there is an `extra` and {@link canAppend} is false.
   */
  finish(extra: Buffer | undefined): Buffer;
  /**
   * Whether something can be put behind what has passed so far, if that is the end: false where the encoding is so
   * odd that mail readers would not agree on where the data end. Can become true or false with every `pass`.
   */
  readonly canAppend: boolean;
  /** Whether the decoded bytes so far end with LF. */
  readonly endsWithLineEnd: boolean;
}
