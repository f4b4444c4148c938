import type { Connection, Envelope, Macros } from './envelope.ts';
import type { HeaderList } from './headers/header-list.ts';
import type { Limits } from './limits.ts';
import type { Ambiguity } from './mime/ambiguity.ts';

/**
 * A message on its way, as one transform sees it: what is known so far, and the doors to change it.
 * `state` is the transform's own; everything else is shared with the other transforms of the pipeline.
 */
export interface Message<S = unknown> {
  readonly connection: Connection;
  readonly envelope: Envelope;
  readonly macros: Macros;
  /** The queue id where the MTA has told one, for logs. */
  readonly queueId: string | undefined;
  /** The message's header; edits are sent at end-of-message and seen by every hook that runs after them. */
  readonly headers: HeaderList;
  readonly state: S;
  /**
   * Aborts when the message ends early: given up by the MTA, decided, or past its deadline. At CONNECT and HELO: when the
   * deadline of the command has passed, or the connection is over.
   */
  readonly signal: AbortSignal;
  readonly limits: Readonly<Limits>;
  /**
   * Ambiguities found so far: those of the message as received, and behind a transform with `fromStream` those of the
   * message that this one has put out.
   */
  readonly ambiguities: readonly Ambiguity[];

  /** Deliver to one more mailbox. `edits` must declare `add-recipient`. */
  addRecipient(address: string, parameters?: readonly string[]): void;
  /** Do not deliver to this recipient, named as in the envelope. `edits` must declare `remove-recipient`. */
  removeRecipient(address: string): void;
  /** Change the envelope sender. `edits` must declare `sender`. */
  changeSender(address: string, parameters?: readonly string[]): void;
  /** Have the MTA hold the message. */
  quarantine(reason: string): void;
  /** What transforms have found wrong with the message so far; empty for a clean one. */
  readonly findings: ReadonlySet<string>;
  /** Say that something is wrong with the message, by a word that `when.verdict` can name: `infected`, `spam`. */
  find(finding: string): void;
  /** A short note for the log line, without content: `infected Eicar-Test-Signature`. */
  note(text: string): void;
}
