import type { HeaderEdit } from '../core/headers/header-edit.ts';
import type { Modification } from '../protocol/replies.ts';

/** What the lowering of header edits has to know of the MTA. */
export interface HeaderHabits {
  /** Whether values go over verbatim (HDR_LEADSPC); if not, the MTA puts one space in front of each. */
  readonly leadingSpace: boolean;
  /** Whose rules hold where the two differ. */
  readonly mta: 'postfix' | 'sendmail';
}

/**
 * Fields on top of its list that the MTA does not show: its own `Received`.
 *
 * QUIRK(sendmail): there are also the fields that it might fill in itself (the `H` lines of cf/m4/proto.m4: Return-Path,
 * Resent-Date, Date, ...), and they stay counted when the message has a field of that name. That it is eight in all was
 * measured with 8.17.1 and its standard configuration.
 */
const HIDDEN_FIELDS: Readonly<Record<HeaderHabits['mta'], number>> = { postfix: 1, sendmail: 8 };

/** An INSHEADER index that no list reaches; small enough to be added to without an overflow. */
const BEYOND_THE_END = 0x3fff_ffff;

/**
 * Header edits as milter commands, in an order and with indexes that give the same message on Postfix and on Sendmail.
 * `received` are the names of the fields as the filter saw them, top down; only their count and case-insensitive
 * equality matter.
 *
 * - Changes and deletions come as core orders them: from the top down and from the bottom up, so that no index is moved
 *   by what was sent before, whether the MTA renumbers after a deletion or not.
 * - INSHEADER counts from 0 in the MTA's whole list. Index 0 stays 0, above everything, also above the MTA's own
 *   `Received`; a higher index is moved down by what the MTA hides and up by what has been deleted above.
 *   Insertions go from the bottom up, and what stands at one place last first, so that none moves another. (Where
 *   index 1 lies once index 0 has been used is one of the things that the MTAs do not agree on.)
 * - Additions are last.
 *
 * QUIRK(sendmail): a deleted field keeps its place and is counted by INSHEADER.
 * QUIRK(sendmail): ADDHEADER puts a field in front of the first one of its name; only INSHEADER with an index beyond the end
 * appends then. Without such a field ADDHEADER is right: it fills in what Sendmail would make itself (Date, From).
 */
export function headerCommands(
  edits: readonly HeaderEdit[],
  received: readonly string[],
  habits: HeaderHabits,
): Modification[] {
  if (edits.length === 0) return [];
  const inPlace: Modification[] = [];
  const inserts: Modification[] = [];
  const additions: Modification[] = [];
  // The MTA's own Received is not among the fields that it shows.
  const names = new Set(['received', ...received.map((name) => name.toLowerCase())]);
  let insertAt: ((index: number) => number) | undefined;
  for (const edit of edits) {
    const { name } = edit;
    if (edit.kind === 'delete') {
      inPlace.push({ type: 'changeHeader', name, index: edit.index, value: '' });
      continue;
    }
    const value = wireValue(edit.value, habits.leadingSpace);
    if (edit.kind === 'change') {
      // An empty value would delete the field.
      inPlace.push({ type: 'changeHeader', name, index: edit.index, value: value === '' ? ' ' : value });
      continue;
    }
    const lowerName = name.toLowerCase();
    if (edit.kind === 'insert') {
      insertAt ??= insertPositions(edits, received, habits);
      inserts.push({ type: 'insertHeader', name, index: insertAt(edit.index), value });
    } else if (habits.mta === 'sendmail' && names.has(lowerName)) {
      additions.push({ type: 'insertHeader', name, index: BEYOND_THE_END, value });
    } else {
      additions.push({ type: 'addHeader', name, value });
    }
    names.add(lowerName);
  }
  return [...inPlace, ...inserts.toReversed(), ...additions];
}

/**
 * QUIRK(postfix), QUIRK(sendmail): without HDR_LEADSPC both put a space between colon and value (and take one away on
 * the way in), with it they add none.
 */
function wireValue(value: string, leadingSpace: boolean): string {
  return !leadingSpace && value.startsWith(' ') ? value.slice(1) : value;
}

/** From an index in the list as received to one in the MTA's list after the deletions. */
function insertPositions(
  edits: readonly HeaderEdit[],
  received: readonly string[],
  habits: HeaderHabits,
): (index: number) => number {
  const deleted = habits.mta === 'sendmail' ? [] : deletedPlaces(edits, received);
  return (index) => {
    if (index === 0) return 0;
    let above = 0;
    while (above < deleted.length && deleted[above] < index) above++;
    return HIDDEN_FIELDS[habits.mta] + index - above;
  };
}

/** Places of the deleted fields in the list as received, ascending. */
function deletedPlaces(edits: readonly HeaderEdit[], received: readonly string[]): number[] {
  const wanted = new Set<string>();
  for (const edit of edits) {
    if (edit.kind === 'delete') wanted.add(`${edit.index}:${edit.name.toLowerCase()}`);
  }
  if (wanted.size === 0) return [];
  const counts = new Map<string, number>();
  const places: number[] = [];
  for (const [place, name] of received.entries()) {
    const lowerName = name.toLowerCase();
    const index = (counts.get(lowerName) ?? 0) + 1;
    counts.set(lowerName, index);
    if (wanted.has(`${index}:${lowerName}`)) places.push(place);
  }
  return places;
}
