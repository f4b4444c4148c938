import { isIP } from 'node:net';

/*
 * The syntax of socket addresses as Postfix and Sendmail users type them: `inet:PORT@HOST` (Sendmail), `inet:HOST:PORT`
 * (Postfix), `inet6:...` in the same two forms, `unix:/path` and `local:/path`. What a missing or wrong piece means, those say who
 * take the address.
 */

/** The kind of address in lower case, empty where there is none, and what follows the colon. */
export function splitScheme(text: string): { scheme: string; rest: string } {
  const colon = text.indexOf(':');
  return { scheme: colon < 0 ? '' : text.slice(0, colon).toLowerCase(), rest: text.slice(colon + 1) };
}

/**
 * What follows `inet:`, taken apart, not checked: `PORT@HOST` or `HOST:PORT`, or a port alone. An IPv6 address may stand in
 * brackets, as Postfix writes it: `[::1]:8890`.
 */
export function splitHostPort(text: string): { host: string | undefined; port: string } {
  const at = text.indexOf('@');
  if (at >= 0) return { host: withoutBrackets(text.slice(at + 1)), port: text.slice(0, at) };
  const colon = text.lastIndexOf(':');
  if (colon < 0) return { host: undefined, port: text };
  return { host: withoutBrackets(text.slice(0, colon)), port: text.slice(colon + 1) };
}

/** A number from 0 to 65535. */
export function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65535;
}

/** An IP address (with a zone, maybe) or a host name; not more than what cannot be mistaken for something else. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/.test(text);
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
