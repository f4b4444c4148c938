import type { Part } from '../../core/mime/part.ts';
import { declaredTypes } from '../../core/mime/content-type.ts';
import { normalizedNames } from '../../core/mime/names.ts';
import { wrongOption } from '../policy/options.ts';

/** The rule that a part fits, as the administrator may read it (`.exe`, `video/*`); undefined when none does. */
export type MatchRule = (part: Part) => string | undefined;

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

/**
 * Compile rules by extension and by declared type.
 *
 * An extension fits when any name that any reader might show ends in it, so `exe` fits `a.pdf.exe` and `tar.gz` fits
 * `a.tar.gz`; it does not fit `a.exe.pdf`, which nothing opens as a program. Multiparts are looked into, not matched.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong entry.
 */
export function compileRules(
  transform: string,
  extensions: readonly string[],
  types: readonly string[],
): MatchRule {
  const byName = compileNameRule(transform, extensions);
  const typeRules = new Set(types.map((entry) => readType(transform, entry)));
  return (part) => {
    if (!part.isLeaf && !part.isMessage) return undefined;
    const rule = byName(part.names);
    if (rule !== undefined) return rule;
    if (typeRules.size === 0) return undefined;
    for (const type of declaredTypes(part)) {
      if (typeRules.has(type)) return type;
      const family = `${type.slice(0, type.indexOf('/'))}/*`;
      if (typeRules.has(family)) return family;
    }
    return undefined;
  };
}

/**
 * Compile the rules by extension alone, for the names of files that are no parts.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong entry.
 */
export function compileNameRule(transform: string, extensions: readonly string[]): NameRule {
  const endings = new Set(extensions.map((entry) => readExtension(transform, entry)));
  const longest = Math.max(0, ...[...endings].map((ending) => ending.length));
  if (longest === 0) return () => undefined;
  return (names) => {
    for (const name of normalizedNames(names)) {
      const ending = CLASS_ID.test(name) ? '{CLSID}' : findEnding(name, endings, longest);
      if (ending !== undefined) return `.${ending}`;
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

/** The longest ending of a name that is on the list: the text behind one of its dots. */
function findEnding(name: string, endings: ReadonlySet<string>, longest: number): string | undefined {
  const from = Math.max(0, name.length - longest - 1);
  for (let dot = name.indexOf('.', from); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const ending = name.slice(dot + 1);
    if (endings.has(ending)) return ending;
  }
  return undefined;
}
