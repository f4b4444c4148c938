import { domainToASCII } from 'node:url';
import { MillraceError } from './errors.ts';

/**
 * The mailbox of an SMTP path (RFC 5321 section 4.1.2): `<a@b>`, `a@b`, `<@relay,@relay2:a@b>` and `<>` give `a@b`,
 * `a@b`, `a@b` and the empty string, the null sender. A source route is dropped (RFC 5321 appendix C); quoting and case
 * stay. Giving the result in again changes nothing.
 *
 * MTAs let through more than the grammar allows, so only this is an error (`MILLRACE_ADDRESS`): a control character,
 * an angle bracket outside a quoted string that does not enclose the whole, a quoted string without end.
 */
export function parsePath(text: string): string {
  if (hasControl(text)) throw addressError('a control character is in the address');
  const path = text.trim();
  const enclosed = path.startsWith('<') && path.endsWith('>') && path.length > 1;
  const inner = enclosed ? path.slice(1, -1).trim() : path;
  const mailbox = inner.startsWith('@') ? behindRoute(inner) : inner;
  checkMailbox(mailbox);
  return mailbox;
}

/**
 * Compile an address pattern of the configuration. `*` stands for any run of characters, also none, and does not
 * reach across the `@`. Case does not matter, neither does the form of an international domain name.
 *
 * | pattern | fits |
 * |---|---|
 * | `user@example.org` | this address |
 * | `*@example.org`, `example.org` | every address of the domain, not of its subdomains |
 * | `*.example.org` | every address of its subdomains |
 * | `user@*` | this local part at any domain |
 * | `user@` | this local part without a domain |
 * | `<>` | the null sender |
 * | `*` | everything, the null sender too |
 *
 * The function takes a mailbox as {@link parsePath} gives it; its time is linear in the length of the address. Throws
 * `MILLRACE_ADDRESS` for a pattern that could never fit.
 */
export function compilePattern(pattern: string): (address: string) => boolean {
  if (pattern === '*') return () => true;
  if (pattern === '<>') return (address) => address === '';
  checkPattern(pattern);
  const { local, domain } = split(pattern.includes('@') ? pattern : `*@${pattern}`);
  const fitsLocal = compileGlob(local);
  const fitsDomain = domain === '' ? (text: string) => text === '' : compileGlob(domain);
  return (address) => {
    if (address === '') return false;
    const parts = split(address);
    return (parts.domain !== '' || domain === '') && fitsLocal(parts.local) && fitsDomain(parts.domain);
  };
}

function behindRoute(path: string): string {
  const mailbox = path.slice(endOfRoute(path)).trim();
  if (mailbox === '' || mailbox.startsWith('@'))
    throw addressError('a source route has no mailbox behind it');
  return mailbox;
}

function endOfRoute(path: string): number {
  let literal = false;
  for (let i = 0; i < path.length; i++) {
    const char = path[i];
    if (char === '[')
      literal = true; // an address literal has colons of its own
    else if (char === ']') literal = false;
    else if (char === ':' && !literal) return i + 1;
  }
  return path.length;
}

function checkMailbox(mailbox: string): void {
  let quoted = false;
  for (let i = 0; i < mailbox.length; i++) {
    const char = mailbox[i];
    if (char === '"') quoted = !quoted;
    else if (char === '\\') i++;
    else if (!quoted && (char === '<' || char === '>')) {
      throw addressError('an angle bracket is not at the ends of the address');
    }
  }
  if (quoted) throw addressError('a quoted string in the address has no end');
}

function checkPattern(pattern: string): void {
  const shown = JSON.stringify(pattern);
  if (pattern === '') throw addressError('an address pattern is empty');
  if (hasControl(pattern) || pattern !== pattern.trim()) {
    throw addressError(`address pattern ${shown}: a control character, or a blank at an end`);
  }
  if (pattern.startsWith('<') || pattern.endsWith('>')) {
    throw addressError(`address pattern ${shown}: write the address without angle brackets`);
  }
  if (pattern.startsWith('@')) {
    throw addressError(
      `address pattern ${shown}: nothing in front of the @; for any local part write *${pattern}`,
    );
  }
}

/** Local part and domain, both in the form in which they are compared; the domain is empty where there is none. */
function split(address: string): { local: string; domain: string } {
  const folded = address.toLowerCase();
  const at = folded.lastIndexOf('@');
  if (at < 0 || folded.includes('"', at)) return { local: folded, domain: '' };
  return { local: folded.slice(0, at), domain: canonicalDomain(folded.slice(at + 1)) };
}

function canonicalDomain(domain: string): string {
  const relative = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  if (/^[\0-\x7f]*$/.test(relative)) return relative;
  return relative.split('.').map(toAsciiLabel).join('.');
}

/** A label that is none for IDNA (one with a wildcard, say) stays as it is. */
function toAsciiLabel(label: string): string {
  return domainToASCII(label) || label;
}

/** Literal pieces between the stars, each looked for behind the one before: no backtracking. */
function compileGlob(glob: string): (text: string) => boolean {
  const [head, ...pieces] = glob.split('*') as [string, ...string[]];
  const tail = pieces.pop();
  if (tail === undefined) return (text) => text === glob;
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const piece of pieces) {
      const found = text.indexOf(piece, from);
      if (found < 0) return false;
      from = found + piece.length;
    }
    return from <= text.length - tail.length;
  };
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function addressError(text: string): MillraceError {
  return new MillraceError('MILLRACE_ADDRESS', text);
}
