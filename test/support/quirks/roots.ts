import { type Evasion, TEXT } from '../evasions/draft.ts';
import { toUuencode, toYenc } from '../transfer-encoders.ts';

const hidden =
  (front: string): Evasion =>
  (draft) =>
    void (draft.rootType = `${front}${draft.rootType}`);

const linesOfBodyEndIn =
  (lineEnd: string): Evasion =>
  (draft) =>
    void (draft.finish = (text) => {
      const end = text.indexOf('\r\n\r\n') + 4;
      return text.slice(0, end) + text.slice(end).replaceAll('\r\n', lineEnd);
    });

/** Constructs in the message's header, and in the message as a whole. */
export const ROOTS = {
  'folded to a field with a blank': hidden('X-Foo :bar\r\n '),
  'folded to a field of two words': hidden('X-Foo Bar:bar\r\n '),
  'folded to a line that is no field': hidden('X-Foo-bar\r\n '),
  'folded to an empty field': hidden('X-Foo:\r\n '),
  'folded to a field': hidden('X-Foo: bar\r\n '),
  'behind a lone CR': hidden('X-Foo: bar\r'),
  'behind LF CR': hidden('X-Foo: bar\n\r'),
  'behind a lone LF': hidden('X-Foo: bar\n'),
  'behind NUL': hidden('X-Foo: bar\0'),
  'behind a line separator': hidden('X-Foo: bar\xe2\x80\xa8'),
  'behind the next line of C1': hidden('X-Foo: bar\x85'),
  'behind a form feed': hidden('X-Foo: bar\f'),
  'behind 998 characters': hidden(`X-Foo: ${'x'.repeat(991)}`),
  'behind 998 characters of blanks': hidden(`X-Foo: a${' '.repeat(990)}`),
  'two folds behind the name': (d) => void (d.rootType = d.rootType.replace(': ', ':\r\n \r\n ')),
  'CR in front of the message': (d) => void (d.fields = `\r${d.fields}`),
  'a vertical tab in front of the message': (d) => void (d.fields = `\v${d.fields}`),
  'a colon in front of the message': (d) => void (d.fields = `:\r\n${d.fields}`),
  'a line of CR CR LF first': (d) => void (d.fields = `\r\r\n${d.fields}`),
  'a line of CR CR LF': (d) => void (d.fields += '\r\r\n'),
  'a line of LF CR': (d) => void (d.fields += '\n\r'),
  'a line of two blanks and a tab': (d) => void (d.fields += '  \t\r\n'),
  'a line of a vertical tab': (d) => void (d.fields += '\v\r\n'),
  'a line of NBSP': (d) => void (d.fields += '\xa0\r\n'),
  'a line of a blank of UTF-8': (d) => void (d.fields += '\xc2\xa0\r\n'),
  'a line of 0x1a': (d) => void (d.fields += '\x1a\r\n'),
  'a line of two dashes': (d) => void (d.fields += '--\r\n'),
  'a line of a word': (d) => void (d.fields += 'Hello\r\n'),
  'a line of a colon': (d) => void (d.fields += ':\r\n'),
  'From of a mailbox in the middle': (d) =>
    void (d.fields += 'From a@example.org Mon Jan  1 10:00:00 2024\r\n'),
  'a quoted From of a mailbox': (d) => void (d.fields = `>From a Mon Jan  1 10:00:00 2024\r\n${d.fields}`),
  'MIME-Version of 2.0': (d) => void (d.fields = d.fields.replace('1.0', '2.0')),
  'MIME-Version of nothing': (d) => void (d.fields = d.fields.replace('1.0', '')),
  'MIME-Version with a comment': (d) => void (d.fields = d.fields.replace('1.0', '(c)1.0(d)')),
  'a name in lower case': (d) => void (d.rootType = d.rootType.replace('Content-Type', 'content-type')),
  'a name with NUL behind': (d) => void (d.rootType = d.rootType.replace(':', '\0:')),
  'a name with a vertical tab behind': (d) => void (d.rootType = d.rootType.replace(':', '\v:')),
  'a name with NBSP behind': (d) => void (d.rootType = d.rootType.replace(':', '\xa0:')),
  'a name in quotes': (d) => void (d.rootType = d.rootType.replace('Content-Type', '"Content-Type"')),
  'a name with a blank in it': (d) => void (d.rootType = d.rootType.replace('-Type', '- Type')),
  'a folded name': (d) => void (d.rootType = d.rootType.replace('-Type', '-\r\n Type')),
  'a name cut': (d) => void (d.rootType = d.rootType.replace('Type', 'Typ')),
  'a name of another dash': (d) => void (d.rootType = d.rootType.replace('-', '\xe2\x80\x90')),
  'a colon of wide letters': (d) => void (d.rootType = d.rootType.replace(':', '\xef\xbc\x9a')),
  'an equals sign for the colon': (d) => void (d.rootType = d.rootType.replace(':', '=')),
  'no colon': (d) => void (d.rootType = d.rootType.replace(':', '')),
  'a blank in front of the type': (d) => void (d.rootType = ` ${d.rootType}`),
  'a type as of a resent message': (d) => void (d.rootType = `Resent-${d.rootType}`),
  'a body that begins with a header': (d) => {
    d.preamble = d.rootType + '\r\n';
    d.rootType = '';
  },
  'a body that begins with a header behind a blank line': (d) => {
    d.preamble = `\r\n${d.rootType}\r\n`;
    d.rootType = '';
  },
  'a body that begins with a whole header': (d) => {
    d.preamble = `${d.fields}${d.rootType}\r\n`;
    d.rootType = '';
  },
  'a delimiter in the header': (d) =>
    void (d.rootType = 'Content-Type: multipart/mixed; boundary="B:1"\r\n--B:1--\r\n'),
  'fields of 998 characters': (d) => void (d.fields += `X-A: ${'a'.repeat(993)}\r\n`),
  'lines that end in LF CR': (d) => void (d.finish = (text) => text.replaceAll('\r\n', '\n\r')),
  'lines of the body that end in CR': linesOfBodyEndIn('\r'),
  'lines of the body that end in LF': linesOfBodyEndIn('\n'),
  'lines of the body that end in CR CR LF': linesOfBodyEndIn('\r\r\n'),
  'a blank at each end of a line of the body': linesOfBodyEndIn(' \r\n'),
  'NUL behind each line of the body': linesOfBodyEndIn('\0\r\n'),
  'NUL in front of each line of the body': linesOfBodyEndIn('\r\n\0'),
  'a blank line of CR LF LF': (d) => void (d.finish = (text) => text.replace('\r\n\r\n', '\r\n\n')),
  'a blank line of LF CR LF': (d) => void (d.finish = (text) => text.replace('\r\n\r\n', '\n\r\n')),
  'a blank line of CR CR LF LF': (d) =>
    void (d.finish = (text) => text.replace('\r\n\r\n', '\r\n\r\r\n\r\n')),
  'a blank line of a blank': (d) => void (d.finish = (text) => text.replace('\r\n\r\n', '\r\n \r\n')),
  'a blank line of a vertical tab': (d) => void (d.finish = (text) => text.replace('\r\n\r\n', '\r\n\v\r\n')),
  'no blank line': (d) => void (d.finish = (text) => text.replace('\r\n\r\n', '\r\n')),
  'a mailbox': (d) =>
    void (d.finish = (text) =>
      `From a Mon Jan  1 10:00:00 2024\r\nFrom: a@example.org\r\n\r\none\r\n\r\nFrom b Mon Jan  1 10:00:00 2024\r\n${text}`),
  'a file of applications': (d) => void (d.rootType += 'Content-Disposition: attachment; filename=a.txt\r\n'),
  'a class of content': (d) => void (d.fields += 'Content-Class: urn:content-classes:message\r\n'),
  'nothing but uuencode, in front of the first delimiter': (d) =>
    void (d.compose = () =>
      `${d.fields}${d.rootType}\r\n${toUuencode(d.payload, 'evil.exe')}--B\r\n${TEXT}--B--\r\n`),
  'nothing but uuencode, behind the last delimiter': (d) =>
    void (d.compose = () =>
      `${d.fields}${d.rootType}\r\n--B\r\n${TEXT}--B--\r\n${toUuencode(d.payload, 'evil.exe')}`),
  'nothing but uuencode, in a multipart without delimiters': (d) =>
    void (d.compose = () => `${d.fields}${d.rootType}\r\n${toUuencode(d.payload, 'evil.exe')}`),
  'nothing but yEnc, behind the last delimiter': (d) =>
    void (d.compose = () =>
      `${d.fields}${d.rootType}\r\n--B\r\n${TEXT}--B--\r\n${toYenc(d.payload).replace('notes.dat', 'evil.exe')}`),
  'nothing but uuencode': (d) =>
    void (d.compose = () => `From: a@example.org\r\n\r\n${toUuencode(d.payload, 'evil.exe')}`),
} satisfies Record<string, Evasion>;
