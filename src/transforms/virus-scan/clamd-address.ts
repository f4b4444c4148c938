import { isHost, isPort, splitHostPort, splitScheme } from '../../base/socket-address.ts';
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
  const { scheme, rest } = splitScheme(text);
  if (scheme === 'unix' || scheme === 'local') {
    if (!rest.startsWith('/') || rest.includes('\0')) throw wrong();
    return { path: rest };
  }
  if (scheme !== 'inet' && scheme !== 'inet6') throw wrong();
  const { host, port } = splitHostPort(rest);
  if (host === undefined || !isHost(host) || !isPort(port) || Number(port) === 0) throw wrong();
  return { host, port: Number(port) };
}
