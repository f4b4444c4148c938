import { MillraceError } from '../base/errors.ts';
import type { MessageRun } from '../core/message-run.ts';
import type { Outcome } from '../core/outcome.ts';
import type { FinalVerdict } from '../core/verdict.ts';
import type { LogFields, Logger } from './logger.ts';

/** What the log line of a message is made of. */
export interface MessageRecord {
  readonly queueId: string | undefined;
  readonly verdict: FinalVerdict['kind'];
  /** Undefined when the verdict was given before there was one. */
  readonly outcome: Outcome | undefined;
  /** Body bytes that came from the MTA. */
  readonly bytesIn: number;
  /** Body bytes that were sent back. */
  readonly bytesOut: number;
  readonly milliseconds: number;
}

/** One line for each message: what was decided and changed, never what was in it. */
export function logMessage(logger: Logger, record: MessageRecord): void {
  const { outcome } = record;
  const changed: string[] = [];
  if (outcome !== undefined) {
    if (outcome.bodyChanged) changed.push('body');
    if (outcome.headerEdits.length > 0) changed.push(`headers:${outcome.headerEdits.length}`);
    if (outcome.envelopeEdits.length > 0) changed.push(`envelope:${outcome.envelopeEdits.length}`);
    if (outcome.quarantine !== undefined) changed.push('quarantine');
  }
  logger.log('info', 'message', {
    queueId: record.queueId,
    verdict: record.verdict,
    changed: changed.join(' ') || undefined,
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    ms: Math.round(record.milliseconds),
    notes: outcome?.notes.join('; ') || undefined,
    ambiguities: outcome === undefined ? undefined : ambiguityCodes(outcome),
  });
}

/** One line for each error of a transform, a limit or a spool. */
export function logFailures(logger: Logger, queueId: string | undefined, run: MessageRun): void {
  for (const { transform, error } of run.failures) {
    if (error instanceof MillraceError && error.code === 'MILLRACE_ABORTED') continue;
    logError(logger, transform === undefined ? 'message failed' : 'transform failed', error, {
      queueId,
      transform,
    });
  }
}

/** An error as a log line; the text of a foreign error only at debug level, because it may quote the mail. */
export function logError(logger: Logger, text: string, error: unknown, fields: LogFields = {}): void {
  logger.log('warn', text, { ...fields, error: describeError(error) });
  if (!(error instanceof MillraceError) && error instanceof Error) {
    logger.log('debug', text, { ...fields, error: error.message });
  }
}

/**
 * What can be said of an error without what it may quote: of our own code and text, of any other name, code and place.
 * (`JSON.parse`, for one, puts a piece of its input into its error.)
 */
function describeError(error: unknown): string {
  if (error instanceof MillraceError) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frame = error.stack?.split('\n').find((line) => /^ {4}at /.test(line));
  return `${error.name}${code}${frame === undefined ? '' : ` ${frame.trim()}`}`;
}

function ambiguityCodes(outcome: Outcome): string | undefined {
  if (outcome.ambiguities.length === 0) return undefined;
  const codes = new Set(outcome.ambiguities.map(({ code }) => code));
  return [...codes].join(' ');
}
