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
    // Where a value is said to end, and what is said of its name, differs from reader to reader.
    ['filename=a.exe, x.txt', ['a.exe, x.txt', 'a.exe,', 'a.exe']],
    ['filename=a.exe,b.txt', ['a.exe,b.txt', 'a.exe']],
    ['filename="a.exe,b.txt"', ['a.exe,b.txt']],
    ['filename="a.exe\r\n x.txt', ['a.exe x.txt', 'a.exe', 'a.exex.txt']],
    ['filename="a\\.exe\r\n x"', ['a.exe x', 'a.exex']],
    ['filename*x="a.exe"', ['a.exe']],
    ["filename**=utf-8''a%2Eexe", ['a.exe']],
    ['filename*12345678901="a.exe"', ['a.exe']],
    ['filename="a.txt"; filename*0**="b.exe"', ['a.txt', 'b.exe']],
    // Who does not know a charset, or does not heed it, shows the bytes.
    ["filename*=utf-16le''a.exe", ['\u2e61\u7865\ufffd', 'a.exe']],
    ["filename*=utf-7''a%2BAC4-exe", ['a.exe', 'a+AC4-exe']],
    ['filename="=?utf-16le?q?a.exe?="', ['\u2e61\u7865\ufffd', '=?utf-16le?q?a.exe?=', 'a.exe']],
    // Charsets that iconv-lite or TextDecoder alone get wrong, and labels that name none.
    ["filename*=windows-1252''%80.exe", ['€.exe', '\x80.exe']],
    ["filename*=gb18030''%94%39%FC%36.exe", ['😀.exe', '\x949ü6.exe']],
    ["filename*=iso-2022-jp''%1B$B$3%1B%28B.exe", ['こ.exe', '\x1b$B$3\x1b(B.exe']],
    // A comment, or none; blanks; commas.
    ["filename*=utf-8''a(1)%2Eexe", ['a', 'a(1).exe', 'a.exe']],
    ["filename*=utf-8''a%20b c.exe", ['a b', 'a b c.exe']],
    ["filename*=utf-8''a.exe,b", ['a.exe,b', 'a.exe']],
    [
      "filename*1*=b(1)%2Eexe; filename*0*=utf-8''a",
      ['ab', "butf-8''a", 'ab(1).exe', 'ab.exe', "b.exeutf-8''a"],
    ],
    ["filename*=base64''YS5leGU.exe", ['YS5leGU.exe']],
    ["filename*=hex''612e657865", ['612e657865']],
    // Encoded words are decoded before all else.
    ['=?utf-8?q?filename=3D=22a.exe=22?=', ['a.exe']],
    ['filename="=?utf-8?q?a.exe=22=3B?= x.txt"', ['a.exe"; x.txt', '=?utf-8?q?a.exe=22=3B?= x.txt', 'a.exe']],
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

  it('take no domain of an address for an extension', () => {
    const { names: all } = part('Content-Description: Ann <ann@example.com>: Re: <b.exe@example.org>');
    expect(normalizedNames(all).filter((name) => /\.(?:com|org)$/.test(name))).toEqual([]);
    expect(normalizedNames(all).some((name) => name.endsWith('.exe'))).toBe(true);
  });

  it('take no site in the address of an id for a name', () => {
    expect(names('Content-Location: cid:logo@www.example.com')).toEqual(['logo']);
    expect(names('Content-Location: MID:a.exe@example.com')).toContain('a.exe');
    expect(names('Content-Location: cid:logo@a.exe')).toContain('cid:logo@a.exe');
    expect(names('Content-Location: cid:logo@example.org/a.com')).toContain('cid:logo@example.org/a.com');
  });

  it('take no site in an id for a name where there is one', () => {
    const id = 'Content-ID: <image1.mail.example.com>';
    expect(names('Content-Type: image/png; name=a.png', id)).toEqual(['a.png']);
    expect(names('Content-Type: image/png', id)).toEqual(['image1.mail.example.com']);
    expect(names('Content-Type: image/png; name=a.png', 'Content-ID: <a.com@example.org>')).toContain(
      'a.com',
    );
    expect(names('Content-Type: image/png; name=a.png', 'Content-ID: <a.exe>')).toContain('a.exe');
  });

  it.each([
    ['Content-Disposition: filename="a.exe"'],
    ['Content-Disposition: filename=a.exe; size=3'],
    ['Content-Type: name="a.exe"'],
    ['Content-Type: =?utf-8?q?a/b=3B_name=3Da.exe?='],
    ['Content-Type: a/b; =?utf-8?q?name=3Da.exe?='],
    ['Content-Type: a/b name=a.exe'],
    ['Content-Type: a/b, name=a.exe'],
    ['Content-Location: http://example.org/a.exe?version=1#top'],
    ['Content-Location: http://example.org/x/y/\r\n a.e\r\n xe'],
    ['Content-Location: http://example.org/?file=a.exe'],
    ['Content-ID: <a.exe>'],
    ['Content-ID: a.exe@example.com'],
    ['Content-Type: \x1b(Ba/b; name="a.exe"'],
    ['Content-Disposition: attachment (c; filename="a.exe"'],
    ['Content_Disposition: attachment; filename=a.exe'],
    ['1Content-Type: a/b;\r\n name=a.exe'],
    ['Content-Disposition(c): attachment; filename=a.exe'],
    ['Content-Type:\r\n\xa0a/b; name=a.exe'],
    ['Content-Type: a/b;\r\n\vname=a.exe'],
  ])('are found in %s', (field) => {
    expect(normalizedNames(part(field).names).some((name) => name.endsWith('a.exe'))).toBe(true);
  });

  it.each([
    ['X-Mailer: b; name=a.exe'],
    ['Subject: name=a.exe'],
    ['X-Content: a/b; name=a.exe'],
    ['Content_Disposition: attachment; size=a.exe'],
  ])('are not found in %s', (field) => {
    expect(part(field).names).toEqual([]);
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
    ['c:a.exe::$DATA', ['c:a.exe::$data', 'c', 'a.exe::$data', 'a.exe']],
    ['a.exe/', ['a.exe']],
    ['x\\a.exe\\.', ['a.exe']],
    ['"a.exe"', ['"a.exe"', 'a.exe']],
    ["'a.exe'", ["'a.exe'", "'a.exe"]],
    ['a.e<x>e', ['a.e<x>e', 'a.exe']],
    ['a.exe,', ['a.exe,', 'a.exe']],
    ['a%00.txt%2eexe', ['a%00.txt%2eexe', 'a', 'a.txt.exe']],
    ['\u2024exe', ['.exe']],
    ['a\uff0fb\u2025exe', ['b..exe']],
  ])('%j', (name, expected) => {
    expect(normalizedNames([name])).toEqual(expected);
  });

  it('have none of the marks that are not shown', () => {
    const marks = [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
    for (const mark of [
      ...marks,
      0x200b,
      0x200c,
      0x200d,
      0x200e,
      0x200f,
      0xfeff,
      0x061c,
      0x2060,
      0xfe0f,
      0xe0041,
    ]) {
      expect(normalizedNames([`a.e${String.fromCodePoint(mark)}xe`])).toEqual(['a.exe']);
    }
  });

  it.each([
    ['encoded words', 'Content-Description: ', '=?koi8-r?q?=C1?= x ', ''],
    [
      'encoded words in parameters',
      'Content-Disposition: a; ',
      `filename="${'=?koi8-r?q?=C1?= x '.repeat(99)}"; `,
      '',
    ],
    ['fields', '', 'Content-Disposition: a; filename="=?koi8-r?q?=C1?= x\r\n', ''],
    ['percent-encoded bytes', 'Content-Disposition: a; filename="', '%C1%00:', '"'],
    ['colons', 'Content-Description: a', ':', ''],
    ['slashes', 'Content-Description: a', '/', ''],
    ['stars', 'Content-Disposition: a; ', 'filename*x=a; ', ''],
    ['what is long when compared', 'Content-Disposition: a; filename="', '\xef\xb7\xba', ''],
  ])('take no more than a few times the header of hostile %s', (_, before, piece, behind) => {
    const header = before + piece.repeat(200_000 / piece.length) + behind;
    const found = part(header).names;
    const size = (list: readonly string[]) => list.reduce((sum, name) => sum + name.length, 0);
    expect(size(found)).toBeLessThanOrEqual(8 * header.length);
    expect(size(normalizedNames(found))).toBeLessThanOrEqual(80 * header.length);
  });

  it('are not all there is where the fields are too long to be read in all ways', () => {
    const long = (length: number) =>
      part(`Content-Disposition: attachment; filename=a.exe; x="${'x'.repeat(length)}"`, 'MIME-Version: 1.0')
        .ambiguities;
    expect(long(16_000)).toEqual([]);
    expect(
      part(
        'MIME-Version: 1.0',
        `Content-Disposition: =?utf-8?q?filename=3Da.exe?=; x="${'x'.repeat(17_000)}"`,
      ).ambiguities,
    ).toContainEqual({ code: 'too-many-parameters', path: '1' });
    expect(long(17_000)).toEqual([{ code: 'too-many-parameters', path: '1' }]);
  });

  it('are each given once', () => {
    expect(normalizedNames(['a.exe', 'A.exe', 'a.EXE '])).toEqual(['a.exe']);
  });
});
