import { declaredTypes } from '../../core/mime/content-type.ts';
import { normalizedNames } from '../../core/mime/names.ts';
import type { Part } from '../../core/mime/part.ts';
import { FILE_KINDS, type FileKind, isKnownExtension, isKnownType } from './file-kinds.ts';
import { DISK_IMAGE_BYTES, type Format, formatOf, isDiskImage, mayBeDiskImage } from './magic.ts';

/** What can be said of content by its beginning. */
export interface ContentFinding {
  /** The rule that it fits, as the administrator may read it. */
  readonly rule: string | undefined;
  /** Whether nothing but more of the content can say whether it fits: at least {@link DISK_IMAGE_BYTES} bytes of it. */
  readonly isOpen: boolean;
}

const NOTHING: ContentFinding = { rule: undefined, isOpen: false };
const OPEN: ContentFinding = { rule: undefined, isOpen: true };

/** The rule that fits what files of a kind are called, as the administrator may read it. */
export interface KindRule {
  byExtension(extension: string): string | undefined;
  byType(type: string): string | undefined;
}

/**
 * Rules by what the content of a part begins with (rule A3): a file counts as one of the kind that its content shows, whatever it is
 * called. Where several kinds begin alike, its names and declared types choose among these; where they speak of something else, each
 * counts; where they say nothing, only a kind that is certain.
 */
export class ContentRule {
  readonly #rules = new Map<FileKind, string>();
  /** Of files whose name is that of the kind, by the name that most of them have: an `a.img` is an `.iso`, but not each `a.gz` is a `.tgz`. */
  readonly #named = new Map<FileKind, string>();
  readonly #formats = new Set<Format>();

  constructor(rule: KindRule) {
    for (const kind of FILE_KINDS) {
      const byType = first(kind.types, (type) => rule.byType(type));
      const byExtension = first(kind.extensions, (extension) => rule.byExtension(extension));
      const byUsualName = first(kind.extensions.slice(0, 1), (extension) => rule.byExtension(extension));
      if (byExtension ?? byType) this.#add(this.#rules, kind, (byExtension ?? byType)!);
      if (byUsualName ?? byType) this.#add(this.#named, kind, (byUsualName ?? byType)!);
    }
  }

  #add(rules: Map<FileKind, string>, kind: FileKind, rule: string): void {
    rules.set(kind, `${rule} by content`);
    for (const format of kind.formats.keys()) this.#formats.add(format);
  }

  /** Whether there is anything to look for. */
  get isEmpty(): boolean {
    return this.#formats.size === 0;
  }

  /** @param bytes the first 512 or more of the content, or all of it */
  look(part: Part, bytes: Buffer): ContentFinding {
    const format = formatOf(bytes, mayBeText(part));
    if (format !== undefined) return this.#finding(part, format);
    if (!this.#formats.has('iso') || !mayBeDiskImage(bytes)) return NOTHING;
    if (isDiskImage(bytes)) return this.#finding(part, 'iso');
    return bytes.length < DISK_IMAGE_BYTES ? OPEN : NOTHING;
  }

  #finding(part: Part, format: Format): ContentFinding {
    if (!this.#formats.has(format)) return NOTHING;
    const kinds = FILE_KINDS.filter(({ formats }) => formats.has(format));
    const endings = new Set(normalizedNames(part.names).map(extensionOf));
    const named = kinds.filter(({ extensions }) => extensions.some((extension) => endings.has(extension)));
    const rule =
      named.length > 0
        ? first(named, (kind) => (kind.formats.get(format) === '=' ? this.#named.get(kind) : undefined))
        : first(unnamedKinds(part, format, kinds), (kind) => this.#rules.get(kind));
    return rule === undefined ? NOTHING : { rule, isOpen: false };
  }
}

/** What a part may be that has the name of none of these kinds. */
function unnamedKinds(part: Part, format: Format, kinds: readonly FileKind[]): readonly FileKind[] {
  const declared = declaredTypes(part);
  const typed = kinds.filter(({ types }) => types.some((type) => declared.has(type)));
  if (typed.length > 0) return typed;
  const [filename = ''] = part.filename === undefined ? [] : normalizedNames([part.filename]);
  const extension = extensionOf(filename);
  // Programs often declare some type or other for a file of which they know the name only.
  const isSomethingElse = extension === '' ? [...declared].some(isKnownType) : isKnownExtension(extension);
  const isDocument = PACKED_DOCUMENTS.some(({ extensions, types }) =>
    extension === '' ? types.some((type) => declared.has(type)) : extensions.includes(extension),
  );
  return kinds.filter(({ formats }) => {
    const certainty = formats.get(format);
    if (certainty === '?') return isSomethingElse && !isDocument;
    return certainty === '=' || (certainty === '~' && isSomethingElse);
  });
}

/** Documents that are archives of a form of their own. */
const PACKED_DOCUMENTS = FILE_KINDS.filter(
  ({ formats }) => formats.has('ooxml') || formats.has('opendocument'),
);

/** Behind the last dot. */
function extensionOf(name: string): string {
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
}

/** What the first one has that has anything. */
function first<T, R>(list: readonly T[], get: (entry: T) => R | undefined): R | undefined {
  for (const entry of list) {
    const found = get(entry);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the content may be there to be read in the message, so that it is no file that begins like text. */
function mayBeText({ type, filename, disposition }: Part): boolean {
  return /^(?:text|message)\//.test(type) && filename === undefined && disposition !== 'attachment';
}
