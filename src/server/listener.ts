import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket, TlsOptions } from 'node:tls';
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

/** Whom a listener tells what happens. */
export interface ListenerEvents {
  /** A peer is there; with TLS, after the handshake. The socket is not being read yet. */
  connection(socket: Socket): void;
  /** A peer was turned away before it was a connection: its TLS handshake failed, or it has not the certificate that is asked for. */
  refused(reason: string): void;
  /** More TLS handshakes than `maxConnections`: a peer was turned away. */
  full(): void;
  error(error: Error): void;
}

/** How a listener works. */
export interface ListenerOptions {
  /** Mode and group of a Unix socket. */
  readonly access: SocketAccess;
  readonly tls?: ListenerTls;
}

/** TLS on a listener. */
export interface ListenerTls {
  /** Certificate, key and authorities, as `loadTls` has them. */
  readonly keys: TlsOptions;
  /** Most time for a handshake, in ms. */
  readonly handshake: number;
  /** Most connections at once, those in their handshake included. */
  readonly maxConnections: number;
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
  { access, tls }: ListenerOptions,
  events: ListenerEvents,
): Promise<Listener> {
  // In a worker of a cluster the primary process binds: a live socket is then our own.
  if (address.kind === 'unix' && !cluster.isWorker) await clearStaleSocket(address.path);
  const { server, hangUp } = tls === undefined ? openDoor(events) : tlsDoor(tls, events);
  await bind(server, address, access);
  server.on('error', (error) => events.error(error));
  if (address.kind === 'unix') {
    try {
      await applyAccess(address.path, access);
    } catch (error) {
      server.close();
      throw error;
    }
  }
  const close = (): void => {
    server.close();
    hangUp();
  };
  return { address: actualAddress(server, address), close };
}

/** A server that does not listen yet, and what ends the connections that only it knows of. */
interface Door {
  readonly server: Server;
  readonly hangUp: () => void;
}

function openDoor(events: ListenerEvents): Door {
  const server = createServer({ pauseOnConnect: true }, (socket) => events.connection(socket));
  return { server, hangUp: () => undefined };
}

/** Connections in their handshake are this listener's own: nobody else can close them. */
function tlsDoor({ keys, handshake, maxConnections }: ListenerTls, events: ListenerEvents): Door {
  const handshakes = new Map<string, Socket>();
  const server = createTlsServer({ ...keys, handshakeTimeout: handshake }, (socket) => {
    handshakes.delete(peerOf(socket));
    if (keys.requestCert !== true || socket.authorized) return events.connection(socket);
    refuse(socket, `no certificate of the client CA (${String(socket.authorizationError)})`, events);
  });
  server.maxConnections = maxConnections;
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    handshakes.set(peer, socket);
    socket.once('close', () => handshakes.delete(peer));
  });
  server.on('drop', () => events.full());
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    refuse(socket, `no TLS (${error.code ?? error.message})`, events);
  });
  const hangUp = (): void => {
    for (const socket of handshakes.values()) socket.destroy();
  };
  return { server, hangUp };
}

function refuse(socket: TLSSocket, reason: string, events: ListenerEvents): void {
  socket.on('error', () => undefined);
  socket.destroy();
  events.refused(reason);
}

/** What a TLS socket has in common with the socket below it. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
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
