import type { HeaderList } from '../headers/header-list.ts';
import type { AmbiguityCode } from './ambiguity.ts';
import { joinParameters, type Parameter, textOf } from './extended-parameters.ts';
import { parseStructured, type StructuredValue } from './parameters.ts';
import type { Part, TransferEncoding } from './part.ts';
import { ownCopy, Remembered } from './remembered.ts';

/** One Content-Type or Content-Disposition field, taken apart. Immutable: it may serve many parts. */
export class ContentField {
  /** Lower-case value in front of the parameters. */
  readonly value: string;
  readonly structured: StructuredValue;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly ambiguities: ReadonlySet<AmbiguityCode>;
  #texts: ReadonlyMap<string, string> | undefined;
  #type: string | undefined;

  /** @param limit parameters looked at */
  constructor(rawValue: string, limit: number) {
    this.structured = parseStructured(rawValue, limit);
    const ambiguities = new Set(this.structured.ambiguities);
    this.parameters = joinParameters(this.structured.parameters, ambiguities);
    this.ambiguities = ambiguities;
    this.value = this.structured.value.toLowerCase();
  }

  /** Parameters by lower-case name as text; of two readings the first (RFC 2231 before plain, save for the boundary). */
  get texts(): ReadonlyMap<string, string> {
    return (this.#texts ??= parameterTexts(this.parameters));
  }

  /** The media type; empty where the value is none. */
  get type(): string {
    return (this.#type ??= mediaTypeIn(this.value));
  }
}

/** What the MIME fields of one header say. Where a field stands twice, the first counts. */
export interface ContentHeader {
  readonly type: string;
  readonly transferEncoding: TransferEncoding;
  readonly disposition: string | undefined;
  readonly typeFields: readonly ContentField[];
  readonly dispositionFields: readonly ContentField[];
  readonly ambiguities: Set<AmbiguityCode>;
}

const NO_FIELDS: readonly ContentField[] = [];
const TYPE = /^[^\0- "(),/:;<=>?@[\\\]\x7f]+\/[^\0- "(),/:;<=>?@[\\\]\x7f]+$/;
const IDENTITY = new Set(['7bit', '8bit', 'binary']);
/** Those of the RFCs, and the names of uuencode that many readers know. */
const KNOWN_ENCODINGS = new Set([
  ...IDENTITY,
  'quoted-printable',
  'base64',
  'x-uuencode',
  'x-uue',
  'uuencode',
]);

/** Words in small letters, in large ones, or beginning with a large one. */
const USUAL_CASE = /^(?:[A-Z\d-]+|[A-Z]?[a-z\d]*(?:-[A-Z]?[a-z\d]*)*|\d[A-Z]?[a-z]*)$/;

/** Whether content in this encoding is the content itself (RFC 2045 section 6.2). */
export function isIdentity(encoding: TransferEncoding): boolean {
  return IDENTITY.has(encoding);
}

/**
 * Read the MIME fields of a header. Any input has a result; linear.
 *
 * @param defaultType the type where no field gives a valid one (RFC 2045 section 5.2, RFC 2046 section 5.1.5)
 * @param limit parameters looked at in all fields of one name
 */
export function readContentHeader(headers: HeaderList, defaultType: string, limit: number): ContentHeader {
  const ambiguities = new Set<AmbiguityCode>();
  const typeFields = readFields(headers, 'content-type', limit, ambiguities);
  const dispositionFields = readFields(headers, 'content-disposition', limit, ambiguities);
  const encodingFields = readFields(headers, 'content-transfer-encoding', limit, ambiguities);
  if (typeFields.length > 1) ambiguities.add('duplicate-content-type');
  if (dispositionFields.length > 1) ambiguities.add('duplicate-disposition');
  if (encodingFields.length > 1) ambiguities.add('duplicate-transfer-encoding');
  return {
    type: typeOf(typeFields[0], defaultType, ambiguities),
    transferEncoding: encodingOf(encodingFields[0], ambiguities),
    disposition: dispositionFields[0]?.value,
    typeFields,
    dispositionFields,
    ambiguities,
  };
}

function readFields(
  headers: HeaderList,
  name: string,
  limit: number,
  ambiguities: Set<AmbiguityCode>,
): readonly ContentField[] {
  const fields = headers.fields(name);
  if (fields.length === 0) return NO_FIELDS;
  // Of fields beyond the limit nobody knows what they say, so they are as good as parameters beyond it.
  let left = limit;
  return fields.map(({ rawValue }) => {
    const field = readField(rawValue, Math.max(0, left), ambiguities);
    left -= field.structured.parameters.length;
    return field;
  });
}

/** Every type that some reader may take a part for: that of the first Content-Type, and those of the others (rule A3). */
export function declaredTypes(part: Part): ReadonlySet<string> {
  const types = new Set([part.type]);
  const fields = part.headers.fields('content-type');
  if (fields.length > 1) {
    for (const { rawValue } of fields)
      types.add(typeOf(readField(rawValue, 0, new Set()), part.type, new Set()));
  }
  return types;
}

function parameterTexts(parameters: ReadonlyMap<string, Parameter>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, { plain, extended }] of parameters) {
    const reading = name === 'boundary' ? (plain[0] ?? extended[0]) : (extended[0] ?? plain[0]);
    if (reading !== undefined) texts.set(name, textOf(reading));
  }
  return texts;
}

/** The boundary's bytes as a latin1 "binary" string; undefined where there is none. */
export function boundaryOf(field: ContentField | undefined): string | undefined {
  const parameter = field?.parameters.get('boundary');
  return (parameter?.plain[0] ?? parameter?.extended[0])?.bytes;
}

/** What is odd about a multipart's boundary. Each field's counts, since each is some reader's. */
export function checkBoundary(fields: readonly ContentField[], ambiguities: Set<AmbiguityCode>): void {
  const isOpen = fields.some(({ structured }) => structured.ambiguities.has('parameter-unterminated-quote'));
  if (isOpen || boundariesOf(fields).size > 1) ambiguities.add('boundaries-differ');
  const boundary = boundaryOf(fields[0]) ?? '';
  if (boundary === '') {
    ambiguities.add('boundary-missing');
    return;
  }
  if (boundary.length > 70) ambiguities.add('boundary-too-long');
  // bchars, RFC 2046 section 5.1.1.
  if (/[^0-9A-Za-z'()+_,./:=? -]/.test(boundary) || boundary.endsWith(' ')) {
    ambiguities.add('boundary-characters');
  }
  const { plain, extended } = fields[0].parameters.get('boundary')!;
  if (extended.length > 0) ambiguities.add('boundary-extended');
  if (plain[0]?.raw.escaped) ambiguities.add('boundary-quoted-pair');
}

/** Every boundary that some reader may take. */
function boundariesOf(fields: readonly ContentField[]): ReadonlySet<string> {
  const boundaries = new Set<string>();
  for (const { parameters } of fields) {
    const { plain = [], extended = [] } = parameters.get('boundary') ?? {};
    for (const { bytes, raw } of plain) boundaries.add(bytes).add(raw.uncut ?? bytes);
    for (const { bytes } of extended) boundaries.add(bytes);
  }
  return boundaries;
}

function readField(rawValue: string, limit: number, ambiguities: Set<AmbiguityCode>): ContentField {
  const field = known.takes(rawValue) ? knownField(rawValue, limit) : new ContentField(rawValue, limit);
  for (const code of field.ambiguities) ambiguities.add(code);
  return field;
}

/**
 * What short fields have said. Nearly all parts say the same few things, `text/plain; charset=utf-8` or
 * `base64`; to take that apart costs more than all else that is asked of a small part's header.
 */
const known = new Remembered<ContentField>(80);

function knownField(rawValue: string, limit: number): ContentField {
  const field = known.get(rawValue);
  // With fewer parameters than the limit, which is not always the same, it has not made a difference.
  if (field !== undefined && field.structured.parameters.length < limit) return field;
  const value = ownCopy(rawValue);
  const parsed = new ContentField(value, limit);
  if (!parsed.ambiguities.has('too-many-parameters')) known.keep(value, parsed);
  return parsed;
}

/** The type that a value gives, its slash with or without blanks around it; empty where it is none. */
function mediaTypeIn(value: string): string {
  const type = firstWord(value.includes(' ') ? value.replace(/ ?\/ ?/, '/') : value);
  return TYPE.test(type) ? type : '';
}

function typeOf(
  field: ContentField | undefined,
  defaultType: string,
  ambiguities: Set<AmbiguityCode>,
): string {
  if (field === undefined) return defaultType;
  const { type } = field;
  if (type !== '') {
    if (field.structured.decorated) ambiguities.add('parameter-comment');
    return type;
  }
  ambiguities.add('invalid-content-type');
  return defaultType;
}

function encodingOf(field: ContentField | undefined, ambiguities: Set<AmbiguityCode>): TransferEncoding {
  if (field === undefined || field.value === '') return '7bit';
  const encoding = firstWord(field.value);
  if (field.structured.decorated || field.structured.parameters.length > 0) {
    ambiguities.add('malformed-transfer-encoding');
  }
  if (!KNOWN_ENCODINGS.has(encoding)) ambiguities.add('unknown-transfer-encoding');
  // Case does not count, but no program writes `bAsE64`.
  else if (!USUAL_CASE.test(firstWord(field.structured.value))) ambiguities.add('transfer-encoding-case');
  return encoding;
}

function firstWord(text: string): string {
  const blank = text.indexOf(' ');
  return blank < 0 ? text : text.slice(0, blank);
}
