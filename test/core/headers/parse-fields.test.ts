import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { toPairs } from './apply-edits.ts';

describe('a parsed HeaderList', () => {
  const oddBlock = Buffer.from(
    ' continuation of nothing\r\nFrom a@b Mon Jan  1 00:00:00 2024\nSubject : spaced\r\nNo colon here\r\n\tand more\r\n' +
      'Content-Type:text/plain\r;\n\tcharset=x\nX\x00Y: nul\n: no name\r\nX-8bit\xe9: \xe9\r\r\nLast:',
    'latin1',
  );

  it('keeps every byte of a parsed block and finds the fields in it', () => {
    const list = HeaderList.parse(oddBlock);
    expect(list.toBuffer()).toEqual(oddBlock);
    expect(list.rawBytes()).toEqual(oddBlock);
    expect(toPairs(list)).toEqual([
      ['Subject', ' spaced'],
      ['Content-Type', 'text/plain\r;\n\tcharset=x'],
      ['X-8bit\xe9', ' \xe9\r'],
      ['Last', ''],
    ]);
    expect(list.length).toBe(4);
    expect(list.malformed).toBe(5);
    expect(list.get('')).toBeUndefined();
    expect(list.fields('subject')[0].source).toBe('Subject : spaced\r\n');
  });

  it('keeps every other byte when one field is edited', () => {
    const list = HeaderList.parse(oddBlock);
    list.change('Content-Type', 1, 'text/html');
    list.delete('Subject');
    list.insert(1, 'X-New', '1');
    list.add('X-End', '2');
    expect(list.toBuffer().toString('latin1')).toBe(
      oddBlock
        .toString('latin1')
        .replace('Subject : spaced\r\n', '')
        .replace('Content-Type:text/plain\r;\n\tcharset=x\n', 'Content-Type: text/html\r\n')
        .replace('X-8bit', 'X-New: 1\r\nX-8bit') + '\r\nX-End: 2\r\n',
    );
    expect(list.rawBytes()).toEqual(oddBlock);
  });

  it('keeps the bytes of a field that is set to what it is', () => {
    const block = Buffer.from('Subject : a\n b\nX: 1\n');
    const list = HeaderList.parse(block);
    list.setRaw('Subject', ' a\r\n b');
    list.set('X', '1');
    expect(list.toBuffer()).toEqual(block);
  });

  it('does not hold on to the block', () => {
    const block = Buffer.from('Subject: hello\r\n');
    const list = HeaderList.parse(block);
    block.fill(0);
    expect(list.get('Subject')).toBe('hello');
    expect(list.toBuffer().toString()).toBe('Subject: hello\r\n');
  });

  it('keeps every byte of any block', () => {
    const token = fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      ' ',
      '\t',
      ':',
      'A',
      'Content-Type:',
      '\0',
      '\xe9',
      'From x: ',
      '\x7f',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const block = Buffer.from(tokens.join(''), 'latin1');
        const list = HeaderList.parse(block);
        expect(list.toBuffer()).toEqual(block);
        expect(list.length).toBe([...list].length);
        list.add('X-New', '1');
        const missing = block.length > 0 && block.at(-1) !== 10 ? '\r\n' : '';
        expect(list.toBuffer().toString('latin1')).toBe(`${tokens.join('')}${missing}X-New: 1\r\n`);
        list.delete('X-New');
        expect(list.rawBytes()).toEqual(block);
      }),
      { numRuns: 2000 },
    );
  });

  it('cuts a block of one long field, of many line breaks, of many fields', () => {
    const many = 200_000;
    expect(HeaderList.parse(Buffer.from(`A: ${'x\r\n '.repeat(many)}`)).length).toBe(1);
    expect(HeaderList.parse(Buffer.from('\n'.repeat(many))).malformed).toBe(many);
    expect(HeaderList.parse(Buffer.from('A:\n'.repeat(many))).length).toBe(many);
    expect(HeaderList.parse(Buffer.from(`A:${'\r'.repeat(many)}`)).get('A')).toBe('');
    expect(HeaderList.parse(Buffer.from(`A:${' '.repeat(many)}x`)).get('A')).toBe('x');
  });
});
