import type { Message } from '../../core/message.ts';
import type { Part } from '../../core/mime/part.ts';
import { mayEmbed } from '../../core/mime/readings/index.ts';
import { defineTransform, type TransformDefinition } from '../../core/transform.ts';
import { reject, type Verdict } from '../../core/verdict.ts';
import { drop, judge, leave, raw, replace, tap, type PartVerb, type Tap } from '../../core/verbs.ts';
import { applyAmbiguityPolicy } from '../policy/ambiguity-policy.ts';
import { isInsideProtected, noticePart } from '../policy/removal.ts';
import { AUDIT_HEADER, auditField } from './audit-field.ts';
import { InnerFiles, isTnef, TextWatch } from './inner-files.ts';
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
  /** Rules that a file inside of a part fits. */
  readonly inside: Set<string>;
}

/**
 * Take attachments out by file name extension or by declared type: leaves and attached messages, at any depth and
 * also inside of attached messages. All names that some mail reader might show count (rules A1 to A3).
 *
 * Files inside of text (uuencode, yEnc, BinHex) and of TNEF containers count by their names (rules A7, A8).
 *
 * Notes for the log: `removed COUNT (RULES)`, `match RULE inside a signed or encrypted part`, `match RULE in a file inside of a part`.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option.
 */
export function stripAttachments(options: StripAttachmentsOptions): TransformDefinition<StripState> {
  const settings = readStripOptions(options);
  return defineTransform<StripState>({
    name: 'strip-attachments',
    state: () => ({ count: 0, rules: new Set(), auditFields: [], hidden: new Set(), inside: new Set() }),
    ...commonOptions(options),
    edits: settings.edits,
    // Such a field that a message comes with is not ours.
    ...(settings.header ? { onEnvelope: (msg) => msg.headers.delete(AUDIT_HEADER) } : {}),
    onPart(part, msg) {
      const rule = settings.match(part);
      return rule === undefined ? lookInside(settings, part, msg) : takeOut(settings, part, rule, msg);
    },
    onReading(part, msg) {
      const rule = settings.match(part);
      if (rule === undefined) return watchReading(settings, part, msg);
      // It cannot be taken out by itself: those who find it find other parts as well.
      findHidden(rule, msg);
      return settings.onMatch === 'reject' ? notAccepted(rule) : undefined;
    },
    onEnd(msg) {
      report(msg);
      // Which of several comes up first depends on how the message came in.
      const [inside] = [...msg.state.inside].toSorted();
      if (inside !== undefined && settings.onMatch === 'reject') return notAccepted(inside);
      if (inside !== undefined && settings.onMatch === 'quarantine')
        msg.quarantine(`attachment fits ${inside}`);
      const removes = settings.onMatch === 'replace' || settings.onMatch === 'drop';
      const kept = new Set([...msg.state.hidden, ...(removes ? msg.state.inside : [])]);
      const hidden = [...kept].toSorted().map((rule) => `attachment that fits ${rule}`);
      return applyAmbiguityPolicy(settings.onAmbiguous, msg, hidden);
    },
  });
}

/** Look for files inside of a leaf that fit. A container goes as a whole; text stays, and the message is as one with a hidden part. */
function lookInside(
  settings: StripSettings,
  part: Part,
  msg: Message<StripState>,
): PartVerb | Verdict | undefined {
  const { matchNames, onMatch } = settings;
  if (matchNames === undefined || part.isMessage) return undefined;
  if (part.isMultipart) {
    // A file to those who do not split it.
    const rule = matchNames(part.names);
    if (rule === undefined) return undefined;
    findHidden(rule, msg);
    return onMatch === 'reject' ? notAccepted(rule) : undefined;
  }
  const removes = onMatch === 'replace' || onMatch === 'drop';
  if (!removes) return watchReading(settings, part, msg);
  if (isTnef(part)) {
    return judge(async (content) => {
      const rule = await new InnerFiles(matchNames, true).read(content);
      const verb = rule === undefined ? undefined : takeOut(settings, part, rule, msg);
      if (verb === undefined || !('verb' in verb)) return verb;
      return verb.verb === 'drop' || verb.verb === 'replace' ? verb : undefined;
    });
  }
  if (!mayEmbed(part)) return undefined;
  return raw(new TextWatch(part, matchNames, (rule) => foundInside(rule, msg)));
}

/** Look for such files in what cannot be taken out. */
function watchReading(settings: StripSettings, part: Part, msg: Message<StripState>): Tap | undefined {
  const { matchNames } = settings;
  if (matchNames === undefined || !part.isLeaf) return undefined;
  const inTnef = isTnef(part);
  if (!inTnef && !mayEmbed(part)) return undefined;
  return tap(async (content) => {
    const rule = await new InnerFiles(matchNames, inTnef).read(content);
    if (rule !== undefined) foundInside(rule, msg);
  });
}

function findHidden(rule: string, msg: Message<StripState>): void {
  msg.state.hidden.add(rule);
  msg.note(`match ${rule} in a part that only some mail readers find`);
}

function foundInside(rule: string, msg: Message<StripState>): void {
  if (!msg.state.inside.has(rule)) msg.note(`match ${rule} in a file inside of a part`);
  msg.state.inside.add(rule);
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
