import type { Random } from './random.ts';

const CHARSETS = [
  'us-ascii',
  'utf-8',
  'UTF-8',
  'iso-8859-1',
  'iso-8859-15',
  'windows-1252',
  'utf-16',
  'utf-16le',
  'utf-32',
  'ucs-2',
  'utf-7',
  'iso-2022-jp',
  'shift_jis',
  'gb2312',
  'gb18030',
  'big5',
  'euc-jp',
  'euc-kr',
  'iso-2022-kr',
  'hz-gb-2312',
  'windows-1251',
  'koi8-r',
  'ebcdic-cp-us',
  'x-unknown',
  '',
];

const NAMES = [
  'a.txt',
  'a.exe',
  'b.js',
  'A.EXE',
  'a.exe.',
  'a.txt .exe ',
  '../../etc/passwd',
  'C:\\dir\\a.exe',
  'a\0.exe',
  'gpj.\xe2\x80\xaeexe.pdf',
  'Gr\xfc\xdfe.pdf',
  '=?utf-8?Q?a=2Eexe?=',
  '=?utf-8?B?YS5leGU=?=',
  '',
  'letter.eml',
  'page.mht',
  'winmail.dat',
  'x'.repeat(300),
];

export const TRANSFER_ENCODINGS = [
  '7bit',
  '8bit',
  'binary',
  'base64',
  'BASE64',
  'quoted-printable',
  'Quoted-Printable',
];

/** What some readers take for one of them, or for another. */
export const ODD_ENCODINGS = [
  'x-uuencode',
  'uuencode',
  'base-64',
  'base64; x=y',
  '"base64"',
  'base64 (comment)',
  '(quoted-printable) base64',
  '7-bit',
  'x-unknown',
  'quoted-printable, base64',
  '=?utf-8?Q?base64?=',
  'base\x0064',
  '',
];

/** Parameters in front of or behind others: charset, format, and odd ones. */
export function charsetParameter(random: Random): string {
  if (random.chance(25)) return '';
  const charset = random.pick(CHARSETS);
  if (random.chance(80)) return `; charset=${random.chance(50) ? `"${charset}"` : charset}`;
  return random.pick([
    `; charset=${charset}; charset=utf-8`,
    `; charset*=''${charset}`,
    `;charset = "${charset}`,
    `; charset=${charset}; format=flowed; delsp=yes`,
    `; charset=(${charset}) utf-8`,
    Array.from({ length: 110 }, (_, i) => `; p${i}=v`).join(''),
  ]);
}

/** A parameter that gives a file's name. */
export function nameParameter(random: Random, parameter: string): string {
  const name = random.pick(NAMES);
  const quoted = `"${name.replace(/["\\]/g, '\\$&')}"`;
  if (random.chance(55)) return `; ${parameter}=${quoted}`;
  const other = random.pick(NAMES);
  return random.pick([
    `; ${parameter}=${name}`,
    `; ${parameter}*=utf-8''${encodeURIComponent(name)}`,
    `; ${parameter}*0="${name.slice(0, 2)}"; ${parameter}*1="${name.slice(2)}"`,
    `; ${parameter}*0*=iso-2022-jp''%1b$B%21; ${parameter}*1=${name}`,
    `; ${parameter}=${quoted}; ${parameter}=${other}`,
    `; ${parameter}=${quoted}; ${parameter}*=''${encodeURIComponent(other)}`,
    `; ${parameter}=(${other}) ${quoted} ${other}`,
    `; ${parameter}="${name}`,
  ]);
}

/** A line or two that spoil a header, or make it end for some. */
export function spoiledLines(random: Random): string {
  return random.pick([
    'no field at all',
    ' ',
    '\t \t',
    ' a fold of nothing',
    'From sender@example.org Mon Jan  1 00:00:00 2024',
    '>From x',
    'Content-Type',
    'Content-Type text/html',
    'Content-Transfer-Encoding : base64',
    'Content-Type: text/html\rContent-Disposition: attachment; filename=a.exe',
    'Content-Type:',
    'Content-Type: ;',
    'Content-Type: x',
    'Content-Type: /',
    'Content-Type: text/html\r\nContent-Type: text/plain',
    'Content-Disposition: inline\r\nContent-Disposition: attachment; filename=b.exe',
    'Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 8bit',
    'MIME-Version: 1.0\r\nMIME-Version: 2.0',
    'MIME-Version: (x) 1.0 (y)',
    'X-Bytes: \xff\0\x01',
    'X-Ends-In-Cr: x\r',
    ': without a name',
    'Content-ID: <a@b>\r\nContent-Location: http://example.org/a.exe',
    'Content-Description: =?utf-8?Q?a?= \xfc',
    '--b0',
    '--b0--',
    'X-Long: '.padEnd(1200, 'y'),
  ]);
}
