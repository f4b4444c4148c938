import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { createRootPart, normalizedNames } from '../../../src/core/mime/index.ts';

function part(...fields: string[]) {
  const block = fields.map((field) => `${field}\r\n`).join('');
  return createRootPart(HeaderList.parse(Buffer.from(block, 'latin1')));
}

const names = (...fields: string[]) => part(...fields).names;
const disposition = (parameters: string) => `Content-Disposition: attachment; ${parameters}`;

describe('names of a part (rule A1)', () => {
  it.each<[string, string[]]>([
    ['filename="a.txt"', ['a.txt']],
    ['filename=a.txt', ['a.txt']],
    ["filename*=utf-8'en'caf%C3%A9.txt", ['café.txt']],
    ["filename*=iso-8859-1''caf%E9.txt", ['café.txt']],
    ["filename*=x-none''caf%C3%A9.txt", ['café.txt']],
    ['filename*=no-quotes%2Etxt', ['no-quotes.txt']],
    // Sections in any order, encoded or not.
    ['filename*0="a.t"; filename*1="xt"', ['a.txt']],
    ['filename*1="xt"; filename*0="a.t"', ['a.txt', 'xta.t']],
    ["filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.exe", ['café.exe']],
    ['filename*10="k"; filename*0="a"; filename*9="j"', ['a', 'ajk', 'kaj']],
    ['filename*0="a."; filename*2="exe"', ['a.', 'a.exe']],
    ['filename*0="a."; filename*0="b."; filename*1="exe"', ['a.exe', 'a.b.exe']],
    ['filename*1="a."; filename*2="exe"', ['a.exe']],
    // What readers disagree about: all of it, the extended one first.
    ["filename=plain.txt; filename*=utf-8''real.exe", ['real.exe', 'plain.txt']],
    ['filename=one.txt; filename=two.exe', ['one.txt', 'two.exe']],
    ['filename=my file.exe', ['my file.exe', 'my']],
    ['filename="a.txt".exe', ['a.txt.exe', 'a.txt']],
    ['filename="a.exe; size=3', ['a.exe; size=3', 'a.exe']],
    [
      'filename="=?utf-8?q?caf=C3=A9?= =?utf-8?q?.exe?="',
      ['café.exe', '=?utf-8?q?caf=C3=A9?= =?utf-8?q?.exe?='],
    ],
    ['filename="caf\xc3\xa9.txt"', ['café.txt']],
    ['filename="caf\xe9.txt"', ['café.txt']],
    ['name=a.exe', ['a.exe']],
    ['filename=""', []],
  ])('Content-Disposition: attachment; %s', (parameters, expected) => {
    expect(names(disposition(parameters))).toEqual(expected);
  });

  it('come from every field and every duplicate', () => {
    expect(
      names(
        'Content-Type: application/octet-stream; name=type1.exe',
        'Content-Type: image/gif; name="type2.gif"; filename=type3.com',
        disposition('filename=file1.txt'),
        disposition('filename=file2.js'),
        'Content-Description: =?utf-8?q?described.exe?=',
        'Content-Location: http://example.org/located.exe',
        'Content-ID: <id.exe@example.com>',
      ),
    ).toEqual([
      'file1.txt',
      'file2.js',
      'type1.exe',
      'type2.gif',
      'type3.com',
      'described.exe',
      'http://example.org/located.exe',
      'id.exe',
    ]);
  });

  it('show the disposition before the type, and the type where there is no disposition', () => {
    expect(part('Content-Type: a/b; name=type.txt', disposition('filename=file.txt')).filename).toBe(
      'file.txt',
    );
    expect(part('Content-Type: a/b; name=type.txt').filename).toBe('type.txt');
    expect(part('Content-Type: a/b', 'Content-Description: no name').filename).toBeUndefined();
  });

  it('are not slower than linear in hostile parameters', () => {
    const sections = Array.from({ length: 10_000 }, (_, i) => `filename*${i}="a"`).join('; ');
    expect(names(disposition(sections))).toEqual(['a'.repeat(100)]);
  });
});

describe('normal forms (rule A2)', () => {
  it.each<[string, string[]]>([
    ['A.EXE', ['a.exe']],
    ['a.exe. .', ['a.exe']],
    ['  a.exe\t', ['a.exe']],
    ['dir/a.exe', ['a.exe']],
    ['..\\..\\a.exe', ['a.exe']],
    ['c:a.exe', ['c:a.exe', 'c', 'a.exe']],
    ['a.exe::$DATA', ['a.exe::$data', 'a.exe', ':$data']],
    ['a\u202eexe.txt', ['aexe.txt']],
    ['a.e\u200bxe', ['a.exe']],
    ['a.exe\u00ad', ['a.exe']],
    ['ａ．ｅｘｅ', ['a.exe']],
    ['a.exe\0.txt', ['a.exe', 'a.exe.txt']],
    ['a.\r\nexe', ['a.exe']],
    ['a%2Eexe', ['a%2eexe', 'a.exe']],
    ['caf%C3%A9.exe', ['caf%c3%a9.exe', 'café.exe']],
    ['100%.txt', ['100%.txt']],
    ['...', []],
  ])('%j', (name, expected) => {
    expect(normalizedNames([name])).toEqual(expected);
  });

  it('are each given once', () => {
    expect(normalizedNames(['a.exe', 'A.exe', 'a.EXE '])).toEqual(['a.exe']);
  });
});
