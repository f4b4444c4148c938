import type { Evasion } from './draft.ts';
import { EVASIONS } from '../evasions.ts';

export interface Construct {
  readonly layer: string;
  /** The layer and what it is. */
  readonly name: string;
  readonly evasion: Evasion;
}

/** What a message carries: the test virus, or a file of a forbidden name. */
export type Load = 'virus' | 'name';

export const CONSTRUCTS: readonly Construct[] = Object.entries(EVASIONS).flatMap(([layer, evasions]) =>
  Object.entries(evasions).map(([name, evasion]) => ({ layer, name: `${layer}: ${name}`, evasion })),
);

/** Constructs that leave nothing to be found. */
export function isEmpty({ name }: Construct, load: Load): boolean {
  return load === 'name' && name === 'field: no header';
}

/** Encodings of which no field says anything that is understood: readers show the digits. */
const UNSAID =
  /^encoding: (?:none|7bit, and|empty|a name|no colon|lone CR|an equals sign for|a parameter of|in a line|two words|a comma|twice, the last)/;
/** What is no base64, or stands in a text. */
const OTHERS = /^encoding: (?:uuencode(?! in b)|hqx(?! in b)|yEnc|a data URI|a script|quoted|\S+ in quoted)/;
const IN_BASE64 = /^encoding: \S+ in base64/;
const WIDE = /^field: (?:text in UTF|UTF|UCS)/;
/** What stands in a text for Millrace, and behind no delimiter that is one for anybody by the rules. */
const IN_TEXT =
  /^(?:root: (?:a blank line first|a mark of UTF-8 in front of|no type|the type behind|the message behind|a header twice)|delimiter: (?:at the end of|behind a [mfvs]|behind NUL|of \w+ dash|without|no line end|an inner multipart that an outer|a base64 part)|wrap: (?:a message that begins with a blank|a message for|the header|an HTTP|news|an external|a text)|field: a blank line first)/;

/** What is in quoted-printable, which a header in front of its own says. */
const SAID_BEFORE = /^delimiter: (?:a header that ends at a delimiter, and|the same )/;

/** Has no multipart for the attachment. */
const ALONE = /^root: (?:nothing but|a message|the message behind)/;

/** Why two constructs together are not tried; undefined where they are. */
function reasonAgainst(pair: readonly Construct[], load: Load): string | undefined {
  const layers = pair.map(({ layer }) => layer);
  const has = (pattern: RegExp): boolean => pair.some(({ name }) => pattern.test(name));
  if (layers[0] === layers[1]) return 'both alter the same piece';
  if (pair.some((one) => isEmpty(one, load))) return 'there is nothing to be found';
  if (has(SAID_BEFORE) && (layers.includes('base64') || layers.includes('encoding')))
    return 'what is said before is not true any more';
  if (has(SAID_BEFORE) && has(ALONE)) return 'there is no delimiter, and so nothing is said before';
  if (has(SAID_BEFORE) && has(/^wrap: .* in quoted-printable$/))
    return 'what is said before is true of the outer of two encodings, and nothing of the inner';
  if (has(/^field: no blank line$/) && has(/^base64: lines of 10,000/))
    return 'a blank in front of the digits makes them the rest of the field above, for everybody';
  if (layers.includes('base64')) {
    if (has(OTHERS)) return 'broken for every reader';
    if (has(UNSAID)) return 'no reader that makes base64 of it unasked forgives anything';
    if (has(IN_BASE64)) return 'broken for every reader but one, who does not look inside';
  }
  if (has(WIDE)) {
    const isFile = layers.includes('pack') || has(OTHERS) || has(IN_BASE64) || has(UNSAID) || has(/inherit/);
    if (isFile)
      return 'a charset is of text, and not of a file in it: in UTF-16 the test file is none any more';
  }
  if (layers.includes('encoding')) {
    if (has(/inherit|goes on behind/)) return 'the field that matters is replaced';
    if (load === 'name' && has(/the disposition before/)) return 'there is nothing to be found';
    if (load === 'name' && has(IN_TEXT) && (has(OTHERS) || has(UNSAID)))
      return 'the name of a file in a text, of which nothing says that it is encoded: mail about mail';
    if (has(/a base64 part/) && (has(OTHERS) || has(UNSAID))) return 'text in base64 that is not decoded';
    if (has(/without a delimiter/) && has(UNSAID)) return 'outside of all parts, and not encoded';
  }
  if (load === 'name' && has(IN_TEXT) && (has(SAID_BEFORE) || has(/inherit|goes on behind/)))
    return 'the same, and the field is elsewhere';
  return undefined;
}

/** All that are tried. */
export function pairs(load: Load): Construct[][] {
  return CONSTRUCTS.flatMap((one, i) => CONSTRUCTS.slice(i + 1).map((other) => [one, other])).filter(
    (pair) => reasonAgainst(pair, load) === undefined,
  );
}

export const nameOf = (set: readonly Construct[]): string => set.map(({ name }) => name).join(' + ');
