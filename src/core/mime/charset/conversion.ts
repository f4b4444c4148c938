/** What turns bytes into text: a library's decoder, or one of ours around it. */
export interface Conversion {
  write(slice: Buffer): string;
  end(): string | undefined;
}
