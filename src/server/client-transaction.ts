import { MillraceError } from '../base/errors.ts';
import type { SmtpReply } from '../base/reply-text.ts';
import type { Client } from '../protocol/client.ts';
import { MAX_BODY_CHUNK, PROTOCOL } from '../protocol/codes.ts';
import type { AddressCommand, Command } from '../protocol/commands.ts';
import { headerCommands } from '../protocol/mta.ts';
import type { StageMacros } from '../protocol/mta.ts';
import { maxDataBytes } from '../protocol/negotiation.ts';
import type { VerdictReply } from '../protocol/replies.ts';
import { parseSmtpReply } from '../protocol/smtp-reply.ts';
import { textToBytes } from '../protocol/wire-strings.ts';
import type { ClientMacros } from './client-macros.ts';
import type { ClientStage, MilterClientOptions, OutgoingMessage, RefusedRecipient } from './client-types.ts';
import type { EmlSource } from './eml-source.ts';

const NOTHING = Buffer.alloc(0);

/** What a transaction needs of the connection that it is on. */
export interface CommandChannel {
  readonly protocol: Client;
  readonly macros: ClientMacros;
  readonly options: MilterClientOptions;
  /** Send a command with its macros; its verdict, or undefined when none is due. */
  command(command: Command, macros: StageMacros): Promise<VerdictReply | undefined>;
}

/** One message as an MTA says it, from MAIL to the end of the message or to where it is decided. */
export class ClientTransaction {
  /** What the filter said about recipients that it refused. */
  readonly refused: RefusedRecipient[] = [];
  /** The sender as it was said. */
  readonly mail: AddressCommand;
  /** Recipients that the filter has not refused. */
  readonly recipients: AddressCommand[] = [];
  /** The message as the MTA has it. */
  readonly source: EmlSource;
  readonly #channel: CommandChannel;
  readonly #message: OutgoingMessage;
  readonly #told: readonly [message: OutgoingMessage, from: string, n: number];

  /** `n` counts the messages of the connection. */
  constructor(channel: CommandChannel, message: OutgoingMessage, source: EmlSource, n: number) {
    const { from = 'sender@example.com', parameters = [] } = message;
    this.#channel = channel;
    this.#message = message;
    this.source = source;
    this.#told = [message, from, n];
    this.mail = addressCommand('mail', from, parameters);
  }

  /**
   * Say everything that the filter wants, up to and with the stage `last`; the stage of the last answer.
   * @throws MillraceError `MILLRACE_LIMIT` for a header field that is too large for what was negotiated.
   */
  async play(last: ClientStage = 'endOfMessage'): Promise<ClientStage> {
    if (this.#channel.protocol.connectionVerdict !== undefined) return 'connect';
    const macros = this.#channel.macros.message(...this.#told);
    await this.#channel.command(this.mail, macros);
    if (this.#isDecided() || last === 'mail') return 'mail';
    await this.#sayRecipients();
    if (this.#isDecided() || last === 'rcpt' || this.recipients.length === 0) return 'rcpt';
    await this.#channel.command({ type: 'data' }, macros);
    if (this.#isDecided() || last === 'data') return 'data';
    for (const header of headerCommands(this.source.headers, this.#leadingSpace)) {
      this.#checkSize(header);
      await this.#channel.command(header, macros);
      if (this.#isDecided()) return 'header';
    }
    if (last === 'header') return 'header';
    await this.#channel.command({ type: 'endOfHeaders' }, macros);
    if (this.#isDecided() || last === 'endOfHeaders') return 'endOfHeaders';
    const data = await this.#sayBody(macros, last === 'endOfMessage');
    if (this.#isDecided() || last === 'body') return 'body';
    await this.#channel.command({ type: 'endOfMessage', data }, macros);
    return 'endOfMessage';
  }

  #isDecided(): boolean {
    const { connectionVerdict, messageVerdict } = this.#channel.protocol;
    return (connectionVerdict ?? messageVerdict) !== undefined;
  }

  /** Neither MTA sends more: Postfix cuts such a field (at 60,000 bytes), Sendmail refuses the message. */
  #checkSize(header: Command): void {
    if (header.type !== 'header') return;
    const bytes = header.name.length + header.value.length + 2;
    const most = maxDataBytes(this.#agreedProtocol);
    if (bytes <= most) return;
    throw new MillraceError(
      'MILLRACE_LIMIT',
      `a header field of ${bytes} bytes does not fit into a packet of the ${most} that were agreed on`,
    );
  }

  get #agreedProtocol(): number {
    return this.#channel.protocol.agreed!.protocol;
  }

  get #leadingSpace(): boolean {
    return (this.#agreedProtocol & PROTOCOL.HDR_LEADSPC) !== 0;
  }

  async #sayRecipients(): Promise<void> {
    const { rcpt = ['recipient@example.org'], rejected = [] } = this.#message;
    const { macros } = this.#channel;
    for (const recipient of rcpt) {
      const { address, parameters = [] } = typeof recipient === 'string' ? { address: recipient } : recipient;
      const command = addressCommand('rcpt', address, parameters);
      const verdict = await this.#channel.command(command, macros.recipient(...this.#told, address));
      if (this.#isDecided()) return;
      if (verdict === undefined || verdict.type === 'continue') {
        this.recipients.push(command);
        continue;
      }
      const reply = smtpReply(verdict);
      this.refused.push({ address, verdict: verdict.type, ...(reply === undefined ? {} : { reply }) });
    }
    if ((this.#agreedProtocol & PROTOCOL.RCPT_REJ) === 0) return;
    for (const recipient of rejected) {
      const command = addressCommand('rcpt', recipient.address, []);
      await this.#channel.command(command, macros.rejected(...this.#told, recipient));
      if (this.#isDecided()) return;
    }
  }

  /** Gives what is left for the end-of-message packet, if anything. */
  async #sayBody(macros: StageMacros, hasEnd: boolean): Promise<Buffer> {
    const { chunkBytes = MAX_BODY_CHUNK, lastChunkInEndOfMessage = false } = this.#channel.options;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let filled = 0;
    const isOver = async (): Promise<boolean> => {
      const command = { type: 'body', data: chunk.subarray(0, filled) } as const;
      const verdict = await this.#channel.command(command, macros);
      filled = 0;
      return this.#isDecided() || verdict?.type === 'skip';
    };
    for await (const slice of this.source.body()) {
      for (let at = 0; at < slice.length;) {
        // A full chunk goes out when there is more behind it.
        if (filled === chunk.length && (await isOver())) return NOTHING;
        const copied = slice.copy(chunk, filled, at);
        filled += copied;
        at += copied;
      }
    }
    const isSent = (this.#agreedProtocol & PROTOCOL.NOBODY) === 0;
    if (hasEnd && lastChunkInEndOfMessage && isSent) return chunk.subarray(0, filled);
    if (filled > 0) await isOver();
    return NOTHING;
  }
}

/** The SMTP reply of a verdict that brings one. */
export function smtpReply(verdict: VerdictReply): SmtpReply | undefined {
  return verdict.type === 'replyCode' ? parseSmtpReply(verdict.text) : undefined;
}

function addressCommand(
  type: AddressCommand['type'],
  address: string,
  parameters: readonly string[],
): AddressCommand {
  return { type, address: textToBytes(`<${address}>`), args: parameters.map(textToBytes) };
}
