import { MillraceError } from '../base/errors.ts';
import { checkSmtpReply, type ReplyClass } from '../base/reply-text.ts';

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

/**
 * Refuse for good: SMTP 5xx. Several lines of text, separated by LF, make a reply of several lines; each has at most 980
 * bytes with every `%` counted twice, and there are at most 32.
 * @throws MillraceError `MILLRACE_REPLY_CODE` or `MILLRACE_REPLY_TEXT` for what cannot go into an SMTP reply.
 */
export function reject(text?: string, options: ReplyOptions = {}): Verdict {
  return { kind: 'reject', ...checkedReply('reject', text, options) };
}

/** Refuse for now: SMTP 4xx, the client keeps the message and tries again. Text and errors as with {@link reject}. */
export function tempfail(text?: string, options: ReplyOptions = {}): Verdict {
  return { kind: 'tempfail', ...checkedReply('tempfail', text, options) };
}

/** The SMTP code of a verdict that names none. */
export const DEFAULT_REPLY_CODES: Readonly<Record<ReplyClass, number>> = { reject: 550, tempfail: 451 };

function checkedReply(
  kind: ReplyClass,
  text: string | undefined,
  { code, status }: ReplyOptions,
): ReplyOptions & { text?: string } {
  const lines = (text ?? '').split('\n');
  checkSmtpReply(
    { code: code ?? DEFAULT_REPLY_CODES[kind], ...(status === undefined ? {} : { status }), lines },
    kind,
  );
  return {
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(text === undefined ? {} : { text }),
  };
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
