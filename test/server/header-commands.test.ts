import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeaderEdit } from '../../src/core/headers/header-edit.ts';
import { HeaderList } from '../../src/core/headers/header-list.ts';
import { applyHeaderEdits } from '../../src/protocol/apply-edits.ts';
import type { HeaderModification } from '../../src/protocol/apply-edits.ts';
import { hiddenFields } from '../../src/protocol/mta.ts';
import type { Modification } from '../../src/protocol/replies.ts';
import type { HeaderHabits } from '../../src/server/header-commands.ts';
import { headerCommands } from '../../src/server/header-commands.ts';
import { editHeader, FIELD_NAME, FIELD_VALUE, HEADER_ACTION } from '../support/header-actions.ts';

/** What an MTA makes of the commands, without what it had hidden. */
function deliver(
  habits: HeaderHabits,
  received: readonly [string, string][],
  commands: Modification[],
): string[] {
  const fields = [...hiddenFields(habits.mta), ...received.map(([name, value]) => ({ name, value }))];
  return applyHeaderEdits(fields, commands as HeaderModification[], habits)
    .filter(({ origin }) => origin !== 'trace' && origin !== 'default')
    .map(({ name, value }) => shown(name, value));
}

/** Whose spelling of the name a change keeps, the old or the new one, is up to the MTA. */
function shown(name: string, value: string): string {
  return `${name.toLowerCase()}:${value}`;
}

const MTAS: [string, HeaderHabits][] = [
  ['Postfix', { mta: 'postfix', leadingSpace: true }],
  ['Postfix without HDR_LEADSPC', { mta: 'postfix', leadingSpace: false }],
  ['Sendmail', { mta: 'sendmail', leadingSpace: true }],
  ['Sendmail without HDR_LEADSPC', { mta: 'sendmail', leadingSpace: false }],
];

function lower(
  edits: readonly HeaderEdit[],
  received: readonly [string, string][],
  habits: HeaderHabits,
): Modification[] {
  return headerCommands(
    edits,
    received.map(([name]) => name),
    habits,
  );
}

/** Among them fields that Sendmail might make itself. (One of those that is added goes where Sendmail's is.) */
const RECEIVED_NAME = fc.oneof(FIELD_NAME, fc.constantFrom('Date', 'From'));

describe.each(MTAS)('headerCommands on %s', (_, habits) => {
  it('gives the header that the transforms made', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(RECEIVED_NAME, FIELD_VALUE), { maxLength: 6 }),
        fc.array(HEADER_ACTION, { maxLength: 6 }),
        (received, actions) => {
          const list = new HeaderList();
          for (const [name, value] of received) list.append(name, value);
          for (const action of actions) editHeader(list, action);
          const commands = lower(list.edits(), received, habits);
          expect(deliver(habits, received, commands)).toEqual(
            [...list].map((field) => shown(field.name, field.rawValue)),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes away three equal fields, the first of them, the second of them', () => {
    const received: [string, string][] = [
      ['X-Same', ' 1'],
      ['X-Same', ' 2'],
      ['X-Same', ' 3'],
    ];
    const without = (...indexes: number[]): string[] =>
      deliver(
        habits,
        received,
        lower(
          indexes.map((index) => ({ kind: 'delete', name: 'x-same', index })),
          received,
          habits,
        ),
      );
    expect(without(3, 2, 1)).toEqual([]);
    expect(without(1)).toEqual(['x-same: 2', 'x-same: 3']);
    expect(without(2)).toEqual(['x-same: 1', 'x-same: 3']);
  });
});

/** How a field is added to a header that has an `X-There`. */
const addTo = (mta: HeaderHabits['mta'], name: string): unknown =>
  headerCommands([{ kind: 'add', name, value: ' 1' }], ['X-There'], { mta, leadingSpace: true })[0].type;

describe('headerCommands', () => {
  const postfix = { mta: 'postfix', leadingSpace: true } as const;

  it("puts an insertion at the top above the MTA's own Received", () => {
    const edits: HeaderEdit[] = [
      { kind: 'insert', index: 0, name: 'X-First', value: ' 1' },
      { kind: 'insert', index: 0, name: 'X-Second', value: ' 2' },
    ];
    expect(headerCommands(edits, ['From'], postfix)).toEqual([
      { type: 'insertHeader', index: 0, name: 'X-Second', value: ' 2' },
      { type: 'insertHeader', index: 0, name: 'X-First', value: ' 1' },
    ]);
  });

  it('counts what the MTA hides below the top', () => {
    const edits: HeaderEdit[] = [{ kind: 'insert', index: 1, name: 'X', value: ' 1' }];
    expect(headerCommands(edits, ['From', 'To'], postfix)).toEqual([
      { type: 'insertHeader', index: 2, name: 'X', value: ' 1' },
    ]);
  });

  it('never makes an emptied field a deleted one', () => {
    const edits: HeaderEdit[] = [
      { kind: 'change', name: 'Subject', index: 1, value: '' },
      { kind: 'change', name: 'Subject', index: 2, value: ' ' },
    ];
    for (const leadingSpace of [true, false]) {
      for (const command of headerCommands(edits, ['Subject', 'Subject'], { ...postfix, leadingSpace })) {
        expect(command).toMatchObject({ type: 'changeHeader', value: ' ' });
      }
    }
  });

  it('QUIRK(postfix), QUIRK(sendmail): without HDR_LEADSPC both put a space between colon and value', () => {
    const edits: HeaderEdit[] = [
      { kind: 'add', name: 'A', value: '  two' },
      { kind: 'add', name: 'B', value: '\ttab' },
      { kind: 'add', name: 'C', value: 'none' },
    ];
    const values = (leadingSpace: boolean): unknown[] =>
      headerCommands(edits, [], { ...postfix, leadingSpace }).map(
        (command) => 'value' in command && command.value,
      );
    expect(values(true)).toEqual(['  two', '\ttab', 'none']);
    expect(values(false)).toEqual([' two', '\ttab', 'none']);
  });

  const deleteAndInsert: HeaderEdit[] = [
    { kind: 'delete', name: 'A', index: 1 },
    { kind: 'insert', index: 2, name: 'X', value: ' 1' },
  ];
  const insertIndex = (mta: HeaderHabits['mta']): unknown =>
    headerCommands(deleteAndInsert, ['A', 'B', 'C'], { mta, leadingSpace: true }).flatMap((command) =>
      command.type === 'insertHeader' ? command.index : [],
    )[0];

  it('QUIRK(sendmail): a deleted field keeps its place and is counted by INSHEADER, as are fields that it might fill in', () => {
    expect(insertIndex('postfix')).toBe(2);
    expect(insertIndex('sendmail')).toBe(10);
  });

  it('QUIRK(sendmail): ADDHEADER puts a field in front of the first one of its name', () => {
    expect(addTo('postfix', 'x-there')).toBe('addHeader');
    expect(addTo('sendmail', 'x-there')).toBe('insertHeader');
    expect(addTo('sendmail', 'X-New')).toBe('addHeader');
    expect(addTo('sendmail', 'Received')).toBe('insertHeader');
  });
});
