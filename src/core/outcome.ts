import type { EnvelopeEdit } from './envelope.ts';
import type { HeaderEdit } from './headers/header-edit.ts';
import type { Ambiguity } from './mime/ambiguity.ts';
import type { FinalVerdict } from './verdict.ts';

/** What became of one leaf (or of a container that was changed as a whole). */
export interface PartReport {
  /** `1` is the root, `1.2` its second child. */
  path: string;
  type: string;
  /** The file name, where the part has one. */
  name?: string;
  /** `kept`, `footer`, `replaced`, `dropped`, `rewritten`, `skipped`, ... */
  action: string;
  /** Why a wanted change was not made, or which rule made it. */
  reason?: string;
}

/** Verdict, edits, and what was done: all that is decided about a message. */
export interface Outcome {
  readonly verdict: FinalVerdict;
  /** Whether the new body differs from the one received. False means: no body is sent back. */
  readonly bodyChanged: boolean;
  readonly headerEdits: readonly HeaderEdit[];
  readonly envelopeEdits: readonly EnvelopeEdit[];
  /** The reason for holding the message, when a transform asked for it. */
  readonly quarantine?: string;
  readonly parts: readonly PartReport[];
  readonly ambiguities: readonly Ambiguity[];
  /** Short notes for the log line: `name: what`. Never content. */
  readonly notes: readonly string[];
}
