import type { AddHeader, ChangeHeader, InsertHeader } from './replies.ts';
import type { HeaderField } from './mta.ts';

/** A modification of the header. */
export type HeaderModification = AddHeader | InsertHeader | ChangeHeader;

/** How {@link applyHeaderEdits} works. */
export interface ApplyOptions {
  /** Whose rules: they differ in what an index means after a deletion and in where an added field goes. */
  readonly mta: 'postfix' | 'sendmail';
  /** Whether HDR_LEADSPC was negotiated; if not, the MTA puts a space before the value. */
  readonly leadingSpace: boolean;
}

interface Slot {
  name: string;
  value: string;
  origin: 'message' | 'trace' | 'default';
  isDeleted: boolean;
}

/**
 * Applies header modifications to an MTA's header, hidden fields included, as that MTA does, one after the other, and
 * returns the new header. The rules are in `milter/milter8.c` and `cleanup/cleanup_milter.c` of Postfix and in
 * `sendmail/milter.c` and `sendmail/headers.c` of Sendmail.
 *
 * Of both: an index of CHGHEADER counts the fields of that name (case does not matter) from 1, 0 means 1; beyond the count a value is
 * added and a deletion does nothing. An index of INSHEADER counts all fields from 0; beyond the end it appends.
 */
export function applyHeaderEdits(
  fields: readonly HeaderField[],
  edits: readonly HeaderModification[],
  options: ApplyOptions,
): HeaderField[] {
  const slots = fields.map(({ name, value, origin = 'message' }) => ({
    name,
    value,
    origin,
    isDeleted: false,
  }));
  // QUIRK(postfix): the topmost field, whichever it is by now, is never counted by CHGHEADER when the MTA's own Received
  // field was on top in the beginning.
  const skipped = slots[0]?.origin === 'trace' ? 1 : 0;
  for (const edit of edits) {
    const value = options.leadingSpace || edit.value === '' ? edit.value : ` ${edit.value}`;
    if (options.mta === 'postfix') applyPostfix(slots, edit, value, skipped);
    else applySendmail(slots, edit, value);
  }
  return slots.filter((slot) => !slot.isDeleted).map(({ name, value, origin }) => ({ name, value, origin }));
}

function applyPostfix(slots: Slot[], edit: HeaderModification, value: string, skipped: number): void {
  const slot: Slot = { name: edit.name, value, origin: 'message', isDeleted: false };
  if (edit.type === 'addHeader') {
    slots.push(slot);
  } else if (edit.type === 'insertHeader') {
    slots.splice(edit.index, 0, slot);
  } else {
    let left = Math.max(1, edit.index);
    const at = slots.findIndex((other, i) => i >= skipped && hasName(other, edit.name) && --left === 0);
    // QUIRK(postfix): a deletion renumbers the fields after it.
    if (edit.value === '') {
      if (at >= 0) slots.splice(at, 1);
    } else if (at >= 0) {
      // QUIRK(postfix): a change also changes how the name is written.
      slots[at] = { ...slot, origin: slots[at].origin };
    } else {
      slots.push(slot);
    }
  }
}

function applySendmail(slots: Slot[], edit: HeaderModification, value: string): void {
  if (edit.type === 'insertHeader') {
    slots.splice(edit.index, 0, { name: edit.name, value, origin: 'message', isDeleted: false });
    return;
  }
  const target = edit.type === 'addHeader' ? findDefault(slots, edit.name) : findSendmail(slots, edit);
  if (target === undefined) {
    if (edit.type === 'addHeader' || edit.value !== '') addSendmail(slots, edit.name, value);
  } else if (edit.type === 'changeHeader' && edit.value === '') {
    // QUIRK(sendmail): the slot of a deleted field stays and is still counted.
    target.isDeleted = true;
  } else {
    target.value = value;
    target.origin = 'message';
    target.isDeleted = false;
  }
}

/** The field that CHGHEADER means: one that the filter was shown or made, else the MTA's default of that name. */
function findSendmail(slots: readonly Slot[], { name, index }: ChangeHeader): Slot | undefined {
  let left = Math.max(1, index);
  const shown = slots.find((slot) => slot.origin === 'message' && hasName(slot, name) && --left === 0);
  return shown ?? slots.findLast((slot) => slot.origin === 'default' && hasName(slot, name));
}

/** QUIRK(sendmail): ADDHEADER overwrites a default field of that name instead of adding one. */
function findDefault(slots: readonly Slot[], name: string): Slot | undefined {
  return slots.find((slot) => slot.origin === 'default' && hasName(slot, name));
}

/** QUIRK(sendmail): a field is added before the first one of its name, the MTA's own included; at the end only without one. */
function addSendmail(slots: Slot[], name: string, value: string): void {
  const first = slots.findIndex((slot) => hasName(slot, name));
  slots.splice(first < 0 ? slots.length : first, 0, { name, value, origin: 'message', isDeleted: false });
}

function hasName(slot: Slot, name: string): boolean {
  return slot.name.toLowerCase() === name.toLowerCase();
}
