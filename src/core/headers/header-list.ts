import { MillraceError } from '../../base/errors.ts';
import { checkHeaderName, checkHeaderValue } from '../../base/header-syntax.ts';
import { FieldChain, type Link } from './field-chain.ts';
import { diffHeaders } from './header-diff.ts';
import type { HeaderEdit } from './header-edit.ts';
import { encodeValue, HeaderField, withCrlfFolds, withLfFolds } from './header-field.ts';
import { parseFields } from './parse-fields.ts';

export { HeaderField } from './header-field.ts';

/** Up to this many fields a look at each costs less than an index by name. */
const SHORT = 64;

/**
 * The header fields of a message or of a part, in order, with what they were when they were received.
 *
 * Names are compared without regard to case. Positions in the list count from 0, fields of one name from 1, always
 * in the list as it stands at the call. Filling a list costs next to nothing; the index by name is built by the
 * first edit, or when somebody asks a long list for a name.
 */
export class HeaderList implements Iterable<HeaderField> {
  /**
   * Called before every edit, for callers that count or forbid them. What it throws goes to the editor and leaves the
   * list as it was.
   */
  onEdit: (() => void) | undefined;
  /** Runs of lines as received that are no field: garbage, an mbox `From ` line, a continuation of nothing. */
  readonly malformed: number;
  /** As received; what is no field has an empty name (only a parsed list can hold such). */
  readonly #received: HeaderField[];
  #unnamed = 0;
  /** One bit for each length that a name received has, modulo 32: most names that are asked for have another. */
  #lengths = 0;
  /** As it stands; built when first needed. */
  #chain: FieldChain | undefined;
  #revision = 0;
  #frozen: string | undefined;

  /** @param malformed how many of those without a name there were, as far as several are one */
  constructor(received: HeaderField[] = [], malformed?: number) {
    this.#received = received;
    for (const { name } of received) {
      this.#lengths |= 1 << name.length;
      if (name === '') this.#unnamed++;
    }
    this.malformed = malformed ?? this.#unnamed;
  }

  /**
   * The list of a part's header block, without the blank line behind it. Every byte is kept, also those that are no
   * field (see {@link parseFields}). The block is copied.
   */
  static parse(block: Buffer): HeaderList {
    const { fields, malformed } = parseFields(block);
    return new HeaderList(fields, malformed);
  }

  /**
   * Take a field as received; no edit. `rawValue` is latin1 "binary" with the leading blank (which the MTA sends
   * only when HDR_LEADSPC is negotiated) and LF or CR LF folds.
   */
  append(name: string, rawValue: string): void {
    const field = new HeaderField(name, rawValue);
    this.#received.push(field);
    this.#lengths |= 1 << name.length;
    this.#chain?.append(field);
  }

  /** Fields in the list. */
  get length(): number {
    return this.#chain?.length ?? this.#received.length - this.#unnamed;
  }

  /** The fields in order. The list must not be edited meanwhile. */
  *[Symbol.iterator](): IterableIterator<HeaderField> {
    for (const field of this.#chain ?? this.#received) if (field.name !== '') yield field;
  }

  /** The value of the first field of that name (see {@link HeaderField.value}). */
  get(name: string): string | undefined {
    return this.#first(name)?.value;
  }

  /** The values of all fields of that name in order. */
  getAll(name: string): string[] {
    return this.fields(name).map((field) => field.value);
  }

  has(name: string): boolean {
    return this.#first(name) !== undefined;
  }

  #first(name: string): HeaderField | undefined {
    if (this.#hasNone(name)) return undefined;
    const lowerName = name.toLowerCase();
    if (this.#isIndexed) return this.#fields().named(lowerName)[0]?.field;
    for (const field of this.#received) if (hasName(field, lowerName)) return field;
    return undefined;
  }

  /** All fields of that name in order. */
  fields(name: string): HeaderField[] {
    if (this.#hasNone(name)) return [];
    const lowerName = name.toLowerCase();
    if (this.#isIndexed) return Array.from(this.#fields().named(lowerName), (link) => link.field);
    const fields: HeaderField[] = [];
    for (const field of this.#received) if (hasName(field, lowerName)) fields.push(field);
    return fields;
  }

  /**
   * Change the first field of that name and delete its others; add it behind all fields when there is none.
   *
   * The value is written as UTF-8 behind one blank; LF + blank folds it. Throws `MILLRACE_HEADER_NAME` or
   * `MILLRACE_HEADER_VALUE` for what must not go onto a wire, `MILLRACE_TOO_LATE` for a frozen list; so do all edits.
   */
  set(name: string, value: string): void {
    this.setRaw(name, encodeValue(value));
  }

  /** {@link set} with a value in bytes: latin1 "binary", its leading blank and its LF or CR LF folds included. */
  setRaw(name: string, rawValue: string): void {
    const field = newField(name, rawValue);
    const fields = this.#beginEdit();
    const links = fields.named(field.lowerName);
    if (links.length === 0) {
      fields.append(field);
      this.#revision++;
      return;
    }
    this.#replace(links[0], field);
    if (links.length > 1) {
      fields.removeBehind(field.lowerName, 1);
      this.#revision++;
    }
  }

  /** Add a field behind all others. */
  add(name: string, value: string): void {
    this.addRaw(name, encodeValue(value));
  }

  /** {@link add} with a value in bytes, as in {@link setRaw}. */
  addRaw(name: string, rawValue: string): void {
    const field = newField(name, rawValue);
    this.#beginEdit().append(field);
    this.#revision++;
  }

  /** Insert a field in front of the one that is at `index` now; 0 is the top, `length` and more the end. */
  insert(index: number, name: string, value: string): void {
    this.insertRaw(index, name, encodeValue(value));
  }

  /** {@link insert} with a value in bytes, as in {@link setRaw}. */
  insertRaw(index: number, name: string, rawValue: string): void {
    if (!(index >= 0)) throw noSuchField(`header index ${index} is no position in the list`);
    const field = newField(name, rawValue);
    this.#beginEdit().insert(Math.trunc(index), field);
    this.#revision++;
  }

  /**
   * Change the n-th (1-based) field of that name; its name stays spelled as it is. Throws `MILLRACE_HEADER_INDEX`
   * when there is none.
   */
  change(name: string, n: number, value: string): void {
    this.changeRaw(name, n, encodeValue(value));
  }

  /** {@link change} with a value in bytes, as in {@link setRaw}. */
  changeRaw(name: string, n: number, rawValue: string): void {
    const field = newField(name, rawValue);
    this.#replace(nth(this.#beginEdit(), name, n), field);
  }

  /**
   * Delete the n-th (1-based) field of that name, or all of that name, if any. Throws `MILLRACE_HEADER_INDEX` when
   * there is no n-th.
   */
  delete(name: string, n?: number): void {
    const lowerName = name.toLowerCase();
    const fields = this.#beginEdit();
    if (n !== undefined) {
      nth(fields, name, n);
      fields.remove(lowerName, n - 1);
    } else if (fields.named(lowerName).length > 0) {
      fields.removeBehind(lowerName, 0);
    } else return;
    this.#revision++;
  }

  /**
   * Take away what is no field. A list from an MTA has nothing of that, so that no command follows from it: the MTA has
   * taken it for the beginning of the body, or thrown it away.
   */
  deleteMalformed(): void {
    if (this.malformed > 0 && this.#beginEdit().removeUnnamed()) this.#revision++;
  }

  /** Forbid edits from now on: they throw `MILLRACE_TOO_LATE` with this reason. */
  freeze(reason: string): void {
    this.#frozen = reason;
  }

  /** Whether any edit was made, even one that a later edit took back. */
  get edited(): boolean {
    return this.#revision > 0;
  }

  /** Edits so far; what changes nothing does not count. */
  get revision(): number {
    return this.#revision;
  }

  /** The difference to what was received in the fewest edits, in the order that {@link HeaderEdit} describes. */
  edits(): HeaderEdit[] {
    return this.edited
      ? diffHeaders(
          this.#received.filter((field) => field.name !== ''),
          [...this],
        )
      : [];
  }

  /** The header block as it stands, without the blank line behind it: what nobody changed leaves as it came in. */
  toBuffer(): Buffer {
    return Buffer.from(joinFields(this.#chain ?? this.#received), 'latin1');
  }

  /**
   * The header block as received, without the blank line behind it and whatever was edited. Fields from the MTA are
   * rebuilt as name, colon, raw value with CR LF folds, CR LF: the message as it is on its way, for those who scan or
   * sign it.
   */
  rawBytes(): Buffer {
    return Buffer.from(this.rawText(), 'latin1');
  }

  /** The fields as received, whatever was edited; what is no field has an empty name. */
  get received(): readonly HeaderField[] {
    return this.#received;
  }

  /** {@link HeaderList.rawBytes} as a latin1 "binary" string. */
  rawText(): string {
    return joinFields(this.#received);
  }

  /** Whether there is no field of that name for certain: none so long was received, and nothing was edited. */
  #hasNone(name: string): boolean {
    return this.#chain === undefined && (this.#lengths & (1 << name.length)) === 0;
  }

  /** Whether names are looked up in an index: a short list that nobody has edited does without. */
  get #isIndexed(): boolean {
    return this.#chain !== undefined || this.#received.length > SHORT;
  }

  #fields(): FieldChain {
    return (this.#chain ??= new FieldChain(this.#received));
  }

  /** Whether an edit may be made; the list to make it in. */
  #beginEdit(): FieldChain {
    if (this.#frozen !== undefined) throw new MillraceError('MILLRACE_TOO_LATE', this.#frozen);
    this.onEdit?.();
    return this.#fields();
  }

  /** Exchange the value of a field. One that has this value already keeps the bytes that it came in. */
  #replace(link: Link, field: HeaderField): void {
    if (withLfFolds(link.field.rawValue) === field.rawValue) return;
    link.field = new HeaderField(link.field.name, field.rawValue);
    this.#revision++;
  }
}

/** Lengths first: most names differ in theirs, so most need no lower case. What is no field has an empty name. */
function hasName(field: HeaderField, lowerName: string): boolean {
  return field.name.length === lowerName.length && lowerName !== '' && field.lowerName === lowerName;
}

function nth(fields: FieldChain, name: string, n: number): Link {
  const link = fields.named(name.toLowerCase())[n - 1];
  if (link === undefined) throw noSuchField(`there is no header field ${name} number ${n}`);
  return link;
}

function noSuchField(text: string): MillraceError {
  return new MillraceError('MILLRACE_HEADER_INDEX', text);
}

/** A field of an edit, checked; its folds as LF. */
function newField(name: string, rawValue: string): HeaderField {
  checkHeaderName(name);
  const value = withLfFolds(rawValue);
  checkHeaderValue(value);
  if (/[^\0-\xff]/.test(value)) {
    throw new MillraceError(
      'MILLRACE_HEADER_VALUE',
      `the raw value of ${name} must be a latin1 string of bytes`,
    );
  }
  return new HeaderField(name, value);
}

function joinFields(fields: Iterable<HeaderField>): string {
  let block = '';
  let unended = false;
  for (const field of fields) {
    // A header block that was cut off has no line end behind its last field.
    if (unended) block += '\r\n';
    const { source } = field;
    block += source ?? `${field.name}:${withCrlfFolds(field.rawValue)}\r\n`;
    unended = source !== undefined && !source.endsWith('\n');
  }
  return block;
}
