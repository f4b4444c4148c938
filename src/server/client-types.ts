import type { ConnectionOptions } from 'node:tls';
import type { SmtpReply } from '../base/reply-text.ts';
import type { Envelope } from '../core/envelope.ts';
import type { SpoolStore } from '../core/spool/index.ts';
import type { ConnectCommand } from '../protocol/commands.ts';
import type { Mta, StageMacros } from '../protocol/mta.ts';
import type { Offer } from '../protocol/negotiation.ts';
import type { Modification, ReplaceBody, VerdictReply } from '../protocol/replies.ts';
import type { EmlInput } from './eml-source.ts';
import type { ResultMessage } from './result-message.ts';

/**
 * TLS to the filter, as `tls.connect` takes it. `ca`: certificates to trust instead of the system's; `cert` and `key`: the
 * client's own, where the filter asks for one; `servername`: the name in the filter's certificate, by default the host.
 */
export type ClientTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** How the client plays an MTA. */
export interface MilterClientOptions {
  /** Whose habits; default `postfix`. */
  readonly mta?: Mta;
  /** Speak TLS to the filter; `{}` is enough when the system trusts its certificate. Default: no TLS. */
  readonly tls?: ClientTls;
  /** What it offers; default what Postfix 3.7 and Sendmail 8.17 offer, or what Stalwart does. */
  readonly offer?: Offer;
  /** How long to wait for the connection and for each reply, in ms; PROGRESS starts it anew. Default 300 s. */
  readonly timeout?: number;
  /** The SMTP client that is told to the filter; default a client at 192.0.2.1. */
  readonly client?: Omit<ConnectCommand, 'type'>;
  /** What it says at HELO. */
  readonly helo?: string;
  /** Macros by the letter of the command that they come before; they replace the default ones of that letter. */
  readonly macros?: StageMacros;
  /** Body bytes in a packet; default 65535. */
  readonly chunkBytes?: number;
  /** Send the last of the body in the end-of-message packet, as some clients do. Default no. */
  readonly lastChunkInEndOfMessage?: boolean;
  /** Where new bodies go that do not fit into memory; default a store of its own. */
  readonly spool?: SpoolStore;
}

/** A recipient with what the client says beside it. */
export interface OutgoingRecipient {
  /** Without brackets. */
  readonly address: string;
  /** ESMTP parameters, e.g. `NOTIFY=NEVER`. */
  readonly parameters?: readonly string[];
}

/** A recipient that the MTA refuses by itself. */
export interface RejectedByMta {
  /** Without brackets. */
  readonly address: string;
  /** Enhanced status of the refusal; default 5.1.1. */
  readonly status?: string;
  /** Why; default `User unknown`. */
  readonly reason?: string;
}

/** A message to send. */
export interface OutgoingMessage {
  /** The message; LF line ends become CR LF. */
  readonly eml: EmlInput;
  /** Envelope sender without brackets; '' is the null sender. Default `sender@example.com`. */
  readonly from?: string;
  /** Recipients without brackets, or with ESMTP parameters. Default `recipient@example.org`. */
  readonly rcpt?: ReadonlyArray<string | OutgoingRecipient>;
  /**
   * Recipients that the MTA refuses by itself, without brackets. A filter that has asked for such is told of them behind the others, in the
   * way of Postfix or, with `mta: 'sendmail'`, of Sendmail, which does not say why.
   */
  readonly rejected?: readonly RejectedByMta[];
  /** ESMTP parameters of MAIL. */
  readonly parameters?: readonly string[];
  /** Macros for this message, as in {@link MilterClientOptions}. */
  readonly macros?: StageMacros;
}

/** Where a message is, or was when it was answered. */
export type ClientStage =
  'connect' | 'mail' | 'rcpt' | 'data' | 'header' | 'endOfHeaders' | 'body' | 'endOfMessage';

/** What the filter said about one recipient that it refused. */
export interface RefusedRecipient {
  readonly address: string;
  readonly verdict: VerdictReply['type'];
  readonly reply?: SmtpReply;
}

/** What the filter made of a message. */
export interface SendResult {
  readonly verdict: 'accept' | 'reject' | 'tempfail' | 'discard';
  /** The SMTP reply, where the filter gave one of its own. */
  readonly reply?: SmtpReply;
  /** The stage that the verdict was given at; `connect` also for HELO. */
  readonly stage: ClientStage;
  readonly refused: readonly RefusedRecipient[];
  /** All changes but that of the body, in order. */
  readonly modifications: readonly Exclude<Modification, ReplaceBody>[];
  /** Sender and recipients with the changes applied, without those that the filter refused; undefined unless the message is accepted. */
  readonly envelope: Envelope | undefined;
  /** Why the message is to be held, where it is accepted and the filter wants that. */
  readonly quarantine?: string;
  readonly bodyReplaced: boolean;
  /** PROGRESS packets. */
  readonly progress: number;
  /** The message as the MTA would go on with it; undefined unless it is accepted. Dispose of it. */
  readonly message: ResultMessage | undefined;
}
