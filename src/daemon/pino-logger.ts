import { pino } from 'pino';
import type { Writable } from 'node:stream';
import type { LogLevel, Logger } from '../server/index.ts';
import { LogBuffer } from './log-buffer.ts';

/** A logger that may hold lines back for some milliseconds. */
export interface BufferedLogger extends Logger {
  /** Let go of all lines, before the process ends. */
  flush(): void;
}

let millisecond = 0;
let asField = '';

/** The time as a field of a line; a busy milter writes many in one millisecond, and to spell it costs a third of a line. */
function timestamp(): string {
  const now = Date.now();
  if (now !== millisecond) {
    millisecond = now;
    asField = `,"time":"${new Date(now).toISOString()}"`;
  }
  return asField;
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
      timestamp,
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
