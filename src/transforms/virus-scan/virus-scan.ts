import type { Message } from '../../core/message.ts';
import type { Part } from '../../core/mime/part.ts';
import { defineTransform, type TransformDefinition } from '../../core/transform.ts';
import { discard, graver, reject, tempfail, type Verdict } from '../../core/verdict.ts';
import { judge, replace, tap, type Judgement, type PartVerb, type Tap } from '../../core/verbs.ts';
import { applyAmbiguityPolicy } from '../policy/ambiguity-policy.ts';
import { displayText } from '../policy/display-text.ts';
import { isInsideProtected, noticePart } from '../policy/removal.ts';
import { MessageScan } from './message-scan.ts';
import { ScanGate } from './scan-gate.ts';
import { type VirusScanOptions, type VirusScanSettings, readVirusScanOptions } from './virus-scan-options.ts';
import { commonOptions } from '../policy/options.ts';

/** Set by the policy `tag`. Such a field that a message comes with is not ours, and is removed (rule V9). */
const TAG_HEADER = 'X-Virus';

/**
 * Scan messages for viruses: the message as it was received and the decoded content of each leaf, because scanner and
 * mail reader may take it apart in different ways (rules V1, V13); where mail readers differ, what each of them finds. The worst finding counts: infected, then
 * unavailable and unscanned by their policies. Only a scanner's explicit verdict is clean.
 *
 * Notes for the log: `infected NAME`, `unscanned REASON`, `unavailable REASON`. Findings for `when.verdict`: `infected`,
 * `unscanned` (whether it could not be scanned or the scanner was not there).
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option.
 */
export function virusScan(options: VirusScanOptions = {}): TransformDefinition<MessageScan> {
  const settings = readVirusScanOptions(options);
  const gate = new ScanGate(settings.concurrency, settings.queueTimeout);
  const tags = settings.onInfected === 'tag' || settings.onUnscanned === 'tag';
  return defineTransform<MessageScan>({
    name: 'virus-scan',
    state: () => new MessageScan(settings.scanner, gate),
    ...commonOptions(options),
    edits: settings.edits,
    ...(tags ? { onEnvelope: (msg) => msg.headers.delete(TAG_HEADER) } : {}),
    onMessage: (msg) => async (content) => {
      const result = await msg.state.scanMessage(content, settings.maxSize, msg.signal);
      if (result.kind !== 'infected') return;
      noteInfection(msg, result.name);
      msg.state.inMessage ??= result.name;
      return atOnce(settings, result.name);
    },
    onPart(part, msg) {
      if (!part.isLeaf) return;
      const verb = settings.onInfected === 'strip' ? stripInfected(settings, msg) : scanPart(settings, msg);
      const { busy } = msg.state;
      return busy === undefined ? verb : busy.then(() => verb);
    },
    onReading: (part, msg) => (part.isLeaf ? scanReading(settings, msg) : undefined),
    onEnd: (msg) => decide(settings, msg),
  });
}

function scanPart(settings: VirusScanSettings, msg: Message<MessageScan>): PartVerb {
  return tap(async (content, part) => {
    const result = await msg.state.scanPart(content, part, settings.maxSize, msg.signal);
    if (result.kind !== 'infected') return;
    noteInfection(msg, result.name);
    msg.state.inPart ??= result.name;
    return atOnce(settings, result.name);
  });
}

/** A leaf that only some mail readers find. It cannot be taken out by itself. */
function scanReading(settings: VirusScanSettings, msg: Message<MessageScan>): Tap {
  return tap(async (content, part) => {
    const result = await msg.state.scanReading(content, part, settings.maxSize, msg.signal);
    if (result.kind !== 'infected') return;
    noteInfection(msg, result.name);
    msg.state.inReadings.add(result.name);
    return atOnce(settings, result.name);
  });
}

function stripInfected(settings: VirusScanSettings, msg: Message<MessageScan>): PartVerb {
  return judge(async (content, part): Promise<Judgement> => {
    const result = await msg.state.scanPart(content, part, settings.maxSize, msg.signal);
    if (result.kind !== 'infected') return;
    noteInfection(msg, result.name);
    if (isInsideProtected(part)) {
      msg.state.inPart ??= result.name;
      return rejectInfected(result.name);
    }
    msg.state.remove(part, result.name);
    return replace(noticePart(infectedNotice(part, result.name)), `infected ${result.name}`);
  });
}

function infectedNotice(part: Part, virus: string): string {
  const name = displayText(part.filename ?? '');
  const what = name === '' ? 'A part of this message' : `The attachment "${name}"`;
  return `${what} was removed because it contained a virus (${virus}).\n`;
}

/** A verdict that needs nothing more to be known: the rest of the message need not be sent. */
function atOnce(settings: VirusScanSettings, name: string): Verdict | undefined {
  if (settings.onInfected === 'reject') return rejectInfected(name);
  return settings.onInfected === 'discard' ? discard() : undefined;
}

function rejectInfected(name: string): Verdict {
  return reject(`message contains a virus (${name})`, { status: '5.7.1' });
}

/** The union of what the streams gave: an infection, else what the other policies say; the gravest of it counts. */
function decide(settings: VirusScanSettings, msg: Message<MessageScan>): Verdict | undefined {
  const { unavailable, unscanned } = msg.state;
  if (unavailable !== undefined) msg.note(`unavailable ${displayText(unavailable)}`);
  if (unscanned !== undefined) msg.note(`unscanned ${unscanned}`);
  const verdicts: (Verdict | undefined)[] = [];
  const name = remainingInfection(msg.state);
  if (name !== undefined) verdicts.push(onInfected(settings, msg, name));
  else {
    if (unavailable !== undefined) verdicts.push(onUnavailable(settings, msg));
    if (unscanned !== undefined) verdicts.push(onUnscanned(settings, msg, unscanned));
  }
  verdicts.push(applyAmbiguityPolicy(settings.onAmbiguous, msg));
  return verdicts.reduce((one, other) => (one && other ? graver(one, other) : (one ?? other)), undefined);
}

/** What is still in the message. Whoever looks at all of it, or in another way, finds what was in a removed leaf, too. */
function remainingInfection({ inPart, inMessage, inReadings, removed }: MessageScan): string | undefined {
  if (inPart !== undefined) return inPart;
  if (inMessage !== undefined && !removed.has(inMessage)) return inMessage;
  return [...inReadings].toSorted().find((name) => !removed.has(name));
}

function onInfected(settings: VirusScanSettings, msg: Message, name: string): Verdict | undefined {
  msg.find('infected');
  switch (settings.onInfected) {
    case 'reject':
    case 'strip':
      return rejectInfected(name);
    case 'discard':
      return discard();
    case 'quarantine':
      msg.quarantine(`virus ${name}`);
      return undefined;
    case 'tag':
      msg.headers.set(TAG_HEADER, `infected ${name}`);
      return undefined;
  }
}

function onUnavailable(settings: VirusScanSettings, msg: Message): Verdict | undefined {
  msg.find('unscanned');
  if (settings.onUnavailable === 'tempfail')
    return tempfail('virus scanner unavailable', { status: '4.3.0' });
  if (settings.onUnavailable === 'quarantine') msg.quarantine('not scanned for viruses: scanner unavailable');
  return undefined;
}

function onUnscanned(settings: VirusScanSettings, msg: Message, reason: string): Verdict | undefined {
  const text = `message cannot be scanned for viruses: ${reason}`;
  msg.find('unscanned');
  switch (settings.onUnscanned) {
    case 'accept':
      return undefined;
    case 'tag':
      msg.headers.set(TAG_HEADER, `unscanned ${reason}`);
      return undefined;
    case 'quarantine':
      msg.quarantine(`not scanned for viruses: ${reason}`);
      return undefined;
    case 'reject':
      return reject(text, { status: '5.7.1' });
    case 'tempfail':
      return tempfail(text, { status: '4.7.1' });
  }
}

/** The same name once, wherever it was found. */
function noteInfection(msg: Message<MessageScan>, name: string): void {
  if (msg.state.isNew(name)) msg.note(`infected ${name}`);
}
