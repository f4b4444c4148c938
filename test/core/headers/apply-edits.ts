import type { HeaderEdit } from '../../../src/core/headers/header-edit.ts';
import { type HeaderField, withLfFolds } from '../../../src/core/headers/header-field.ts';

export type Pair = readonly [name: string, rawValue: string];

export function toPairs(fields: Iterable<HeaderField>): Pair[] {
  return Array.from(fields, (field) => [field.name, withLfFolds(field.rawValue)]);
}

/** What HeaderEdit's doc comment says, word for word and without regard to speed or to how the diff works. */
export function applyEdits(received: readonly Pair[], edits: readonly HeaderEdit[]): Pair[] {
  const slots = received.map(([name, rawValue]) => ({
    name,
    rawValue: withLfFolds(rawValue),
    deleted: false,
    inFront: [] as Pair[],
  }));
  const added: Pair[] = [];
  const byName = groupByName(slots);
  for (const edit of edits) {
    if (edit.kind === 'add') added.push([edit.name, edit.value]);
    else if (edit.kind === 'insert') slots[edit.index].inFront.push([edit.name, edit.value]);
    else {
      const slot = byName.get(edit.name.toLowerCase())![edit.index - 1];
      if (slot.deleted) throw new Error('edit of a deleted field');
      if (edit.kind === 'delete') slot.deleted = true;
      else Object.assign(slot, { name: edit.name, rawValue: edit.value });
    }
  }
  const kept = slots.flatMap(({ name, rawValue, deleted, inFront }) =>
    deleted ? inFront : [...inFront, [name, rawValue] as const],
  );
  return [...kept, ...added];
}

function groupByName<T extends { name: string }>(slots: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const slot of slots) {
    const name = slot.name.toLowerCase();
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [slot]);
    else group.push(slot);
  }
  return groups;
}
