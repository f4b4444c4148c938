import type { AddRecipient, ChangeFrom, DeleteRecipient } from './replies.ts';

/** A path of MAIL or RCPT with its ESMTP parameters. Strings are bytes as latin1. */
export interface WirePath {
  /** With angle brackets. */
  readonly address: string;
  readonly args: readonly string[];
}

/** Sender and recipients as an MTA has them. */
export interface WireEnvelope {
  readonly sender: WirePath;
  readonly recipients: readonly WirePath[];
}

/** A modification of the envelope. */
export type EnvelopeModification = AddRecipient | DeleteRecipient | ChangeFrom;

/**
 * Applies envelope modifications as an MTA does, one after the other, and returns the new envelope.
 *
 * DELRCPT takes away every recipient that was given in exactly these bytes; without one it does nothing. ADDRCPT adds nothing
 * where there is such a recipient already, since both MTAs deliver to it once. CHGFROM without parameters leaves those of MAIL.
 */
export function applyEnvelopeEdits(
  envelope: WireEnvelope,
  edits: readonly EnvelopeModification[],
): WireEnvelope {
  let { sender } = envelope;
  let recipients = [...envelope.recipients];
  for (const { address, ...edit } of edits) {
    const args = 'args' in edit && edit.args !== undefined ? splitArgs(edit.args) : undefined;
    if (edit.type === 'changeFrom') sender = { address, args: args ?? sender.args };
    else if (edit.type === 'deleteRecipient')
      recipients = recipients.filter((other) => other.address !== address);
    else if (!recipients.some((other) => other.address === address))
      recipients.push({ address, args: args ?? [] });
  }
  return { sender, recipients };
}

function splitArgs(args: string): string[] {
  return args.split(' ').filter((arg) => arg !== '');
}
