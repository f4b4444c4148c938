import iconv from 'iconv-lite';
import { EICAR } from '../../support/eicar.ts';
import { properties, title, tnef } from '../../support/tnef.ts';
import { toBase64, toBinHex, toUuencode, toYenc } from '../../support/transfer-encoders.ts';
import type { Random } from './random.ts';

/** Texts as latin1 "binary" strings, in what charset ever: plain ones, and those that decoders and editors trip over. */
const TEXTS = [
  '',
  '\r\n',
  'the quick brown fox\r\njumps over the lazy dog\r\n',
  'no line end',
  'trailing blanks  \t \r\n-- \r\nA signature\r\n',
  '--\r\n---\r\n-- not a delimiter --\r\n',
  'From the beginning\r\n>From before\r\n.\r\n',
  'Gr\xc3\xbc\xc3\x9fe aus M\xc3\xbcnchen \xe2\x82\xac\r\n',
  'Gr\xfc\xdfe \x80\x9f\r\n',
  '\x1b$B%F%9%H\x1b(B and \x1b$B',
  '\xff\xfea\0b\0\r\0\n\0',
  'Hi Mom +Jjo-!\r\n+AGE-+',
  '\x83\x65\x83\x58\x83\x67\r\n',
  'nul \0 and controls \x01\x0c\x7f\r\n',
  'bare \r cr and \r\r\n two\r\n',
  'Content-Disposition: attachment; filename=x.exe\r\n\r\nMZ\r\n',
  'Content-Type: application/x-msdownload; name=y.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n',
  'begin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n',
  'begin 0755 odd name.js\r\nM1V]O9"!M;W)N:6YG+"!A;F0@;VYE(&QI;F4@;V8@9F]R=\'DM9FEV92!B>71E\r\nend\r\n',
  '=ybegin line=128 size=6 name=a.bin\r\n\x8c\x8d=}\x8e\r\n=yend size=6\r\n',
  'data:application/pdf;base64,JVBERi0xLjQKJcOkw7zDtsOf and more\r\n',
  `${'QUJD'.repeat(19)}\r\n${'QUJD'.repeat(7)}\r\n`,
  '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n',
  'x'.repeat(1100),
  `${'word '.repeat(210)}\r\n`,
  EICAR.toString('latin1'),
  EICAR.toString('base64'),
  toBinHex(EICAR),
  toUuencode(EICAR),
  toYenc(EICAR),
  `begin-base64 644 b.js\r\n${toBase64(EICAR)}====\r\n`,
  toBase64(EICAR).replace(/\s/g, '').padEnd(64, 'A'),
  // A mailbox: headers of encoded parts, one behind the other.
  ...[1, 40].map((count) =>
    `Content-Type: x/y; name=c.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n${toBase64(EICAR)}\r\n`.repeat(
      count,
    ),
  ),
  tnef(title('a.exe'), properties(0x3707, 'b.js', true), properties(0x3704, 'c.exe', false)).toString(
    'latin1',
  ),
];

const HTML = [
  '<p>Hello</p>',
  '<html><head><title>x</title></head><body><p class="a">Gr&uuml;&szlig;e</p></body></html>\r\n',
  '<!-- <body> --><script>"</body>"</script><p>x',
  '<body></body></html><p>behind',
  '<table><tr><td>one</td></tr></table\r\n></body\t>',
  '<img src="cid:a@b" alt=\'>\'><br/',
  '<plaintext>everything</body>',
  '<style>p{}</style><textarea></body></textarea></BODY  foo="</html>">',
  '<p>\xe2\x82\xac\xff</p><![CDATA[</body>]]>',
  '<div hidden style=display:none>unseen</div></body>',
  `<a href="data:application/x-msdownload;base64,${toBase64(EICAR)}" download=a.exe>`,
  `<script>x="${toBase64(EICAR).trim()}"</script>`,
];

/** What a leaf of this type may hold, as latin1. */
export function makeContent(random: Random, type: string): string {
  const pieces: string[] = [];
  const texts = type === 'text/html' ? HTML : TEXTS;
  do pieces.push(random.chance(85) ? random.pick(texts) : randomBytes(random));
  while (random.chance(35));
  return pieces.join('');
}

function randomBytes(random: Random): string {
  return Array.from({ length: random.below(90) }, () => String.fromCharCode(random.below(256))).join('');
}

/** Letters of the world, to be written in what charset a header names. */
const WORLD = [
  'テスト、日本語のメールです。\r\n',
  '这是一封测试邮件。\r\n\u{20000} and more\r\n',
  '測試郵件\r\n',
  '테스트 메일입니다.\r\n',
  'Проверка связи — Привет!\r\n',
  'Grüße aus München, 10 €\r\n',
];

/** The same in the charset of a header, where that has several bytes for each character, or a text for one; now and then not. */
export function inCharset(random: Random, content: string, header: string): string {
  if (random.chance(20)) return content;
  const charset = /charset="?([\w-]+)/.exec(header)?.[1];
  if (charset === undefined) return content;
  const wide = /^(?:utf-16|utf-32|ucs-2)/.exec(charset)?.[0];
  if (wide === undefined) {
    if (random.chance(50) || !iconv.encodingExists(charset)) return content;
    const text = iconv.encode(random.pick(WORLD), charset);
    return random.chance(50) ? `${content}${text.toString('latin1')}` : text.toString('latin1');
  }
  const text = Buffer.from(content, 'utf16le').toString('latin1');
  return wide === 'utf-32' ? text.replace(/[^][^]/g, '$&\0\0') : text;
}

/** Content in a transfer encoding, well or badly written. */
export function encoded(random: Random, content: string, encoding: string): string {
  if (/base-?64/i.test(encoding)) return base64(random, content);
  if (/quoted/i.test(encoding)) return quotedPrintable(random, content);
  if (/uu/i.test(encoding)) return uuencoded(random, content);
  return content;
}

function base64(random: Random, content: string): string {
  const width = random.pick([76, 76, 76, 60, 64, 4, 1, 75, 1000]);
  let text = Buffer.from(content, 'latin1').toString('base64');
  if (random.chance(8)) text = text.replace(/=+$/, '');
  if (random.chance(8))
    text = `${text.slice(0, text.length / 2)}${random.pick(['=', '==', '!', '-_', ' '])}${text.slice(text.length / 2)}`;
  const lines = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return lines.join('\r\n') + random.pick(['', '\r\n', '\r\n', '\r\nnot base64 at all.\r\n']);
}

function quotedPrintable(random: Random, content: string): string {
  const upper = random.chance(90);
  const text = content.replace(/[^\x20-\x3c\x3e-\x7e\r\n]|(?<=\r\n|^)[-.F]/g, (char) => {
    const hex = char.charCodeAt(0).toString(16).padStart(2, '0');
    return `=${upper ? hex.toUpperCase() : hex}`;
  });
  const broken = random.chance(50) ? text.replace(/.{60}(?!=)/g, '$&=\r\n') : text;
  return random.chance(10) ? `${broken}${random.pick(['=', '=3', '=zz', '= \r\n', '=\r', '\t'])}` : broken;
}

function uuencoded(random: Random, content: string): string {
  const lines = (content.match(/[^]{1,45}/g) ?? []).map((piece) => {
    const bytes = Buffer.from(piece.padEnd(Math.ceil(piece.length / 3) * 3, '\0'), 'latin1').toString(
      'base64',
    );
    const digits = [...bytes].map((char) => String.fromCharCode(0x20 + BASE64.indexOf(char)));
    return `${String.fromCharCode(0x20 + piece.length)}${digits.join('')}`.replaceAll(' ', '`');
  });
  const name = random.pick(['a.bin', 'b.exe', 'c d.txt']);
  return [
    `begin ${random.pick(['644', '0644', '64'])} ${name}`,
    ...lines,
    '`',
    random.pick(['end', '']),
    '',
  ].join('\r\n');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
