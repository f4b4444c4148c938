import type { Message } from '../../core/message.ts';
import type { AmbiguityCode } from '../../core/mime/ambiguity.ts';
import { reject, tempfail, type Verdict } from '../../core/verdict.ts';
import type { AmbiguityAction, AmbiguityPolicy } from './on-ambiguous.ts';

/**
 * Codes of constructs that make mail readers find different parts, or different content in them: what one of them
 * shows was then not looked at. Codes that are not here are notes only: what they name is legal, or is read alike by
 * all mail readers of note, or concerns names, of which all count anyway; or it hides something only together with
 * another code that is here. A delimiter with something behind it, for instance, is a note while no part's header follows
 * in the content (`header-in-content`), or that of a file in what is outside of all parts. `inner-not-closed` and `no-parts` are what a bounce looks like that
 * returns the beginning of a message. `external-body` says that there is nothing to look at. Where readers
 * decode a leaf in several ways (`unknown-transfer-encoding` and the like), each of them has been read; so have the
 * parts of those who split the message in another way (`boundaries-differ`, `encoded-message`, `delimiter-indented`), as far as
 * `too-many-readings` does not say that there are more. What is here is what no reading covers: readers mend a broken
 * field in ways that cannot be told, or a limit was reached.
 */
export const STRUCTURE_SPLITTING: ReadonlySet<string> = new Set<AmbiguityCode>([
  'control-in-mime-field',
  'header-starts-folded',
  'header-holds-content',
  'mime-field-broken',
  'header-too-long',
  'too-many-parameters',
  'header-in-content',
  'partial-message',
  'too-deep',
  'too-many-parts',
  'base64-turns-odd',
  'too-many-readings',
]);

/** Set by the policy `header`. */
const HEADER = 'X-Millrace-Ambiguity';

/** Codes that a header or a note names; more are counted. */
const MAX_NAMED = 8;

/**
 * What follows from the ambiguities of a complete message, and from what has been found in parts that only some readers find
 * (`hidden`, in words); to be asked in `onEnd`. `header` needs the edit `headers`,
 * `quarantine` the edit of that name. Of several actions the gravest verdict counts; without one, a header field names the codes that
 * want it, and the reason of a quarantine those that want that. Codes that hide nothing and are not named in the policy change nothing.
 */
export function applyAmbiguityPolicy(
  policy: AmbiguityPolicy,
  msg: Message,
  hidden: readonly string[] = [],
): Verdict | undefined {
  const found = new Map<string, AmbiguityAction>(hidden.map((what) => [what, policy.fallback]));
  for (const { code } of msg.ambiguities) {
    const action = policy.byCode.get(code) ?? (STRUCTURE_SPLITTING.has(code) ? policy.fallback : undefined);
    if (action !== undefined) found.set(code, action);
  }
  if (found.size === 0) return undefined;
  msg.note(`ambiguous ${listedCodes([...found.keys()])}`);
  const wanting = (wanted: AmbiguityAction): string =>
    listedCodes([...found].filter(([, action]) => action === wanted).map(([code]) => code));
  const text = 'the structure of the message is ambiguous';
  if (wanting('reject') !== '') return reject(text, { status: '5.6.0' });
  if (wanting('tempfail') !== '') return tempfail(text, { status: '4.6.0' });
  const [named, held] = [wanting('header'), wanting('quarantine')];
  if (named !== '') msg.headers.set(HEADER, named);
  if (held !== '') msg.quarantine(`ambiguous structure: ${held}`);
  return undefined;
}

/** Codes for a header, a note or a reply: no more of them than can be read. */
export function listedCodes(codes: readonly string[]): string {
  const more = codes.length - MAX_NAMED;
  return codes.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
