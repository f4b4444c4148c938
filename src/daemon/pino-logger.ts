import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { LogLevel, Logger } from '../server/index.ts';

/**
 * A logger that writes one JSON object a line, with level, time (ISO 8601), the fields and `msg`.
 * Pino stays behind this door: everything else knows the Logger interface only.
 */
export function pinoLogger(level: LogLevel, destination: DestinationStream): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    log(grade, text, fields) {
      log[grade](fields ?? {}, text);
    },
  };
}
