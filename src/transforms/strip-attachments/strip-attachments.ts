import type { Message } from '../../core/message.ts';
import type { Part } from '../../core/mime/part.ts';
import { defineTransform, type TransformDefinition } from '../../core/transform.ts';
import { reject, type Verdict } from '../../core/verdict.ts';
import { drop, leave, replace, type PartVerb } from '../../core/verbs.ts';
import { applyAmbiguityPolicy } from '../policy/ambiguity-policy.ts';
import { isInsideProtected, noticePart } from '../policy/removal.ts';
import { AUDIT_HEADER, auditField } from './audit-field.ts';
import { noticeText } from './notice.ts';
import { readStripOptions, type StripAttachmentsOptions, type StripSettings } from './strip-options.ts';
import { commonOptions } from '../policy/options.ts';

/** Removed parts that get an audit field each; the rest is counted in one more. */
const MAX_AUDIT_FIELDS = 20;

/** What has been removed from one message. */
export interface StripState {
  count: number;
  readonly rules: Set<string>;
  readonly auditFields: string[];
  /** Rules that a part fits which only some mail readers find. */
  readonly hidden: Set<string>;
}

/**
 * Take attachments out by file name extension or by declared type: leaves and attached messages, at any depth and
 * also inside of attached messages. All names that some mail reader might show count (rules A1 to A3).
 *
 * Notes for the log: `removed COUNT (RULES)`, `match RULE inside a signed or encrypted part`.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option.
 */
export function stripAttachments(options: StripAttachmentsOptions): TransformDefinition<StripState> {
  const settings = readStripOptions(options);
  return defineTransform<StripState>({
    name: 'strip-attachments',
    state: () => ({ count: 0, rules: new Set(), auditFields: [], hidden: new Set() }),
    ...commonOptions(options),
    edits: settings.edits,
    // Such a field that a message comes with is not ours.
    ...(settings.header ? { onEnvelope: (msg) => msg.headers.delete(AUDIT_HEADER) } : {}),
    onPart(part, msg) {
      const rule = settings.match(part);
      return rule === undefined ? undefined : takeOut(settings, part, rule, msg);
    },
    onReading(part, msg) {
      const rule = settings.match(part);
      if (rule === undefined) return undefined;
      msg.state.hidden.add(rule);
      // It cannot be taken out by itself: those who find it find other parts as well.
      msg.note(`match ${rule} in a part that only some mail readers find`);
      return settings.onMatch === 'reject' ? notAccepted(rule) : undefined;
    },
    onEnd(msg) {
      report(msg);
      const hidden = [...msg.state.hidden].map((rule) => `attachment that fits ${rule}`);
      return applyAmbiguityPolicy(settings.onAmbiguous, msg, hidden);
    },
  });
}

function takeOut(
  settings: StripSettings,
  part: Part,
  rule: string,
  msg: Message<StripState>,
): PartVerb | Verdict | undefined {
  const reason = `fits ${rule}`;
  switch (settings.onMatch) {
    case 'reject':
      return notAccepted(rule);
    case 'quarantine':
      msg.quarantine(`attachment ${reason}`);
      return undefined;
    case 'drop':
    case 'replace': {
      if (settings.onSigned !== 'strip' && isInsideProtected(part)) return insideSigned(settings, rule, msg);
      remember(settings, part, rule, msg.state);
      if (settings.onMatch === 'drop') return drop(reason);
      return replace(noticePart(noticeText(settings.notice, part, rule)), reason);
    }
  }
}

function insideSigned(settings: StripSettings, rule: string, msg: Message): PartVerb | Verdict {
  const where = 'inside a signed or encrypted part';
  msg.note(`match ${rule} ${where}`);
  if (settings.onSigned === 'reject') return notAccepted(rule);
  if (settings.onSigned === 'quarantine') msg.quarantine(`attachment fits ${rule} ${where}`);
  return leave(`fits ${rule}, but is ${where}`);
}

function notAccepted(rule: string): Verdict {
  return reject(`attachments of this kind are not accepted (${rule})`, { status: '5.7.1' });
}

function remember(settings: StripSettings, part: Part, rule: string, state: StripState): void {
  state.count++;
  state.rules.add(rule);
  if (settings.header && state.auditFields.length < MAX_AUDIT_FIELDS)
    state.auditFields.push(auditField(part, rule));
}

function report(msg: Message<StripState>): void {
  const { count, rules, auditFields } = msg.state;
  if (count === 0) return;
  msg.note(`removed ${count} (${[...rules].join(', ')})`);
  for (const field of auditFields) msg.headers.add(AUDIT_HEADER, field);
  if (auditFields.length > 0 && count > auditFields.length)
    msg.headers.add(AUDIT_HEADER, `${count - auditFields.length} more`);
}
