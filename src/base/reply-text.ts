import { MillraceError } from './errors.ts';

/** Most bytes in one line of an SMTP reply's text, as libmilter has it (`smfi_setmlreply`). */
const MAX_REPLY_LINE_BYTES = 980;

/** Most lines in an SMTP reply, as libmilter has it (`smfi_setmlreply`). */
const MAX_REPLY_LINES = 32;

/** An SMTP reply that refuses something (RFC 5321 section 4.2, RFC 3463). */
export interface SmtpReply {
  /** 400 to 599. */
  readonly code: number;
  /** Enhanced status, e.g. `5.7.1`; its class must be that of the code. Without one, `4.7.1` or `5.7.1` is sent. */
  readonly status?: string;
  /** One to 32 lines of text without CR, LF and NUL; at most 980 bytes each as UTF-8, with every `%` counted twice. */
  readonly lines: readonly string[];
}

/** What a reply is meant to be: `reject` needs a 5xx code, `tempfail` a 4xx code. */
export type ReplyClass = 'reject' | 'tempfail';

/**
 * Throws unless `reply` can be sent as it is: `MILLRACE_REPLY_CODE` when the code is not 4xx or 5xx, when the
 * enhanced status is malformed or of another class than the code, or when the code contradicts `meant`;
 * `MILLRACE_REPLY_TEXT` when the text breaks the bounds above. Every `%` is counted twice because it is doubled on
 * the wire (Sendmail uses the text as a format string).
 */
export function checkSmtpReply(reply: SmtpReply, meant?: ReplyClass): void {
  const { code, status, lines } = reply;
  if (!Number.isInteger(code) || code < 400 || code > 599) {
    throw new MillraceError('MILLRACE_REPLY_CODE', 'an SMTP reply that refuses has a code from 400 to 599');
  }
  const isPermanent = code >= 500;
  if (meant !== undefined && isPermanent !== (meant === 'reject')) {
    throw new MillraceError('MILLRACE_REPLY_CODE', `reply code ${code} is not one for ${meant}`);
  }
  if (status !== undefined && (!isEnhancedStatus(status) || (status[0] === '5') !== isPermanent)) {
    throw new MillraceError(
      'MILLRACE_REPLY_CODE',
      `with reply code ${code} the enhanced status must look like ${isPermanent ? '5.7.1' : '4.7.1'}`,
    );
  }
  if (lines.length === 0 || lines.length > MAX_REPLY_LINES) {
    throw new MillraceError('MILLRACE_REPLY_TEXT', `an SMTP reply has 1 to ${MAX_REPLY_LINES} lines`);
  }
  for (const line of lines) checkReplyLine(line);
}

/** Whether `status` is an RFC 3463 status of class 4 or 5: `4.x.y` or `5.x.y` with one to three digits each. */
export function isEnhancedStatus(status: string): boolean {
  return /^[45]\.\d{1,3}\.\d{1,3}$/.test(status);
}

function checkReplyLine(line: string): void {
  let percents = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 0 || code === 10 || code === 13) {
      throw new MillraceError('MILLRACE_REPLY_TEXT', 'a line of an SMTP reply holds no CR, LF or NUL');
    }
    if (code === 37) percents++;
  }
  if (Buffer.byteLength(line, 'utf8') + percents > MAX_REPLY_LINE_BYTES) {
    throw new MillraceError(
      'MILLRACE_REPLY_TEXT',
      `a line of an SMTP reply has at most ${MAX_REPLY_LINE_BYTES} bytes, every "%" counted twice`,
    );
  }
}
