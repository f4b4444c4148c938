import type { HeaderList } from '../headers/header-list.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Ambiguity, AmbiguityCode } from './ambiguity.ts';
import {
  boundaryOf,
  checkBoundary,
  type ContentHeader,
  isIdentity,
  readContentHeader,
} from './content-type.ts';
import { canonicalCharset } from './charset/index.ts';
import { MAX_BOUNDARY } from './delimiter-search.ts';
import { fieldAmbiguities } from './field-ambiguities.ts';
import { nameAmbiguities } from './name-ambiguities.ts';
import { collectNames, type PartNames } from './names.ts';
import type { Part, Protection, TransferEncoding } from './part.ts';
import { protectionOf } from './protection.ts';
import { TNEF_NAME, TNEF_TYPES } from './tnef.ts';

const NOTHING = Buffer.alloc(0);
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();
const NOTHING_AMBIGUOUS: readonly Ambiguity[] = [];
/** No header list has this revision. */
const NEVER_READ = -1;

/** What a part is made of. */
export interface PartSource {
  readonly parent?: Part | undefined;
  /** 0-based place among its siblings; 0 when left out. */
  readonly index?: number;
  /** Empty when left out. */
  readonly delimiter?: Buffer;
  readonly headers: HeaderList;
  /** Empty when left out. */
  readonly separator?: Buffer;
  /** `text/plain` when left out. */
  readonly defaultType?: string;
  /** Parameters looked at in all fields of one name; the limit's default when left out. */
  readonly parameters?: number;
  /** How readers read who find this part, and all inside it; see {@link Part.reading}. */
  readonly reading?: string;
}

/** The root of a message, from the header that came before its body. */
export function createRootPart(headers: HeaderList, parameters?: number): MessagePart {
  return new MessagePart({ headers, parameters });
}

/**
 * A part as the scanner finds it. What kind of part it is follows from its header as received and stays; what its
 * fields say (type, parameters, names) is read when asked for, and again after an edit.
 */
export class MessagePart implements Part {
  readonly parent: Part | undefined;
  readonly index: number;
  readonly depth: number;
  readonly delimiter: Buffer;
  readonly separator: Buffer;
  readonly attached: boolean;
  readonly boundary: string | undefined;
  readonly reading: string | undefined;
  /** How many of the other ways to decode a leaf are looked at, in all transforms alike; undefined where nobody has counted. */
  decodings: number | undefined;
  /** Whoever has taken note of the ambiguities, and is told when there are more. */
  listener: { flaggedLate(part: Part): void } | undefined;
  /** As received, so that no edit of a header makes what is signed look as if it were not. */
  readonly protection: Protection | undefined;
  readonly #defaultType: string;
  readonly #parameterLimit: number;
  readonly #codes: Set<AmbiguityCode>;
  #headers: HeaderList;
  #kind: 'leaf' | 'multipart' | 'message';
  #path: string | undefined;
  #content: ContentHeader;
  #contentRevision: number;
  #parameters: ReadonlyMap<string, string> | undefined;
  #names: PartNames | undefined;
  #headerChecked = false;

  constructor(source: PartSource) {
    this.parent = source.parent;
    this.index = source.index ?? 0;
    this.depth = (source.parent?.depth ?? 0) + 1;
    this.delimiter = source.delimiter ?? NOTHING;
    this.#headers = source.headers;
    this.separator = source.separator ?? NOTHING;
    this.reading = source.reading ?? source.parent?.reading;
    this.attached = source.parent !== undefined && (source.parent.attached || source.parent.isMessage);
    this.#defaultType = source.defaultType ?? 'text/plain';
    this.#parameterLimit = source.parameters ?? DEFAULT_LIMITS.parameters;
    this.#content = readContentHeader(this.headers, this.#defaultType, this.#parameterLimit);
    this.#contentRevision = this.headers.revision;
    // What its fields say is what there is first; of a later reading only the type and the like count.
    this.#codes = this.#content.ambiguities;
    this.#kind = this.#readKind();
    const { type, typeFields } = this.#content;
    this.boundary = this.isMultipart ? boundaryOf(typeFields[0]) : undefined;
    this.protection =
      source.parent?.protection ?? protectionOf(type, () => typeFields[0]?.texts ?? NO_PARAMETERS);
  }

  get headers(): HeaderList {
    return this.#headers;
  }

  get path(): string {
    return (this.#path ??= this.parent === undefined ? '1' : `${this.parent.path}.${this.index + 1}`);
  }

  get isMultipart(): boolean {
    return this.#kind === 'multipart';
  }

  get isMessage(): boolean {
    return this.#kind === 'message';
  }

  get isLeaf(): boolean {
    return this.#kind === 'leaf';
  }

  get type(): string {
    return this.#read().type;
  }

  get parameters(): ReadonlyMap<string, string> {
    const { typeFields } = this.#read();
    // The part's own: what a field says is remembered for others.
    return (this.#parameters ??= new Map(typeFields[0]?.texts));
  }

  get charset(): string | undefined {
    return this.#read().typeFields[0]?.texts.get('charset')?.trim().toLowerCase();
  }

  get transferEncoding(): TransferEncoding {
    return this.#read().transferEncoding;
  }

  get disposition(): string | undefined {
    return this.#read().disposition;
  }

  get filename(): string | undefined {
    return this.#readNames().shown;
  }

  get names(): readonly string[] {
    return this.#readNames().all;
  }

  get ambiguities(): readonly Ambiguity[] {
    this.checkHeader();
    if (this.#codes.size === 0) return NOTHING_AMBIGUOUS;
    const { path, protection } = this;
    // Sorted: the order in which codes are found depends on where the input was cut.
    const codes = [...this.#codes].toSorted();
    return codes.map((code) => (protection === undefined ? { code, path } : { code, path, protection }));
  }

  /** Add an ambiguity; each counts once. For the scanner and the decoders. */
  flag(code: AmbiguityCode): void {
    this.#codes.add(code);
    this.listener?.flaggedLate(this);
  }

  /** The same for one that may come up again and again. */
  tell(code: AmbiguityCode): void {
    if (!this.#codes.has(code)) this.flag(code);
  }

  /** Whether it has one of these codes; of those that its header's lines and names have, none is known. */
  hasAny(codes: ReadonlySet<AmbiguityCode>): boolean {
    for (const code of this.#codes) if (codes.has(code)) return true;
    return false;
  }

  /** The same, with all codes that the header as received has. */
  hasAnyInHeader(codes: ReadonlySet<AmbiguityCode>): boolean {
    this.checkHeader();
    return this.hasAny(codes);
  }

  /** Make a leaf of it, before it is passed on, and say why. For the scanner, at a limit. */
  keepWhole(code: AmbiguityCode): void {
    this.#kind = 'leaf';
    this.flag(code);
  }

  /**
   * Go on with a header of its own, which says the same about the content, because the one so far is going to speak of
   * something around the part. For the wrapper of a message's root.
   */
  moveTo(headers: HeaderList): void {
    // Of the ambiguities some are in fields that stay behind.
    this.checkHeader();
    this.#headers = headers;
    this.#contentRevision = NEVER_READ;
  }

  #readKind(): 'leaf' | 'multipart' | 'message' {
    const { type, transferEncoding, typeFields } = this.#content;
    if (type.startsWith('multipart/')) {
      checkBoundary(typeFields, this.#codes);
      if (!isIdentity(transferEncoding)) {
        this.flag('encoded-multipart');
        // The body of the root is compared; of others it is not known.
        if (this.parent !== undefined) this.flag('encoded-multipart-differs');
      }
      if (!KNOWN_MULTIPARTS.has(type)) this.flag('unknown-multipart');
      const boundary = boundaryOf(typeFields[0]) ?? '';
      return /[^ \t]/.test(boundary) && boundary.length <= MAX_BOUNDARY ? 'multipart' : 'leaf';
    }
    if (boundaryOf(typeFields[0]) !== undefined) this.flag('boundary-without-multipart');
    if (type === 'message/partial')
      this.flag(this.parent === undefined ? 'partial-message' : 'partial-inside');
    if (type === 'message/external-body') this.flag('external-body');
    if (type !== 'message/rfc822' && type !== 'message/global') return 'leaf';
    if (isIdentity(transferEncoding)) return 'message';
    this.flag('encoded-message');
    return 'leaf';
  }

  /** The MIME fields as they stand. */
  #read(): ContentHeader {
    if (this.#contentRevision !== this.headers.revision) {
      this.#content = readContentHeader(this.headers, this.#defaultType, this.#parameterLimit);
      this.#contentRevision = this.headers.revision;
      this.#parameters = undefined;
      this.#names = undefined;
    }
    return this.#content;
  }

  #readNames(): PartNames {
    const content = this.#read();
    return (this.#names ??= collectNames(content, this.headers));
  }

  /** Look at the lines of the header as received, and the names in it: once, when first asked, and before any edit. */
  checkHeader(): void {
    if (this.#headerChecked) return;
    this.#headerChecked = true;
    const isMessage = this.parent === undefined || this.parent.isMessage;
    fieldAmbiguities(this.headers, isMessage, this.#codes);
    const names = this.#readNames();
    if (names.shown !== undefined || names.isPartial)
      for (const code of nameAmbiguities(names)) this.flag(code);
    if (TNEF_TYPES.has(this.type) || names.shownBySome.some((name) => name.toLowerCase() === TNEF_NAME))
      this.flag('tnef');
    if (this.type.startsWith('text/')) this.#checkCharset();
  }

  #checkCharset(): void {
    const { charset } = this;
    if (charset === undefined) return;
    const known = canonicalCharset(charset);
    if (known === undefined) this.flag('charset-unknown');
    if (known === 'utf-7') this.flag('charset-utf-7');
  }
}

/** Subtypes that IANA lists, and those that mail systems are known to use. */
const KNOWN_MULTIPARTS = new Set(
  [
    'alternative appledouble byteranges digest encrypted form-data header-set mixed multilingual parallel related report',
    'signed voice-message x-mixed-replace',
  ]
    .flatMap((line) => line.split(' '))
    .map((subtype) => `multipart/${subtype}`),
);
