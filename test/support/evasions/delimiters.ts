import { toQuoted } from '../transfer-encoders.ts';
import { CTE, type Draft, type Evasion, TEXT } from './draft.ts';

/** Constructs in delimiters, and in how multiparts begin and end. */
export const DELIMITERS = {
  'junk behind': (d) => void (d.delimiter = `--${d.boundary}junk\r\n`),
  'junk behind a blank': (d) => void (d.delimiter = `--${d.boundary} junk\r\n`),
  'a blank in front': (d) => void (d.delimiter = ` --${d.boundary}\r\n`),
  'blanks behind': (d) => void (d.delimiter = `--${d.boundary} \t\r\n`),
  'behind a lone CR': (d) => void (d.delimiter = `x\r--${d.boundary}\r\n`),
  'a lone CR behind': (d) => void (d.delimiter = `--${d.boundary}\r`),
  'two CR behind': (d) => void (d.delimiter = `--${d.boundary}\r\r\n`),
  'LF behind': (d) => void (d.delimiter = `--${d.boundary}\n`),
  'NUL behind': (d) => void (d.delimiter = `--${d.boundary}\0\r\n`),
  'a form feed behind': (d) => void (d.delimiter = `--${d.boundary}\x0c\r\n`),
  'behind the closing one': (d) => void (d.delimiter = `--${d.boundary}--\r\n--${d.boundary}\r\n`),
  'the closing one in its place': (d) => void (d.delimiter = `--${d.boundary}--\r\n`),
  'no closing one': (d) => void (d.close = ''),
  'a closing one with junk': (d) => void (d.close = `--${d.boundary}--junk\r\n`),
  'the closing one first': (d) => void (d.preamble = `--${d.boundary}--\r\n`),
  'the attachment in the preamble': (d) =>
    void (d.preamble = `--${d.boundary}\r\nContent-Type: text/plain\r\n`),
  'an inner multipart that does not end': (d) =>
    void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/alternative; boundary=I\r\n\r\n--I\r\n${TEXT}--${d.boundary}\r\n`),
  'an inner multipart of the same boundary': (d) =>
    void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/alternative; boundary="${d.boundary}"\r\n\r\n--${d.boundary}\r\n`),
  'an inner multipart of a longer boundary': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${d.boundary}x"\r\n\r\n--${d.boundary}x\r\n`;
    d.close = `--${d.boundary}x--\r\n--${d.boundary}--\r\n`;
  },
  'an inner multipart of a shorter boundary': (d) => {
    const inner = d.boundary.slice(0, -1) || 'i';
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${inner}"\r\n\r\n--${inner}\r\n`;
    d.close = `--${inner}--\r\n--${d.boundary}--\r\n`;
  },
  'a header that ends at a delimiter': (d) =>
    void (d.delimiter = `--${d.boundary}\r\nContent-Type: text/plain\r\n--${d.boundary}\r\n`),
  'at the end of a line': (d) => {
    d.text = `${d.text.trimEnd()}--${d.boundary}\r\n`;
    d.delimiter = '';
  },
  'behind a mark of UTF-8': (d) => void (d.delimiter = `\xef\xbb\xbf--${d.boundary}\r\n`),
  'behind NUL': (d) => void (d.delimiter = `\0--${d.boundary}\r\n`),
  'behind a form feed': (d) => void (d.delimiter = `\x0c--${d.boundary}\r\n`),
  'behind a vertical tab': (d) => void (d.delimiter = `\x0b--${d.boundary}\r\n`),
  'behind a sign of quoting': (d) => void (d.delimiter = `> --${d.boundary}\r\n`),
  'behind LF CR': (d) => void (d.delimiter = `\n\r--${d.boundary}\r\n`),
  'of one dash': (d) => void (d.delimiter = `-${d.boundary}\r\n`),
  'of three dashes': (d) => void (d.delimiter = `---${d.boundary}\r\n`),
  'without dashes': (d) => void (d.delimiter = `${d.boundary}\r\n`),
  'a dash behind': (d) => void (d.delimiter = `--${d.boundary}-\r\n`),
  'a blank in front of two dashes behind': (d) => void (d.delimiter = `--${d.boundary} --\r\n`),
  'a closing one twice': (d) =>
    void (d.delimiter = `--${d.boundary}--\r\n--${d.boundary}--\r\n--${d.boundary}\r\n`),
  'a closing one and an open one on a line': (d) =>
    void (d.delimiter = `--${d.boundary}----${d.boundary}\r\n`),
  'an open one with the field behind it': (d) => void (d.delimiter = `--${d.boundary} X-A: a\r\n`),
  '1000 blanks behind': (d) => void (d.delimiter = `--${d.boundary}${' '.repeat(1000)}\r\n`),
  'two in a row': (d) => void (d.delimiter = `--${d.boundary}\r\n--${d.boundary}\r\n`),
  'LF around all': (d) => void (d.delimiter = `\n--${d.boundary}\n`),
  'no line end in front': (d) => void (d.text = d.text.trimEnd()),
  'the last one in front of the attachment closes an outer one': (d) =>
    void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary="${d.boundary}--"\r\n\r\n--${d.boundary}--\r\n`),
  'an inner multipart that an outer delimiter ends': (d) =>
    void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n${TEXT}--${d.boundary}\r\n${TEXT}--I\r\n`),
  'an inner multipart that is closed from outside, and goes on': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n${TEXT}--${d.boundary}--\r\n--I\r\n`;
    d.close = '--I--\r\n';
  },
  'an inner multipart without a first delimiter': (d) =>
    void (d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n`),
  'an inner multipart that closes first': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I--\r\n--I\r\n`;
    d.close = `--I--\r\n--${d.boundary}--\r\n`;
  },
  'a base64 part in front': (d) =>
    void (d.text = `Content-Type: text/plain\r\n${CTE}: base64\r\n\r\nb25l\r\n`),
  'a base64 part in front, and the delimiter at the end of a line': (d) => {
    d.text = `Content-Type: text/plain\r\n${CTE}: base64\r\n\r\nb25l--${d.boundary}\r\n`;
    d.delimiter = '';
  },
  'a base64 part in front, and another boundary': (d) => {
    d.text = `Content-Type: text/plain\r\n${CTE}: base64\r\n\r\nb25l\r\n`;
    d.delimiter = '--X\r\n';
  },
  'the attachment behind the closing one, and an outer text': (d) => {
    d.text = `Content-Type: multipart/alternative; boundary=I\r\n\r\n--I\r\n${TEXT}--I--\r\n--I\r\n`;
    d.delimiter = '';
  },
  'an epilogue of an inner multipart': (d) => {
    d.text = `Content-Type: multipart/alternative; boundary=I\r\n\r\n--I\r\n${TEXT}--I--\r\n`;
    d.delimiter = '';
  },
  'a preamble of an inner multipart': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n`;
    d.close = `--I\r\n${TEXT}--I--\r\n--${d.boundary}--\r\n`;
  },
  'a header that ends at a delimiter, and says how what is behind it is encoded': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: text/plain\r\n${CTE}: quoted-printable\r\n--${d.boundary}\r\n`;
    inQuotedPrintable(d);
  },
  'the same with two delimiters, the first of which closes an inner multipart': (d) => {
    d.delimiter = `--${d.boundary}\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n${CTE}: quoted-printable\r\n--I--\r\n--${d.boundary}\r\n`;
    inQuotedPrintable(d);
  },
  'the same with three headers': (d) => {
    d.delimiter = `--${d.boundary}\r\n${CTE}: quoted-printable\r\n--${d.boundary}\r\nX-A: a\r\n--${d.boundary}\r\n`;
    inQuotedPrintable(d);
  },
  'the same behind the last delimiter': (d) => {
    d.delimiter = `--${d.boundary}\r\n${CTE}: quoted-printable\r\n--${d.boundary}--\r\n`;
    inQuotedPrintable(d);
    d.close = '';
  },
  'indented, behind very many that have something behind them': (d) =>
    void (d.delimiter = `${flood(d.boundary)} --${d.boundary}\r\n`),
  'behind a lone CR, and behind very many that have something behind them': (d) =>
    void (d.delimiter = `${flood(d.boundary)}x\r--${d.boundary}\r\n`),
  'with something behind, and behind very many inside of lines': (d) =>
    void (d.delimiter = `${`> --${d.boundary}\r\n`.repeat(100)}--${d.boundary}junk\r\n`),
  'indented, in twelve multiparts': (d) => deepInside(d, ` --I12\r\n`),
  'behind a lone CR, in twelve multiparts': (d) => deepInside(d, `x\r--I12\r\n`),
  'with something behind, in twelve multiparts': (d) => deepInside(d, `--I12 x\r\n`),
  'of an outer multipart, indented, in twelve multiparts': (d) => deepInside(d, `\t--I3\r\n`),
} satisfies Record<string, Evasion>;

/** The attachment, in an encoding that its own header does not say. */
function inQuotedPrintable(d: Draft): void {
  d.encoding = '';
  d.encode = toQuoted;
}

function flood(boundary: string): string {
  return `--${boundary}x\r\n`.repeat(100);
}

/** The attachment behind this delimiter in a text that is twelve multiparts deep. */
function deepInside(d: Draft, delimiter: string): void {
  const levels = Array.from({ length: 12 }, (_, i) => `I${i + 1}`);
  const open = levels.map(
    (level) => `Content-Type: multipart/mixed; boundary=${level}\r\n\r\n--${level}\r\n`,
  );
  d.delimiter = `--${d.boundary}\r\n${open.join('')}${TEXT}${delimiter}`;
  d.close = `${levels
    .toReversed()
    .map((level) => `--${level}--\r\n`)
    .join('')}--${d.boundary}--\r\n`;
}
