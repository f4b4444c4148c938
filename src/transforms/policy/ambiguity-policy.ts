import type { Message } from '../../core/message.ts';
import type { AmbiguityCode } from '../../core/mime/ambiguity.ts';
import { reject, tempfail, type Verdict } from '../../core/verdict.ts';

/** What is done with a message in which a mail reader may find parts that were not looked at. */
export type OnAmbiguous = (typeof ON_AMBIGUOUS)[number];

export const ON_AMBIGUOUS = ['note', 'header', 'quarantine', 'tempfail', 'reject'] as const;

/**
 * Codes of constructs that make mail readers find different parts, or different content in them: what one of them
 * shows was then not looked at. Codes that are not here are notes only: what they name is legal, or is read alike by
 * all mail readers of note, or concerns names, of which all count anyway; or it hides something only together with
 * another code that is here. A delimiter with something behind it, for instance, is a note while no part's header follows
 * in the content (`header-in-content`). `inner-not-closed` and `no-parts` are what a bounce looks like that
 * returns the beginning of a message. `external-body` says that there is nothing to look at. Where readers
 * decode a leaf in several ways (`unknown-transfer-encoding` and the like), each of them has been read.
 */
export const STRUCTURE_SPLITTING: ReadonlySet<string> = new Set<AmbiguityCode>([
  'space-before-colon',
  'control-in-mime-field',
  'header-end-unclear',
  'mime-field-broken',
  'header-too-long',
  'too-many-parameters',
  'boundaries-differ',
  'boundary-extended',
  'boundary-quoted-pair',
  'delimiter-indented',
  'delimiter-after-bare-cr',
  'delimiter-flood',
  'header-in-content',
  'encoded-multipart-differs',
  'encoded-message',
  'partial-message',
  'too-deep',
  'too-many-parts',
  'too-many-readings',
]);

/** Set by the policy `header`. */
const HEADER = 'X-Millrace-Ambiguity';

/** Codes that a header or a note names; more are counted. */
const MAX_NAMED = 8;

/**
 * What follows from the ambiguities of a complete message; to be asked in `onEnd`. `header` needs the edit `headers`,
 * `quarantine` the edit of that name. Other than for `note`, codes that hide nothing change nothing.
 */
export function applyAmbiguityPolicy(policy: OnAmbiguous, msg: Message): Verdict | undefined {
  const codes = new Set<string>();
  for (const { code } of msg.ambiguities) if (STRUCTURE_SPLITTING.has(code)) codes.add(code);
  if (codes.size === 0) return undefined;
  const named = listedCodes([...codes]);
  msg.note(`ambiguous ${named}`);
  switch (policy) {
    case 'note':
      return undefined;
    case 'header':
      msg.headers.set(HEADER, named);
      return undefined;
    case 'quarantine':
      msg.quarantine(`ambiguous structure: ${named}`);
      return undefined;
    case 'tempfail':
      return tempfail('the structure of the message is ambiguous', { status: '4.6.0' });
    case 'reject':
      return reject('the structure of the message is ambiguous', { status: '5.6.0' });
  }
}

/** Codes for a header, a note or a reply: no more of them than can be read. */
export function listedCodes(codes: readonly string[]): string {
  const more = codes.length - MAX_NAMED;
  return codes.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
