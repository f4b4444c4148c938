import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { MillraceError } from '../base/errors.ts';
import { formatAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { applyAccess, clearStaleSocket, DEFAULT_SOCKET_MODE } from './socket-file.ts';
import type { SocketAccess } from './socket-file.ts';

/** An open door: connections come in until it is closed. */
export interface Listener {
  /** What is listened on, with the port that the system chose when 0 was asked for. */
  readonly address: ListenAddress;
  /** Stop accepting, at once; a Unix socket is removed. Connections that are there stay. */
  close(): void;
}

/** MTAs open connections in bursts; the kernel cuts this to net.core.somaxconn. */
const BACKLOG = 511;

/**
 * Open a listening socket. A Unix socket gets its mode before anybody can connect: the umask is tight around bind(2),
 * and mode and group follow before this returns.
 * @throws MillraceError `MILLRACE_LISTEN`: the address is in use, not permitted, or not ours.
 */
export async function listen(
  address: ListenAddress,
  access: SocketAccess,
  onConnection: (socket: Socket) => void,
  onError: (error: Error) => void,
): Promise<Listener> {
  // In a worker of a cluster the primary process binds: a live socket is then our own.
  if (address.kind === 'unix' && !cluster.isWorker) await clearStaleSocket(address.path);
  const server = createServer({ pauseOnConnect: true }, onConnection);
  await bind(server, address, access);
  server.on('error', onError);
  if (address.kind === 'unix') {
    try {
      await applyAccess(address.path, access);
    } catch (error) {
      server.close();
      throw error;
    }
  }
  return { address: actualAddress(server, address), close: () => void server.close() };
}

async function bind(server: Server, address: ListenAddress, access: SocketAccess): Promise<void> {
  const ready = once(server, 'listening');
  try {
    if (address.kind === 'unix') {
      bindTight(server, address.path, access.mode ?? DEFAULT_SOCKET_MODE);
    } else {
      server.listen({ ...listenOptions(address), backlog: BACKLOG });
    }
    await ready;
  } catch (error) {
    throw bindError(address, error as NodeJS.ErrnoException);
  }
}

/** bind(2) happens inside listen(), so the umask is back before any other code runs. */
function bindTight(server: Server, path: string, mode: number): void {
  const before = process.umask(0o777 & ~mode);
  try {
    server.listen({ path, backlog: BACKLOG });
  } finally {
    process.umask(before);
  }
}

function listenOptions(address: Exclude<ListenAddress, { kind: 'unix' }>): ListenOptions & { fd?: number } {
  if (address.kind === 'fd') return { fd: address.fd };
  return { host: address.host, port: address.port, ipv6Only: address.family === 6 };
}

function bindError(address: ListenAddress, error: NodeJS.ErrnoException): MillraceError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'is in use by another process',
    EACCES: 'may not be used by this user',
    EADDRNOTAVAIL: 'is no address of this machine',
    ENOTFOUND: 'has a host name that cannot be found',
    ENOENT: 'is in a directory that does not exist',
    EBADF: 'is not an open descriptor; was the service started by socket activation?',
    EINVAL: 'is not a listening socket',
    ENOTSOCK: 'is not a socket',
  };
  const code = error.code ?? 'unknown error';
  const reason = reasons[code] ?? 'cannot be listened on';
  return new MillraceError('MILLRACE_LISTEN', `${formatAddress(address)} ${reason} (${code})`, {
    cause: error,
  });
}

function actualAddress(server: Server, address: ListenAddress): ListenAddress {
  const bound = server.address();
  if (address.kind !== 'inet' || bound === null || typeof bound === 'string') return address;
  return { ...address, port: bound.port };
}
