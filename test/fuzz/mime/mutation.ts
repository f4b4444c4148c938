import type { Random } from './random.ts';

/** Longer inputs are cut: what takes long is tried less often. */
const LONGEST = 12_000;

/** What means something somewhere. */
const TOKENS = [
  '--',
  '--b0\r\n',
  '\r\n--b0\r\n',
  '\r\n--b0--\r\n',
  '\r\n--b1--\r\n',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  '\0',
  '=',
  '=\r\n',
  '"',
  ';',
  '(',
  '\\',
  '*=',
  "''",
  '%41',
  '\xff',
  '\xfe',
  '<!--',
  '</body>',
  'Content-Type: multipart/mixed; boundary=b0\r\n',
  'Content-Type: text/html\r\n\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'Content-Disposition: attachment; filename=a.exe\r\n',
];

type Mutation = (random: Random, text: string, other: string) => string;

/** Each makes of a text (latin1, not empty) another, and looks at a second one where it wants. */
const MUTATIONS: readonly Mutation[] = [
  function flip(random, text) {
    const at = random.below(text.length);
    const code = random.chance(50) ? text.charCodeAt(at) ^ (1 << random.below(8)) : random.below(256);
    return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
  },
  function insertBytes(random, text) {
    const bytes = Array.from({ length: 1 + random.below(4) }, () => String.fromCharCode(random.below(256)));
    return inserted(random, text, bytes.join(''));
  },
  (random, text) => inserted(random, text, random.pick(TOKENS)),
  function deleteBytes(random, text) {
    const at = random.below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + random.below(random.pick([1, 8, 200])));
  },
  function duplicateLine(random, text) {
    const [start, end] = someLine(random, text);
    return text.slice(0, end) + text.slice(start);
  },
  function dropLine(random, text) {
    const [start, end] = someLine(random, text);
    return text.slice(0, start) + text.slice(end);
  },
  function moveLine(random, text) {
    const [start, end] = someLine(random, text);
    const rest = text.slice(0, start) + text.slice(end);
    const [at] = someLine(random, rest);
    return rest.slice(0, at) + text.slice(start, end) + rest.slice(at);
  },
  function swapLines(random, text) {
    const lines = text.split('\n');
    const [one, two] = [random.below(lines.length), random.below(lines.length)];
    [lines[one], lines[two]] = [lines[two], lines[one]];
    return lines.join('\n');
  },
  function changeField(random, text) {
    const fields = [...text.matchAll(/^[\w-]+:.*\n(?:[ \t].*\n)*/gm)];
    if (fields.length === 0) return text;
    const field = random.pick(fields);
    const others = [...fields, ...'\n'.repeat(2)].map(String);
    const instead = random.pick([
      '',
      field[0] + field[0],
      random.pick(others),
      field[0].replace(/\r?\n/, ''),
    ]);
    return text.slice(0, field.index) + instead + text.slice(field.index + field[0].length);
  },
  function splice(random, text, other) {
    const [from] = someLine(random, other);
    const [to] = someLine(random, text);
    return text.slice(0, to) + other.slice(from);
  },
  function transplant(random, text, other) {
    const from = random.below(other.length);
    return inserted(random, text, other.slice(from, from + random.below(400)));
  },
  (random, text) => text.slice(0, 1 + random.below(text.length)),
  function repeat(random, text) {
    const [start] = someLine(random, text);
    const stretch = text.slice(start, start + random.below(300));
    return (
      text.slice(0, start) + stretch.repeat(1 + random.below(random.pick([3, 3, 40]))) + text.slice(start)
    );
  },
  (random, text) => text.replaceAll(random.pick(['b0', 'b1', 'b2', 'b3']), random.pick(['b0', 'b1', 'b1x'])),
];

/** Another input, made of this one by a few changes, some of which take from the second. */
export function mutate(random: Random, input: Buffer, other: Buffer): Buffer {
  let text = input.toString('latin1');
  do {
    if (text === '') break;
    text = random.pick(MUTATIONS)(random, text, other.toString('latin1')).slice(0, LONGEST);
  } while (random.chance(60));
  return Buffer.from(text, 'latin1');
}

function inserted(random: Random, text: string, piece: string): string {
  const at = random.chance(50) ? random.below(text.length + 1) : someLine(random, text)[0];
  return text.slice(0, at) + piece + text.slice(at);
}

/** Where a line begins, and where the next does. */
function someLine(random: Random, text: string): [start: number, end: number] {
  const at = random.below(text.length);
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const lineFeed = text.indexOf('\n', at);
  return [start, lineFeed < 0 ? text.length : lineFeed + 1];
}
