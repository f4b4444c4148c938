import type { EditKind } from '../../core/transform.ts';
import { type AmbiguityPolicy, type OnAmbiguous, readOnAmbiguous } from '../policy/on-ambiguous.ts';
import {
  COMMON_OPTIONS,
  type CommonOptions,
  checkKeys,
  choice,
  strings,
  wrongOption,
} from '../policy/options.ts';
import { compileRules, type Rules } from './rules.ts';

const ON_MATCH = ['replace', 'drop', 'reject', 'quarantine'] as const;
const ON_SIGNED = ['quarantine', 'skip', 'strip', 'reject'] as const;

/** Options of {@link stripAttachments}. */
export interface StripAttachmentsOptions extends CommonOptions {
  /** File name extensions, with or without the dot in front: `exe`, `.js`, `tar.gz`. */
  readonly extensions?: readonly string[];
  /** MIME types, as the part declares them or as files of its name have them: `application/x-msdownload`, `video/*`. */
  readonly types?: readonly string[];
  /** Have a part fit as well when its content begins as files of these extensions and types do, whatever it is called. Default true. */
  readonly byContent?: boolean;
  /** What is done with a part that fits. Default `replace`: a notice takes its place. */
  readonly onMatch?: (typeof ON_MATCH)[number];
  /**
   * A part that is to be removed is inside of a signed or encrypted entity, which is not edited. Default `quarantine`: to
   * skip it would make a signature the way around the rule. `strip` removes it and so breaks the signature.
   */
  readonly onSigned?: (typeof ON_SIGNED)[number];
  /** A mail reader may find attachments in the message that were not looked at. Default `quarantine`. */
  readonly onAmbiguous?: OnAmbiguous;
  /** The text of the notice; `{name}`, `{type}` and `{rule}` stand for what was removed and why. */
  readonly notice?: string;
  /** Name in `X-Attachment-Removed` fields what was removed. Default false. */
  readonly header?: boolean;
}

/** Options checked and complete. */
export interface StripSettings {
  readonly rules: Rules;
  readonly onMatch: (typeof ON_MATCH)[number];
  readonly onSigned: (typeof ON_SIGNED)[number];
  readonly onAmbiguous: AmbiguityPolicy;
  readonly notice: string | undefined;
  readonly header: boolean;
  /** The edits that these policies can lead to. */
  readonly edits: readonly EditKind[];
}

const KEYS = [
  'extensions',
  'types',
  'byContent',
  'onMatch',
  'onSigned',
  'onAmbiguous',
  'notice',
  'header',
  ...COMMON_OPTIONS,
];
const NAME = 'stripAttachments';

/** @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option. */
export function readStripOptions(options: StripAttachmentsOptions): StripSettings {
  checkKeys(NAME, options, KEYS);
  const extensions = strings(NAME, 'extensions', options.extensions);
  const types = strings(NAME, 'types', options.types);
  if (extensions.length + types.length === 0)
    throw wrongOption(NAME, 'extensions or types must name something');
  const { notice, header = false, byContent = true } = options;
  if (notice !== undefined && (typeof notice !== 'string' || notice.trim() === ''))
    throw wrongOption(NAME, 'notice must be a text');
  if (typeof header !== 'boolean') throw wrongOption(NAME, 'header must be true or false');
  if (typeof byContent !== 'boolean') throw wrongOption(NAME, 'byContent must be true or false');
  const rules = compileRules(NAME, extensions, types);
  const policies = {
    onMatch: choice(NAME, 'onMatch', options.onMatch, ON_MATCH, 'replace'),
    onSigned: choice(NAME, 'onSigned', options.onSigned, ON_SIGNED, 'quarantine'),
  };
  const onAmbiguous = readOnAmbiguous(NAME, options.onAmbiguous);
  const removes = policies.onMatch === 'replace' || policies.onMatch === 'drop';
  const edits: EditKind[] = [];
  // A root that is a leaf is replaced by changing the message's own header.
  if (removes) edits.push('body', 'headers');
  else if (onAmbiguous.actions.has('header')) edits.push('headers');
  const quarantines = [policies.onMatch, ...onAmbiguous.actions, removes ? policies.onSigned : undefined];
  if (quarantines.includes('quarantine')) edits.push('quarantine');
  return {
    ...policies,
    onAmbiguous,
    rules: byContent ? rules : { ...rules, byContent: undefined },
    notice,
    header: header && removes,
    edits,
  };
}
