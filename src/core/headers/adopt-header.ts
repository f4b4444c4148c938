import { align } from './header-diff.ts';
import { HeaderField } from './header-field.ts';
import type { HeaderList } from './header-list.ts';
import { parseFields } from './parse-fields.ts';

/**
 * Make the edits in a list that somebody has made in the bytes of a header.
 *
 * `given` are the fields of the list as they were handed out; the list may have been edited since, and those edits stay.
 * `block` is what came back. A field that differs in nothing but bare CRs and the form of its folds counts as not touched:
 * that is what rebuilding a header costs it. Throws what edits throw: a header that must not go onto a wire is refused.
 */
export function adoptHeader(list: HeaderList, given: readonly HeaderField[], block: Buffer): void {
  const wanted = restored(
    parseFields(block).fields.filter(({ name }) => name !== ''),
    given,
  );
  const origins = align(given, wanted);
  const kept = new Set(origins);
  given.forEach((field, i) => {
    if (!kept.has(i)) remove(list, field);
  });
  /** The field of the list that the next new one stands behind; new ones between the two. */
  let anchor: HeaderField | undefined;
  let since = 0;
  wanted.forEach((field, j) => {
    if (origins[j] < 0) {
      const behind = anchor === undefined ? 0 : [...list].indexOf(anchor) + 1;
      list.insertRaw(behind + since++, field.name, field.rawValue);
      return;
    }
    const old = given[origins[j]];
    anchor = old === field ? old : change(list, old, field.rawValue);
    since = 0;
  });
}

/** The fields with those that nobody touched in their old form. */
function restored(fields: readonly HeaderField[], given: readonly HeaderField[]): HeaderField[] {
  const untouched = new Map<string, HeaderField[]>();
  for (const field of given) {
    const same = untouched.get(keyOf(field));
    if (same === undefined) untouched.set(keyOf(field), [field]);
    else same.push(field);
  }
  // Of several equal ones the first comes first.
  for (const same of untouched.values()) same.reverse();
  return fields.map((field) => untouched.get(keyOf(field))?.pop() ?? field);
}

function keyOf({ name, rawValue }: HeaderField): string {
  return `${name}:${rawValue.replaceAll('\r', '')}`;
}

function remove(list: HeaderList, field: HeaderField): void {
  const place = list.fields(field.name).indexOf(field);
  if (place >= 0) list.delete(field.name, place + 1);
}

/** The field that stands in the old one's place. Somebody who changed it meanwhile is overruled, as by any later edit. */
function change(list: HeaderList, old: HeaderField, rawValue: string): HeaderField | undefined {
  const place = list.fields(old.name).indexOf(old);
  if (place < 0) list.setRaw(old.name, rawValue);
  else list.changeRaw(old.name, place + 1, rawValue);
  return list.fields(old.name)[Math.max(place, 0)];
}
