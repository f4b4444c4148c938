export interface StrictDecoder {
  /** Decode the next bytes. The result is valid until the next call, {@link release}, and as long as the slice is. */
  write(slice: Buffer): Buffer;
  /** The work on what `write` returned is done: its memory may serve another decoder. */
  release(): void;
  /** No bytes follow; only now it is known whether the end is whole. */
  end(): void;
  /** Readers would not agree on what the input says, or it breaks the encoding; what `write` returned is void. */
  readonly broken: boolean;
  /**
   * Where the n-th byte of what `write` returned last begins in the encoded text, counted from the beginning of the
   * slice; negative for a byte that begins in an earlier one. In base64 it is where its quantum begins.
   */
  position(n: number): number;
  /** Where what is not decoded yet begins, counted like {@link position}; the slice's length if everything is. */
  readonly openAt: number;
}
