import { describe, expect, it } from 'vitest';
import { applyHeaderEdits } from '../../src/protocol/apply-edits.ts';
import type { HeaderModification } from '../../src/protocol/apply-edits.ts';
import type { HeaderField } from '../../src/protocol/mta.ts';

/** `Name:value` fields; `@` before it marks the MTA's own Received field, `+` a default field. */
function fields(...texts: string[]): HeaderField[] {
  return texts.map((text) => {
    const origin = text.startsWith('@') ? 'trace' : text.startsWith('+') ? 'default' : 'message';
    const [name, value] = text.replace(/^[@+]/, '').split(':') as [string, string];
    return { name, value, origin };
  });
}

function apply(mta: 'postfix' | 'sendmail', header: HeaderField[], ...edits: HeaderModification[]): string[] {
  return applyHeaderEdits(header, edits, { mta, leadingSpace: true }).map(
    ({ name, value }) => `${name}:${value}`,
  );
}

const change = (index: number, name: string, value: string): HeaderModification => ({
  type: 'changeHeader',
  index,
  name,
  value,
});
const insert = (index: number, name: string, value: string): HeaderModification => ({
  type: 'insertHeader',
  index,
  name,
  value,
});
const add = (name: string, value: string): HeaderModification => ({ type: 'addHeader', name, value });

const BOTH = ['postfix', 'sendmail'] as const;
const header = fields('@Received:mx', 'Received:client', 'A:1', 'B:1', 'a:2', 'A:3');

describe.each(BOTH)('%s', (mta) => {
  it('counts fields of a name from 1, whatever its case', () => {
    const values = applyHeaderEdits(header, [change(2, 'A', 'x')], { mta, leadingSpace: true }).map(
      ({ value }) => value,
    );
    expect(values).toEqual(['mx', 'client', '1', '1', 'x', '3']);
  });

  it('takes index 0 as 1', () => {
    expect(apply(mta, header, change(0, 'A', 'x'))[2]).toBe('A:x');
  });

  it('deletes with an empty value', () => {
    expect(apply(mta, header, change(1, 'B', ''))).toEqual([
      'Received:mx',
      'Received:client',
      'A:1',
      'a:2',
      'A:3',
    ]);
  });

  it('deletes high to low without surprises', () => {
    expect(apply(mta, header, change(3, 'A', ''), change(2, 'A', ''), change(1, 'A', ''))).toEqual([
      'Received:mx',
      'Received:client',
      'B:1',
    ]);
  });

  it('beyond the count a deletion does nothing', () => {
    expect(apply(mta, header, change(4, 'A', ''), change(1, 'Z', ''))).toHaveLength(6);
  });

  it('beyond the count a value of a new name is added at the end', () => {
    expect(apply(mta, header, change(1, 'Z', 'z')).at(-1)).toBe('Z:z');
  });

  it('does not count its own Received field', () => {
    expect(apply(mta, header, change(1, 'Received', ''))).toEqual([
      'Received:mx',
      'A:1',
      'B:1',
      'a:2',
      'A:3',
    ]);
  });

  it('inserts in its whole list: 0 above its own Received field, 1 below', () => {
    expect(apply(mta, header, insert(0, 'N', 'n')).slice(0, 2)).toEqual(['N:n', 'Received:mx']);
    expect(apply(mta, header, insert(1, 'N', 'n')).slice(0, 3)).toEqual([
      'Received:mx',
      'N:n',
      'Received:client',
    ]);
    expect(apply(mta, header, insert(0, 'N', 'n'), insert(1, 'M', 'm')).slice(0, 3)).toEqual([
      'N:n',
      'M:m',
      'Received:mx',
    ]);
  });

  it('inserts at the end beyond it', () => {
    expect(apply(mta, header, insert(0x7fffffff, 'N', 'n')).at(-1)).toBe('N:n');
  });

  it('adds a field of a new name at the end', () => {
    expect(apply(mta, header, add('N', 'n')).at(-1)).toBe('N:n');
  });

  it('puts a space before values unless they are verbatim', () => {
    const options = { mta, leadingSpace: false };
    const edits = [add('N', 'n'), change(1, 'B', 'b'), insert(0, 'M', '')];
    expect(applyHeaderEdits(header, edits, options).map(({ value }) => value)).toEqual([
      '',
      'mx',
      'client',
      '1',
      ' b',
      '2',
      '3',
      ' n',
    ]);
  });

  it('leaves its input alone', () => {
    const before = structuredClone(header);
    apply(mta, header, change(1, 'A', ''), change(1, 'B', 'x'), add('A', 'y'));
    expect(header).toEqual(before);
  });
});

describe('where they differ', () => {
  it('QUIRK(postfix): a deletion renumbers the fields after it', () => {
    expect(apply('postfix', header, change(1, 'A', ''), change(1, 'A', ''))).toEqual([
      'Received:mx',
      'Received:client',
      'B:1',
      'A:3',
    ]);
  });

  it('QUIRK(sendmail): the slot of a deleted field stays and is still counted', () => {
    expect(apply('sendmail', header, change(1, 'A', ''), change(1, 'A', ''))).toEqual([
      'Received:mx',
      'Received:client',
      'B:1',
      'a:2',
      'A:3',
    ]);
    expect(apply('sendmail', header, change(1, 'A', ''), change(1, 'A', 'back'))[2]).toBe('A:back');
    expect(apply('sendmail', header, change(1, 'B', ''), insert(4, 'N', 'n'))).toEqual([
      'Received:mx',
      'Received:client',
      'A:1',
      'N:n',
      'a:2',
      'A:3',
    ]);
  });

  it('QUIRK(postfix): the topmost field is never counted by CHGHEADER', () => {
    const doubled = fields('@Received:mx', 'A:1');
    expect(apply('postfix', doubled, insert(0, 'A', '0'), change(1, 'A', 'x'))).toEqual([
      'A:0',
      'Received:mx',
      'A:x',
    ]);
    expect(apply('sendmail', doubled, insert(0, 'A', '0'), change(1, 'A', 'x'))).toEqual([
      'A:x',
      'Received:mx',
      'A:1',
    ]);
    expect(apply('postfix', fields('A:1'), change(1, 'A', 'x'))).toEqual(['A:x']);
  });

  it('QUIRK(postfix): a change also changes how the name is written', () => {
    expect(apply('postfix', header, change(2, 'A', 'x'))[4]).toBe('A:x');
    expect(apply('sendmail', header, change(2, 'A', 'x'))[4]).toBe('a:x');
  });

  it('QUIRK(sendmail): a field is added before the first one of its name', () => {
    expect(apply('sendmail', header, add('A', 'new')).slice(2, 4)).toEqual(['A:new', 'A:1']);
    expect(apply('sendmail', header, add('Received', 'r'))[0]).toBe('Received:r');
    expect(apply('sendmail', header, change(4, 'A', 'new')).slice(2, 4)).toEqual(['A:new', 'A:1']);
    expect(apply('postfix', header, add('A', 'new')).at(-1)).toBe('A:new');
    expect(apply('postfix', header, change(4, 'A', 'new')).at(-1)).toBe('A:new');
  });

  it('QUIRK(sendmail): ADDHEADER overwrites a default field of that name', () => {
    const own = fields('@Received:mx', 'A:1', '+Message-Id:<1@mx>');
    expect(apply('sendmail', own, add('message-id', 'mine'))).toEqual([
      'Received:mx',
      'A:1',
      'Message-Id:mine',
    ]);
    expect(apply('sendmail', own, change(1, 'Message-Id', ''))).toEqual(['Received:mx', 'A:1']);
    expect(apply('sendmail', fields('+X:1', '+X:2'), change(1, 'X', 'x'))).toEqual(['X:1', 'X:x']);
    expect(apply('sendmail', own, add('Message-Id', 'mine'), add('Message-Id', 'two'))).toEqual([
      'Received:mx',
      'A:1',
      'Message-Id:two',
      'Message-Id:mine',
    ]);
  });
});
