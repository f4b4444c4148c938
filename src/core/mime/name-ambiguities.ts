import type { AmbiguityCode } from './ambiguity.ts';
import type { PartNames } from './names.ts';

/** Marks that change the direction of the text, or are not shown at all. */
const BIDI_OR_HIDDEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/** What is ambiguous about the file names in a header. */
export function nameAmbiguities(names: PartNames): Set<AmbiguityCode> {
  const codes = new Set<AmbiguityCode>();
  if (names.isPartial) codes.add('too-many-parameters');
  for (const name of names.shownBySome) {
    // Controls are what is looked for.
    if (/[\0-\x1f\x7f]/.test(name)) codes.add('name-control');
    if (BIDI_OR_HIDDEN.test(name)) codes.add('name-bidi');
    if (/[. ]$/.test(name)) codes.add('name-trailing');
    if (/[/\\]/.test(name)) codes.add('name-path');
  }
  // An encoded word that a reader shows as it stands has a code of its own.
  const read = names.shownBySome.filter((name) => !name.includes('=?'));
  if (read.length > 1) codes.add('names-differ');
  return codes;
}
