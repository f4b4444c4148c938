import type { MillraceError } from '../base/errors.ts';
import type { AddressCommand, ConnectCommand } from './commands.ts';
import type { Agreement } from './negotiation.ts';

/**
 * What a {@link Session} tells its owner. Events marked with (reply) wait: the owner calls `session.reply` exactly
 * once for each, at once from inside the event or later, also where the MTA itself expects no reply. No
 * event of the peer comes in between. Events must not throw: a session whose event threw is closed.
 */
export interface SessionEvents {
  /** Bytes for the MTA, in order. Not copied: they stay as they are until written, and may be shared constants. */
  write(bytes: Buffer): void;
  /** The MTA's offer was accepted and answered. */
  negotiated(agreement: Agreement): void;
  /** (reply) A new SMTP client. Not every MTA sends it. */
  connect(command: ConnectCommand): void;
  /** (reply) HELO or EHLO; may repeat, and ends a message that was under way (`abort` comes first). */
  helo(name: string): void;
  /** (reply) A message begins. One that was still under way is aborted first. */
  mail(command: AddressCommand): void;
  /** (reply) A recipient; refusals count for this recipient only. */
  rcpt(command: AddressCommand): void;
  /** (reply) The client has said DATA. */
  data(): void;
  /** (reply) An SMTP command that the MTA does not know. Comes at any time and says nothing about the message. */
  unknown(command: string): void;
  /** (reply) A header field; bytes as latin1. `value` begins with its space only when `agreement.leadingSpace`. */
  header(name: string, value: string): void;
  /** (reply) */
  endOfHeaders(): void;
  /** Body bytes, borrowed. Not aligned to anything. */
  bodySlice(slice: Buffer): void;
  /** (reply) A body chunk is complete. Bytes that came inside the end-of-message packet have no such event. */
  bodyChunkEnd(): void;
  /** (reply) The message is complete: now `progress`, `edit`, `replaceBody`, then `reply`. */
  endOfMessage(): void;
  /** The message that began with `mail` is given up. Comes only while it is undecided. */
  abort(): void;
  /** The SMTP client is gone, another one will follow on this connection. An undecided message is aborted first. */
  quitNewConnection(): void;
  /** The MTA is done with this connection; close it. An undecided message is aborted first. */
  quit(): void;
  /** The peer broke the protocol; close the connection. No event and no output follows. */
  error(error: MillraceError): void;
}
