import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { readContentHeader } from '../../../src/core/mime/content-type.ts';

function read(contentType: string, limit = 100) {
  const headers = new HeaderList();
  headers.append('Content-Type', contentType);
  return readContentHeader(headers, 'text/plain', limit);
}

describe('readContentHeader', () => {
  it('says the same of a value that it has read before, with sets of its own', () => {
    const first = read(' text/html; charset=utf-8; charset=x');
    first.ambiguities.add('header-garbage');
    const second = read(' text/html; charset=utf-8; charset=x');
    expect(second.type).toBe('text/html');
    expect([...second.ambiguities]).toEqual(['duplicate-parameter']);
    expect(second.typeFields[0].parameters.get('charset')?.plain.map(({ bytes }) => bytes)).toEqual([
      'utf-8',
      'x',
    ]);
  });

  it('looks at as many parameters as the limit says, whatever other limits have read before', () => {
    const value = ' text/plain; a=1; b=2; c=3';
    const names = (limit: number): string[] => [...read(value, limit).typeFields[0].parameters.keys()];
    const isCut = (limit: number): boolean => read(value, limit).ambiguities.has('too-many-parameters');
    for (const limit of [2, 3, 2, 100, 1]) {
      expect(names(limit)).toEqual(['a', 'b', 'c'].slice(0, limit));
      expect(isCut(limit)).toBe(limit < 3);
    }
  });

  it('reads more different values than it remembers, and long ones', () => {
    for (let i = 0; i < 1000; i++) expect(read(` text/x-${i}`).type).toBe(`text/x-${i}`);
    const long = 'x'.repeat(200);
    for (let i = 0; i < 2; i++) expect(read(` text/${long}`).type).toBe(`text/${long}`);
  });
});
