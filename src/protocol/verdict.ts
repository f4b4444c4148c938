import { MillraceError } from '../base/errors.ts';
import type { SmtpReply } from '../base/reply-text.ts';
import type { Agreement } from './negotiation.ts';
import { encodeReply, VERDICT_FRAMES } from './reply-encoder.ts';
import type { PlainVerdict } from './replies.ts';
import { formatSmtpReply } from './smtp-reply.ts';
import type { Stage } from './stages.ts';

/** What a command is answered with: a plain verdict, or an SMTP reply of its own (REPLYCODE). */
export type Verdict = PlainVerdict['type'] | SmtpReply;

/** Stages that take a verdict: all of them and end-of-message. */
export type ReplyStage = Stage | 'endOfMessage';

/** What a verdict decides: nothing beyond its command, the rest of the message, or the rest of the connection. */
export type VerdictScope = 'command' | 'message' | 'connection';

/**
 * A verdict as a packet. Throws `MILLRACE_SEQUENCE` when it is not legal at the stage: SKIP anywhere but at a body chunk or
 * without having been negotiated, DISCARD before there is a message. Throws what `checkSmtpReply` throws.
 *
 * QUIRK(postfix): DISCARD at CONNECT or HELO is a configuration error there, so it never leaves here.
 * QUIRK(sendmail): SKIP to a header makes Sendmail send all headers and silently no body, so it never leaves here.
 */
export function encodeVerdict(verdict: Verdict, stage: ReplyStage, agreement: Agreement): Buffer {
  if (verdict === 'skip' && !(stage === 'body' && agreement.canSkip)) {
    throw new MillraceError('MILLRACE_SEQUENCE', `SKIP is not possible at ${stage}`);
  }
  if (verdict === 'discard' && (stage === 'connect' || stage === 'helo' || stage === 'unknown')) {
    throw new MillraceError('MILLRACE_SEQUENCE', `DISCARD is not possible at ${stage}`);
  }
  if (typeof verdict === 'string') return VERDICT_FRAMES[verdict];
  return encodeReply({ type: 'replyCode', text: formatSmtpReply(verdict) });
}

/** How far a verdict reaches. `takesReply` is false where "no reply" was negotiated for the stage. */
export function verdictScope(verdict: Verdict, stage: ReplyStage, takesReply: boolean): VerdictScope {
  if (verdict === 'continue' || verdict === 'skip' || stage === 'unknown') return 'command';
  if (stage === 'connect' || stage === 'helo') return 'connection';
  const isRefusal = verdict !== 'accept' && verdict !== 'discard';
  if (stage === 'rcpt' && isRefusal && takesReply) return 'command'; // this recipient only
  return 'message';
}
