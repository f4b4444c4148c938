import { AMBIGUITY_CODES } from '../../core/mime/ambiguity.ts';
import type { EditKind } from '../../core/transform.ts';
import { hintFor } from '../../base/nearest-name.ts';
import {
  COMMON_OPTIONS,
  type CommonOptions,
  checkKeys,
  choice,
  strings,
  wrongOption,
} from '../policy/options.ts';
import { DEFAULT_CODES } from './cures.ts';

const ON_REFUSED = ['quarantine', 'reject', 'tempfail', 'note'] as const;
const ON_SIGNED = ['refuse', 'skip'] as const;

/** Options of {@link canonicalize}. */
export interface CanonicalizeOptions extends CommonOptions {
  /**
   * Codes of docs/ambiguities.md that a message is rewritten for. Default: those it would be held for, and a few more of which
   * readers take one of two for the right one.
   */
  readonly codes?: readonly string[];
  /** What is done with a message that cannot be rewritten. Default `quarantine`. */
  readonly onRefused?: (typeof ON_REFUSED)[number];
  /**
   * What is ambiguous is in a signed or encrypted entity, which is never edited. Default `refuse`: the message counts as one that
   * cannot be rewritten. With `skip` the entity stays as it is, and what is outside of it is rewritten where it has to be.
   */
  readonly onSigned?: (typeof ON_SIGNED)[number];
}

/** Options checked and complete. */
export interface CanonicalizeSettings {
  readonly codes: ReadonlySet<string>;
  readonly onRefused: (typeof ON_REFUSED)[number];
  readonly onSigned: (typeof ON_SIGNED)[number];
  readonly edits: readonly EditKind[];
}

const NAME = 'canonicalize';

/** @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option. */
export function readCanonicalizeOptions(options: CanonicalizeOptions): CanonicalizeSettings {
  checkKeys(NAME, options, ['codes', 'onRefused', 'onSigned', ...COMMON_OPTIONS]);
  const codes = strings(NAME, 'codes', options.codes);
  if (options.codes !== undefined && codes.length === 0) throw wrongOption(NAME, 'codes must name something');
  for (const code of codes) {
    if (!(AMBIGUITY_CODES as readonly string[]).includes(code)) {
      throw wrongOption(
        NAME,
        `unknown code ${JSON.stringify(code)} in codes${hintFor(code, AMBIGUITY_CODES)}`,
      );
    }
  }
  const onRefused = choice(NAME, 'onRefused', options.onRefused, ON_REFUSED, 'quarantine');
  return {
    codes: options.codes === undefined ? DEFAULT_CODES : new Set(codes),
    onRefused,
    onSigned: choice(NAME, 'onSigned', options.onSigned, ON_SIGNED, 'refuse'),
    edits: onRefused === 'quarantine' ? ['body', 'headers', 'quarantine'] : ['body', 'headers'],
  };
}
