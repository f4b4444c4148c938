import { wrongOption } from '../policy/options.ts';

/** Where clamd listens, as `net.connect` takes it. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

const FORMS = 'unix:/path, local:/path, inet:PORT@HOST, inet:HOST:PORT, inet6:PORT@HOST';

/**
 * Read clamd's address, written like a milter's: `unix:/run/clamav/clamd.ctl`, `inet:3310@127.0.0.1`.
 * @throws MillraceError `MILLRACE_DEFINITION`.
 */
export function parseClamdAddress(transform: string, text: string): ClamdAddress {
  const wrong = () => wrongOption(transform, `address ${JSON.stringify(text)} is none of ${FORMS}`);
  const match = /^(unix|local|inet|inet6):(.+)$/is.exec(text);
  if (match === null) throw wrong();
  const rest = match[2];
  if (/^(unix|local)$/i.test(match[1])) {
    if (!rest.startsWith('/') || rest.includes('\0')) throw wrong();
    return { path: rest };
  }
  const [port, host] = splitPort(rest);
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) throw wrong();
  if (!/^[A-Za-z0-9_.:%-]+$/.test(host)) throw wrong();
  return { host, port: Number(port) };
}

/** `PORT@HOST` as Sendmail writes it, or `HOST:PORT` as Postfix does; an IPv6 address may be in brackets. */
function splitPort(text: string): [port: string, host: string] {
  const at = text.indexOf('@');
  const colon = text.lastIndexOf(':');
  const [port, host] =
    at >= 0
      ? [text.slice(0, at), text.slice(at + 1)]
      : [text.slice(colon + 1), text.slice(0, Math.max(colon, 0))];
  return [port, host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host];
}
