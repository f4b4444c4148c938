import type { HeaderField } from './header-field.ts';

/** A place in the chain. The field in it may be exchanged. */
export interface Link {
  field: HeaderField;
  previous: Link | undefined;
  next: Link | undefined;
}

/**
 * The fields of a list in order, with an index by name. A linked list, so that an edit costs the same however long
 * the list is; only an insertion in the middle walks to its place.
 *
 * A field with an empty name is a run of bytes that is no field (see parseFields): it has its place in the order,
 * but is not counted and not found by any name.
 */
export class FieldChain implements Iterable<HeaderField> {
  #first: Link | undefined;
  #last: Link | undefined;
  #length = 0;
  readonly #byName = new Map<string, Link[]>();

  constructor(fields: Iterable<HeaderField>) {
    for (const field of fields) this.append(field);
  }

  /** Fields, without what is no field. */
  get length(): number {
    return this.#length;
  }

  /** Everything in order, with what is no field. */
  *[Symbol.iterator](): IterableIterator<HeaderField> {
    for (let link = this.#first; link !== undefined; link = link.next) yield link.field;
  }

  /** The places of a name in order. */
  named(lowerName: string): readonly Link[] {
    return this.#byName.get(lowerName) ?? [];
  }

  append(field: HeaderField): void {
    this.#link(field, this.#last, undefined);
    if (field.name === '') return;
    const links = this.#byName.get(field.lowerName);
    if (links === undefined) this.#byName.set(field.lowerName, [this.#last!]);
    else links.push(this.#last!);
  }

  /** Put a field in front of the one that is at `index` now. */
  insert(index: number, field: HeaderField): void {
    if (index >= this.#length) return this.append(field);
    let place = this.#first!;
    let sameName = 0;
    for (let ahead = index; ahead > 0 || place.field.name === ''; place = place.next!) {
      if (place.field.name === '') continue;
      ahead--;
      if (place.field.lowerName === field.lowerName) sameName++;
    }
    const link = this.#link(field, place.previous, place);
    const links = this.#byName.get(field.lowerName);
    if (links === undefined) this.#byName.set(field.lowerName, [link]);
    else links.splice(sameName, 0, link);
  }

  /** Take away the n-th (0-based) field of a name. */
  remove(lowerName: string, n: number): void {
    const links = this.#byName.get(lowerName)!;
    const [link] = links.splice(n, 1);
    if (links.length === 0) this.#byName.delete(lowerName);
    this.#unlink(link);
  }

  /** Take away all fields of a name behind the first `keep` ones. */
  removeBehind(lowerName: string, keep: number): void {
    const links = this.#byName.get(lowerName);
    if (links === undefined) return;
    for (const link of links.splice(keep)) this.#unlink(link);
    if (keep === 0) this.#byName.delete(lowerName);
  }

  /** Take away what is no field; whether there was any. */
  removeUnnamed(): boolean {
    let found = false;
    for (let link = this.#first; link !== undefined; link = link.next) {
      if (link.field.name !== '') continue;
      this.#unlink(link);
      found = true;
    }
    return found;
  }

  #link(field: HeaderField, previous: Link | undefined, next: Link | undefined): Link {
    const link: Link = { field, previous, next };
    if (previous === undefined) this.#first = link;
    else previous.next = link;
    if (next === undefined) this.#last = link;
    else next.previous = link;
    if (field.name !== '') this.#length++;
    return link;
  }

  #unlink(link: Link): void {
    const { previous, next } = link;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    if (link.field.name !== '') this.#length--;
  }
}
