import type { Part } from '../../core/mime/part.ts';
import { declaredTypes } from '../../core/mime/content-type.ts';
import { normalizedNames } from '../../core/mime/names.ts';
import { wrongOption } from '../policy/options.ts';
import { ContentRule } from './content-rule.ts';
import { FILE_KINDS, type FileKind } from './file-kinds.ts';

/** The rule that a part fits, as the administrator may read it (`.exe`, `video/*`); undefined when none does. */
type MatchRule = (part: Part) => string | undefined;

/** The same for the names of a file. */
export type NameRule = (names: readonly string[]) => string | undefined;

/** RFC 2045 tokens with a slash between; the second may be a star. */
const TYPE = /^[a-z0-9!#$&^_.+-]+\/(?:\*|[a-z0-9!#$&^_.+-]+)$/;
const EXTENSION = /^[^\0-\x20/\\*?:\x7f-\u{10ffff}]+$/u;

/**
 * QUIRK(windows): behind the last dot, the class id of a file type does what an extension does, and is not shown. Since it
 * can stand for any type, it fits every list of extensions. (The block list of MIMEDefang's sample filter has it, too.)
 */
const CLASS_ID = /\.\{[0-9a-f-]{36}\}$/;

/** What an administrator's lists come to. */
export interface Rules {
  readonly byHeader: MatchRule;
  /** For the names of files that are no parts; undefined where no rule is about names. */
  readonly byName: NameRule | undefined;
  /** Undefined where no rule is about anything that shows at the beginning of content. */
  readonly byContent: ContentRule | undefined;
}

/** Types of programs: readers that find no name make one up, with the extension that the type stands for. */
const PROGRAM_TYPES: Readonly<Record<string, string>> = {
  'application/x-msdownload': 'exe',
  'application/x-dosexec': 'exe',
  'application/x-msdos-program': 'exe',
  'application/x-ms-dos-executable': 'exe',
  'application/vnd.microsoft.portable-executable': 'exe',
  'application/hta': 'hta',
  'application/x-msi': 'msi',
  'application/java-archive': 'jar',
};

function impliedNames(part: Part): string[] {
  if (part.filename !== undefined) return [];
  return [...declaredTypes(part)].flatMap((type) =>
    Object.hasOwn(PROGRAM_TYPES, type) ? [`file.${PROGRAM_TYPES[type]}`] : [],
  );
}

/**
 * Compile rules by extension and by type.
 *
 * An extension fits when any name that any reader might show ends in it, so `exe` fits `a.pdf.exe` and `tar.gz` fits
 * `a.tar.gz`; it does not fit `a.exe.pdf`, which nothing opens as a program. A type fits when the part declares it, or when a name
 * ends as those of its files do (rule A3). Multiparts are looked into, not matched.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong entry.
 */
export function compileRules(
  transform: string,
  extensions: readonly string[],
  types: readonly string[],
): Rules {
  const endings = new Map<string, string>();
  for (const entry of extensions) {
    const extension = readExtension(transform, entry);
    endings.set(extension, `.${extension}`);
  }
  const byType = compileTypeRule(types.map((entry) => readType(transform, entry)));
  const content = new ContentRule({ byExtension: (extension) => endings.get(extension), byType });
  for (const kind of types.length === 0 ? [] : FILE_KINDS) addEndings(endings, kind, byType);
  const byName = compileNameRule(endings, extensions.length > 0);
  return {
    byHeader(part) {
      if (!part.isLeaf && !part.isMessage) return undefined;
      const rule = byName?.(part.names) ?? byName?.(impliedNames(part));
      if (rule !== undefined || types.length === 0) return rule;
      for (const type of declaredTypes(part)) {
        const fits = byType(type);
        if (fits !== undefined) return fits;
      }
      return undefined;
    },
    byName,
    byContent: content.isEmpty ? undefined : content,
  };
}

function compileTypeRule(types: readonly string[]): (type: string) => string | undefined {
  const rules = new Set(types);
  return (type) => {
    if (rules.has(type)) return type;
    const family = `${type.slice(0, type.indexOf('/'))}/*`;
    return rules.has(family) ? family : undefined;
  };
}

/** The names of files of a type fit where it does. */
function addEndings(
  endings: Map<string, string>,
  { types, extensions }: FileKind,
  byType: (type: string) => string | undefined,
): void {
  const rule = types.map(byType).find((found) => found !== undefined);
  if (rule === undefined) return;
  for (const extension of extensions) {
    // The address of a page may be no more than `http://www.example.com`.
    if (extension !== 'com' && !endings.has(extension)) endings.set(extension, rule);
  }
}

/**
 * @param endings what fits by the ending
 * @param hasExtensions whether a name that stands for any extension fits
 */
function compileNameRule(endings: ReadonlyMap<string, string>, hasExtensions: boolean): NameRule | undefined {
  const longest = Math.max(0, ...[...endings.keys()].map((ending) => ending.length));
  if (longest === 0) return undefined;
  return (names) => {
    for (const name of normalizedNames(names)) {
      if (hasExtensions && CLASS_ID.test(name)) return '.{CLSID}';
      const rule = findEnding(name, endings, longest);
      if (rule !== undefined) return rule;
    }
    return undefined;
  };
}

function readExtension(transform: string, entry: string): string {
  const extension = entry.trim().toLowerCase().replace(/^\./, '');
  if (EXTENSION.test(extension) && !extension.startsWith('.') && !extension.endsWith('.')) return extension;
  throw wrongOption(
    transform,
    `${JSON.stringify(entry)} in extensions is no file name extension such as "exe" or "tar.gz"`,
  );
}

function readType(transform: string, entry: string): string {
  const type = entry.trim().toLowerCase();
  if (!TYPE.test(type))
    throw wrongOption(transform, `${JSON.stringify(entry)} in types is neither "type/subtype" nor "type/*"`);
  if (!type.startsWith('multipart/')) return type;
  throw wrongOption(transform, `types: ${type} is no attachment; name what is inside of it`);
}

/** The rule of the longest ending of a name that is on the list: the text behind one of its dots. */
function findEnding(name: string, endings: ReadonlyMap<string, string>, longest: number): string | undefined {
  const from = Math.max(0, name.length - longest - 1);
  for (let dot = name.indexOf('.', from); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const rule = endings.get(name.slice(dot + 1));
    if (rule !== undefined) return rule;
  }
  return undefined;
}
