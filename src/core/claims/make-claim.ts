import type { Part } from '../mime/part.ts';
import type { Stage } from '../stage.ts';
import type { StageHost } from '../stage-host.ts';
import type { TransformRun } from '../transform-run.ts';
import type { Drop, Judge, Judgement, Raw, Replace, Rewrite, Tap, Through } from '../verbs.ts';
import { MessagePart } from '../mime/message-part.ts';
import { type Readings, readingsOf } from '../mime/readings/index.ts';
import { isVerdict, type Verdict } from '../verdict.ts';
import type { Claim } from './claim.ts';
import type { ContentStream } from './content-stream.ts';
import { JudgeClaim } from './judge-claim.ts';
import { RawClaim } from './raw-claim.ts';
import { ContentReader } from './reader.ts';
import { RewriteClaim } from './rewrite-claim.ts';
import { TapClaim } from './tap-claim.ts';
import { ThroughClaim } from './through-claim.ts';

/** Whole readings of parts in one message that one transform gets beside those by the rules. */
const MAX_READINGS = 4;
const spentReadings = new WeakMap<TransformRun, number>();

/** What a claim works with. */
export interface ClaimContext {
  readonly run: TransformRun;
  readonly host: StageHost;
  readonly next: Stage;
  /** Take the part out, or put another in its place. */
  readonly remove: (removal: Drop | Replace) => void;
}

/** The claim that a verb on a leaf asks for; undefined where the content is opaque and cannot be changed. */
export function makeClaim(
  part: Part,
  verb: Tap | Judge | Rewrite | Through | Raw,
  context: ClaimContext,
): Claim | undefined {
  const { run, host, next } = context;
  if (verb.verb === 'tap') {
    const read = (content: ContentStream) => verb.read(content, part);
    const reader = new ContentReader<Verdict | void>(part, read, readingsFor(part, run));
    host.attend(reader, run);
    return new TapClaim(part, next, reader);
  }
  if (verb.verb === 'judge') {
    const read = (content: ContentStream) => verb.read(content, part);
    const reader = new ContentReader<Judgement>(part, read, readingsFor(part, run));
    host.watch(reader);
    return new JudgeClaim(part, next, host.openSpool(), reader, (judgement) => carryOut(judgement, context));
  }
  run.require('body');
  const changed = (): void => host.bodyChanged(run);
  const report = (action: string, reason?: string): void => host.report(part, action, reason);
  switch (verb.verb) {
    case 'rewrite':
      return RewriteClaim.create(part, next, verb, {
        changed,
        report,
        openSpool: () => host.openSpool(),
        limits: host.limits,
      });
    case 'through':
      return ThroughClaim.create(part, next, verb, { changed, report });
    case 'raw':
      return new RawClaim(part, next, verb.editor, { changed, report });
  }
}

/** Other readings of a part, as far as the transform may still have some for this message. */
function readingsFor(part: Part, run: TransformRun): Readings {
  const { others, embedded } = readingsOf(part);
  const spent = spentReadings.get(run) ?? 0;
  const left = Math.max(0, MAX_READINGS - spent);
  if (others.length > left && part instanceof MessagePart) part.flag('too-many-readings');
  const allowed = others.slice(0, left);
  spentReadings.set(run, spent + allowed.length);
  return { others: allowed, embedded };
}

function carryOut(judgement: Judgement, { run, host, remove }: ClaimContext): boolean {
  if (judgement === undefined || judgement === null) return true;
  if (isVerdict(judgement)) {
    host.decide(judgement, run);
    return true;
  }
  remove(judgement);
  return false;
}
