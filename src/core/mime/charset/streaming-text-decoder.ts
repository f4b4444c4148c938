export interface StreamingTextDecoder {
  /** The slice is borrowed; nothing of it is kept. */
  write(slice: Buffer): string;
  /** What is left at the end. */
  end(): string;
  /** Whether something was no text in the charset, so that to encode the text again would lose bytes. */
  readonly malformed: boolean;
  /**
   * The charset to encode changed text with. It is the one asked for, but for `utf-16`: there it is known from the
   * byte order mark on, and undefined before.
   */
  readonly encoding: string | undefined;
}
