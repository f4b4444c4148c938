import type { Message } from '../../core/message.ts';
import { MessagePart } from '../../core/mime/message-part.ts';
import type { Part } from '../../core/mime/part.ts';
import { defineTransform, type TransformDefinition } from '../../core/transform.ts';
import { reject, type Verdict } from '../../core/verdict.ts';
import {
  type Beginning,
  type Drop,
  drop,
  type Judge,
  judge,
  type Leave,
  leave,
  peek,
  type Raw,
  raw,
  type Replace,
  replace,
  type Tap,
  tap,
} from '../../core/verbs.ts';
import { applyAmbiguityPolicy } from '../policy/ambiguity-policy.ts';
import { isInsideProtected, noticePart } from '../policy/removal.ts';
import { AUDIT_HEADER, auditField } from './audit-field.ts';
import type { ContentFinding } from './content-rule.ts';
import { beginsContainer, isContainer, TextWatch } from './inner-files.ts';
import { inspect, mayHold } from './inspection.ts';
import { formatOf } from './magic.ts';
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
  /** Rules that a file inside of a part fits, or a part that was not looked at until it was gone. */
  readonly inside: Set<string>;
}

/**
 * Take attachments out by file name extension or by type: leaves and attached messages, at any depth and
 * also inside of attached messages. All names that some mail reader might show count, and the type may be that which the part declares, that of
 * files of its name, or that which its content begins as (rules A1 to A4).
 *
 * Files inside of text (uuencode, yEnc, BinHex) and of containers (TNEF, AppleSingle, AppleDouble, MacBinary) count by their names (rules A7, A8).
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
      const { byHeader, byContent } = settings.rules;
      const rule = byHeader(part);
      if (rule !== undefined) return takeOut(settings, part, rule, msg);
      if (byContent === undefined || !part.isLeaf) return lookInside(settings, part, msg);
      return peek((beginning) => {
        const fits = looksLike(settings, part, beginning);
        if (fits.rule !== undefined) return takeOut(settings, part, fits.rule, msg);
        const isLong = fits.isOpen || holdsFiles(settings, beginning);
        return isLong ? lookLonger(settings, part, msg) : lookInside(settings, part, msg);
      });
    },
    onReading(part, msg) {
      const { byHeader, byContent } = settings.rules;
      const rule = byHeader(part);
      if (rule !== undefined) return findHidden(settings, rule, msg);
      const isWatched = byContent !== undefined || mayHold(part, settings.rules);
      return part.isLeaf && isWatched ? watch(settings, part, msg) : undefined;
    },
    onEnd(msg) {
      report(msg);
      // Which of several comes up first depends on how the message came in.
      const [inside] = [...msg.state.inside].toSorted();
      if (inside !== undefined && settings.onMatch === 'reject') return notAccepted(inside);
      if (inside !== undefined && settings.onMatch === 'quarantine')
        msg.quarantine(`attachment fits ${inside}`);
      const kept = new Set([...msg.state.hidden, ...(removes(settings) ? msg.state.inside : [])]);
      const hidden = [...kept].toSorted().map((rule) => `attachment that fits ${rule}`);
      return applyAmbiguityPolicy(settings.onAmbiguous, msg, hidden);
    },
  });
}

function removes({ onMatch }: StripSettings): boolean {
  return onMatch === 'replace' || onMatch === 'drop';
}

/** What the beginning of a leaf fits, in any way in which it is decoded. */
function looksLike({ rules }: StripSettings, part: Part, beginning: Beginning): ContentFinding {
  const isText = part.type.startsWith('text/');
  if (isText && formatOf(beginning.content, true) !== undefined && part instanceof MessagePart)
    part.flag('binary-in-text');
  const fits = [beginning.content, ...beginning.others].map((bytes) => rules.byContent!.look(part, bytes));
  const isOpen = !beginning.isWhole && (beginning.isScarce || fits.some((one) => one.isOpen));
  return fits.find(({ rule }) => rule !== undefined) ?? { rule: undefined, isOpen };
}

/** Whether a leaf begins as a container of files that are looked at by their names, in any way in which it is decoded. */
function holdsFiles({ rules }: StripSettings, { content, others }: Beginning): boolean {
  return rules.byName !== undefined && [content, ...others].some((bytes) => beginsContainer(bytes));
}

/** Look for files inside of a leaf that fit. A container goes as a whole; text stays, and the message is as one with a hidden part. */
function lookInside(
  settings: StripSettings,
  part: Part,
  msg: Message<StripState>,
): Raw | Tap | Judge | Verdict | undefined {
  const { rules } = settings;
  if (part.isMultipart) {
    // A file to those who do not split it.
    const rule = rules.byName?.(part.names);
    return rule === undefined ? undefined : findHidden(settings, rule, msg);
  }
  if (!part.isLeaf || !mayHold(part, rules)) return undefined;
  if (!removes(settings)) return watch(settings, part, msg);
  if (isContainer(part)) return lookLonger(settings, part, msg);
  return raw(new TextWatch(part, rules.byName!, (rule) => foundInside(rule, msg)));
}

/** Decide about a leaf by more than its first bytes. */
function lookLonger(settings: StripSettings, part: Part, msg: Message<StripState>): Tap | Judge {
  if (!removes(settings)) return watch(settings, part, msg);
  return judge(async (content) => {
    const found = await inspect(content, part, settings.rules);
    if (found === undefined) return undefined;
    if (found.where === 'text') return foundInside(found.rule, msg);
    const verb = takeOut(settings, part, found.rule, msg);
    return verb !== undefined && 'verb' in verb && verb.verb === 'leave' ? undefined : verb;
  });
}

/** Look at a leaf that stays where it is. */
function watch(settings: StripSettings, part: Part, msg: Message<StripState>): Tap {
  return tap(async (content) => {
    const found = await inspect(content, part, settings.rules);
    if (found === undefined) return undefined;
    if (found.where === 'itself' && part.reading !== undefined) return findHidden(settings, found.rule, msg);
    return foundInside(found.rule, msg, found.where === 'itself' ? 'in a part' : undefined);
  });
}

/** It cannot be taken out by itself: those who find it find other parts as well. */
function findHidden(settings: StripSettings, rule: string, msg: Message<StripState>): Verdict | undefined {
  msg.state.hidden.add(rule);
  msg.note(`match ${rule} in a part that only some mail readers find`);
  return settings.onMatch === 'reject' ? notAccepted(rule) : undefined;
}

function foundInside(rule: string, msg: Message<StripState>, where = 'in a file inside of a part'): void {
  if (!msg.state.inside.has(rule)) msg.note(`match ${rule} ${where}`);
  msg.state.inside.add(rule);
}

type Removal = Drop | Replace | Leave | Verdict | undefined;

function takeOut(settings: StripSettings, part: Part, rule: string, msg: Message<StripState>): Removal {
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

function insideSigned(settings: StripSettings, rule: string, msg: Message): Leave | Verdict {
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
