import * as fc from 'fast-check';
import type { HeaderList } from '../../src/core/headers/header-list.ts';

/** Something that an author does to a header. Positions are in the list as it stands then; one that is not there is nothing. */
export type HeaderAction =
  | { do: 'insert'; at: number; name: string; value: string }
  | { do: 'add'; name: string; value: string }
  | { do: 'change' | 'delete'; at: number; value: string };

/** Names of which equal ones come together, in another case as well, and one that MTAs use themselves. */
export const FIELD_NAME = fc.constantFrom('A', 'a', 'B', 'Received');

/** Values with their blank. */
export const FIELD_VALUE = fc.constantFrom(' 1', ' 2', ' 3', '  4', ' five\n six');

export const HEADER_ACTION: fc.Arbitrary<HeaderAction> = fc.oneof(
  fc.record({
    do: fc.constant('insert' as const),
    at: fc.nat(8),
    name: FIELD_NAME,
    value: FIELD_VALUE,
  }),
  fc.record({ do: fc.constant('add' as const), name: FIELD_NAME, value: FIELD_VALUE }),
  fc.record({
    do: fc.constantFrom('change' as const, 'delete' as const),
    at: fc.nat(8),
    value: FIELD_VALUE,
  }),
);

/** Does it. Fields whose names are `kept` are neither changed nor deleted. */
export function editHeader(list: HeaderList, action: HeaderAction, kept: readonly string[] = []): void {
  if (action.do === 'insert') return list.insertRaw(action.at, action.name, action.value);
  if (action.do === 'add') return list.addRaw(action.name, action.value);
  const field = [...list][action.at];
  if (field === undefined || kept.includes(field.name)) return;
  const n = list.fields(field.name).indexOf(field) + 1;
  if (action.do === 'change') list.changeRaw(field.name, n, action.value);
  else list.delete(field.name, n);
}
