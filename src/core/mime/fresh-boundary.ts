import { randomBytes } from 'node:crypto';

/**
 * A boundary for a new multipart around content that has not been seen: 128 random bits, so that the content cannot hold it,
 * with `=_` in the middle, which no line in base64 or quoted-printable has (RFC 2045 section 6.7, rule 1).
 *
 * @param inside the boundary of what will be inside, if any; one of a few characters could begin or end the new one, and some
 *   readers compare no more than that
 */
export function freshBoundary(inside: string | undefined): string {
  for (;;) {
    const digits = randomBytes(16).toString('hex');
    const boundary = `${digits.slice(0, 16)}=_${digits.slice(16)}`;
    if (inside === undefined || inside === '') return boundary;
    if (!boundary.startsWith(inside) && !boundary.endsWith(inside)) return boundary;
  }
}
