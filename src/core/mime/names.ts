import type { HeaderList } from '../headers/header-list.ts';
import type { ContentField, ContentHeader } from './content-type.ts';
import { decodeUnlabelled } from './decode-text.ts';
import { decodeEncodedWords } from './encoded-words.ts';
import { type Reading, textOf } from './extended-parameters.ts';

/** The names that a header gives a part. */
export interface PartNames {
  /** The one that most readers show: RFC 2231 before plain, Content-Disposition before Content-Type. */
  readonly shown: string | undefined;
  /** Every name that some reader might show for the file. */
  readonly shownBySome: readonly string[];
  /** Those, and what else might become a file name: description, location, id. */
  readonly all: readonly string[];
}

/** Fields that say what may become a file name, though nobody meant it to. */
const NAMING_FIELDS = ['content-description', 'content-location', 'content-id'];
const NO_NAMES: PartNames = { shown: undefined, shownBySome: [], all: [] };

/** Collect the names in a header, decoded but not cleaned (rule A1 of the strip transform). Linear. */
export function collectNames(header: ContentHeader, headers: HeaderList): PartNames {
  if (!mayBeNamed(header, headers)) return NO_NAMES;
  const names = new Set<string>();
  const fields: [readonly ContentField[], string][] = [
    [header.dispositionFields, 'filename'],
    [header.typeFields, 'name'],
    [header.dispositionFields, 'name'],
    [header.typeFields, 'filename'],
  ];
  for (const [list, parameter] of fields) {
    for (const field of list) for (const name of namesOf(field, parameter)) names.add(name);
  }
  names.delete('');
  const shownBySome = [...names];
  for (const field of NAMING_FIELDS) {
    for (const { rawValue } of headers.fields(field)) {
      const raw = rawValue.replace(/[\r\n]/g, '').trim();
      // Of an id only the part before the `@` may be a name: the `com` of `<logo@example.com>` is no extension.
      if (field !== 'content-id') names.add(decodeEncodedWords(raw));
      else names.add(decodeUnlabelled(raw.replace(/^<|>$/g, '').replace(/@[^@]*$/, '')));
    }
  }
  names.delete('');
  return { shown: shownBySome[0], shownBySome, all: [...names] };
}

/** Whether there is a place for a name at all; in the header of most messages there is none. */
function mayBeNamed({ typeFields, dispositionFields }: ContentHeader, headers: HeaderList): boolean {
  if (dispositionFields.length > 0 || NAMING_FIELDS.some((name) => headers.has(name))) return true;
  return typeFields.some(({ parameters }) => parameters.has('name') || parameters.has('filename'));
}

/** All readings of one parameter of a field, the most likely one first. */
function* namesOf(field: ContentField, name: string): Generator<string> {
  const parameter = field.parameters.get(name);
  if (parameter === undefined) return;
  for (const reading of parameter.extended) yield* textsOf(reading);
  for (const reading of parameter.plain) {
    const { value, uncut } = reading.raw;
    // A reader that does not stop at a blank shows the whole; one that does, the first word.
    if (uncut !== undefined) yield* bytesTexts(uncut);
    yield* bytesTexts(value);
    if (value.includes(';')) yield* bytesTexts(value.slice(0, value.indexOf(';')));
  }
}

/** The bytes as their charset says, with encoded words as readers show them, and as they stand. */
function* textsOf(reading: Reading): Generator<string> {
  if (reading.charset === undefined) yield* bytesTexts(reading.bytes);
  else yield textOf(reading);
}

function* bytesTexts(bytes: string): Generator<string> {
  yield decodeEncodedWords(bytes);
  if (bytes.includes('=?')) yield decodeUnlabelled(bytes);
}

/**
 * Normal forms of names for matching, never for display (rule A2 of the strip transform): percent-decoded or not, cut at
 * a NUL or with it removed, NFKC, without marks that are not shown, controls, directory, drive, stream name
 * (`::$DATA`), dots and blanks at the end, in lower case.
 */
export function normalizedNames(names: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const name of names) {
    for (const decoded of name.includes('%') ? [name, decodePercent(name)] : [name]) {
      const nul = decoded.indexOf('\0');
      for (const text of nul < 0 ? [decoded] : [decoded.slice(0, nul), decoded]) {
        for (const form of formsOf(text)) forms.add(form);
      }
    }
  }
  forms.delete('');
  return [...forms];
}

/** Marks that change the direction, have no width, or only change how the character before them looks. */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
// Controls are what is looked for.
const CONTROLS = /[\0-\x1f\x7f-\x9f]/g;

function* formsOf(text: string): Generator<string> {
  const clean = text.normalize('NFKC').replace(HIDDEN, '').replace(CONTROLS, '').toLowerCase();
  const file = clean.slice(Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\')) + 1);
  yield trimEnding(file);
  const colon = file.indexOf(':');
  if (colon < 0) return;
  // A drive in front (`c:a.exe`), or a stream behind (`a.exe:x`, `a.exe::$DATA`).
  yield trimEnding(file.slice(0, colon));
  yield trimEnding(file.slice(colon + 1));
}

/** Dots and blanks at the end go, as on Windows; blanks at the beginning too. Not by a regular expression: linear. */
function trimEnding(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '.' || text[end - 1].trim() === '')) end--;
  return text.slice(0, end).trimStart();
}

function decodePercent(text: string): string {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return decodeUnlabelled(
    bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}
