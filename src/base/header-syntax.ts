import { MillraceError } from './errors.ts';

/**
 * Whether `name` is a header field name: one or more printable US-ASCII characters other than the colon
 * (RFC 5322 section 2.2, `ftext`).
 */
export function isHeaderName(name: string): boolean {
  if (name.length === 0) return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code < 33 || code > 126 || code === 58) return false;
  }
  return true;
}

/** Throws `MILLRACE_HEADER_NAME` unless `name` is a header field name. */
export function checkHeaderName(name: string): void {
  if (!isHeaderName(name)) {
    throw new MillraceError(
      'MILLRACE_HEADER_NAME',
      'a header name is printable US-ASCII without blanks and colon',
    );
  }
}

/**
 * Whether `value` may stand in a header: no NUL, no CR, and every LF is followed by a space or a tab, so that it
 * folds the line instead of ending the field. The MTA puts the CR in. CR LF in a value would leave a bare CR on the
 * next hop's wire (Postfix 3.7 and Sendmail 8.17 both fold it to `CR CR LF WSP`), a NUL would lose the field or the message.
 */
export function isHeaderValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 13) continue;
    if (code === 0 || code === 13) return false;
    if (code === 10) {
      const next = value.charCodeAt(i + 1); // NaN at the end, which is neither
      if (next !== 32 && next !== 9) return false;
    }
  }
  return true;
}

/** Throws `MILLRACE_HEADER_VALUE` unless `value` may stand in a header, see {@link isHeaderValue}. */
export function checkHeaderValue(value: string): void {
  if (!isHeaderValue(value)) {
    throw new MillraceError(
      'MILLRACE_HEADER_VALUE',
      'a header value holds no NUL and no CR, and every LF in it is followed by a space or a tab',
    );
  }
}
