import { parsePath } from '../base/address.ts';
import type { Envelope, EnvelopeAddress } from '../core/index.ts';
import { usageError } from './arguments.ts';
import type { OptionSpec, ParsedArguments } from './arguments.ts';

const DEFAULT_SENDER = 'sender@example.org';
const DEFAULT_RECIPIENT = 'recipient@example.org';

/** Options of the commands that send message files, which know nothing of an envelope. */
export const ENVELOPE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  from: { value: 'ADDR', help: `envelope sender; default ${DEFAULT_SENDER}, "<>" for none` },
  rcpt: { value: 'ADDR', multiple: true, help: `envelope recipient; default ${DEFAULT_RECIPIENT}` },
};

/** The envelope that the options name. @throws MillraceError `MILLRACE_USAGE` for what is no address. */
export function readEnvelope(args: ParsedArguments): Envelope {
  const recipients = args.values('rcpt').length > 0 ? args.values('rcpt') : [DEFAULT_RECIPIENT];
  return {
    sender: readAddress('--from', args.value('from') ?? DEFAULT_SENDER),
    recipients: recipients.map((address) => readAddress('--rcpt', address)),
  };
}

function readAddress(option: string, text: string): EnvelopeAddress {
  try {
    return { address: parsePath(text), parameters: [] };
  } catch (error) {
    throw usageError(`${option} ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}
