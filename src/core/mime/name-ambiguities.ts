import type { AmbiguityCode } from './ambiguity.ts';
import type { PartNames } from './names.ts';

/** Marks that change the direction of the text, or are not shown at all. */
const BIDI_OR_HIDDEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/** What readers open or show by themselves, or pack, with one more extension behind it. */
const DOCUMENT_AND_MORE =
  /\.(?:pdf|docx?|xlsx?|pptx?|rtf|txt|csv|xml|html?|jpe?g|png|gif|bmp|mp3|mp4|avi|zip)\s*\.[^.\s]{1,8}\s*$/i;
const WORDS = /\p{L}+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like those of Latin. */
const ALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;
const LIKE_DOT_OR_SLASH = /[\u2024\u2044\u2215\u29f8\ufe52\uff0e\uff0f\uff3c]/;

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
    if (DOCUMENT_AND_MORE.test(name)) codes.add('name-double-extension');
    if (LIKE_DOT_OR_SLASH.test(name) || hasMixedWord(name)) codes.add('name-homoglyph');
  }
  // An encoded word that a reader shows as it stands has a code of its own.
  const read = names.shownBySome.filter((name) => !name.includes('=?'));
  if (read.length > 1) codes.add('names-differ');
  return codes;
}

/** Whether a word has letters of several scripts that look alike. Word by word: linear. */
function hasMixedWord(name: string): boolean {
  if (!ALIKE.test(name)) return false;
  for (const [word] of name.matchAll(WORDS)) if (LATIN.test(word) && ALIKE.test(word)) return true;
  return false;
}
