import { MillraceError } from '../base/errors.ts';
import type { MessageRun } from '../core/message-run.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Spool } from '../core/spool/index.ts';
import { actionNames } from '../protocol/bit-names.ts';
import { ACTION } from '../protocol/codes.ts';
import type { MessageEdits } from '../protocol/message-edits.ts';
import { actionOf } from '../protocol/replies.ts';
import type { Modification } from '../protocol/replies.ts';
import type { Session } from '../protocol/session.ts';
import { textToBytes } from '../protocol/wire-strings.ts';
import { envelopeCommands } from './envelope-commands.ts';
import { headerCommands } from './header-commands.ts';
import type { HeaderHabits } from './header-commands.ts';
import type { SocketPort } from './socket-port.ts';

/** What the MTA showed of a message, as far as its edits refer to it. */
export interface ReceivedMessage {
  /** Names of the header fields, in order. */
  readonly headerNames: () => readonly string[];
  /** Recipients as they came in RCPT, bytes as latin1. */
  readonly recipients: readonly string[];
}

/** Longest reason for a quarantine; it goes into the MTA's log and queue listing. */
const MAX_REASON = 200;
const EMPTY = Buffer.alloc(0);
const EMPTY_LINE = Buffer.from('\r\n');

/**
 * The modifications that an outcome stands for, without the new body.
 * @throws MillraceError `MILLRACE_NEGOTIATION` when one of them, or the new body, was not granted by the MTA.
 */
export function planModifications(
  outcome: Outcome,
  received: ReceivedMessage,
  habits: () => HeaderHabits,
  grantedActions: number,
): Modification[] {
  const { headerEdits, envelopeEdits } = outcome;
  const plan: Modification[] = [];
  if (headerEdits.length > 0) plan.push(...headerCommands(headerEdits, received.headerNames(), habits()));
  if (envelopeEdits.length > 0) plan.push(...envelopeCommands(envelopeEdits, received.recipients));
  if (outcome.quarantine !== undefined) {
    plan.push({ type: 'quarantine', reason: quarantineReason(outcome.quarantine) });
  }
  let missing = outcome.bodyChanged ? ACTION.CHGBODY & ~grantedActions : 0;
  for (const modification of plan) missing |= actionOf(modification) & ~grantedActions;
  if (missing === 0) return plan;
  throw new MillraceError(
    'MILLRACE_NEGOTIATION',
    `the MTA has not granted ${actionNames(missing).join(', ')}, which this message needs`,
  );
}

/** A new body on its way. */
interface Sending {
  readonly bytes: number;
  /** Settles when it has been handed over to its end; undefined when it has been. Rejects with `MILLRACE_SPOOL`. */
  readonly sending: Promise<void> | undefined;
}

/**
 * Send a planned outcome: header and envelope edits, then the new body back to back. Small messages leave in one write
 * together with the verdict that the caller adds while the port is held, and nothing waits for that; a large body goes
 * block by block, as fast as the MTA reads. Throws or rejects with `MILLRACE_SPOOL` when the body cannot be read to its end:
 * the caller then answers tempfail, which takes all edits back.
 */
export function writeOutcome(
  plan: readonly Modification[],
  run: MessageRun,
  isBodyChanged: boolean,
  { edits, agreement }: Session,
  port: SocketPort,
): Sending {
  for (const modification of plan) edits.send(modification);
  if (!isBodyChanged) return { bytes: 0, sending: undefined };
  const spool = run.newBody();
  if (spool === undefined || spool.length === 0) {
    // QUIRK(stalwart): an empty new body is ignored when no header field changes with it.
    const nothing = agreement?.isStalwart === true ? EMPTY_LINE : EMPTY;
    edits.replaceBody(nothing);
    return { bytes: nothing.length, sending: undefined };
  }
  const block = spool.onlyBlock;
  if (block === undefined) return { bytes: spool.length, sending: writeBody(spool, edits, port) };
  edits.replaceBody(block);
  return { bytes: block.length, sending: undefined };
}

async function writeBody(spool: Spool, edits: MessageEdits, port: SocketPort): Promise<void> {
  const reader = spool.read();
  try {
    for (;;) {
      const next = reader.next();
      const isFromFile = next instanceof Promise;
      const block = isFromFile ? await next : next;
      if (block === undefined || port.isClosed) return;
      edits.replaceBody(block);
      // What is in memory stays there; a block from the file must be out before the next one is asked for.
      if (!isFromFile && !port.isBlocked) continue;
      port.release();
      await port.flushed();
      port.hold();
    }
  } finally {
    reader.close();
  }
}

/** One line of printable bytes: MTAs put it into queue files and logs. */
function quarantineReason(reason: string): string {
  const line = reason.replaceAll(/\p{Cc}+/gu, ' ').slice(0, MAX_REASON);
  return textToBytes(line.trim() === '' ? 'quarantined' : line);
}
