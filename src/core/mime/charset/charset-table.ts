import type { Encoding } from 'iconv-lite';

/** Who converts a charset: Millrace itself, iconv-lite, or ICU through TextDecoder. */
export type Engine =
  | { readonly kind: 'utf-8' }
  | { readonly kind: 'utf-16'; readonly order: 'le' | 'be' | 'marked' }
  | { readonly kind: 'utf-7' }
  | { readonly kind: 'single-byte'; readonly iconv: Encoding }
  | { readonly kind: 'multi-byte'; readonly iconv: Encoding }
  | { readonly kind: 'gb18030' }
  | { readonly kind: 'iso-2022-jp' };

/** A charset that Millrace converts. */
export interface Charset {
  /** Its name in lower case: the preferred MIME name where IANA has one. */
  readonly name: string;
  readonly engine: Engine;
}

/**
 * Single-byte charsets: name, iconv-lite's name, further labels. The list is closed, because iconv-lite takes
 * anything that looks like one of its names once the punctuation is gone, `hex`, `base64` and `binary` included.
 */
const SINGLE_BYTE: readonly (readonly [name: string, iconv: Encoding, labels?: string])[] = [
  [
    'us-ascii',
    'ascii',
    'ascii ansi-x3.4-1968 ansi-x3.4-1986 iso-646.irv iso646-us us ibm367 cp367 csascii iso-ir-6',
  ],
  ['iso-8859-1', 'iso88591', 'latin1 l1 ibm819 cp819 csisolatin1 iso-ir-100'],
  ['iso-8859-2', 'iso88592', 'latin2 l2 csisolatin2 iso-ir-101'],
  ['iso-8859-3', 'iso88593', 'latin3 l3 csisolatin3 iso-ir-109'],
  ['iso-8859-4', 'iso88594', 'latin4 l4 csisolatin4 iso-ir-110'],
  ['iso-8859-5', 'iso88595', 'cyrillic csisolatincyrillic iso-ir-144'],
  [
    'iso-8859-6',
    'iso88596',
    'arabic ecma-114 asmo-708 csisolatinarabic iso-ir-127 iso-8859-6-e iso-8859-6-i',
  ],
  ['iso-8859-7', 'iso88597', 'greek greek8 ecma-118 elot-928 csisolatingreek iso-ir-126'],
  ['iso-8859-8', 'iso88598', 'hebrew csisolatinhebrew iso-ir-138 iso-8859-8-e iso-8859-8-i'],
  ['iso-8859-9', 'iso88599', 'latin5 l5 csisolatin5 iso-ir-148'],
  ['iso-8859-10', 'iso885910', 'latin6 l6 csisolatin6 iso-ir-157'],
  ['iso-8859-11', 'iso885911'],
  ['iso-8859-13', 'iso885913', 'latin7'],
  ['iso-8859-14', 'iso885914', 'latin8 l8 iso-celtic iso-ir-199'],
  ['iso-8859-15', 'iso885915', 'latin9 latin-9 l9 csisolatin9'],
  ['iso-8859-16', 'iso885916', 'latin10 l10 iso-ir-226'],
  ['windows-874', 'windows874', 'cp874 dos-874 ms874'],
  ['windows-1250', 'windows1250', 'cp1250 win-1250 win1250 x-cp1250'],
  ['windows-1251', 'windows1251', 'cp1251 win-1251 win1251 x-cp1251'],
  ['windows-1252', 'windows1252', 'cp1252 win-1252 win1252 x-cp1252 x-ansi'],
  ['windows-1253', 'windows1253', 'cp1253 win-1253 win1253 x-cp1253'],
  ['windows-1254', 'windows1254', 'cp1254 win-1254 win1254 x-cp1254'],
  ['windows-1255', 'windows1255', 'cp1255 win-1255 win1255 x-cp1255'],
  ['windows-1256', 'windows1256', 'cp1256 win-1256 win1256 x-cp1256'],
  ['windows-1257', 'windows1257', 'cp1257 win-1257 win1257 x-cp1257'],
  ['windows-1258', 'windows1258', 'cp1258 win-1258 win1258 x-cp1258'],
  ['koi8-r', 'koi8r', 'koi8r koi koi8 cskoi8r'],
  ['koi8-u', 'koi8u', 'koi8u cskoi8u'],
  ['koi8-ru', 'koi8ru'],
  ['ibm437', 'cp437', 'cp437 csibm437 cspc8codepage437'],
  ['ibm737', 'cp737', 'cp737'],
  ['ibm775', 'cp775', 'cp775 cspc775baltic'],
  ['ibm850', 'cp850', 'cp850 cspc850multilingual'],
  ['ibm852', 'cp852', 'cp852 cspcp852'],
  ['ibm855', 'cp855', 'cp855 csibm855'],
  ['ibm857', 'cp857', 'cp857 csibm857'],
  ['ibm00858', 'cp858', 'cp858 ibm858 cp00858 pc-multilingual-850+euro csibm00858'],
  ['ibm860', 'cp860', 'cp860 csibm860'],
  ['ibm861', 'cp861', 'cp861 cp-is csibm861'],
  ['ibm862', 'cp862', 'cp862 dos-862 cspc862latinhebrew'],
  ['ibm863', 'cp863', 'cp863 csibm863'],
  ['ibm864', 'cp864', 'cp864 csibm864'],
  ['ibm865', 'cp865', 'cp865 csibm865'],
  ['ibm866', 'cp866', 'cp866 csibm866'],
  ['ibm869', 'cp869', 'cp869 cp-gr csibm869'],
  ['macintosh', 'macintosh', 'mac x-mac-roman csmacintosh'],
  ['x-mac-ce', 'maccenteuro', 'x-mac-centraleurroman'],
  ['x-mac-cyrillic', 'macukraine', 'x-mac-ukrainian'],
  ['x-mac-greek', 'macgreek'],
  ['x-mac-turkish', 'macturkish'],
  ['x-mac-icelandic', 'maciceland'],
  ['x-mac-croatian', 'maccroatian'],
  ['x-mac-romanian', 'macromania'],
  ['tis-620', 'tis620', 'tis620 cstis620'],
  ['viscii', 'viscii', 'csviscii'],
  ['kz-1048', 'rk1048', 'rk1048 strk1048-2002 cskz1048'],
  ['ptcp154', 'pt154', 'pt154 cp154 csptcp154'],
  ['koi8-t', 'koi8t'],
];

const MULTI_BYTE: readonly (readonly [name: string, iconv: Encoding, labels: string])[] = [
  [
    'shift_jis',
    'shiftjis',
    'shift-jis sjis x-sjis ms-kanji csshiftjis windows-31j cswindows31j ms932 cp932 windows-932',
  ],
  ['euc-jp', 'eucjp', 'eucjp x-euc-jp x-euc cseucpkdfmtjapanese'],
  [
    'gbk',
    'gbk',
    'gb2312 gb-2312-80 csgb2312 csiso58gb231280 iso-ir-58 chinese euc-cn x-gbk csgbk cp936 ms936 windows-936',
  ],
  ['big5', 'big5', 'big5-hkscs big5-tw cn-big5 csbig5 x-x-big5 cp950 windows-950'],
  [
    'euc-kr',
    'euckr',
    'ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc-5601 ksc5601 korean iso-ir-149 cseuckr csksc56011987 uhc cp949 ms949 windows-949',
  ],
];

const OTHER: readonly (readonly [name: string, engine: Engine, labels: string])[] = [
  ['utf-8', { kind: 'utf-8' }, 'utf8 unicode-1-1-utf-8 x-unicode20utf8 csutf8'],
  ['utf-16', { kind: 'utf-16', order: 'marked' }, 'utf16 csutf16'],
  ['utf-16le', { kind: 'utf-16', order: 'le' }, 'utf16le csutf16le'],
  ['utf-16be', { kind: 'utf-16', order: 'be' }, 'utf16be csutf16be'],
  ['utf-7', { kind: 'utf-7' }, 'utf7 unicode-1-1-utf-7 x-unicode-2-0-utf-7 csutf7 csunicode11utf7'],
  ['gb18030', { kind: 'gb18030' }, 'csgb18030'],
  ['iso-2022-jp', { kind: 'iso-2022-jp' }, 'iso2022-jp csiso2022jp'],
];

const BY_LABEL: ReadonlyMap<string, Charset> = (() => {
  const map = new Map<string, Charset>();
  const add = (name: string, engine: Engine, labels = ''): void => {
    const charset: Charset = { name, engine };
    for (const label of [name.replaceAll('_', '-'), ...labels.split(' ')])
      if (label !== '') map.set(label, charset);
  };
  for (const [name, iconv, labels] of SINGLE_BYTE) {
    add(name, { kind: 'single-byte', iconv }, labels);
    const part = /^iso-8859-(\d+)$/.exec(name)?.[1];
    // Forms without some of the hyphens are common enough that mail readers know them.
    if (part !== undefined)
      for (const form of ['iso8859-', 'iso8859', 'iso-8859']) map.set(form + part, map.get(name)!);
  }
  for (const [name, iconv, labels] of MULTI_BYTE) add(name, { kind: 'multi-byte', iconv }, labels);
  for (const [name, engine, labels] of OTHER) add(name, engine, labels);
  return map;
})();

/**
 * The charset that a label names (RFC 2045 5.1, RFC 2978): quotes and blanks around it, case and the year of a
 * standard do not count, `_` is `-`. Nor do backslashes around it: `charset=\"utf-8\"` occurs. Undefined for everything
 * else: such text is opaque, and nothing guesses.
 */
export function findCharset(label: string): Charset | undefined {
  const asItIs = BY_LABEL.get(label);
  if (asItIs !== undefined) return asItIs;
  if (label.length > 100) return undefined;
  const bare = label.replaceAll(/^[\s"'\\]+|[\s"'\\]+$/g, '').toLowerCase();
  return BY_LABEL.get(bare.replaceAll('_', '-').replace(/:\d{4}$/, ''));
}

/**
 * The lower-case name under which a charset label is known, e.g. `iso-8859-1` for `"Latin1"`, `gbk` for `gb2312`;
 * undefined for a label that names no charset that Millrace converts: its text is opaque.
 */
export function canonicalCharset(label: string): string | undefined {
  return findCharset(label)?.name;
}
