/** Milter over sockets: the server that runs a filter, and the client that plays the MTA. */
export { formatAddress, parseAddress } from './listen-address.ts';
export type { ListenAddress } from './listen-address.ts';
export { escapeLogText, silentLogger } from './logger.ts';
export type { LogFields, Logger, LogLevel } from './logger.ts';
export { MilterClient } from './milter-client.ts';
export type { ClientTls, SendResult } from './client-types.ts';
export { createServer, MilterServer, serve } from './server.ts';
export type { CloseOptions } from './server.ts';
export { DEFAULT_DEADLINES, MIN_MAX_PACKET } from './server-options.ts';
export type { Deadlines, ServerOptions } from './server-options.ts';
export type { SocketAccess } from './socket-file.ts';
export { loadClientTls, loadTls } from './tls-files.ts';
export type { ClientTlsFiles, TlsFiles } from './tls-files.ts';
export { wishesOf } from './wishes.ts';
