/** An SMTP path with its ESMTP parameters (RFC 5321 section 4.1.2). */
export interface EnvelopeAddress {
  /** The mailbox without angle brackets; the empty string is the null sender `<>`. */
  readonly address: string;
  /** ESMTP parameters as given, e.g. `SIZE=1000`, `NOTIFY=NEVER`. */
  readonly parameters: readonly string[];
}

/** In place of a sender where there is no envelope: a message from a file. */
export const NO_SENDER: EnvelopeAddress = { address: '', parameters: [] };

/** A recipient that the MTA has refused by itself. */
export interface RejectedRecipient extends EnvelopeAddress {
  /** RFC 3463 enhanced status of the refusal, where the MTA tells it: Postfix does, Sendmail does not. */
  readonly status?: string;
  /** Why, in the MTA's words; likewise. */
  readonly reason?: string;
}

/** Who sent the message and who is to get it, as the client said it. */
export interface Envelope {
  readonly sender: EnvelopeAddress;
  readonly recipients: readonly EnvelopeAddress[];
}

/** The SMTP client, as the MTA describes it at CONNECT. */
export interface Connection {
  /** The host name that the MTA found by a reverse lookup, or the address in brackets. */
  readonly host: string;
  readonly family: 'inet' | 'inet6' | 'unix' | 'unknown';
  /** IP address, or socket path; absent when the family is unknown. */
  readonly address?: string;
  readonly port?: number;
  /** What the client said at HELO/EHLO; the last one counts. */
  readonly helo?: string;
  /** The milter listener that the MTA came in by, as configured. */
  readonly listener?: string;
  /** Room for what hooks want to remember as long as the connection lasts. */
  readonly data: Map<string, unknown>;
}

/** Macros that MTAs usually know. Those marked Sendmail or Postfix are known to that one only. */
export interface UsualMacros {
  /** Queue id. Postfix knows it from DATA on, Sendmail from MAIL on. */
  readonly i?: string;
  /** The MTA's host name. */
  readonly j?: string;
  /** The MTA's name and version. */
  readonly v?: string;
  /** The client's validated host name and address: `mail.example.org [192.0.2.1]`. */
  readonly _?: string;
  readonly daemon_name?: string;
  readonly daemon_addr?: string;
  readonly daemon_port?: string;
  /** Sendmail: name and address of the network interface that the client came in by. */
  readonly if_name?: string;
  readonly if_addr?: string;
  readonly client_addr?: string;
  readonly client_name?: string;
  readonly client_port?: string;
  readonly client_ptr?: string;
  readonly client_resolve?: string;
  readonly tls_version?: string;
  readonly cipher?: string;
  readonly cipher_bits?: string;
  readonly cert_subject?: string;
  readonly cert_issuer?: string;
  /** Sendmail: what became of the check of the client's certificate, e.g. `OK`, `NO`, `FAIL`. */
  readonly verify?: string;
  /** SASL login name; present when the client has authenticated. */
  readonly auth_authen?: string;
  readonly auth_author?: string;
  readonly auth_type?: string;
  /** Sendmail: strength of the SASL security layer, in bits. */
  readonly auth_ssf?: string;
  readonly mail_addr?: string;
  readonly mail_host?: string;
  readonly mail_mailer?: string;
  readonly rcpt_addr?: string;
  readonly rcpt_host?: string;
  readonly rcpt_mailer?: string;
  /** Sendmail: the Message-ID, at the end of the message; number of recipients. */
  readonly msg_id?: string;
  readonly nrcpts?: string;
}

/**
 * MTA macros by name, without braces: `macros.auth_authen`. What the MTA did not send is undefined. The usual names
 * are typed; which of them an MTA sends, and when, is the MTA's configuration (Postfix `milter_*_macros`), unless a
 * transform asks for them (`macros` of its definition).
 */
export interface Macros extends UsualMacros {
  readonly [name: string]: string | undefined;
}

/** An envelope change that is sent at end-of-message. */
export type EnvelopeEdit =
  | { kind: 'add-recipient'; address: string; parameters: readonly string[] }
  | { kind: 'remove-recipient'; address: string }
  | { kind: 'change-sender'; address: string; parameters: readonly string[] };
