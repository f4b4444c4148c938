import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MillraceError } from '../base/errors.ts';
import type { ClientTls } from './client-types.ts';
import { formatAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/**
 * Connect to a milter; `timeout` is in ms, a TLS handshake included. The socket is not being read yet.
 * @throws MillraceError `MILLRACE_CONNECT` with the system's error code, or that of TLS.
 */
export function openSocket(address: ListenAddress, timeout: number, tls?: ClientTls): Promise<Socket> {
  const name = formatAddress(address);
  if (address.kind === 'fd') {
    return Promise.reject(new MillraceError('MILLRACE_CONNECT', `${name} is no address to connect to`));
  }
  const target =
    address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
  return new Promise((resolve, reject) => {
    const socket = tls === undefined ? connect(target) : connectTls({ ...tls, ...target });
    const ready = tls === undefined ? 'connect' : 'secureConnect';
    const forget = (): void => {
      socket.setTimeout(0);
      socket.off('timeout', late).off('error', broken).off('close', closed).off(ready, done);
    };
    const failed = (code: string, cause?: unknown): void => {
      forget();
      socket.on('error', () => undefined);
      socket.destroy();
      const why = tls === undefined ? '' : tlsProblem(code);
      reject(new MillraceError('MILLRACE_CONNECT', `cannot connect to ${name}${why} (${code})`, { cause }));
    };
    const late = (): void => failed('ETIMEDOUT');
    const broken = (error: NodeJS.ErrnoException): void => failed(error.code ?? 'error', error);
    const closed = (): void => failed('ECONNRESET');
    const done = (): void => {
      forget();
      resolve(socket);
    };
    socket.setTimeout(timeout);
    socket.on('timeout', late).on('error', broken).on('close', closed).on(ready, done);
  });
}

/** What an error code of a TLS handshake means, where there is a good guess; begins with a colon. */
function tlsProblem(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return ': its certificate is for another name';
  if (code === 'CERT_HAS_EXPIRED') return ': its certificate has expired';
  if (/^(?:UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_)/.test(code)) return ': its certificate is not trusted';
  if (code === 'ECONNRESET' || /^(?:ERR_SSL_|EPROTO)/.test(code))
    return ': it speaks no TLS there, or another kind of it';
  return '';
}
