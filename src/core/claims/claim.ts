/**
 * What a transform does to the content of one leaf, made from the verb it returned. A claim gets the part's events in
 * place of the next stage and hands on what it wants to.
 */
export interface Claim {
  /** The part's encoded content, borrowed. */
  body(slice: Buffer): void;
  /**
   * The part is complete; hand on what is still held, and the part's end. A promise when something must be waited
   * for; it may reject with the transform's error.
   */
  close(): Promise<void> | undefined;
  /** A promise while the claim cannot take more; it never rejects. */
  pending(): Promise<void> | undefined;
  /** Whether the original content can still go on as if the transform had not been there. */
  readonly recoverable: boolean;
  /** After an error: bring the next stage to where it has the part's beginning and all content received so far. */
  recover(): Promise<void> | undefined;
}
