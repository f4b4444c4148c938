/** How grave a log line is; `debug` is off in a running service. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What belongs to a log line beside its text. Never mail content. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the server writes its log lines. Text and field values hold no control or bidi characters. */
export interface Logger {
  log(level: LogLevel, text: string, fields?: LogFields): void;
}

/** Keeps nothing; the default of the library, since a program that embeds it owns its output. */
export const silentLogger: Logger = { log: () => undefined };

/**
 * Controls (Cc), invisible format characters such as those that change the direction of text (Cf, UAX 9), and the
 * Unicode line separators: they forge lines in a log file and hide text on a terminal.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** Nearly all texts are so, and are found to be so in a tenth of the time. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Longest text of one field; an address or a note needs less, a hostile one gets no more. */
const MAX_FIELD = 512;

/** A text as it may stand in a log line: dangerous characters as `\x1b` or `\u202e`, over-long text cut. */
export function escapeLogText(text: string): string {
  if (text.length <= MAX_FIELD && PLAIN.test(text)) return text;
  const short = text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}...` : text;
  return short.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}

/** Put a logger behind the escaping, so that nobody who logs has to think of it. */
export function escapingLogger(target: Logger): Logger {
  if (target === silentLogger) return target;
  return {
    log(level, text, fields) {
      if (fields === undefined) return target.log(level, escapeLogText(text));
      const escaped: Record<string, string | number | boolean | undefined> = {};
      for (const name in fields) {
        const value = fields[name];
        if (value !== undefined) escaped[name] = typeof value === 'string' ? escapeLogText(value) : value;
      }
      target.log(level, escapeLogText(text), escaped);
    },
  };
}
