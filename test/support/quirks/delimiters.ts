import { CTE, type Evasion, TEXT } from '../evasions/draft.ts';
import { toQuoted } from '../transfer-encoders.ts';

const outer = (d: Parameters<Evasion>[0], name: string): void =>
  void (d.rootType = `Content-Type: multipart/mixed; boundary="${name}"\r\n`);

/** Constructs in delimiters, and in how multiparts begin and end. */
export const DELIMITERS = {
  'NBSP behind': (d) => void (d.delimiter = `--${d.boundary}\xa0\r\n`),
  'a blank of UTF-8 behind': (d) => void (d.delimiter = `--${d.boundary}\xc2\xa0\r\n`),
  'a blank of UTF-8 in front': (d) => void (d.delimiter = `\xc2\xa0--${d.boundary}\r\n`),
  'a vertical tab behind': (d) => void (d.delimiter = `--${d.boundary}\v\r\n`),
  '0x1a behind': (d) => void (d.delimiter = `--${d.boundary}\x1a\r\n`),
  '0x85 behind': (d) => void (d.delimiter = `--${d.boundary}\x85\r\n`),
  'a backspace in front': (d) => void (d.delimiter = `x\b--${d.boundary}\r\n`),
  'LF CR behind': (d) => void (d.delimiter = `--${d.boundary}\n\r`),
  'CR CR LF in front': (d) => void (d.delimiter = `\r\r\n--${d.boundary}\r\n`),
  'a blank and a lone CR in front': (d) => void (d.delimiter = ` \r--${d.boundary}\r\n`),
  'a colon behind': (d) => void (d.delimiter = `--${d.boundary}: a\r\n`),
  'a field behind, without a blank': (d) => void (d.delimiter = `--${d.boundary}Content-Description: a\r\n`),
  'a comment behind': (d) => void (d.delimiter = `--${d.boundary} (c)\r\n`),
  'a semicolon behind': (d) => void (d.delimiter = `--${d.boundary};\r\n`),
  'quotes around': (d) => void (d.delimiter = `--"${d.boundary}"\r\n`),
  'a blank behind the dashes': (d) => void (d.delimiter = `-- ${d.boundary}\r\n`),
  'dashes of another kind': (d) => void (d.delimiter = `\xe2\x80\x94${d.boundary}\r\n`),
  'all lines behind the first one of junk': (d) => {
    d.delimiter = `--${d.boundary}X\r\n`;
    d.close = `--${d.boundary}X--\r\n`;
  },
  'a blank in front of the closing one': (d) => void (d.close = ` --${d.boundary}--\r\n`),
  'a line end in the closing one': (d) => void (d.delimiter = `--${d.boundary}-\r\n-\r\n--${d.boundary}\r\n`),
  'the outer boundary closes the inner one': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${d.boundary}--"\r\n\r\n--${d.boundary}----\r\n`;
    d.close = `--${d.boundary}----\r\n--${d.boundary}--\r\n`;
  },
  'an inner multipart of the same boundary, behind a part that closes': (d) => {
    d.text = `${TEXT}--${d.boundary}--\r\n`;
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${d.boundary}"\r\n\r\n--${d.boundary}\r\n`;
  },
  'an inner multipart of the same boundary, a text, and the end': (d) => {
    d.text = `Content-Type: multipart/mixed; boundary="${d.boundary}"\r\n\r\n--${d.boundary}\r\n${TEXT}--${d.boundary}--\r\n`;
  },
  'an outer boundary that is longer, and one more in the inner preamble': (d) => {
    const inner = d.boundary;
    outer(d, `${inner}_`);
    d.boundary = `${inner}_`;
    d.text = `Content-Type: multipart/mixed; boundary="${inner}"\r\n\r\n--${inner}_X\r\n\r\n--${inner}\r\n${TEXT}`;
    d.delimiter = `--${inner}\r\n`;
    d.close = `--${inner}--\r\n--${inner}_--\r\n`;
  },
  'an outer boundary that is longer': (d) => {
    const inner = d.boundary;
    outer(d, `${inner}_`);
    d.boundary = `${inner}_`;
    d.text = `Content-Type: multipart/mixed; boundary="${inner}"\r\n\r\n--${inner}\r\n${TEXT}`;
    d.delimiter = `--${inner}\r\n`;
    d.close = `--${inner}--\r\n--${inner}_--\r\n`;
  },
  'a closing one in the header of an inner multipart': (d) => {
    d.text = `Content-Type: multipart/mixed; boundary="I"\r\n--${d.boundary}--\r\n\r\n--I\r\n${TEXT}`;
    d.delimiter = '--I\r\n';
    d.close = `--I--\r\n--${d.boundary}--\r\n`;
  },
  'an open one in the header of an inner multipart': (d) => {
    d.text = `Content-Type: multipart/mixed; boundary="I"\r\n--${d.boundary}\r\n\r\n--I\r\n${TEXT}`;
    d.delimiter = '--I\r\n';
    d.close = `--I--\r\n--${d.boundary}--\r\n`;
  },
  'an outer one in front of the base64': (d) => {
    outer(d, '#####+');
    d.boundary = '#####+';
    d.delimiter = '--#####+\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n';
    d.close = '--I--\r\n--#####+--\r\n';
    d.gap = '\r\n--#####+\r\n';
  },
  'an outer one in front of the base64 of an inner part, in lines of three': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n`;
    d.gap = `\r\n--${d.boundary}\r\n`;
    d.mangle = (text) => text.replace(/\r\n/g, '').replace(/.{3}/g, '$&\r\n');
    d.close = `--I--\r\n--${d.boundary}--\r\n`;
  },
  'an outer one in front of the base64 of an inner part, with the digits of URLs': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n`;
    d.gap = `\r\n--${d.boundary}--\r\n`;
    d.mangle = (text) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/.{20}/, '$&\r\n');
    d.close = `--I--\r\n--${d.boundary}--\r\n`;
  },
  'an outer one in front of the base64 of an inner part, within it': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n`;
    d.mangle = (text) => text.replace(/.{24}/, `$&\r\n--${d.boundary}\r\n`);
    d.close = `--I--\r\n--${d.boundary}--\r\n`;
  },
  'an inner multipart of the same boundary in a message': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${d.boundary}"\r\n\r\n--${d.boundary}\r\n`;
  },
  'an inner multipart of a longer boundary in a message': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${d.boundary}x"\r\n\r\n--${d.boundary}x\r\n`;
    d.close = `--${d.boundary}x--\r\n--${d.boundary}--\r\n`;
  },
  'an outer one in the header of a message': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: message/rfc822\r\n\r\nSubject: a\r\n--${d.boundary}\r\n`;
  },
  'no closing ones of two': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n`;
    d.close = '';
  },
  'the closing one of an inner multipart that is not open': (d) => {
    d.delimiter = `--I--\r\n--${d.boundary}\r\n`;
  },
  'a part without a header in front': (d) =>
    void (d.delimiter = `--${d.boundary}\r\n\r\n--${d.boundary}\r\n`),
  'a part of a blank line in front': (d) =>
    void (d.delimiter = `--${d.boundary}\r\n \r\n--${d.boundary}\r\n`),
  'an empty multipart in front': (d) =>
    void (d.text = 'Content-Type: multipart/mixed; boundary=I\r\n\r\n--I--\r\n'),
  'a multipart without delimiters in front': (d) =>
    void (d.text = 'Content-Type: multipart/mixed; boundary=I\r\n\r\none\r\n'),
  'a message without an end in front': (d) =>
    void (d.text =
      'Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n'),
  'a message in base64 in front': (d) =>
    void (d.text =
      'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYQ0KDQpi\r\n'),
  'a partial message in front': (d) =>
    void (d.text = 'Content-Type: message/rfc822\r\nContent-Length: 100000\r\n\r\nSubject: a\r\n\r\none\r\n'),
  'a binary part with a length in front': (d) =>
    void (d.text =
      'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nContent-Length: 100000\r\n\r\none\r\n'),
  'a comment of HTML around': (d) => {
    d.text = 'Content-Type: text/html\r\n\r\n<!--\r\n';
    d.close = `--${d.boundary}\r\nContent-Type: text/html\r\n\r\n-->\r\n--${d.boundary}--\r\n`;
  },
  'uuencode that does not end in front': (d) =>
    void (d.text = 'Content-Type: text/plain\r\n\r\nbegin 644 a.txt\r\nM1234\r\n'),
  'yEnc that does not end in front': (d) =>
    void (d.text = 'Content-Type: text/plain\r\n\r\n=ybegin line=128 size=9999 name=a.txt\r\nabc\r\n'),
  'a soft break in front': (d) =>
    void (d.text = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\none=\r\n'),
  'a soft break in front, no line end': (d) => {
    d.text = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\none=\r';
  },
  'a line of 100 KB in front': (d) => void (d.text = `${TEXT}${'x'.repeat(100_000)}\r\n`),
  'behind 998 characters': (d) => void (d.delimiter = `${'x'.repeat(998)}--${d.boundary}\r\n`),
  'behind 998 characters and a blank': (d) => void (d.delimiter = `${'x'.repeat(998)} --${d.boundary}\r\n`),
  'behind two dots': (d) => void (d.delimiter = `..--${d.boundary}\r\n`),
  'behind a dot': (d) => void (d.delimiter = `.--${d.boundary}\r\n`),
  'a dot in front of all': (d) => void (d.delimiter = `.\r\n--${d.boundary}\r\n`),
  'in quoted-printable': (d) => void (d.delimiter = `=2D=2D${d.boundary}\r\n`),
  'with a soft break': (d) => void (d.delimiter = `--${d.boundary}=\r\n\r\n`),
  'of HTML': (d) => void (d.delimiter = `<br>--${d.boundary}\r\n`),
  'two in a line': (d) => void (d.delimiter = `--${d.boundary}--${d.boundary}\r\n`),
  'ten closing ones': (d) => void (d.delimiter = `${`--${d.boundary}--\r\n`.repeat(10)}--${d.boundary}\r\n`),
  'one that ends a header, which says how the multipart behind it is encoded': (d) => {
    d.delimiter = `--${d.boundary}\r\n${CTE}: quoted-printable\r\n--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I1\r\n\r\n--I1\r\nContent-Type: multipart/digest; boundary=I2\r\n\r\n--I2\r\n\r\n`;
    d.encoding = '';
    d.encode = toQuoted;
    d.close = `--I2--\r\n--I1--\r\n--${d.boundary}--\r\n`;
  },
  'one that ends a header, of a boundary that ends in two dashes for some': (d) => {
    d.rootType = `Content-Type: multipart/mixed; boundary="${d.boundary}--"\r\n`;
    d.delimiter = `--${d.boundary}\r\n${CTE}: quoted-printable\r\n--${d.boundary}--\r\n`;
    d.encoding = '';
    d.encode = toQuoted;
    d.close = '';
  },
  'upper and lower case': (d) => void (d.delimiter = `--${d.boundary.toLowerCase()}\r\n`),
} satisfies Record<string, Evasion>;
