import { MillraceError } from '../base/errors.ts';

/** Extras of {@link reject} and {@link tempfail}. */
export interface ReplyOptions {
  /** SMTP reply code; 550 for a reject and 451 for a tempfail unless named. Its class must be that of the verdict. */
  code?: number;
  /** RFC 3463 enhanced status, e.g. `5.7.1`. */
  status?: string;
}

/**
 * What a hook decides about the message (or, at RCPT, about the recipient).
 *
 * `accept` ends the transform's interest, not the message: transforms behind it still run. The others end the
 * message for the whole filter. `quarantine` accepts the message into the MTA's hold queue.
 */
export type Verdict =
  | { kind: 'accept' }
  | { kind: 'reject'; code?: number; status?: string; text?: string }
  | { kind: 'tempfail'; code?: number; status?: string; text?: string }
  | { kind: 'discard' }
  | { kind: 'quarantine'; reason: string };

/** A verdict as the MTA is told it; a quarantine is an edit beside `accept` by then. */
export type FinalVerdict = Exclude<Verdict, { kind: 'quarantine' }>;

/** The message (or the connection) is fine; nothing more is wanted of it. */
export function accept(): Verdict {
  return { kind: 'accept' };
}

/** Refuse for good: SMTP 5xx. */
export function reject(text?: string, options: ReplyOptions = {}): Verdict {
  return { kind: 'reject', ...options, ...(text === undefined ? {} : { text }) };
}

/** Refuse for now: SMTP 4xx, the client keeps the message and tries again. */
export function tempfail(text?: string, options: ReplyOptions = {}): Verdict {
  return { kind: 'tempfail', ...options, ...(text === undefined ? {} : { text }) };
}

/** Tell the client "accepted" and throw the message away. */
export function discard(): Verdict {
  return { kind: 'discard' };
}

/** Accept, and have the MTA hold the message; `reason` is for the administrator and must not be empty. */
export function quarantine(reason: string): Verdict {
  if (reason === '') throw new MillraceError('MILLRACE_VERB', 'quarantine needs a reason');
  return { kind: 'quarantine', reason };
}

const SEVERITY = { accept: 0, quarantine: 1, tempfail: 2, discard: 3, reject: 4 } as const;

/** The graver of two verdicts; of two equally grave ones the first. */
export function graver(first: Verdict, second: Verdict): Verdict {
  return SEVERITY[second.kind] > SEVERITY[first.kind] ? second : first;
}

/** Whether a value that a hook returned is a verdict. */
export function isVerdict(value: unknown): value is Verdict {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    Object.hasOwn(SEVERITY, String(value.kind))
  );
}
