import type { HeaderList } from '../headers/header-list.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { ContentField, ContentHeader } from './content-type.ts';
import { decodeCharset, decodeUnlabelled } from './decode-text.ts';
import { decodeEncodedWords } from './encoded-words.ts';
import { joinParameters, type Parameter, type Reading, textOf } from './extended-parameters.ts';
import { fieldReadings } from './field-readings.ts';
import { looseFields } from './loose-names.ts';
import { parseStructured } from './parameters.ts';
import { decodePercent } from './transfer/percent.ts';

/** The names that a header gives a part. */
export interface PartNames {
  /** The one that most readers show: RFC 2231 before plain, Content-Disposition before Content-Type. */
  readonly shown: string | undefined;
  /** Every name that some reader might show for the file. */
  readonly shownBySome: readonly string[];
  /** Those, and what else might become a file name: description, location, id. */
  readonly all: readonly string[];
  /** Whether there is so much that not all of it was looked at in every way. */
  readonly isPartial: boolean;
}

/**
 * Bytes of the fields with parameters, up to which they are read in all ways. No file system takes names of more than some
 * hundred bytes, but hostile fields of hundreds of kilobytes would cost a second.
 */
const MOST_BYTES = 16_384;

/** Fields that say what may become a file name, though nobody meant it to. */
const NAMING_FIELDS = ['content-description', 'content-location', 'content-id'];
const ESCAPE = '\x1b';
const NAME = /name/i;
const TYPED_FIELDS = ['content-type', 'content-disposition'];
const NO_NAMES: PartNames = { shown: undefined, shownBySome: [], all: [], isPartial: false };

/** Collect the names in a header, decoded but not cleaned (rule A1 of the strip transform). Linear. */
export function collectNames(header: ContentHeader, headers: HeaderList): PartNames {
  const loose = looseFields(headers);
  if (loose.length === 0 && !mayBeNamed(header, headers)) return NO_NAMES;
  const names = new Set<string>();
  const fields: [readonly ContentField[], string][] = [
    [header.dispositionFields, 'filename'],
    [header.typeFields, 'name'],
    [header.dispositionFields, 'name'],
    [header.typeFields, 'filename'],
  ];
  for (const [list, parameter] of fields) {
    for (const field of list) addAll(names, namesOf(field.parameters, parameter));
  }
  names.delete('');
  const shownBySome = [...names];
  const typed = TYPED_FIELDS.flatMap((name) => headers.fields(name));
  const isPartial = typed.reduce((size, { rawValue }) => size + rawValue.length, 0) > MOST_BYTES;
  if (!isPartial) {
    for (const [list, parameter] of fields) {
      for (const field of list) addAll(names, rareNamesOf(field.parameters, parameter));
    }
    for (const { rawValue } of typed) {
      addAll(names, namesReadAnew(rawValue));
      if (rawValue.includes(ESCAPE)) addAll(names, japaneseNames(rawValue));
    }
    for (const text of loose) addAll(names, namesIn(text));
    for (const name of shownBySome) if (name.includes(ESCAPE)) names.add(name.split(ESCAPE, 1)[0]);
    // Sections may be put together over several fields.
    if (header.ambiguities.has('parameter-sections') && typed.length > 1)
      addAll(names, namesIn(`;${typed.map(({ rawValue }) => rawValue).join(';')}`));
  }
  for (const field of NAMING_FIELDS) {
    for (const { rawValue } of headers.fields(field)) {
      const raw = rawValue.replace(/[\r\n]/g, '').trim();
      // Of an address in it the same counts as of an id.
      if (field === 'content-description') addAll(names, descriptionNames(raw, header, shownBySome));
      else if (field === 'content-location') addAll(names, locationNames(raw));
      else addAll(names, idNames(raw, header, shownBySome));
    }
  }
  names.delete('');
  return { shown: shownBySome[0], shownBySome, all: [...names], isPartial };
}

function addAll(names: Set<string>, more: Iterable<string>): void {
  for (const name of more) names.add(name);
}

/** Whether there is a place for a name at all; in the header of most messages there is none. */
function mayBeNamed({ typeFields, dispositionFields }: ContentHeader, headers: HeaderList): boolean {
  if (dispositionFields.length > 0 || NAMING_FIELDS.some((name) => headers.has(name))) return true;
  // Parameters may be where nobody expects them, or behind what is a comment to some.
  if (headers.fields('content-type').some(({ rawValue }) => NAME.test(rawValue))) return true;
  return typeFields.some(
    ({ value, parameters, ambiguities }) =>
      // Behind the first two: a parameter where the type should be, an encoded word among the parameters, and what is none.
      parameters.has('name') ||
      parameters.has('filename') ||
      value.includes('=') ||
      parameters.has('') ||
      ambiguities.has('parameter-comment') ||
      ambiguities.has('parameter-junk'),
  );
}

type Parameters = ReadonlyMap<string, Parameter>;

/** All readings of one parameter of a field, the most likely one first. */
function* namesOf(parameters: Parameters, name: string): Generator<string> {
  const parameter = parameters.get(name);
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

/** What few readers would show, so that it is no reason to say that names differ. */
function* rareNamesOf(parameters: Parameters, name: string): Generator<string> {
  const parameter = parameters.get(name);
  if (parameter === undefined) return;
  for (const { raw } of parameter.plain) if (raw.shorter !== undefined) yield* bytesTexts(raw.shorter);
  for (const reading of parameter.odd) yield* textsOf(reading);
  // Not all readers know every charset, nor heed it: `a.exe` is no name in UTF-16, but what others show.
  for (const { bytes, charset } of [...parameter.extended, ...parameter.odd])
    if (charset !== undefined) yield* bytesTexts(bytes);
  for (const { bytes } of parameter.plain) if (bytes.includes('=?')) yield decodeEncodedWords(bytes, false);
}

/** Names that a field has for those who take it apart in another way. */
function* namesReadAnew(rawValue: string): Generator<string> {
  for (const text of fieldReadings(rawValue)) yield* namesIn(text);
  // A value without quotes goes on behind a semicolon where no parameter follows.
  const open = /name[ \t]*=[ \t]*([^"=;]*(?:;[^"=;]*)+)$/i.exec(rawValue.replace(/[\r\n]/g, ''))?.[1];
  if (open !== undefined) yield* bytesTexts(open.trim());
}

function* namesIn(rawValue: string): Generator<string> {
  const { parameters: raw } = parseStructured(rawValue, DEFAULT_LIMITS.parameters);
  const parameters = joinParameters(raw, new Set());
  for (const name of ['filename', 'name']) yield* namesOf(parameters, name);
}

/** Of a description only its end is looked at for a site: linear. */
const LONGEST_SITE = 300;
/** Several words. */
const PROSE = /\S\s+\S/;
/** A site: the domain of commerce is an extension as well. */
const SITE = /(?:\b(?:https?:\/\/|www\.)|\s["'(]?)[a-z0-9.-]+\.com[\s"').:]*$/i;

/**
 * A description is a name where there is no other: one in words, like "Re: what main.js does", is none of what has one, nor of a message, of which
 * it is the subject. Where it ends in a site, that is none.
 */
function* descriptionNames(
  raw: string,
  { type }: ContentHeader,
  names: readonly string[],
): Generator<string> {
  // Of an address the same counts as of an id.
  const description = decodeEncodedWords(raw)
    .replace(/@[^<>@\s]*>/g, '>')
    .trim();
  if (isNamed(type, names) && (PROSE.test(description) || /\.com$/i.test(description))) return;
  if (!SITE.test(description.slice(-LONGEST_SITE))) yield description;
}

/** Whether no reader looks elsewhere for a name: there is one, or the part is no file. */
function isNamed(type: string, names: readonly string[]): boolean {
  return names.length > 0 || /^(?:message|multipart)\//.test(type);
}

/** Of an id only the part before the `@` may be a name, and without one it may be a site: the `com` of `<logo@example.com>` is no extension. */
function* idNames(raw: string, { type }: ContentHeader, names: readonly string[]): Generator<string> {
  const id = raw.replace(/^<|>$/g, '');
  if (isNamed(type, names) && /^[^@]*\.com$/i.test(id)) return;
  yield decodeUnlabelled(id.replace(/@[^@]*$/, ''));
}

/** The site alone: of an address without a path nothing is the name of a file (RFC 3986 section 3.3). */
const HOST = /\b(?:https?|ftp):\/\/[^/?#]*\/?$/i;

/** Of the address of an id the site is no name either (RFC 2392). */
const ID = /^(?:cid|mid):([^@]*)@[^@/\\]*\.com$/i;

/** An address (RFC 2557 section 4.2) may have blanks from folding in it, and parameters behind the path. */
function* locationNames(raw: string): Generator<string> {
  const location = decodeEncodedWords(raw);
  const solid = location.replace(/[ \t]/g, '');
  for (const name of [location, solid, solid.split(/[?#]/, 1)[0]])
    yield name.replace(HOST, '').replace(ID, '$1');
}

/** Names of a field in ISO-2022-JP as it is, which mail programs of old write: in it, a quote may be half of a character. */
function* japaneseNames(rawValue: string): Generator<string> {
  const text = decodeCharset(rawValue, 'iso-2022-jp');
  const { parameters: raw } = parseStructured(
    Buffer.from(text, 'utf8').toString('latin1'),
    DEFAULT_LIMITS.parameters,
  );
  const parameters = joinParameters(raw, new Set());
  for (const name of ['filename', 'name']) yield* namesOf(parameters, name);
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
    for (const decoded of HAS_ESCAPE.test(name) ? [name, unescaped(name)] : [name]) {
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

const HAS_ESCAPE = /%[0-9A-Fa-f]{2}/;

/** Not allowed in names on Windows: programs leave them out, or put something in their place. */
const NOT_IN_NAMES = /["<>|?*]/g;

function* formsOf(text: string): Generator<string> {
  const clean = text.normalize('NFKC').replace(HIDDEN, '').replace(CONTROLS, '').toLowerCase();
  yield* fileForms(clean);
  // Slashes at the end are no directory: `a.exe/` is the file. Nor are quotes a part of the name that lost their partner.
  const solid = trimEnding(clean.replace(NOT_IN_NAMES, ''), /[\s./\\'`,;]/);
  if (solid !== clean) yield* fileForms(solid);
}

function* fileForms(path: string): Generator<string> {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  yield trimEnding(file);
  const colon = file.indexOf(':');
  if (colon < 0) return;
  // Behind a word, as in `a.js: a note.txt`, it is punctuation: no stream begins with a blank.
  if (/^:\s+\S/.test(file.slice(colon))) return yield trimEnding(file.slice(colon + 1));
  // A drive in front (`c:a.exe`), or a stream behind (`a.exe:x`, `a.exe::$DATA`), or both.
  yield trimEnding(file.slice(0, colon));
  yield trimEnding(file.slice(colon + 1));
  yield trimEnding(file.split(':', 2)[1]);
}

/** Dots and blanks at the end go, as on Windows; blanks at the beginning too. Not by a regular expression: linear. */
function trimEnding(text: string, dropped = /[\s.]/): string {
  let end = text.length;
  while (end > 0 && dropped.test(text[end - 1])) end--;
  return text.slice(0, end).trimStart();
}

/** A name whose bytes have been escaped, in whatever charset they are. */
function unescaped(name: string): string {
  return decodeUnlabelled(decodePercent(Buffer.from(name, 'utf8').toString('latin1')));
}
