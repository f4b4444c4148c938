import type { AmbiguityCode } from '../ambiguity.ts';
import { createTextDecoder } from '../charset/index.ts';
import { MessagePart } from '../message-part.ts';
import type { Part } from '../part.ts';
import type { ByteCoder, Decoder } from '../transfer/byte-coder.ts';
import { createDecoder } from '../transfer/index.ts';
import { Base64Readings } from './base64-readings.ts';
import { type ContentNotes, notesOn } from './content-notes.ts';
import { EmbeddedContent } from './embedded-content.ts';
import { InlineData } from './inline-data.ts';
import { QuotedReadings } from './quoted-readings.ts';
import {
  Chain,
  MaybeBase64,
  MaybeUuencoded,
  Prefixed,
  TextCoder,
  UuencodeWithoutBegin,
} from './reading-coders.ts';
import { MarkedText, textCoders } from './text-coders.ts';

const LF = 0x0a;
/** Transfer encodings that all readers take for none. Misspelt ones are among them: nobody decodes `7-bit`, or `8BITMIME`. */
const NONE = /^(?:bits?|bitmime|binary|plain|none|text|ascii|usascii)$/;
/** What is in front of a comment, a parameter or another encoding. */
const FIRST_WORD = /^["'\s]*([\w-]+)/;
/** What an encoding may be meant to be. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/base-?64|b64/, 'base64'],
  [/quoted|printable|qp/, 'quoted-printable'],
  [/uu/, 'uuencode'],
  [/yenc|binhex|hqx|xxenc/, 'in-text'],
];
/** Codes of a header that ends earlier to some readers. */
const UNCLEAR_END: ReadonlySet<string> = new Set<AmbiguityCode>(['header-garbage', 'header-blank-line']);
const NOTHING_ELSE: Decodings = { others: [], rare: [] };
const FIELD = /^[^\0-\x20:\x7f]+[ \t]*:|^>?From /;

/** Other ways in which mail readers decode a leaf than the one that its fields stand for by the rules. */
export interface Readings {
  /** Decodes by the rules; undefined where the decoder of the transfer encoding does. */
  readonly primary: Decoder | undefined;
  /** Each gives the whole content in another reading. */
  readonly others: readonly ByteCoder[];
  /**
   * Each gives something only where there is something to give: what is inside of the content, what it is to few readers.
   * The first ones are to be given the content as it is, behind {@link primary}; the others what comes of that by the rules.
   */
  readonly rare: readonly ByteCoder[];
  readonly inside: readonly ByteCoder[];
  /** Told of the part what is odd about its content; undefined where nobody is told. */
  readonly notes: ContentNotes | undefined;
}

/** All but what is inside. */
export type WholeReadings = Omit<Readings, 'inside' | 'notes'>;

/**
 * The other readings of a leaf: by each of its transfer encodings where there are several or odd ones (RFC 2045 section 6), and
 * with the lines in front of the content for those who end a header at its first line that is no field.
 *
 * @param most of the `others`
 */
export function readingsOf(part: Part, most = Infinity): Readings {
  const notes = notesOn(part);
  return {
    ...wholeReadingsOf(part, most, false, notes),
    inside: mayEmbed(part)
      ? inside(part, familyOf(part.transferEncoding), notes)
      : [new MaybeUuencoded(new EmbeddedContent('no-lines'))],
    notes,
  };
}

/**
 * The same without what is inside of the content.
 *
 * @param isRegular whether the content is known to be what it says that it is encoded as, and nothing else
 * @param notes told of base64 that nothing is said of
 */
export function wholeReadingsOf(
  part: Part,
  most: number,
  isRegular = false,
  notes?: ContentNotes,
): WholeReadings {
  const family = familyOf(part.transferEncoding);
  const ways = isRegular ? undefined : waysOf(family, part);
  const { others, rare } = most === 0 ? NOTHING_ELSE : decodings(part);
  return {
    primary: ways?.primary,
    others: others.slice(0, most).map(({ coder }) => coder),
    rare: [...(ways?.others ?? []), ...rare, ...rareDecodings(part, family, notes)],
  };
}

/** What looks for more in content that is decoded. */
function inside({ type }: Part, family: string, notes: ContentNotes | undefined): ByteCoder[] {
  const embedded = new EmbeddedContent(family === 'binary' ? 'all' : 'no-lines', (code) => notes?.tell(code));
  const coders = [embedded, new InlineData()];
  // A file that is text in UTF-16 is another file than the one in ASCII; a text that is shown is the same.
  return type.startsWith('text/') ? [...coders, new MarkedText()] : coders;
}

/** How readers decode an encoding of which they do not agree about all; undefined for another one. */
function waysOf(family: string, part: Part): (Pick<Readings, 'others'> & { primary: Decoder }) | undefined {
  if (family === 'quoted-printable') return new QuotedReadings();
  if (family !== 'base64') return undefined;
  return new Base64Readings(() => {
    if (part instanceof MessagePart) part.flag('base64-turns-odd');
  });
}

/** In each way, each giving the whole content where there is a difference; the first one by the rules. */
function waysFor(family: string, part: Part): readonly ByteCoder[] {
  const ways = waysOf(family, part);
  return ways === undefined ? [decoderOf(family)] : [ways.primary, ...ways.others];
}

/** Ways that only few readers know, and that give nothing for nearly all content. */
function* rareDecodings(part: Part, family: string, notes?: ContentNotes): Generator<ByteCoder> {
  const families = familiesOf(part);
  // What one of the fields has undone, the other may have made.
  const isTwice = part.headers.fields('content-transfer-encoding').length > 1;
  if (isTwice && families.has('base64') && families.has('quoted-printable')) {
    yield new Chain(createDecoder('quoted-printable')!, createDecoder('base64')!);
    yield new Chain(createDecoder('base64')!, createDecoder('quoted-printable')!);
  }
  if (family === 'uuencode' || families.has('uuencode')) yield new UuencodeWithoutBegin();
  if (isBinHex(part)) yield new Prefixed(BINHEX_LINE, new EmbeddedContent('no-lines'));
  for (const text of textCoders(part)) {
    for (const one of new Set([family, ...families]))
      for (const coder of waysFor(one, part)) yield new Chain(coder, text());
  }
  if (family !== 'binary') return;
  const outer = inheritedFamily(part);
  if (outer !== undefined && families.size === 0) yield* waysFor(outer, part);
  else if (isFile(part) && !families.has('base64'))
    yield new MaybeBase64(() => notes?.tell('base64-undeclared'));
}

/** What stands in front of a BinHex file, or should (RFC 1741 section 5). */
const BINHEX_LINE = Buffer.from('(This file must be converted with BinHex 4.0)\n\n');

function isBinHex({ type, headers }: Part): boolean {
  if (type === 'application/mac-binhex40') return true;
  return headers.fields('content-transfer-encoding').some(({ rawValue }) => /binhex|hqx/i.test(rawValue));
}

/** What the multiparts around a part say of its encoding, for those who take that for all parts inside. */
function inheritedFamily({ parent }: Part): string | undefined {
  for (let outer = parent; outer !== undefined && !outer.isMessage; outer = outer.parent) {
    const family = familyOf(outer.transferEncoding);
    if (family !== 'binary') return family;
  }
  return undefined;
}

function isFile({ type, names, disposition }: Part): boolean {
  return !/^(?:text|message|multipart)\//.test(type) || names.length > 0 || disposition === 'attachment';
}

/** The other ones that many readers know. */
export function otherDecodings(part: Part): readonly ByteCoder[] {
  return decodings(part).others.map(({ coder }) => coder);
}

/** What readers do who decode it so, in a word each: the parts of a message in which the same program has put the same oddity have the same ones. */
export function otherWays(part: Part): readonly string[] {
  return decodings(part).others.map(({ way }) => way);
}

/** A way to decode a part, in a word, and what does it. */
interface Decoding {
  readonly way: string;
  readonly coder: ByteCoder;
}

interface Decodings {
  readonly others: readonly Decoding[];
  readonly rare: readonly ByteCoder[];
}

/** The same, and beside them what few readers make of one of them. */
function decodings(part: Part): Decodings {
  const primary = familyOf(part.transferEncoding);
  const others: Decoding[] = [];
  const rare: ByteCoder[] = [];
  for (const family of familiesOf(part)) {
    if (family === primary) continue;
    const [first, ...more] = waysFor(family, part);
    others.push({ way: family, coder: first });
    rare.push(...more);
  }
  if (primary !== 'binary') {
    for (const { way, start } of earlyContent(part.headers.rawBytes(), primary === 'base64')) {
      const [first, ...more] = waysFor(primary, part);
      others.push({ way, coder: new Prefixed(start, first) });
      for (const other of more) rare.push(new Prefixed(start, other));
    }
  } else if (part.ambiguities.some(({ code }) => UNCLEAR_END.has(code))) {
    for (const { way, start } of earlyContent(part.headers.rawBytes(), false)) {
      others.push({ way, coder: new Prefixed(start, new EmbeddedContent('all')) });
      rare.push(new Prefixed(start, new InlineData()));
      // Regular base64 and uuencode are found in it as they stand.
      for (const family of familiesOf(part)) {
        if (family === 'binary') continue;
        for (const coder of waysFor(family, part)) rare.push(new Prefixed(start, coder));
      }
    }
  }
  const charset = /utf-?16/i.test(part.charset ?? '') ? part.charset : undefined;
  if (charset !== undefined) {
    for (const family of new Set([primary, ...familiesOf(part)])) {
      const text = createTextDecoder(charset);
      if (text === undefined) continue;
      others.push({ way: `${family} in utf-16`, coder: new Chain(decoderOf(family), new TextCoder(text)) });
    }
  }
  return { others, rare };
}

/** The decoder's name for an encoding; `binary` for those that do not decode. */
export function familyOf(encoding: string): string {
  const decoder = createDecoder(encoding);
  if (decoder === undefined || encoding === '7bit' || encoding === '8bit') return 'binary';
  return encoding.includes('uu') ? 'uuencode' : encoding;
}

/** The decoder of a family. */
export function decoderOf(family: string): ByteCoder {
  return family === 'in-text' ? new EmbeddedContent('no-lines') : createDecoder(family)!;
}

/** What the transfer encoding fields stand for to some reader; nothing where there is one, and it is a plain one. */
export function familiesOf(part: Part): ReadonlySet<string> {
  const families = new Set<string>();
  const values = encodingsOf(part);
  for (const value of values) {
    if (value === '') continue;
    const isKnown = createDecoder(value) !== undefined;
    // Comments, quotes and the like are passed over, or make an encoding that nobody knows.
    if (!isKnown || values.length > 1) families.add('binary');
    if (isKnown) families.add(familyOf(value));
    else for (const family of soundsLike(value)) families.add(family);
    if (isMeaningless(value)) families.add('base64').add('quoted-printable');
  }
  return families;
}

/** Whether the one transfer encoding of a part is none that anybody knows, and sounds like none. */
export function saysNothing(part: Part): boolean {
  const values = encodingsOf(part);
  return values.length === 1 && isMeaningless(values[0]);
}

/** As the fields have them, in lower case. */
export function encodingsOf(part: Part): readonly string[] {
  return part.headers
    .fields('content-transfer-encoding')
    .map(({ rawValue }) => rawValue.trim().toLowerCase());
}

function soundsLike(encoding: string): string[] {
  return SOUNDS.filter(([sound]) => sound.test(encoding)).map(([, family]) => family);
}

function isMeaningless(encoding: string): boolean {
  if (encoding === '' || createDecoder(encoding) !== undefined || soundsLike(encoding).length > 0)
    return false;
  const words = [encoding, FIRST_WORD.exec(encoding)?.[1] ?? ''];
  return !words.some((word) => NONE.test(word.replace(/[^a-z]/g, '')));
}

interface EarlyContent {
  /** Where the header ends, in words. */
  readonly way: string;
  readonly start: Buffer;
}

/**
 * What of a header is content to those for whom it ends at the first blank-looking line, or at the first that is no field: the
 * lines from there on, and, where it matters for what comes behind, also without that line.
 */
function earlyContent(block: Buffer, withoutLine: boolean): EarlyContent[] {
  const found: EarlyContent[] = [];
  let hasBlank = false;
  let hasGarbage = false;
  for (let start = 0; start < block.length && !(hasBlank && hasGarbage);) {
    const lineFeed = block.indexOf(LF, start);
    const end = lineFeed < 0 ? block.length : lineFeed + 1;
    // With garbage before it, only a blank line matters.
    if (hasGarbage && isGraphic(block[start])) {
      start = end;
      continue;
    }
    const line = block.toString('latin1', start, end);
    const isBlank = line.trim() === '';
    const isGarbage = !isBlank && !/^[ \t]/.test(line) && !FIELD.test(line);
    if ((isBlank && !hasBlank) || (isGarbage && !hasGarbage)) {
      hasBlank ||= isBlank;
      hasGarbage ||= isGarbage;
      found.push({ way: isBlank ? 'ends at blanks' : 'ends at garbage', start: block.subarray(start) });
      if (withoutLine && !isBlank) found.push({ way: 'ends behind garbage', start: block.subarray(end) });
    }
    start = end;
  }
  return found;
}

function isGraphic(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

/** Whether readers look into this content for files. */
export function mayEmbed(part: Part): boolean {
  if (/^(?:text|message|multipart)\//.test(part.type)) return true;
  // What is said to be encoded in no way, and is base64 all the same, is decoded by some.
  if (['', '7bit', '8bit'].includes(part.transferEncoding)) return true;
  if (part.type === 'application/mac-binhex40') return true;
  return part.names.some((name) => /\.(?:eml|mht|mhtml|msg|txt|html?|hqx|uue?)$/i.test(name));
}
