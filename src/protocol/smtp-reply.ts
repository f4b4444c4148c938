import { MillraceError } from '../base/errors.ts';
import { checkSmtpReply, isEnhancedStatus } from '../base/reply-text.ts';
import type { ReplyClass, SmtpReply } from '../base/reply-text.ts';
import { bytesToText, textToBytes } from './wire-strings.ts';

/**
 * The text of a REPLYCODE packet (without its NUL) as a binary string: `ddd x.y.z text`, several lines as in SMTP with
 * CR LF between them but not at the end. Throws what `checkSmtpReply` throws.
 *
 * QUIRK(sendmail): the text is used as a format string, a single `%` loses all of it: every `%` is doubled (Postfix
 * undoes it).
 * QUIRK(postfix): text that begins with a digit other than the code's class is malformed, because an enhanced status
 * is expected there: without one, 4.7.1 or 5.7.1 is put in (the defaults of both MTAs).
 */
export function formatSmtpReply(reply: SmtpReply, meant?: ReplyClass): string {
  checkSmtpReply(reply, meant);
  const { code, lines } = reply;
  const status = reply.status ?? (code >= 500 ? '5.7.1' : '4.7.1');
  const last = lines.length - 1;
  return lines
    .map((line, i) => `${code}${i === last ? ' ' : '-'}${status} ${textToBytes(line).replaceAll('%', '%%')}`)
    .join('\r\n');
}

/**
 * Reads the text of a REPLYCODE packet. Throws `MILLRACE_PACKET` when an MTA would refuse it: a code that is not 4xx or
 * 5xx or differs between lines, a malformed multi-line reply, a stray CR or LF, a CR LF at the end, an enhanced status
 * of another class (Postfix 3.8 and later check all of these).
 */
export function parseSmtpReply(raw: string): SmtpReply {
  const rows = raw.split('\r\n');
  const code = raw.slice(0, 3);
  if (!/^[45]\d\d$/.test(code)) throw malformed('the code is not 4xx or 5xx');
  let status: string | undefined;
  const lines: string[] = [];
  for (const [i, row] of rows.entries()) {
    const separator = i === rows.length - 1 ? ' ' : '-';
    if (!row.startsWith(code) || row[3] !== separator) throw malformed('a line does not begin as it must');
    if (/[\r\n\0]/.test(row)) throw malformed('a stray CR, LF or NUL');
    let text = row.slice(4);
    const word = text.split(' ', 1)[0];
    if (isEnhancedStatus(word)) {
      if (word[0] !== code[0]) throw malformed('code and enhanced status disagree');
      status ??= word;
      text = text.slice(word.length + 1);
    } else if (/^\d/.test(word) && word[0] !== code[0]) {
      throw malformed('the text begins with a digit that no enhanced status can have here');
    }
    lines.push(bytesToText(undoublePercents(text)));
  }
  return { code: Number(code), ...(status === undefined ? {} : { status }), lines };
}

/** As Postfix does it: `%%` becomes `%`, a single `%` is lost. */
function undoublePercents(text: string): string {
  return text.replaceAll(/%(%?)/g, '$1');
}

function malformed(why: string): MillraceError {
  return new MillraceError('MILLRACE_PACKET', `REPLYCODE: ${why}`);
}
