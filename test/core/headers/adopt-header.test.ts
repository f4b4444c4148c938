import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptHeader } from '../../../src/core/headers/adopt-header.ts';
import { HeaderList } from '../../../src/core/headers/header-list.ts';

const list = (...lines: string[]) =>
  HeaderList.parse(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
const block = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');

function adopted(headers: HeaderList, wanted: Buffer, meanwhile: () => void = () => {}): string[] {
  const given = [...headers];
  meanwhile();
  adoptHeader(headers, given, wanted);
  return headers.toBuffer().toString('latin1').trimEnd().split('\r\n');
}

describe('adoptHeader', () => {
  it('makes no edit for a header that was only rebuilt', () => {
    const headers = list('A: one\rtwo', 'Folded: a', '\tb', 'Blank : c', 'no field', 'A: one\rtwo');
    adopted(headers, Buffer.from('A: onetwo\nFolded: a\n\tb\nBlank : c\nA: onetwo\n'));
    expect(headers.edited).toBe(false);
  });

  it('keeps the bytes of what nobody touched, and puts new fields where they came', () => {
    const headers = list('A : 1', 'no field', 'B: 2', 'B: 3', 'C: 4');
    expect(
      adopted(headers, block('New: 0', 'A : 1', 'B: 3', 'New: x', 'New: y', 'C: five', 'New: z')),
    ).toEqual(['New: 0', 'A : 1', 'no field', 'B: 3', 'New: x', 'New: y', 'C: five', 'New: z']);
  });

  it('leaves the edits that were made meanwhile', () => {
    const headers = list('A: 1', 'B: 2', 'C: 3', 'D: 4');
    const meanwhile = () => {
      headers.insert(0, 'Early', 'e');
      headers.delete('B');
      headers.set('C', 'meanwhile');
      headers.set('D', 'meanwhile');
    };
    // B is deleted by both, C by one, D is changed by both: the later change counts.
    expect(adopted(headers, block('A: 1', 'After: a', 'B: 2', 'D: adopted'), meanwhile)).toEqual([
      'Early: e',
      'A: 1',
      'After: a',
      'C: meanwhile',
      'D: adopted',
    ]);
  });

  it('refuses what must not go onto a wire', () => {
    expect(() => adopted(list('A: 1'), block('A: x\0y'))).toThrow(
      expect.objectContaining({ code: 'MILLRACE_HEADER_VALUE' }),
    );
  });

  it('gives exactly the header that came back', () => {
    const field = fc
      .tuple(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('1', '2', '3'))
      .map((f) => f.join(': '));
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fc.array(field, { minLength: 1 }), (before, after) => {
        expect(adopted(list(...before), block(...after))).toEqual(after);
      }),
    );
  });
});
