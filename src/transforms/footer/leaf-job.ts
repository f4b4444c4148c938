import type { Part } from '../../core/mime/part.ts';
import type { LeafContent, LineEnd } from './leaf-content.ts';
import type { LeafHeader } from './leaf-header.ts';
import type { SkipReason } from './skip-reason.ts';

/** The footer as bytes of one part, and what becomes of the part. */
export interface LeafJob {
  readonly part: Part;
  readonly content: LeafContent;
  readonly header: LeafHeader;
  /** The footer in the part's charset, without a line end behind it. */
  footer(lineEnd: LineEnd): Buffer;
  /** Whether the text is `format=flowed`. */
  readonly flowed: boolean;
  readonly heldBytes: number;
  /** The part is not what it was, nearly always because the footer is in. */
  changed(): void;
  /** The part stays as it is. */
  skipped(reason: SkipReason): void;
}
