import type { Evasion } from '../evasions/draft.ts';
import { appleFile, dataFork, macBinary, realName } from '../mac-files.ts';
import { fileData, messageObject, title, tnef } from '../tnef.ts';
import { toBase64 } from '../transfer-encoders.ts';

/** The fields of the attachment, the name given without its ending, which is the forbidden one. */
const named =
  (type: string, disposition = ''): Evasion =>
  (draft) => {
    draft.type = `Content-Type: application/octet-stream${type}\r\n`;
    draft.disposition = disposition === 'none' ? '' : `Content-Disposition: attachment${disposition}\r\n`;
  };
const inType = (value: string): Evasion => named(`;${value.replace('~', 'name')}`);
const inDisposition = (value: string): Evasion => named('', `;${value.replace('~', 'filename')}`);
/** In either field. */
const both = (what: string, value: string): Record<string, Evasion> => ({
  [`${what}, in the type`]: inType(value.replaceAll('~', 'name')),
  [`${what}, in the disposition`]: inDisposition(value.replaceAll('~', 'filename')),
});
/** In a container of files, of this type. */
const inContainer =
  (type: string, container: Buffer): Evasion =>
  (draft) => {
    draft.type = `Content-Type: ${type}\r\n`;
    draft.disposition = '';
    draft.encode = () => toBase64(container);
  };
const CONTENT = Buffer.from('harmless');
const utf16 = (text: string, order: 'le' | 'be'): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'be' ? bytes.swap16() : bytes;
};
const NAME = 'file.exe';
const BASE64_NAME = Buffer.from(NAME).toString('base64');

/** Constructs in how a file is named. */
export const NAMES: Readonly<Record<string, Evasion>> = {
  ...both('plain', ' ~=file.exe'),
  ...both('in quotes', ' ~="file.exe"'),
  ...both('in single quotes', " ~='file.exe'"),
  ...both('folded', '\r\n ~=file.exe'),
  ...both('folded twice', '\r\n \r\n ~=file.exe'),
  ...both('a blank in front of the equals sign', ' ~ =file.exe'),
  ...both('a blank behind the equals sign', ' ~= file.exe'),
  ...both('a fold in front of the equals sign', ' ~\r\n =file.exe'),
  ...both('a fold behind the equals sign', ' ~=\r\n file.exe'),
  ...both('a colon for the equals sign', ' ~: file.exe'),
  ...both('no semicolon', ' a=b ~=file.exe'),
  ...both('twice, the first counts', ' ~=file.exe; ~=file.png'),
  ...both('twice, the last counts', ' ~=file.png; ~=file.exe'),
  ...both('three times, the second counts', ' ~=file.png; ~=file.exe; ~=file.gif'),
  ...both('an encoded word', ` ~="=?us-ascii?B?${BASE64_NAME}?="`),
  ...both('an encoded word without quotes', ` ~==?us-ascii?B?${BASE64_NAME}?=`),
  ...both('an encoded word in lower case', ` ~="=?utf-8?b?${BASE64_NAME}?="`),
  ...both('an encoded word without padding', ` ~="=?utf-8?B?ZmlsZXMuZXhl?="`),
  ...both('an encoded word that does not end', ' ~="=?utf-8?Q?file=2Eexe"'),
  ...both('an encoded word with a language', ' ~="=?utf-8*en?Q?file=2Eexe?="'),
  ...both('an encoded word of an unknown charset', ' ~="=?x-foo?Q?file=2Eexe?="'),
  ...both('an encoded word of no charset', ' ~="=??Q?file=2Eexe?="'),
  ...both('an encoded word with a blank in it', ' ~="=?utf-8?Q?file .=65xe?="'),
  ...both('two encoded words without a blank', ' ~="=?utf-8?Q?file=2E?==?utf-8?Q?exe?="'),
  ...both('two encoded words and a fold', ' ~="=?utf-8?Q?file=2E?=\r\n =?utf-8?Q?exe?="'),
  ...both('two encoded words and two blanks', ' ~="=?utf-8?Q?file=2E?=  =?utf-8?Q?exe?="'),
  ...both('two encoded words of several charsets', ' ~="=?utf-8?Q?file=2E?= =?iso-8859-1?B?ZXhl?="'),
  ...both('an encoded word in its middle', ' ~="file=?utf-8?Q?=2E?=exe"'),
  ...both('an encoded word within a word', ' ~="=?utf-8?Q?=3D=3Futf-8=3FQ=3Ffile=2Eexe=3F=3D?="'),
  ...both('an encoded word in UTF-16', ` ~="=?utf-16?B?${utf16(NAME, 'le').toString('base64')}?="`),
  ...both(
    'an encoded word in UTF-16 of the other order',
    ` ~="=?utf-16?B?${utf16(NAME, 'be').toString('base64')}?="`,
  ),
  ...both('an encoded word in UTF-7', ' ~="=?utf-7?Q?file+AC4-exe?="'),
  ...both('an encoded word in ISO 2022', ' ~="=?iso-2022-jp?B?ZmlsZRsoQi5leGU=?="'),
  ...both('an encoded word of a bad escape', ' ~="=?utf-8?Q?file=.exe?="'),
  ...both('a quote within', ' ~=file".exe'),
  ...both('a quoted beginning', ' ~="file".exe'),
  ...both('a quote within quotes', ' ~="file".exe"'),
  ...both('an escaped quote within quotes', ' ~="file\\".exe"'),
  ...both('an escaped quote', ' ~=file\\".exe'),
  ...both('a semicolon', ' ~=file;.exe'),
  ...both('an escaped semicolon', ' ~=file\\;.exe'),
  ...both('a semicolon in quotes', ' ~="file;.exe"'),
  ...both('a backslash in the ending', ' ~="file.e\\xe"'),
  ...both('a backslash at the end', ' ~="file.exe\\"'),
  ...both('a quote that does not end', ' ~="file.exe'),
  ...both('extended', " ~*=''file.exe"),
  ...both('extended, escaped', " ~*=''file.%65%78%65"),
  ...both('extended, in quotes', ` ~*="utf-8''file%2Eexe"`),
  ...both('extended, of no charset', ' ~*=file.exe'),
  ...both('extended, of one quote', " ~*=utf-8'file%2Eexe"),
  ...both('extended, with a language', " ~*=utf-8'en'file%2Eexe"),
  ...both('extended, of an unknown charset', " ~*=x-foo''file%2Eexe"),
  ...both('extended, escaped twice', " ~*=utf-8''file%252Eexe"),
  ...both('extended, a bad escape', " ~*=utf-8''file%2.exe"),
  ...both('extended, an encoded word', ` ~*="=?utf-8?B?${BASE64_NAME}?="`),
  ...both('a section', ' ~*0=file.exe'),
  ...both('two sections', ' ~*0=file.; ~*1=exe'),
  ...both('two sections with a gap', ' ~*0=file.; ~*2=exe'),
  ...both('two sections from 1', ' ~*1=file.; ~*2=exe'),
  ...both('two sections out of order', ' ~*1=exe; ~*0=file.'),
  ...both('two sections out of order, as they stand', ' ~*1=file.; ~*0=exe'),
  ...both('two sections with a gap, out of order', ' ~*2=exe; ~*0=file.'),
  ...both('an extended section', " ~*0*=''file.exe"),
  ...both('an extended section, escaped', " ~*0*=''file.%65%78%65"),
  ...both('two extended sections', " ~*0*=''file.; ~*1*=exe"),
  ...both('two extended sections out of order', " ~*1*=exe; ~*0*=''file."),
  ...both('two extended sections out of order, as they stand', " ~*1*=''file.; ~*0*=exe"),
  ...both('sections of either kind', " ~*0*=utf-8''file%2E; ~*1=exe"),
  ...both('an escape in a plain section', ' ~*0=file%2E; ~*1=exe'),
  ...both('sections with numbers that begin with 0', ' ~*00=file.; ~*01=exe'),
  ...both('sections with an escape over the edge', " ~*0*=utf-8''file%2; ~*1*=Eexe"),
  ...both('an encoded word in sections', ' ~*0="=?utf-8?Q?file"; ~*1="=2Eexe?="'),
  ...both('sections beside another name', ' ~=file.png; ~*0=file.; ~*1=exe'),
  ...both('another name beside sections', ' ~*0=file.; ~*1=exe; ~=file.png'),
  ...both('a harmless extended one', " ~*=''file.png; ~=file.exe"),
  ...both(
    'extended, in UTF-16',
    ` ~*=UTF-16''${[...utf16(NAME, 'le')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
  ),
  ...both(
    'extended, in UTF-16 of the other order',
    ` ~*=UTF-16''${[...utf16(NAME, 'be')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
  ),
  ...both('a comment behind', ' ~=file.exe()'),
  ...both('a comment behind with another ending', ' ~=file.exe(.gif)'),
  ...both('a comment in the ending', ' ~=file.e()xe'),
  ...both('a comment in the ending with another', ' ~=file.e(.gif)xe'),
  ...both('a comment behind the parameter', ' ~()=file.exe'),
  ...both('a comment in front of the name', ' ~=(c)file.exe'),
  ...both('all in a comment', ' (~=file.exe)'),
  ...both('a dot that is one of Unicode', ' ~="file\xe2\x80\xa4exe"'),
  ...both('wide letters', ' ~="file.\xef\xbd\x85\xef\xbd\x98\xef\xbd\x85"'),
  ...both('percent signs', ' ~="file%2Eexe"'),
  ...both('percent signs for what is behind', ' ~="file.exe%00.txt"'),
  ...both('blanks in front of the ending', ` ~="file.txt${' '.repeat(200)}.exe"`),
  ...both('a tab behind', ' ~="file.exe\t"'),
  ...both('a dot and blanks behind', ' ~="file.exe. . "'),
  ...both('NUL behind', ' ~="file.exe\0.txt"'),
  ...both('a fold within', ' ~="file.\r\n exe"'),
  ...both('a fold of a tab within', ' ~="file.e\r\n\txe"'),
  ...both('a lone CR within', ' ~="file.\rexe"'),
  ...both('a slash behind', ' ~="file.exe/"'),
  ...both('a path in front', ' ~="C:\\dir\\file.exe"'),
  ...both('a stream behind', ' ~="file.exe::$DATA"'),
  ...both('brackets around', ' ~="<file.exe>"'),
  ...both('a comma and more', ' ~=file.exe,file.png'),
  ...both('a mark of the other direction', ' ~="file\xe2\x80\xaegnp.exe"'),
  ...both('a blank of no width', ' ~="file.e\xe2\x80\x8bxe"'),
  ...both('a soft hyphen', ' ~="file.e\xc2\xadxe"'),
  ...both('250 parameters in front', `${' a=b;'.repeat(250)} ~=file.exe`),
  ...both('upper case', ' ~=FILE.EXE'),
  ...both('a comment that does not end', ' (c; ~=file.exe'),
  ...both('a comment that does not end, and quotes', ' (c; ~="file.exe"'),
  ...both('a shift of ISO 2022 that is a comment', ' a=\x1b(B; ~="file.exe"'),
  'a shift of ISO 2022 in front of the type': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: \x1b(Bapplication/octet-stream; name="file.exe"\r\n';
  },
  ...Object.fromEntries(
    [
      ['Content_Disposition', 'an underscore'],
      ['Content-Disposition(c)', 'a comment behind it'],
      ['1Content-Disposition', 'a digit in front of it'],
      ['>Content-Disposition', 'a sign of quoting in front of it'],
      ['Content-Disposition*0', 'a section'],
      ['Content-Disposition.', 'a dot behind it'],
    ].map(([field, what]): [string, Evasion] => [
      `a disposition by a name with ${what}`,
      (d) => {
        named('', 'none')(d, '');
        d.disposition = `${field}: attachment; filename="file.exe"\r\n`;
      },
    ]),
  ),
  'a type folded with a blank of Latin': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type:\r\n\xa0application/octet-stream; name="file.exe"\r\n';
  },
  'a type folded with a vertical tab': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: application/octet-stream;\r\n\vname="file.exe"\r\n';
  },
  'a header behind a blank line, not encoded': (d) => {
    named('', '; filename=file.exe')(d, '');
    d.type = `\r\n${d.type}`;
    d.encoding = '';
    d.encode = (payload) => `${payload.toString('latin1')}\r\n`;
  },
  'the other parameter, in the type': inType(' filename=file.exe'),
  'the other parameter, in the disposition': inDisposition(' name=file.exe'),
  'a harmless one in the type': named('; name=file.png', '; filename=file.exe'),
  'a harmless one in the disposition': named('; name=file.exe', '; filename=file.png'),
  'sections in two fields of the type': (d) => {
    named('; name*0=file.', 'none')(d, '');
    d.type += 'Content-Type: application/octet-stream; name*1=exe\r\n';
  },
  'sections in two fields of the type, out of order': (d) => {
    named('; name*1=exe', 'none')(d, '');
    d.type += 'Content-Type: application/octet-stream; name*0=file.\r\n';
  },
  'sections in two fields of the disposition': (d) => {
    named('', '; filename*0=file.')(d, '');
    d.disposition += 'Content-Disposition: attachment; filename*1=exe\r\n';
  },
  'sections in type and disposition': named('; filename*1=exe', '; filename*0=file.'),
  'two dispositions, the last counts': (d) => {
    named('', '; filename=file.png')(d, '');
    d.disposition += 'Content-Disposition: attachment; filename=file.exe\r\n';
  },
  'two types, the last counts': (d) => {
    named('; name=file.png', 'none')(d, '');
    d.type += 'Content-Type: application/octet-stream; name=file.exe\r\n';
  },
  'no disposition type': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition: filename=file.exe\r\n';
  },
  'no semicolon behind the disposition': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition: attachment filename=file.exe\r\n';
  },
  'a comma behind the disposition': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition: attachment, filename=file.exe\r\n';
  },
  'a quoted disposition': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition: "attachment; filename=file.exe"\r\n';
  },
  'a disposition with two colons': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition:: attachment; filename=file.exe\r\n';
  },
  'a blank in front of the colon of the disposition': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition : attachment; filename=file.exe\r\n';
  },
  'a disposition folded to a field': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'X-Foo :bar\r\n Content-Disposition: attachment; filename=file.exe\r\n';
  },
  'a disposition folded to no field': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'X-Foo-bar\r\n Content-Disposition: attachment; filename=file.exe\r\n';
  },
  'a disposition behind a lone CR': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'X-Foo: bar\rContent-Disposition: attachment; filename=file.exe\r\n';
  },
  'a disposition behind a line of CR CR LF': (d) => {
    named('', 'none')(d, '');
    d.disposition = '\r\r\nContent-Disposition: attachment; filename=file.exe\r\n';
  },
  'a disposition without a colon': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition attachment; filename=file.exe\r\n';
  },
  'a disposition cut in its name': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-\r\n Disposition: attachment; filename=file.exe\r\n';
  },
  'a disposition in an encoded word': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Disposition: =?utf-8?Q?attachment=3B_filename=3Dfile.exe?=\r\n';
  },
  'a location': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Location: http://example.org/file.exe?a=b\r\n';
  },
  'a location, escaped': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Location: file%2Eexe\r\n';
  },
  'a description': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-Description: file.exe\r\n';
  },
  'an id': (d) => {
    named('', 'none')(d, '');
    d.disposition = 'Content-ID: <file.exe@example.org>\r\n';
  },
  uuencode: (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => 'begin 644 file.exe\r\n#86)C\r\n`\r\nend\r\n';
  },
  'uuencode with quotes': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => 'begin 644 "file.exe"\r\n#86)C\r\n`\r\nend\r\n';
  },
  'uuencode behind a harmless one': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => 'begin 644 a.txt\r\n#86)C\r\nbegin 644 file.exe\r\n#86)C\r\n`\r\nend\r\n';
  },
  'uuencode in upper and lower case': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => 'Begin 644 file.exe\r\n#86)C\r\n`\r\nend\r\n';
  },
  'uuencode with an encoded name': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => `begin-base64-encoded 644 ${BASE64_NAME}\r\nYWJj\r\n====\r\n`;
  },
  'yEnc with the name first': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => '=ybegin name=file.exe\r\nabc\r\n=yend size=3\r\n';
  },
  'uuencode of a short mode': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () => 'begin 6 file.exe\r\n#86)C\r\n`\r\nend\r\n';
  },
  'uuencode in HTML': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/html\r\n';
    d.encoding = '';
    d.encode = () => '<pre>\r\nbegin 644 file.exe\r\n#86)C\r\n`\r\nend\r\n</pre>\r\n';
  },
  yEnc: (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/plain\r\n';
    d.encoding = '';
    d.encode = () =>
      '=ybegin part=1 line=128 size=3 name=file.exe\r\n=ypart begin=1 end=3\r\nabc\r\n=yend size=3\r\n';
  },
  'an attachment of a calendar': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: text/calendar\r\n';
    d.encoding = '';
    d.encode = () =>
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=file.exe:QUJD\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
  },
  AppleSingle: inContainer('application/applesingle', appleFile('single', realName(NAME), dataFork(CONTENT))),
  'AppleSingle of another type': inContainer(
    'application/octet-stream',
    appleFile('single', dataFork(CONTENT), realName(NAME)),
  ),
  'the resources of AppleDouble': inContainer('application/applefile', appleFile('double', realName(NAME))),
  MacBinary: inContainer('application/x-macbinary', macBinary(NAME, CONTENT)),
  'MacBinary of another type': inContainer('application/octet-stream', macBinary(NAME, CONTENT)),
  TNEF: inContainer('application/ms-tnef', tnef(title(NAME))),
  'TNEF of another type': inContainer('application/octet-stream; name=a.dat', tnef(title(NAME))),
  'TNEF in a message in TNEF': inContainer(
    'application/ms-tnef',
    tnef(title('A'), messageObject(tnef(title(NAME)))),
  ),
  'TNEF in a file in TNEF': inContainer(
    'application/ms-tnef',
    tnef(title('winmail.dat'), fileData(tnef(title(NAME)))),
  ),
  'the type of a program': (d) => {
    named('', 'none')(d, '');
    d.type = 'Content-Type: application/x-msdownload\r\n';
  },
  'the type of a program, with an empty name': (d) => {
    named('', '; filename=""')(d, '');
    d.type = 'Content-Type: application/vnd.microsoft.portable-executable\r\n';
  },
  'an external one': (d) => {
    named('', 'none')(d, '');
    d.type =
      'Content-Type: message/external-body; access-type=anon-ftp; site=example.org; name="file.exe"\r\n';
  },
};
