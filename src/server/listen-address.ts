import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { MillraceError } from '../base/errors.ts';
import { isHost, isPort, splitHostPort, splitScheme } from '../base/socket-address.ts';

/** Where a milter listens or is found: a TCP address, a Unix socket, or a descriptor handed over by the starter. */
export type ListenAddress =
  | { readonly kind: 'inet'; readonly family: 4 | 6; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'fd'; readonly fd: number };

/** `sun_path` of sockaddr_un holds 108 bytes on Linux, the final NUL included. */
const MAX_PATH_BYTES = 107;
/** systemd hands sockets over from here on (sd_listen_fds(3)); 0 to 2 are the standard streams. */
const FIRST_FD = 3;
const KNOWN = 'inet:PORT@HOST, inet:HOST:PORT, inet6:PORT@HOST, unix:/path, local:/path, fd:3';

/**
 * Read an address as Postfix and Sendmail users type it: `inet:PORT@HOST` (Sendmail), `inet:HOST:PORT` (Postfix),
 * `inet6:...` in the same two forms, `unix:/path`, `local:/path`, and `fd:N` for socket activation. `inet:PORT` alone
 * means loopback: a milter has no authentication, so nothing but an explicit address may open it to the network.
 * @throws MillraceError `MILLRACE_CONFIG` that names the nearest valid form.
 */
export function parseAddress(text: string): ListenAddress {
  const { scheme, rest } = splitScheme(text);
  switch (scheme) {
    case 'inet':
      return parseInet(text, rest, 4);
    case 'inet6':
      return parseInet(text, rest, 6);
    case 'unix':
    case 'local':
      return parsePath(text, scheme, rest);
    case 'fd':
      return parseDescriptor(text, rest);
    default:
      throw wrong(text, 'no known kind of address', suggestion(text, scheme, rest));
  }
}

/** The address in the form that Postfix and Sendmail both know from their documentation; the inverse of parseAddress. */
export function formatAddress(address: ListenAddress): string {
  switch (address.kind) {
    case 'inet':
      return `${address.family === 6 ? 'inet6' : 'inet'}:${address.port}@${address.host}`;
    case 'unix':
      return `unix:${address.path}`;
    case 'fd':
      return `fd:${address.fd}`;
  }
}

function parseInet(text: string, rest: string, family: 4 | 6): ListenAddress {
  const scheme = family === 6 ? 'inet6' : 'inet';
  const example = `${scheme}:8890@${loopback(family)}`;
  const { host = loopback(family), port: portText } = splitHostPort(rest);
  if (!isPort(portText)) {
    const swapped = isPort(host) && portText !== '' ? `${scheme}:${host}@${portText}` : example;
    throw wrong(text, 'the port must be a number from 0 to 65535', swapped);
  }
  const port = Number(portText);
  if (!isHost(host))
    throw wrong(text, 'the host is missing or malformed', `${scheme}:${port}@${loopback(family)}`);
  const isOther = isIP(host) !== 0 && isIP(host) !== family;
  if (isOther && family === 6) throw wrong(text, `${host} is an IPv4 address`, `inet:${port}@${host}`);
  // Postfix writes IPv6 addresses as inet:[::1]:8890.
  return { kind: 'inet', family: isOther ? 6 : family, host, port };
}

function parsePath(text: string, scheme: string, path: string): ListenAddress {
  if (path === '') throw wrong(text, 'the path is missing', `${scheme}:/run/millrace/milter.sock`);
  // QUIRK(postfix): a relative path is one below the queue directory there (postconf(5), smtpd_milters), and one below
  // the working directory here; so only an absolute path means the same to both.
  if (!path.startsWith('/')) throw wrong(text, 'the path must be absolute', `${scheme}:${resolve(path)}`);
  if (path.includes('\0')) throw wrong(text, 'NUL in the path', `${scheme}:/run/millrace/milter.sock`);
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_PATH_BYTES) {
    throw wrong(
      text,
      `the path has ${bytes} bytes, a Unix socket's may have ${MAX_PATH_BYTES}`,
      'a shorter one',
    );
  }
  return { kind: 'unix', path };
}

function parseDescriptor(text: string, rest: string): ListenAddress {
  const fd = /^[0-9]{1,6}$/.test(rest) ? Number(rest) : -1;
  if (fd < FIRST_FD) throw wrong(text, `the descriptor must be a number from ${FIRST_FD} on`, 'fd:3');
  return { kind: 'fd', fd };
}

/** The nearest valid form of a text whose scheme is unknown. */
function suggestion(text: string, scheme: string, rest: string): string {
  if (text.startsWith('/')) return `unix:${text}`;
  if (scheme === 'tcp' || scheme === 'tcp4' || scheme === 'inet4' || scheme === 'ipv4') return `inet:${rest}`;
  if (scheme === 'tcp6' || scheme === 'ipv6') return `inet6:${rest}`;
  if (scheme === 'file' || scheme === 'socket' || scheme === 'sock') return `unix:${rest}`;
  if (isPort(text)) return `inet:${text}@127.0.0.1`;
  const [port, host] = text.split('@');
  if (host !== undefined && isPort(port)) return `inet:${text}`;
  if (scheme !== '' && isPort(rest)) return `inet:${rest}@${scheme}`;
  return KNOWN;
}

function loopback(family: 4 | 6): string {
  return family === 6 ? '::1' : '127.0.0.1';
}

function wrong(text: string, why: string, nearest: string): MillraceError {
  const hint = nearest === KNOWN ? `; known forms are ${KNOWN}` : `; did you mean ${nearest}?`;
  return new MillraceError('MILLRACE_CONFIG', `address ${JSON.stringify(text)}: ${why}${hint}`);
}
