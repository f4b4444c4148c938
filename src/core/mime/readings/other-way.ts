import type { MessagePart } from '../message-part.ts';

/** Lines that are delimiters for some readers only. */
export type NearDelimiter =
  'delimiter-indented' | 'delimiter-after-bare-cr' | 'delimiter-trailing-junk' | 'parts-after-close';

/** How a reader splits a message that does it in another way than the rules have it. */
export interface OtherWay {
  /** What it takes for delimiters beside those that are. */
  readonly takes: ReadonlySet<NearDelimiter>;
  /**
   * Whether those who go by the rules find the same delimiter in the same place, so that from there on both find the same.
   * `position` is that of the delimiter in what this reader was given.
   */
  meets(multipart: MessagePart, position: number, close: boolean): boolean;
}
