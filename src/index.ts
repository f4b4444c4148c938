/** Millrace: change mail on its way, with a pipeline of transforms. */
export { type ErrorCode, MillraceError } from './base/errors.ts';
export * from './core/index.ts';
export {
  type CloseOptions,
  createServer,
  type Deadlines,
  DEFAULT_DEADLINES,
  type LogFields,
  type Logger,
  type LogLevel,
  type MilterServer,
  serve,
  type ServerOptions,
  silentLogger,
  type SocketAccess,
} from './server/index.ts';
