import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { MillraceError } from '../base/errors.ts';
import { formatAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/**
 * Connect to a milter; `timeout` is in ms. The socket is not being read yet.
 * @throws MillraceError `MILLRACE_CONNECT` with the system's error code.
 */
export function openSocket(address: ListenAddress, timeout: number): Promise<Socket> {
  const name = formatAddress(address);
  if (address.kind === 'fd') {
    return Promise.reject(new MillraceError('MILLRACE_CONNECT', `${name} is no address to connect to`));
  }
  const target =
    address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
  return new Promise((resolve, reject) => {
    const socket = connect(target);
    const failed = (code: string, cause?: unknown): void => {
      socket.destroy();
      reject(new MillraceError('MILLRACE_CONNECT', `cannot connect to ${name} (${code})`, { cause }));
    };
    socket.setTimeout(timeout, () => failed('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'error', error));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners();
      resolve(socket);
    });
  });
}
