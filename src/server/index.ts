/** Milter over sockets: the server that runs a filter, and the client that plays the MTA. */
export type { EmlInput } from './eml-source.ts';
export { formatAddress, parseAddress } from './listen-address.ts';
export type { ListenAddress } from './listen-address.ts';
export { escapeLogText, silentLogger } from './logger.ts';
export type { LogFields, Logger, LogLevel } from './logger.ts';
export { MilterClient } from './milter-client.ts';
export type { MilterClientOptions, OutgoingMessage, RefusedRecipient, SendResult } from './client-types.ts';
export { ResultMessage } from './result-message.ts';
export { createServer, MilterServer, serve } from './server.ts';
export type { CloseOptions } from './server.ts';
export { DEFAULT_DEADLINES } from './server-options.ts';
export type { Deadlines, ServerOptions } from './server-options.ts';
export { clearStaleSocket } from './socket-file.ts';
export type { SocketAccess } from './socket-file.ts';
export { wishesOf } from './wishes.ts';
