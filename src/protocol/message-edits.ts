import { MillraceError } from '../base/errors.ts';
import { ACTION } from './codes.ts';
import { encodeReplacementBody, frameReplacementBodyInPlace } from './frame-encoder.ts';
import type { Agreement } from './negotiation.ts';
import { actionOf } from './replies.ts';
import type { Modification } from './replies.ts';
import { encodeReply, PROGRESS_FRAME } from './reply-encoder.ts';

/**
 * What a filter may send between end-of-message and its verdict. Every method throws `MILLRACE_SEQUENCE` at any other
 * time, and does nothing once the session is closed.
 */
export interface MessageEdits {
  /** Whether an edit has gone out: from then on the message can only end with accept, continue or tempfail. */
  readonly hasBegun: boolean;
  /**
   * Tells the MTA that end-of-message takes its time. Throws `MILLRACE_SEQUENCE` after the first edit.
   *
   * QUIRK(sendmail): PROGRESS before end-of-message is an error of the filter.
   * QUIRK(postfix): PROGRESS between packets of a replacement body answers the client 451.
   */
  progress(): void;
  /**
   * Sends one edit. Throws `MILLRACE_SEQUENCE` when its action was not negotiated or when a replacement body has begun
   * and this is no part of it; and what `encodeReply` throws.
   */
  send(modification: Modification): void;
  /**
   * Sends a piece of the new body, of any size, in packets of at most 65535 bytes. The bytes are not copied. The first
   * piece replaces the whole old body; an empty one as the only piece empties it. Throws as `send` does.
   */
  replaceBody(body: Buffer): void;
  /**
   * Sends `block` from `start` to before `end` as one packet of the new body, with its header written into the five
   * bytes before `start`: one buffer, one write. Throws `MILLRACE_PACKET` when these are not there or it is over 65535
   * bytes, and as `send` does.
   */
  replaceBodyInPlace(block: Buffer, start: number, end: number): void;
}

/** The session's end of {@link MessageEdits}: opened at end-of-message, ended by the verdict. */
export class EditWriter implements MessageEdits {
  readonly #write: (bytes: Buffer) => void;
  #agreement: Agreement | undefined; // while it is open
  #isClosed = false;
  #hasBegun = false;
  #hasBody = false;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** End-of-message has come. */
  open(agreement: Agreement): void {
    this.#agreement = agreement;
  }

  /** The message is over. */
  end(): void {
    this.#agreement = undefined;
    this.#hasBegun = false;
    this.#hasBody = false;
  }

  /** The session is over: whatever comes late is ignored. */
  close(): void {
    this.#isClosed = true;
  }

  progress(): void {
    if (this.#isClosed) return;
    this.#requireOpen('PROGRESS');
    if (this.#hasBegun) throw new MillraceError('MILLRACE_SEQUENCE', 'PROGRESS after an edit');
    this.#write(PROGRESS_FRAME);
  }

  send(modification: Modification): void {
    if (modification.type === 'replaceBody') return this.replaceBody(modification.data);
    if (this.#isClosed) return;
    this.#requireAction(modification.type, actionOf(modification));
    if (this.#hasBody) {
      throw new MillraceError(
        'MILLRACE_SEQUENCE',
        `${modification.type} after the replacement body has begun`,
      );
    }
    const frame = encodeReply(modification);
    this.#hasBegun = true;
    this.#write(frame);
  }

  replaceBody(body: Buffer): void {
    if (this.#isClosed) return;
    this.#requireAction('replaceBody', ACTION.CHGBODY);
    this.#beginBody();
    for (const piece of encodeReplacementBody(body)) this.#write(piece);
  }

  replaceBodyInPlace(block: Buffer, start: number, end: number): void {
    if (this.#isClosed) return;
    this.#requireAction('replaceBody', ACTION.CHGBODY);
    const frame = frameReplacementBodyInPlace(block, start, end);
    this.#beginBody();
    this.#write(frame);
  }

  #beginBody(): void {
    this.#hasBegun = true;
    this.#hasBody = true;
  }

  #requireAction(what: string, action: number): void {
    const agreement = this.#requireOpen(what);
    if ((agreement.actions & action) === 0) {
      throw new MillraceError('MILLRACE_SEQUENCE', `${what} was not negotiated`);
    }
  }

  #requireOpen(what: string): Agreement {
    if (this.#agreement === undefined) {
      throw new MillraceError('MILLRACE_SEQUENCE', `${what} is possible only at end-of-message`);
    }
    return this.#agreement;
  }
}
