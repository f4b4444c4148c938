import {
  type Ambiguity,
  type AmbiguityCode,
  SPLIT_IN_KNOWN_WAYS,
  SPLITS_DIFFERENTLY,
} from '../../core/mime/ambiguity.ts';
import { STRUCTURE_SPLITTING } from '../policy/ambiguity-policy.ts';

/** Constructs that a message written anew by Millrace's own reading does not have any more. */
export const CURED: ReadonlySet<string> = new Set<AmbiguityCode>([
  'duplicate-content-type',
  'duplicate-transfer-encoding',
  'duplicate-disposition',
  'duplicate-mime-version',
  'missing-mime-version',
  'space-before-colon',
  'encoded-word-in-mime-field',
  'control-in-mime-field',
  '8bit-in-mime-field',
  'header-bare-cr',
  'header-mixed-line-ends',
  'header-blank-line',
  'header-garbage',
  'header-end-unclear',
  'mime-field-broken',
  'header-mbox-from',
  'header-starts-folded',
  'header-runs-on',
  'header-holds-content',
  'header-cut-off',
  'invalid-content-type',
  'malformed-transfer-encoding',
  'transfer-encoding-case',
  'duplicate-parameter',
  'parameter-plain-and-extended',
  'parameter-sections',
  'parameter-comment',
  'parameter-separator',
  'parameter-unterminated-quote',
  'parameter-junk',
  'boundaries-differ',
  'boundary-without-multipart',
  'boundary-too-long',
  'boundary-characters',
  'boundary-extended',
  'boundary-quoted-pair',
  'boundary-overlaps-outer',
  'delimiter-trailing-junk',
  'delimiter-indented',
  'delimiter-after-bare-cr',
  'delimiter-padding',
  'delimiter-mixed-line-ends',
  'delimiter-flood',
  'parts-after-close',
  'missing-close',
  'inner-not-closed',
  'header-in-content',
  'header-outside-parts',
  'encoded-multipart',
  'encoded-multipart-differs',
  'base64-junk',
  'base64-padding',
  'base64-tail',
  'base64-short-lines',
  'quoted-printable-escape',
  'quoted-printable-lower-case',
  'quoted-printable-blanks',
  'encoded-line-too-long',
  'name-control',
  'name-bidi',
  'name-trailing',
  'name-path',
  'names-differ',
]);

/** What is legal, or has nothing to do with how a message is written, and stays as it is. */
export const KEPT: ReadonlySet<string> = new Set<AmbiguityCode>([
  'unknown-multipart',
  'partial-inside',
  'external-body',
  'charset-unknown',
  'charset-utf-7',
  'charset-differs',
  'binary-in-text',
  'file-in-text',
  'tnef',
  'base64-undeclared',
  'name-double-extension',
  'name-homoglyph',
]);

/** Readers take one of two types, encodings, boundaries or names, or show parts that others do not; others look at each. */
const READ_BOTH_WAYS: readonly AmbiguityCode[] = [
  ...SPLIT_IN_KNOWN_WAYS,
  'duplicate-content-type',
  'duplicate-transfer-encoding',
  'duplicate-disposition',
  'duplicate-parameter',
  'malformed-transfer-encoding',
  'parameter-unterminated-quote',
  'boundary-overlaps-outer',
  'delimiter-trailing-junk',
  'parts-after-close',
  'header-outside-parts',
];

/** What a message is written anew for unless told otherwise: what it is held for elsewhere, and those. */
export const DEFAULT_CODES: ReadonlySet<string> = new Set([...STRUCTURE_SPLITTING, ...READ_BOTH_WAYS]);

/** With one of these a part that stays as it is may have an end for some readers where for others it has none. */
const DIVIDES: ReadonlySet<string> = new Set<AmbiguityCode>([
  ...SPLITS_DIFFERENTLY,
  'delimiter-indented',
  'delimiter-after-bare-cr',
  'delimiter-trailing-junk',
  'parts-after-close',
]);

/** What is to be done with a message. */
export type Diagnosis =
  | { readonly kind: 'untouched' }
  /** To be written anew, for these codes. */
  | { readonly kind: 'rewrite'; readonly codes: readonly string[] }
  /** It cannot be: for these codes, or because the ambiguity is in what is signed or encrypted. */
  | { readonly kind: 'refuse'; readonly codes: readonly string[]; readonly isProtected: boolean };

/**
 * What follows from the ambiguities of a complete message.
 *
 * @param acting codes that the message is written anew for
 * @param skipsProtected whether what is signed or encrypted stays as it is, and the rest is cured all the same
 */
export function diagnose(
  ambiguities: readonly Ambiguity[],
  acting: ReadonlySet<string>,
  skipsProtected: boolean,
): Diagnosis {
  const dividing = ambiguities.filter(
    ({ code, protection }) => protection !== undefined && DIVIDES.has(code),
  );
  const open = ambiguities.filter(({ protection }) => !skipsProtected || protection === undefined);
  // Where what is signed or encrypted stays divided, any text beside it may be the header of a part, however it is written.
  const isActing = (code: string): boolean =>
    acting.has(code) && !(skipsProtected && code === 'header-in-content' && dividing.length > 0);
  const codes = codesOf(open.filter(({ code }) => isActing(code)));
  if (codes.length === 0) return { kind: 'untouched' };
  // A code that nobody has said a cure for has none.
  const isIncurable = (code: string): boolean => !CURED.has(code) && !KEPT.has(code);
  const inside = codesOf(
    open.filter(
      ({ code, protection }) =>
        protection !== undefined && (isActing(code) || DIVIDES.has(code) || isIncurable(code)),
    ),
  );
  if (inside.length > 0) return { kind: 'refuse', codes: inside, isProtected: true };
  const incurable = codesOf(open.filter(({ code }) => isIncurable(code)));
  if (incurable.length > 0) return { kind: 'refuse', codes: incurable, isProtected: false };
  return { kind: 'rewrite', codes };
}

function codesOf(ambiguities: readonly Ambiguity[]): readonly string[] {
  return [...new Set(ambiguities.map(({ code }) => code))];
}
