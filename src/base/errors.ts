/**
 * The one error class of the project. Every error that Millrace raises on purpose carries a code from the list
 * below, so that a caller can tell a wrong configuration from a peer that broke the protocol.
 */

/** What went wrong; the comment says who raises it. */
export type ErrorCode =
  // base: values that would go onto a wire
  | 'MILLRACE_HEADER_NAME' // not an RFC 5322 field name
  | 'MILLRACE_HEADER_VALUE' // NUL, CR, or LF that does not fold
  | 'MILLRACE_HEADER_INDEX' // no header field at that place
  | 'MILLRACE_REPLY_CODE' // not 4xx or 5xx, or its class contradicts the verdict
  | 'MILLRACE_REPLY_TEXT' // CR, LF or NUL in a line, over 980 bytes a line or 32 lines
  | 'MILLRACE_ADDRESS' // not an SMTP path, or a control character in it
  // protocol: the peer broke the wire format
  | 'MILLRACE_FRAME_LENGTH' // length 0 or above the cap
  | 'MILLRACE_PACKET' // payload does not have the form of its command
  | 'MILLRACE_SEQUENCE' // a command or reply that is not legal now
  | 'MILLRACE_NEGOTIATION' // action bits that the filter needs are not offered, or an answer that does not fit the offer
  // core: limits, edits, transforms
  | 'MILLRACE_LIMIT' // a limit of core/limits was reached
  | 'MILLRACE_EDIT_NOT_DECLARED' // a transform made an edit that its definition does not declare
  | 'MILLRACE_TOO_LATE' // an edit of something that is already on its way
  | 'MILLRACE_DEFINITION' // defineTransform / defineFilter was given something wrong
  | 'MILLRACE_VERB' // a hook returned something that is no verb or verdict
  | 'MILLRACE_DEADLINE' // the message's deadline passed
  | 'MILLRACE_ABORTED' // the MTA or the client gave the message up
  | 'MILLRACE_SPOOL' // the spool is full, unwritable or unreadable
  | 'MILLRACE_ENCODING' // content that its transfer encoding or charset cannot hold
  // transforms
  | 'MILLRACE_SCANNER' // a scanner was unavailable or did not give a verdict
  // server and daemon
  | 'MILLRACE_LISTEN' // an address cannot be listened on
  | 'MILLRACE_CONNECT' // an address cannot be connected to
  | 'MILLRACE_CONFIG' // a configuration value is wrong
  | 'MILLRACE_USAGE'; // a command line is wrong

/** Extras of a {@link MillraceError}. */
export interface MillraceErrorOptions {
  /** What caused it, kept as it was. */
  cause?: unknown;
  /** RFC 3463 enhanced status for the SMTP reply that follows from it, e.g. `4.3.0`. */
  status?: string;
}

/** An error with a stable code; `message` is for people and never holds mail content. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError';
  readonly code: ErrorCode;
  readonly status: string | undefined;

  constructor(code: ErrorCode, message: string, options: MillraceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
}
