import { blankLineBehind } from '../../core/blank-line.ts';
import { HeaderList, type Message } from '../../core/index.ts';
import { createRootPart, type Part } from '../../core/mime/index.ts';
import { defineTransform, type TransformDefinition } from '../../core/transform.ts';
import { reject, tempfail, type Verdict } from '../../core/verdict.ts';
import { leave } from '../../core/verbs.ts';
import { listedCodes } from '../policy/ambiguity-policy.ts';
import { canonicalizeRoot } from './canonical-header.ts';
import { contentPlan } from './canonical-stage.ts';
import { CanonicalStream } from './canonical-stream.ts';
import {
  type CanonicalizeOptions,
  type CanonicalizeSettings,
  readCanonicalizeOptions,
} from './canonicalize-options.ts';
import { diagnose } from './cures.ts';
import { commonOptions } from '../policy/options.ts';

/** Why one message cannot be rewritten. */
export interface CanonicalizeState {
  refused: string | undefined;
}

/**
 * Rewrite a message that mail readers may read in different ways into one that has a single reading, that of Millrace: one
 * Content-Type, one transfer encoding and one name a part, fresh boundaries, nothing in front of, between and behind the parts, all line
 * ends CR LF. A message without such a construct is left alone, byte for byte; one that cannot be rewritten is refused, and says why.
 *
 * All ambiguities of a message are known at its end only, so the transform stands behind a barrier. Transforms behind it get the
 * rewritten message, and its ambiguities.
 *
 * Notes for the log: `rewritten for CODES`, `refused: REASON`. A refused message has the finding `ambiguous`.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option.
 */
export function canonicalize(options: CanonicalizeOptions = {}): TransformDefinition<CanonicalizeState> {
  const settings = readCanonicalizeOptions(options);
  return defineTransform<CanonicalizeState>({
    name: 'canonicalize',
    state: () => ({ refused: undefined }),
    ...commonOptions(options),
    late: true,
    edits: settings.edits,
    fromStream(root, msg) {
      const skips = settings.onSigned === 'skip';
      if (skips && root.protection !== undefined) return leave(root.protection);
      const diagnosis = diagnose(msg.ambiguities, settings.codes, skips);
      if (diagnosis.kind === 'untouched') return undefined;
      const codes = listedCodes(diagnosis.codes);
      if (diagnosis.kind === 'rewrite') {
        msg.note(`rewritten for ${codes}`);
        return rewrite(root, msg);
      }
      msg.state.refused = diagnosis.isProtected ? `${codes} in a signed or encrypted part` : codes;
      return leave(`cannot be rewritten: ${msg.state.refused}`);
    },
    onEnd: (msg) => (msg.state.refused === undefined ? undefined : refuse(msg.state.refused, settings, msg)),
  });
}

function rewrite(root: Part, { limits }: Message): CanonicalStream {
  const { headers } = root;
  // The body is still read by the header that it came with.
  const received = createRootPart(HeaderList.parse(headers.toBuffer()), limits.parameters);
  const plan = contentPlan(received);
  canonicalizeRoot(headers, received, plan);
  const header = headers.toBuffer();
  return new CanonicalStream(received, plan, header.length + blankLineBehind(header).length, limits);
}

function refuse(reason: string, { onRefused }: CanonicalizeSettings, msg: Message): Verdict | undefined {
  msg.note(`refused: ${reason}`);
  msg.find('ambiguous');
  switch (onRefused) {
    case 'note':
      return undefined;
    case 'quarantine':
      msg.quarantine(`ambiguous, and cannot be rewritten: ${reason}`);
      return undefined;
    case 'tempfail':
      return tempfail(`the structure of the message is ambiguous (${reason})`, { status: '4.6.0' });
    case 'reject':
      return reject(`the structure of the message is ambiguous (${reason})`, { status: '5.6.0' });
  }
}
