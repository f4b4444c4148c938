import type { Part } from '../mime/part.ts';
import type { Stage } from '../stage.ts';
import type { StageHost } from '../stage-host.ts';
import type { TransformRun } from '../transform-run.ts';
import type { Drop, Judge, Judgement, Raw, Replace, Rewrite, Tap, Through } from '../verbs.ts';
import { isVerdict, type Verdict } from '../verdict.ts';
import type { Claim } from './claim.ts';
import { JudgeClaim } from './judge-claim.ts';
import { RawClaim } from './raw-claim.ts';
import { readerFor } from './reader-for.ts';
import { RewriteClaim } from './rewrite-claim.ts';
import { TapClaim } from './tap-claim.ts';
import { ThroughClaim } from './through-claim.ts';

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
    const reader = readerFor<Verdict | void>(part, run, (content) => verb.read(content, part));
    host.attend(reader, run);
    return new TapClaim(part, next, reader);
  }
  if (verb.verb === 'judge') {
    const reader = readerFor<Judgement>(part, run, (content) => verb.read(content, part));
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

function carryOut(judgement: Judgement, { run, host, remove }: ClaimContext): boolean {
  if (judgement === undefined || judgement === null) return true;
  if (isVerdict(judgement)) {
    host.decide(judgement, run);
    return true;
  }
  remove(judgement);
  return false;
}
