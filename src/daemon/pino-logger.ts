import { pino } from 'pino';
import type { Writable } from 'node:stream';
import type { LogLevel, Logger } from '../server/index.ts';
import { LogBuffer } from './log-buffer.ts';

/** A logger that may hold lines back for some milliseconds. */
export interface BufferedLogger extends Logger {
  /** Let go of all lines, before the process ends. */
  flush(): void;
}

/**
 * A logger that writes one JSON object a line, with level, time (ISO 8601), the fields and `msg`. Warnings and errors go
 * out at once, and what came before them.
 * Pino stays behind this door: everything else knows the Logger interface only.
 */
export function pinoLogger(level: LogLevel, destination: Writable): BufferedLogger {
  const buffer = new LogBuffer(destination);
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    buffer,
  );
  return {
    log(grade, text, fields) {
      log[grade](fields ?? {}, text);
      if (grade === 'warn' || grade === 'error') buffer.flush();
    },
    flush: () => buffer.flush(),
  };
}
