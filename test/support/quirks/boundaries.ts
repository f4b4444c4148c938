import type { Evasion } from '../evasions/draft.ts';

const boundary =
  (parameters: string, used: string): Evasion =>
  (draft) => {
    draft.rootType = `Content-Type: multipart/mixed; ${parameters}\r\n`;
    draft.boundary = used;
    draft.delimiter = `--${used}\r\n`;
    draft.close = `--${used}--\r\n`;
  };
const typed =
  (type: string): Evasion =>
  (draft) =>
    void (draft.rootType = draft.rootType.replace(/:.*;/, `: ${type};`));

/** Constructs in the type of the message and in its boundary. */
export const BOUNDARIES = {
  'a blank in front of the equals sign': boundary('boundary =B', 'B'),
  'a tab in front of the equals sign': boundary('boundary\t=B', 'B'),
  'a fold in front of the equals sign': boundary('boundary\r\n =B', 'B'),
  'a backslash in front of the equals sign': boundary('boundary\\=B', 'B'),
  'a blank behind the equals sign': boundary('boundary= B', 'B'),
  'a fold behind the equals sign': boundary('boundary=\r\n B', 'B'),
  'a fold at both sides of the equals sign': boundary('boundary\r\n =\r\n B', 'B'),
  'two folds in front of the parameter': boundary('\r\n \r\n boundary=B', 'B'),
  'a name that is misspelt': boundary('oundary=B', 'B'),
  'a backslash in the name': boundary('bou\\ndary=B', 'B'),
  'a comment in the name': boundary('boun()dary=B', 'B'),
  'a comment behind the name': boundary('boundary()=B', 'B'),
  'an empty comment in front': boundary('boundary=()B', 'B'),
  'an empty comment behind': boundary('boundary=B()', 'B'),
  'a comment in its middle': boundary('boundary=B()C', 'BC'),
  'a comment in its middle, the first counts': boundary('boundary=B()C', 'B'),
  'a comment in its middle, kept': boundary('boundary=B()C', 'B()C'),
  'a boundary in a comment in front': boundary('boundary=(boundary=C)B', 'B'),
  'a boundary in a comment in front, that counts': boundary('boundary=(boundary=C)B', 'C'),
  'a boundary in a comment in front, kept': boundary('boundary=(boundary=C)B', '(boundary=C)B'),
  'all in a comment': boundary('( boundary=B )', 'B'),
  'all in a comment behind a comment': boundary('(() boundary=B )', 'B'),
  'a backslash in the type': typed('multi\\part/mixed'),
  'a comment in front of the type': typed('() multipart/mixed'),
  'a comment at the type': typed('()multipart/mixed'),
  'a comment within the type': typed('multipar()t/mixed'),
  'a comment behind the subtype': typed('multipart/mixed()'),
  'another family': typed('singlepart/mixed'),
  'a family that is cut': typed('ultipart/mixed'),
  'a family of x': typed('x-multipart/mixed'),
  'a family in the plural': typed('multiparts/mixed'),
  'no subtype behind the slash': typed('multipart/'),
  'two slashes': typed('multipart//mixed'),
  'three pieces': typed('multipart/mixed/x'),
  'an encoded family': typed('=?UTF-8?B?bXVsdGlwYXJ0?=/mixed'),
  'an encoded type': typed('=?UTF-8?Q?multipart/mixed?='),
  'a colon in front of the type': (d) => void (d.rootType = d.rootType.replace(':', '::')),
  'extended, of no charset': boundary("boundary*=''BC", 'BC'),
  'extended, of no charset, escaped': boundary("boundary*=''B%43", 'BC'),
  'extended, of no charset, with a delimiter of another in front': (d) => {
    boundary("boundary*=''BC", 'BC')(d, '');
    d.preamble = '--fake\r\nContent-Type: text/plain\r\n\r\n';
    d.close += '--fake--\r\n';
  },
  'an extended section': boundary("boundary*0*=''B%43", 'BC'),
  'extended sections': boundary("boundary*0*=''B; boundary*1*=C", 'BC'),
  'extended sections out of order': boundary("boundary*1*=C; boundary*0*=''B", 'BC'),
  'extended sections out of order, joined as they stand': boundary("boundary*1*=''B; boundary*0*=C", 'BC'),
  'sections out of order, joined as they stand': boundary('boundary*1=B; boundary*0=C', 'BC'),
  'a section twice, and another': boundary('boundary*0=B; boundary*0=x; boundary*1=C', 'BC'),
  'a section twice, and another, the last counts': boundary('boundary*0=x; boundary*0=B; boundary*1=C', 'BC'),
  'an extended section twice, and another, the last counts': boundary(
    "boundary*0*=''x; boundary*0*=''B; boundary*1*=C",
    'BC',
  ),
  'an escape in a plain section': boundary('boundary*0=B%43', 'BC'),
  'an escape in a plain section, kept': boundary('boundary*0=B%43', 'B%43'),
  'sections and an extended one': boundary("boundary*0=x; boundary*=''B", 'B'),
  'UTF-16': boundary("boundary*=UTF-16''B%00C%00", 'BC'),
  'UTF-16 of the other order': boundary("boundary*=UTF-16''%00B%00C", 'BC'),
  'an escaped blank in front': boundary("boundary*=''%20B", ' B'),
  'an escaped blank in it': boundary("boundary*=''B%20C", 'B C'),
  'an escaped blank at its end': boundary("boundary*=''B%20", 'B '),
  'single quotes and a blank in front': boundary("boundary=' B'", ' B'),
  'single quotes and a blank in it': boundary("boundary='B C'", 'B C'),
  'single quotes and a blank at its end': boundary("boundary='B '", 'B '),
  'a blank and other letters': boundary('boundary="B XXX"', 'B YYY'),
  'a fold and other letters': boundary('boundary="B\r\n XXX"', 'B YYY'),
  'a lone CR at its end': boundary('boundary="B\r"', 'B\r'),
  'a lone CR at its end, left out': boundary('boundary="B\r"', 'B'),
  'a blank at the end of the delimiters': boundary('boundary=B', 'B '),
  'an encoded word in base64': boundary('boundary="=?us-ascii?B?Qg==?="', 'B'),
  'an escaped semicolon': boundary('boundary=B\\;C', 'B;C'),
  'an escaped semicolon, cut': boundary('boundary=B\\;C', 'B'),
  'an escaped semicolon, cut behind the backslash': boundary('boundary=B\\;C', 'B\\'),
  'an escaped semicolon, kept': boundary('boundary=B\\;C', 'B\\;C'),
  'escaped quotes': boundary('boundary=B\\"C\\"', 'B"C"'),
  'escaped quotes, what is in front': boundary('boundary=B\\"C\\"', 'B'),
  'escaped quotes, what is in front, with the backslash': boundary('boundary=B\\"C\\"', 'B\\'),
  'escaped quotes, what is inside': boundary('boundary=B\\"C\\"', 'C'),
  'escaped quotes, what is inside, with the backslash': boundary('boundary=B\\"C\\"', 'C\\'),
  'escaped quotes, kept': boundary('boundary=B\\"C\\"', 'B\\"C\\"'),
  'quotes at its end': boundary('boundary=B"C"', 'B"C"'),
  'quotes at its end, what is inside': boundary('boundary=B"C"', 'C'),
  'quotes at its front, kept': boundary('boundary="B"C', '"B"C'),
  'a quote that does not end, kept': boundary('boundary="B', '"B'),
  'quotes, kept': boundary('boundary="B"', '"B"'),
  'a parameter without a semicolon in front': boundary('foo=bla boundary=B', 'B'),
  'a quote in front': boundary('foo=bla"boundary=B', 'B'),
  'an escaped semicolon in front': boundary('foo=bla\\;boundary=B', 'B'),
  'inside of the quotes of another': boundary('foo="bla;boundary=B"', 'B'),
  'inside of the quotes of another, with the quote': boundary('foo="bla;boundary=B"', 'B"'),
  'inside of quotes that do not end': boundary('foo="bla;boundary=B', 'B'),
  'behind an escaped quote': boundary('foo="bla\\";boundary=B', 'B'),
  'behind an escaped quote without quotes': boundary('foo=bla\\";boundary=B', 'B'),
  'named in it, the name counts': boundary('boundary=boundary=B', 'boundary'),
  'named in it': boundary('boundary=boundary=B', 'B'),
  'named in it, kept': boundary('boundary=boundary=B', 'boundary=B'),
  'in quotes with its name': boundary('"boundary=B"', 'B'),
  'in quotes with its name and blanks': boundary('" boundary=B "', 'B'),
  'the type in its place': (d) => void (d.rootType = 'Content-Type: boundary=B\r\n'),
  'upper case in the name': boundary('BOUNDARY=B', 'B'),
  'a long name in front': boundary(`${'x'.repeat(300)}=a; boundary=B`, 'B'),
  '200 parameters in front': boundary(
    `${Array.from({ length: 200 }, (_, i) => `p${i}=a; `).join('')}boundary=B`,
    'B',
  ),
  'tabs for blanks in it': boundary('boundary="B C"', 'B\tC'),
  'a line of the body that begins with two dashes and a blank': boundary('boundary=" B"', 'B'),
  'a number sign and a plus': boundary('boundary=#####+', '#####+'),
  'an underscore in the name of the field': (d) =>
    void (d.rootType = d.rootType.replace('Content-Type', 'Content_Type')),
  'a field of HTML': (d) =>
    void (d.text = `Content-Type: text/html\r\n\r\n<meta http-equiv="Content-Type" content="multipart/mixed; boundary=B">\r\n`),
  'at MIME-Version': (d) => {
    d.fields = d.fields.replace('1.0', '1.0; boundary=B');
    d.rootType = 'Content-Type: multipart/mixed\r\n';
  },
  'in two fields, one of each': (d) =>
    void (d.rootType = 'Content-Type: multipart/mixed\r\nContent-Type: text/plain; boundary=B\r\n'),
  'in two fields, the first of text': (d) =>
    void (d.rootType = 'Content-Type: text/plain; boundary=B\r\nContent-Type: multipart/mixed\r\n'),
  alternative: (d) => void (d.rootType = d.rootType.replace('mixed', 'alternative')),
  'a header set': (d) => void (d.rootType = d.rootType.replace('mixed', 'header-set')),
  'byte ranges': (d) => void (d.rootType = d.rootType.replace('mixed', 'byteranges')),
  'replaced as it goes': (d) => void (d.rootType = d.rootType.replace('mixed', 'x-mixed-replace')),
} satisfies Record<string, Evasion>;
