import { checkSmtpReply } from '../base/reply-text.ts';
import { DEFAULT_REPLY_CODES } from '../core/verdict.ts';
import type { FinalVerdict } from '../core/verdict.ts';
import type { Verdict } from '../protocol/verdict.ts';

/** Text of a verdict that names only a code or a status. */
const DEFAULT_TEXTS = {
  reject: 'Message rejected',
  tempfail: 'Service unavailable, try again later',
} as const;

/**
 * A verdict as the MTA is told it: with an SMTP reply of its own when it names a code, a status or a text, else the
 * plain verdict, for which the MTA has its own words. Lines of the text are separated by LF.
 * @throws MillraceError `MILLRACE_REPLY_CODE` or `MILLRACE_REPLY_TEXT` when they cannot go into an SMTP reply.
 */
export function verdictReply(verdict: FinalVerdict): Verdict {
  if (verdict.kind === 'accept' || verdict.kind === 'discard') return verdict.kind;
  const { kind, code, status, text } = verdict;
  if (code === undefined && status === undefined && text === undefined) return kind;
  const reply = {
    code: code ?? DEFAULT_REPLY_CODES[kind],
    ...(status === undefined ? {} : { status }),
    lines: (text ?? DEFAULT_TEXTS[kind]).split('\n'),
  };
  checkSmtpReply(reply, kind);
  return reply;
}
