import { describe, expect, it } from 'vitest';
import { canonicalCharset, isAsciiSuperset } from '../../../../src/core/mime/charset/index.ts';

describe('canonicalCharset', () => {
  it.each([
    ['utf-8', 'utf-8'],
    [' "UTF8" ', 'utf-8'],
    ["'utf-8'", 'utf-8'],
    ['\\"us-ascii\\"', 'us-ascii'],
    ['US-ASCII', 'us-ascii'],
    ['ANSI_X3.4-1968', 'us-ascii'],
    ['ISO_8859-1:1987', 'iso-8859-1'],
    ['iso8859-15', 'iso-8859-15'],
    ['ISO88592', 'iso-8859-2'],
    ['Latin1', 'iso-8859-1'],
    ['cp1252', 'windows-1252'],
    ['x-cp1251', 'windows-1251'],
    ['KOI8-R', 'koi8-r'],
    ['x-mac-roman', 'macintosh'],
    ['cp850', 'ibm850'],
    ['gb2312', 'gbk'],
    ['GB18030', 'gb18030'],
    ['ks_c_5601-1987', 'euc-kr'],
    ['Shift_JIS', 'shift_jis'],
    ['windows-31j', 'shift_jis'],
    ['ISO-2022-JP', 'iso-2022-jp'],
    ['x-x-big5', 'big5'],
    ['utf-16', 'utf-16'],
    ['UTF-16BE', 'utf-16be'],
    ['unicode-1-1-utf-7', 'utf-7'],
  ])('knows %s as %s', (label, name) => {
    expect(canonicalCharset(label)).toBe(name);
    expect(canonicalCharset(name)).toBe(name);
  });

  it.each([
    '',
    '"',
    '\\',
    'utf\\-8',
    'hex',
    'base64',
    'binary',
    'ucs2',
    'ucs-2',
    'internal',
    'sbcs',
    '1252',
    'utf--8',
    'u.t.f.8',
    'utf-8x',
    'x-unknown',
    'unknown-8bit',
    'iso-2022-kr',
    'hz-gb-2312',
    '__proto__',
    'constructor',
    'iso-8859-12',
    'utf-8'.padEnd(200, "'"),
  ])('does not guess what %j is', (label) => {
    expect(canonicalCharset(label)).toBeUndefined();
  });
});

describe('isAsciiSuperset', () => {
  it.each([
    ['us-ascii', true],
    ['utf-8', true],
    ['windows-1252', true],
    ['shift_jis', true],
    ['gb18030', true],
    ['viscii', false],
    ['ibm864', false],
    ['utf-16', false],
    ['utf-16le', false],
    ['utf-7', false],
    ['iso-2022-jp', false],
    ['base64', false],
  ])('says of %s: %j', (label, expected) => {
    expect(isAsciiSuperset(label)).toBe(expected);
    expect(isAsciiSuperset(label)).toBe(expected);
  });
});
