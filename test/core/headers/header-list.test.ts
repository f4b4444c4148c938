import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../src/base/errors.ts';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { applyEdits, type Pair, toPairs } from './apply-edits.ts';

function received(...pairs: Pair[]): HeaderList {
  const list = new HeaderList();
  for (const [name, rawValue] of pairs) list.append(name, rawValue);
  return list;
}

const mail = () =>
  received(['Received', ' one'], ['Received', ' two\n\tby three'], ['Subject', ' hello'], ['X-Spam', ' no']);

const code = (expected: string) => expect.objectContaining({ code: expected });

const names = (list: HeaderList) => Array.from(list, (field) => `${field.name}=${field.value}`).join(' ');

describe('reading a HeaderList', () => {
  it('finds fields by name in any case', () => {
    const list = mail();
    expect(list.length).toBe(4);
    expect(list.get('SUBJECT')).toBe('hello');
    expect(list.get('received')).toBe('one');
    expect(list.getAll('Received')).toEqual(['one', 'two\tby three']);
    expect(list.fields('rEceived').map((field) => field.rawValue)).toEqual([' one', ' two\n\tby three']);
    expect(list.has('x-spam')).toBe(true);
    expect(list.has('X-Spa')).toBe(false);
    expect(list.get('X-Other')).toBeUndefined();
    expect(list.getAll('X-Other')).toEqual([]);
    expect(Array.from(list, (field) => [field.name, field.lowerName])).toEqual([
      ['Received', 'received'],
      ['Received', 'received'],
      ['Subject', 'subject'],
      ['X-Spam', 'x-spam'],
    ]);
  });

  it('knows fields that are appended after somebody has looked', () => {
    const list = mail();
    expect(list.has('Late')).toBe(false);
    list.append('Late', ' 1');
    expect(list.get('late')).toBe('1');
    expect(list.length).toBe(5);
    expect(list.edited).toBe(false);
    expect(list.edits()).toEqual([]);
  });

  it('finds fields in a long list', () => {
    const list = new HeaderList();
    for (let i = 0; i < 1000; i++) list.append(`X-${i % 10}`, ` ${i}`);
    expect(list.getAll('x-3').slice(0, 2)).toEqual(['3', '13']);
    expect(list.getAll('x-3')).toHaveLength(100);
    list.append('X-3', ' last');
    expect(list.getAll('X-3').at(-1)).toBe('last');
    expect(list.length).toBe(1001);
    expect(list.edited).toBe(false);
  });

  it('keeps fields that are appended after an edit apart from the edit', () => {
    const list = new HeaderList();
    list.add('X-Early', 'yes');
    list.append('Subject', ' hello');
    expect(list.edits()).toEqual([{ kind: 'insert', index: 0, name: 'X-Early', value: ' yes' }]);
  });

  it('finds nothing by the names of object properties', () => {
    const list = mail();
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      expect(list.get(name)).toBeUndefined();
      expect(list.has(name)).toBe(false);
    }
    list.add('__proto__', 'x');
    expect(list.get('__PROTO__')).toBe('x');
    expect(list.getAll('__proto__')).toEqual(['x']);
  });

  it.each([
    ['', ''],
    [' a', 'a'],
    ['\ta \t', 'a'],
    [' a\n b', 'a b'],
    [' a\r\n\tb', 'a\tb'],
    ['\n a', 'a'],
    [' a\r', 'a'],
    [' a\rb', 'a\rb'],
    [' a\0b', 'a\0b'],
    [' caf\xc3\xa9', 'café'],
    [' caf\xe9', 'caf\xe9'],
    [' \xc3\xa0', 'à'],
    [' \xc3\n \xa0', '\xc3 \xa0'],
    [' =?utf-8?q?a?=', '=?utf-8?q?a?='],
  ])('unfolds, trims and decodes %j', (rawValue, value) => {
    expect(received(['X', rawValue]).get('x')).toBe(value);
  });
});

describe('the bytes of a HeaderList', () => {
  it('rebuilds fields from the MTA with CR LF', () => {
    const list = mail();
    const raw = 'Received: one\r\nReceived: two\r\n\tby three\r\nSubject: hello\r\nX-Spam: no\r\n';
    expect(list.rawBytes().toString('latin1')).toBe(raw);
    expect(list.toBuffer().toString('latin1')).toBe(raw);
    list.set('Subject', 'a\n b');
    list.delete('X-Spam');
    expect(list.rawBytes().toString('latin1')).toBe(raw);
    expect(list.toBuffer().toString('latin1')).toBe(
      'Received: one\r\nReceived: two\r\n\tby three\r\nSubject: a\r\n b\r\n',
    );
  });
});

describe('what is no field in a HeaderList', () => {
  it('can be taken away, which no command to an MTA follows from', () => {
    const list = HeaderList.parse(Buffer.from('From x\nA: 1\nno field\n more\nB: 2\n\tc\n'));
    list.deleteMalformed();
    expect(list.toBuffer().toString()).toBe('A: 1\nB: 2\n\tc\n');
    expect([list.length, list.edited, list.edits()]).toEqual([2, true, []]);
    const { revision } = list;
    list.deleteMalformed();
    list.insert(1, 'C', '3');
    expect([list.length, list.revision, list.toBuffer().toString()]).toEqual([
      3,
      revision + 1,
      'A: 1\nC: 3\r\nB: 2\n\tc\n',
    ]);
  });

  it('is no edit where there is nothing of that', () => {
    const list = mail();
    list.deleteMalformed();
    expect(list.edited).toBe(false);
  });
});

describe('editing a HeaderList', () => {
  it('set changes the first of a name and deletes the others', () => {
    const list = mail();
    list.set('received', 'new');
    expect(names(list)).toBe('Received=new Subject=hello X-Spam=no');
    expect(list.edits()).toEqual([
      { kind: 'change', name: 'Received', index: 1, value: ' new' },
      { kind: 'delete', name: 'Received', index: 2 },
    ]);
    list.set('X-New', 'ü');
    expect(list.get('x-new')).toBe('ü');
    expect(list.edits().at(-1)).toEqual({ kind: 'add', name: 'X-New', value: ' \xc3\xbc' });
  });

  it('insert counts fields of all names as they stand', () => {
    const list = mail();
    list.insert(0, 'Top', '1');
    list.insert(2, 'Received', 'between');
    list.insert(99, 'End', '1');
    list.insert(list.length, 'End', '2');
    expect(names(list)).toBe(
      'Top=1 Received=one Received=between Received=two\tby three Subject=hello X-Spam=no End=1 End=2',
    );
    expect(list.getAll('Received')).toEqual(['one', 'between', 'two\tby three']);
    expect(list.length).toBe(8);
  });

  it('change and delete count fields of the name as they stand', () => {
    const list = mail();
    list.delete('Received', 1);
    list.change('Received', 1, 'changed');
    expect(names(list)).toBe('Received=changed Subject=hello X-Spam=no');
    list.delete('received');
    list.delete('X-Spam', 1);
    expect(names(list)).toBe('Subject=hello');
    expect(list.length).toBe(1);
    expect(list.has('Received')).toBe(false);
  });

  it('gives no edits for edits that cancel out', () => {
    const list = mail();
    list.add('X-New', '1');
    list.delete('X-New');
    list.set('Subject', 'other');
    list.set('Subject', 'hello');
    list.delete('X-Spam');
    list.add('X-Spam', 'no');
    list.delete('Received', 1);
    list.changeRaw('Received', 1, ' one');
    list.insertRaw(1, 'Received', ' two\r\n\tby three');
    expect(list.edited).toBe(true);
    expect(list.edits()).toEqual([]);
  });

  it('does not count what changes nothing', () => {
    const list = mail();
    list.set('Subject', 'hello');
    list.changeRaw('Received', 2, ' two\r\n\tby three');
    list.delete('X-Other');
    expect(list.revision).toBe(0);
    expect(list.edited).toBe(false);
    list.add('X', '1');
    expect(list.revision).toBe(1);
    list.delete('X');
    expect(list.revision).toBe(2);
  });

  it('leaves fields that somebody holds as they were', () => {
    const list = mail();
    const [subject] = list.fields('Subject');
    list.set('Subject', 'other');
    expect(subject.value).toBe('hello');
  });

  it('moves a value with its own folds and bytes', () => {
    const part = HeaderList.parse(Buffer.from('Content-Type: text/plain;\r\n\tname="\xe9"\r\n', 'latin1'));
    const list = mail();
    list.setRaw('Content-Type', part.fields('content-type')[0].rawValue);
    expect(list.edits()).toEqual([
      { kind: 'add', name: 'Content-Type', value: ' text/plain;\n\tname="\xe9"' },
    ]);
  });

  it('refuses what must not go onto a wire, and stays as it was', () => {
    const list = mail();
    for (const name of ['', 'a b', 'a:', 'a\n', 'ä']) {
      expect(() => list.set(name, 'x')).toThrow(code('MILLRACE_HEADER_NAME'));
      expect(() => list.addRaw(name, 'x')).toThrow(code('MILLRACE_HEADER_NAME'));
    }
    for (const value of ['a\nb', 'a\n', 'a\r b', '\0', 'a\r\nBcc: x']) {
      for (const edit of [
        () => list.set('Subject', value),
        () => list.add('Subject', value),
        () => list.insert(0, 'Subject', value),
        () => list.change('Subject', 1, value),
        () => list.setRaw('Subject', value),
        () => list.addRaw('Subject', value),
        () => list.insertRaw(0, 'Subject', value),
        () => list.changeRaw('Subject', 1, value),
      ]) {
        expect(edit).toThrow(code('MILLRACE_HEADER_VALUE'));
      }
    }
    expect(() => list.setRaw('Subject', '\u0100')).toThrow(code('MILLRACE_HEADER_VALUE'));
    for (const edit of [
      () => list.change('Subject', 2, 'x'),
      () => list.change('Subject', 0, 'x'),
      () => list.change('X-Other', 1, 'x'),
      () => list.delete('Subject', 2),
      () => list.delete('Subject', 0),
      () => list.insert(-1, 'X', 'x'),
      () => list.insert(Number.NaN, 'X', 'x'),
    ]) {
      expect(edit).toThrow(code('MILLRACE_HEADER_INDEX'));
    }
    expect(toPairs(list)).toEqual(toPairs(mail()));
    expect(list.revision).toBe(0);
  });

  it('asks onEdit before each edit', () => {
    const list = mail();
    let asked = 0;
    list.onEdit = () => {
      if (++asked > 1) throw new MillraceError('MILLRACE_EDIT_NOT_DECLARED', 'no');
    };
    list.append('Received', ' not an edit');
    list.add('X', '1');
    expect(() => list.set('Received', 'x')).toThrow(code('MILLRACE_EDIT_NOT_DECLARED'));
    expect(() => list.delete('Subject')).toThrow(code('MILLRACE_EDIT_NOT_DECLARED'));
    expect(asked).toBe(3);
    expect(list.edits()).toEqual([{ kind: 'add', name: 'X', value: ' 1' }]);
  });

  it('refuses every edit once it is frozen', () => {
    const list = mail();
    list.freeze('the part has been passed on');
    for (const edit of [
      () => list.set('A', 'x'),
      () => list.add('A', 'x'),
      () => list.insert(0, 'A', 'x'),
      () => list.change('Subject', 1, 'x'),
      () => list.delete('Subject'),
    ]) {
      expect(edit).toThrow(code('MILLRACE_TOO_LATE'));
      expect(edit).toThrow('the part has been passed on');
    }
    expect(list.get('Subject')).toBe('hello');
  });

  it('does what a plain array would do, whatever the edits', () => {
    const name = fc.constantFrom('A', 'B', 'a', 'C');
    const value = fc.constantFrom('1', '2', '3');
    const n = fc.integer({ min: 1, max: 4 });
    const operation = fc.oneof(
      fc.record({ do: fc.constant('set' as const), name, value }),
      fc.record({ do: fc.constant('add' as const), name, value }),
      fc.record({ do: fc.constant('insert' as const), name, value, index: fc.nat({ max: 8 }) }),
      fc.record({ do: fc.constant('change' as const), name, value, n }),
      fc.record({ do: fc.constant('delete' as const), name, n }),
      fc.record({ do: fc.constant('deleteAll' as const), name }),
    );
    const start = fc.array(fc.tuple(name, fc.constantFrom(' 1', ' 2')), { maxLength: 6 });
    fc.assert(
      fc.property(start, fc.array(operation, { maxLength: 12 }), (pairs, operations) => {
        const list = received(...pairs);
        const model = pairs.map(([key, raw]) => [key, raw] as [string, string]);
        for (const step of operations) {
          const places = [...model.keys()].filter(
            (place) => model[place][0].toLowerCase() === step.name.toLowerCase(),
          );
          if (step.do === 'add') {
            list.add(step.name, step.value);
            model.push([step.name, ` ${step.value}`]);
          } else if (step.do === 'insert') {
            list.insert(step.index, step.name, step.value);
            model.splice(step.index, 0, [step.name, ` ${step.value}`]);
          } else if (step.do === 'set') {
            list.set(step.name, step.value);
            if (places.length === 0) model.push([step.name, ` ${step.value}`]);
            else model[places[0]][1] = ` ${step.value}`;
            for (const place of places.slice(1).toReversed()) model.splice(place, 1);
          } else if (step.do === 'deleteAll') {
            list.delete(step.name);
            for (const place of places.toReversed()) model.splice(place, 1);
          } else if (step.n > places.length) {
            const edit = () =>
              step.do === 'change'
                ? list.change(step.name, step.n, step.value)
                : list.delete(step.name, step.n);
            expect(edit).toThrow(code('MILLRACE_HEADER_INDEX'));
          } else if (step.do === 'change') {
            list.change(step.name, step.n, step.value);
            model[places[step.n - 1]][1] = ` ${step.value}`;
          } else {
            list.delete(step.name, step.n);
            model.splice(places[step.n - 1], 1);
          }
          for (const key of ['a', 'b', 'c']) {
            const values = model
              .filter((pair) => pair[0].toLowerCase() === key)
              .map((pair) => pair[1].slice(1));
            expect(list.getAll(key)).toEqual(values);
          }
        }
        expect(toPairs(list)).toEqual(model);
        expect(list.length).toBe(model.length);
        expect(applyEdits(pairs, list.edits())).toEqual(model);
      }),
      { numRuns: 1000 },
    );
  });

  it('edits 20,000 fields one by one', () => {
    const list = new HeaderList();
    for (let i = 0; i < 20_000; i++) list.append(i % 2 ? 'A' : `X-${i}`, ` ${i}`);
    for (let i = 0; i < 20_000; i += 2) list.set(`X-${i}`, 'new');
    for (let i = 0; i < 10_000; i++) list.delete('A', 1);
    for (let i = 0; i < 10_000; i++) list.insert(0, 'A', 'top');
    for (let i = 0; i < 10_000; i++) list.add('A', 'end');
    expect(list.length).toBe(30_000);
    expect(list.edits()).toHaveLength(40_000);
    expect(list.getAll('a')).toHaveLength(20_000);
    expect(list.toBuffer().length).toBe(294_445);
  });
});
