import { parsePath } from '../base/address.ts';
import type { EnvelopeAddress, EnvelopeEdit } from '../core/envelope.ts';
import type { Modification } from '../protocol/replies.ts';
import { textToBytes } from '../protocol/wire-strings.ts';
import { wireText } from './wire-text.ts';

/**
 * Envelope edits as milter commands, in their order. `recipients` are the paths as they came in RCPT (bytes as latin1):
 * a recipient is taken away by exactly the text that it came with, angle brackets and case included.
 */
export function envelopeCommands(
  edits: readonly EnvelopeEdit[],
  recipients: readonly string[],
): Modification[] {
  const commands: Modification[] = [];
  for (const edit of edits) {
    switch (edit.kind) {
      case 'add-recipient':
        commands.push({ type: 'addRecipient', ...pathAndArgs(edit.address, edit.parameters) });
        break;
      case 'change-sender':
        commands.push({ type: 'changeFrom', ...pathAndArgs(edit.address, edit.parameters) });
        break;
      case 'remove-recipient':
        for (const address of asReceived(edit.address, recipients)) {
          commands.push({ type: 'deleteRecipient', address });
        }
    }
  }
  return commands;
}

/**
 * A path of MAIL or RCPT as core has it: text instead of bytes, no brackets.
 * @throws MillraceError `MILLRACE_ADDRESS` for what no SMTP client could have said (a control character).
 */
export function envelopeAddress(path: string, args: readonly string[]): EnvelopeAddress {
  return { address: parsePath(wireText(path)), parameters: args.map(wireText) };
}

function pathAndArgs(address: string, parameters: readonly string[]): { address: string; args?: string } {
  const path = textToBytes(`<${address}>`);
  return parameters.length === 0
    ? { address: path }
    : { address: path, args: textToBytes(parameters.join(' ')) };
}

/** The spellings of a recipient, each once: the same mailbox may have come twice in different ones. */
function asReceived(address: string, recipients: readonly string[]): string[] {
  const spellings = recipients.filter((path) => parsePath(wireText(path)) === address);
  return spellings.length === 0 ? [textToBytes(`<${address}>`)] : [...new Set(spellings)];
}
