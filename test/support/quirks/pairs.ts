import type { Evasion } from '../evasions.ts';
import { type Construct, CONSTRUCTS } from '../evasions/pairs.ts';
import { QUIRKS } from '../quirks.ts';

const ALL: readonly Construct[] = Object.entries(QUIRKS).flatMap(([layer, quirks]) =>
  Object.entries<Evasion>(quirks).map(([name, evasion]) => ({ layer, name: `${layer}: ${name}`, evasion })),
);

/** Of the other constructs, those that most readers fall for. */
const STRONG: ReadonlySet<string> = new Set([
  'root: a fold first',
  'root: lines that end in CR CR LF',
  'boundary: two parameters, the last counts',
  'boundary: two fields, the last counts',
  'delimiter: behind the closing one',
  'delimiter: a blank in front',
  'delimiter: an inner multipart that does not end',
  'wrap: a message in base64',
  'wrap: a multipart in base64, not encoded',
  'wrap: a digest',
]);

/** The pieces of a message that the constructs of a layer alter. */
const PIECES: Readonly<Record<string, readonly string[]>> = {
  root: ['root'],
  boundary: ['root', 'delimiter'],
  delimiter: ['delimiter'],
  field: ['type', 'content'],
  encoding: ['type', 'encoding', 'content'],
  quoted: ['encoding', 'digits'],
  base64: ['digits'],
  wrap: ['wrap'],
};

/** By themselves two things in one, or more: a file in a text in a file, more levels than are followed, a delimiter in the digits. */
const SEVERAL =
  /^(?:wrap: (?:a text that is quoted|HTML in base64|a rich text|messages of six|a message of an unknown kind, of)|delimiter: (?:an outer one in front of the base64|one that ends a header)|field: (?:a message, but no|the blank line behind the first|no blank line, controls, and)|encoding: (?:a picture of a card, in short|BinHex without its line))/;
/** What is no base64, or a text in a charset. */
const OTHERS = /^(?:field: (?:UTF|ISO|HZ|EBCDIC)|encoding: )/;
/** In lines of the header, quoted-printable has no escapes. */
const IN_HEADER = /^field: (?:two blank|a blank line of|no blank)/;
/** What alters the pieces of others as well. */
const MORE =
  /^root: (?:nothing but|a body that|a delimiter in|lines of the|lines that|no blank|a mailbox|an? blank |NUL )/;

/** Whether two are tried together. A soft break of two line ends has one more behind it, for whom each CR is one. */
function fits(pair: readonly [Construct, Construct]): boolean {
  const [one, other] = pair;
  if (PIECES[one.layer].some((piece) => PIECES[other.layer].includes(piece))) return false;
  const has = (pattern: RegExp): boolean => pair.some(({ name }) => pattern.test(name));
  const layers = pair.map(({ layer }) => layer);
  if (has(SEVERAL)) return false;
  if (has(OTHERS) && (layers.includes('base64') || layers.includes('quoted'))) return false;
  if (layers.includes('quoted') && has(IN_HEADER)) return false;
  if (has(/^root: lines of the body that end in CR$/) && has(/^quoted: a soft break of (?:CR CR LF|LF CR)$/))
    return false;
  return !(layers.includes('delimiter') && has(MORE));
}

/** Quirks in pairs, and each with the strongest of the other constructs: all that leave a virus to be found. */
export function quirkPairs(): (readonly [Construct, Construct])[] {
  const quirks = ALL.filter(({ layer }) => layer !== 'name');
  const strong = CONSTRUCTS.filter(({ name }) => STRONG.has(name));
  return quirks
    .flatMap((one, i) => [...quirks.slice(i + 1), ...strong].map((other) => [one, other] as const))
    .filter(fits);
}
