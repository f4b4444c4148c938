import { hintFor } from '../../base/nearest-name.ts';
import { AMBIGUITY_CODES, type AmbiguityCode } from '../../core/mime/ambiguity.ts';
import { choice, wrongOption } from './options.ts';

const AMBIGUITY_ACTIONS = ['note', 'header', 'quarantine', 'tempfail', 'reject'] as const;

/** What is done with a message in which a mail reader may find parts that were not looked at. */
export type AmbiguityAction = (typeof AMBIGUITY_ACTIONS)[number];

/**
 * One action for all codes that a message is held for, or one for each code: `default` is for those of them that are not named
 * (`quarantine` when left out), and a code that is a note only is acted on where it is named.
 */
export type OnAmbiguous = AmbiguityAction | Actions;

type Actions = { readonly [Key in AmbiguityCode | 'default']?: AmbiguityAction | undefined };

/** {@link OnAmbiguous}, checked. */
export interface AmbiguityPolicy {
  readonly fallback: AmbiguityAction;
  readonly byCode: ReadonlyMap<string, AmbiguityAction>;
  /** All that may come of it. */
  readonly actions: ReadonlySet<AmbiguityAction>;
}

/** @throws MillraceError `MILLRACE_DEFINITION` naming what is wrong, and for a code the nearest known one. */
export function readOnAmbiguous(transform: string, given: OnAmbiguous | undefined): AmbiguityPolicy {
  const isTable = typeof given === 'object' && given !== null;
  const key = 'onAmbiguous';
  const { default: word, ...codes }: Actions = isTable ? given : { default: given };
  const fallback = choice(transform, isTable ? `${key}.default` : key, word, AMBIGUITY_ACTIONS, 'quarantine');
  const byCode = new Map<string, AmbiguityAction>();
  for (const [code, action] of Object.entries(codes)) {
    if (!(AMBIGUITY_CODES as readonly string[]).includes(code)) {
      const hint = hintFor(code, AMBIGUITY_CODES);
      throw wrongOption(transform, `unknown code ${JSON.stringify(code)} in ${key}${hint}`);
    }
    byCode.set(code, choice(transform, `${key}.${code}`, action, AMBIGUITY_ACTIONS, fallback));
  }
  return { fallback, byCode, actions: new Set([fallback, ...byCode.values()]) };
}
