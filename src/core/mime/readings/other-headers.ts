import { HeaderList } from '../../headers/header-list.ts';
import { parseFields } from '../../headers/parse-fields.ts';
import type { AmbiguityCode } from '../ambiguity.ts';
import { boundaryOf, type ContentField, isIdentity, readContentHeader } from '../content-type.ts';
import { MAX_BOUNDARY } from '../delimiter-search.ts';
import { MessagePart } from '../message-part.ts';
import { normalizedNames } from '../names.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { CmsContent } from './cms-content.ts';
import { multipartType, otherBoundaries } from './other-boundaries.ts';
import { GUESSED_BOUNDARY, GuessedDelimiters } from './guessed-delimiters.ts';
import { Chain } from './reading-coders.ts';
import { CrLines } from './cr-lines.ts';
import { CR_ENDS_LINES, hasTooManyLines, otherEnds } from './other-ends.ts';
import { decoderOf, encodingsOf, familiesOf, familyOf, saysNothing } from './readings.ts';

/** What about a header has been read in another way already, and is not to be looked at again. */
export type Settled = 'ends' | 'type' | 'encoding';

/** A header as some readers have it, where that makes other parts of the content. */
export interface OtherHeader {
  /** Which readers, in a word. */
  readonly way: string;
  readonly header: Buffer;
  /** What of the header is content to them, and stands in front of it. */
  readonly prefix: Buffer;
  /** What they do with the content before they split it. */
  readonly decoder?: ByteCoder;
  readonly settles: readonly Settled[];
  /** Whether few readers do so. */
  readonly isRare?: boolean;
}

/** Without one of these, a header is read alike by all. */
export const DIVIDING: ReadonlySet<AmbiguityCode> = new Set<AmbiguityCode>([
  'duplicate-content-type',
  'invalid-content-type',
  'space-before-colon',
  'header-bare-cr',
  'header-blank-line',
  'header-garbage',
  'header-end-unclear',
  'duplicate-parameter',
  'parameter-plain-and-extended',
  'parameter-sections',
  'parameter-comment',
  'parameter-separator',
  'parameter-unterminated-quote',
  'parameter-junk',
  'boundaries-differ',
  'boundary-missing',
  'boundary-too-long',
  'boundary-characters',
  'encoded-word-in-mime-field',
  'boundary-without-multipart',
  'boundary-extended',
  'boundary-quoted-pair',
  'duplicate-transfer-encoding',
  'encoded-multipart',
  'encoded-message',
]);

const NOTHING = Buffer.alloc(0);
const MESSAGE = 'message/rfc822';
const FILE = 'application/octet-stream';
/** Where readers that cut a boundary do it at the earliest: RFC 2046 section 5.1.1 allows 70 characters. */
const CUT_BOUNDARY = 60;

/**
 * Other headers that some readers see in place of a part's: one that ends elsewhere, has another type or boundary, or is
 * that of something to be decoded as a whole. Only those that lead to other parts; each is to be looked at for more.
 *
 * @param ways in which the part itself was found
 */
export function otherHeaders(
  part: MessagePart,
  settled: ReadonlySet<Settled>,
  ways: ReadonlySet<string>,
): OtherHeader[] {
  const block = part.headers.rawBytes();
  const found: OtherHeader[] = [];
  if (!settled.has('ends')) {
    if (hasTooManyLines(block)) part.flag('too-many-readings');
    for (const { way, header, prefix } of otherEnds(block)) {
      const isKnown = divides(part, header, prefix);
      // There may be headers in what is content to those for whom CR ends a line.
      if (!isKnown && !(way === CR_ENDS_LINES && /^content-t/im.test(prefix.toString('latin1')))) continue;
      if (way === CR_ENDS_LINES)
        found.push({ way, header, prefix, decoder: new CrLines(), settles: ['ends'], isRare: !isKnown });
      else found.push({ way, header, prefix, settles: ['ends'] });
    }
  }
  if (!settled.has('type')) {
    for (const [index, type] of otherTypes(part).entries()) {
      const header = withField(block, 'content-type', type);
      found.push({ way: `content-type-${index + 2}`, header, prefix: NOTHING, settles: ['ends', 'type'] });
    }
  }
  if (!settled.has('type') && isMessageFile(part)) found.push(...opened(part, block));
  if (!settled.has('encoding') && isSplit(part)) found.push(...decodedFirst(part, block, ways));
  if (
    !settled.has('type') &&
    part.isLeaf &&
    part.boundary === undefined &&
    part.type.startsWith('multipart/')
  )
    found.push(...guessed(part, block));
  return found;
}

/** For those who open a file that is a message, or has some in it. */
function* opened(part: MessagePart, block: Buffer): Generator<OtherHeader> {
  const primary = familyOf(part.transferEncoding);
  const isMailbox = isMailboxFile(part);
  const type = isMailbox ? 'text/plain' : MESSAGE;
  const header = withField(withField(block, 'content-transfer-encoding', undefined), 'content-type', type);
  const isSigned = isCms(part);
  for (const family of new Set([primary, ...familiesOf(part)])) {
    // What is not encoded is a text as it stands.
    if (isMailbox && family === 'binary') continue;
    const decoded = decoderOf(family);
    const decoder = isSigned ? new Chain(decoded, new CmsContent()) : decoded;
    const way = `${isSigned ? 'signed' : 'opened'}${family === primary ? '' : `-${family}`}`;
    const isRare = family !== primary;
    yield { way, header, prefix: NOTHING, decoder, settles: ['ends', 'type', 'encoding'], isRare };
  }
}

/** For those who decode the part as a whole, and then take it apart, or do not. */
function* decodedFirst(part: MessagePart, block: Buffer, ways: ReadonlySet<string>): Generator<OtherHeader> {
  const header = withField(block, 'content-transfer-encoding', undefined);
  const settles = ['ends', 'type', 'encoding'] as const;
  const families = familiesToDecode(part, ways);
  for (const family of families) {
    const isRare = isIdentity(part.transferEncoding);
    const way = decodedFirstAs(part, family);
    yield { way, header, prefix: NOTHING, decoder: decoderOf(family), settles, isRare };
  }
  if (!part.isMultipart || families.size === 0) return;
  if (families.has('base64') || families.has('uuencode') || part.names.length > 0)
    yield {
      way: 'not-split',
      header: withField(block, 'content-type', FILE),
      prefix: NOTHING,
      settles,
      isRare: true,
    };
}

function decodedFirstAs(part: MessagePart, family: string): string {
  return `decoded-first${family === familyOf(part.transferEncoding) ? '' : `-${family}`}`;
}

/**
 * In which encodings a part is decoded as a whole. Who decodes what says nothing, such as `utf-8`, does so wherever it stands, and in the same way:
 * programs that write it do so in each part of a message.
 */
function familiesToDecode(part: MessagePart, ways: ReadonlySet<string>): Set<string> {
  const families = encodedFamilies(part);
  if (!saysNothing(part)) return families;
  const [encoding] = encodingsOf(part);
  for (let outer = part.parent; outer !== undefined && !outer.isMessage; outer = outer.parent)
    if (encodingsOf(outer).includes(encoding)) return new Set();
  const same = [...families].filter((family) => ways.has(decodedFirstAs(part, family)));
  return same.length === 0 ? families : new Set(same);
}

/** For those who split a multipart at what looks like a delimiter, having no boundary, or none that can be looked for. */
function* guessed(part: MessagePart, block: Buffer): Generator<OtherHeader> {
  const { typeFields } = readContentHeader(part.headers, part.type, Infinity);
  const boundary = boundaryOf(typeFields[0])?.slice(0, CUT_BOUNDARY);
  const type = `${part.type}; boundary="${GUESSED_BOUNDARY}"`;
  const header = withField(withField(block, 'content-transfer-encoding', undefined), 'content-type', type);
  for (const family of new Set(['binary', ...encodedFamilies(part)])) {
    const delimiters = new GuessedDelimiters(boundary?.trim() === '' ? undefined : boundary);
    const decoder = family === 'binary' ? delimiters : new Chain(decoderOf(family), delimiters);
    const way = `boundary-guessed${family === 'binary' ? '' : `-${family}`}`;
    yield { way, header, prefix: NOTHING, decoder, settles: ['ends', 'type', 'encoding'], isRare: true };
  }
}

/** Encodings that some reader takes the part to be in. */
function encodedFamilies(part: MessagePart): Set<string> {
  const families = new Set([familyOf(part.transferEncoding), ...familiesOf(part)]);
  families.delete('binary');
  return families;
}

/** Types of files that are a message; the first is that of a web archive (RFC 2557). */
const MESSAGE_TYPES: ReadonlySet<string> = new Set(['application/x-mimearchive', 'text/rfc822']);
/** What a reader may show as a message. */
const LIKE_MESSAGE = /^message\/(?!rfc822$|global$|external-body$|.*(?:status|notification|report))/;
/** What is one only for those who decode it first. */
const LIKE_HEADERS = 'text/rfc822-headers';
const MESSAGE_NAME = /\.(?:eml|emlx|mht|mhtml|nws)$/;

/** Whether a leaf is a file that mail readers open as a message, or has one in it that is signed. */
export function isMessageFile(part: MessagePart): boolean {
  if (!part.isLeaf || part.type.startsWith('multipart/')) return false;
  if (LIKE_MESSAGE.test(part.type)) return true;
  if (part.type === LIKE_HEADERS) return familyOf(part.transferEncoding) !== 'binary';
  if (part.type.startsWith('message/')) return false;
  return MESSAGE_TYPES.has(part.type) || isCms(part) || isMailboxFile(part) || hasName(part, MESSAGE_NAME);
}

/** Whether it is a mailbox, with any number of messages in it (RFC 4155). */
function isMailboxFile(part: MessagePart): boolean {
  return part.type === 'application/mbox' || hasName(part, /\.mbox$/);
}

/** Whether it is one of S/MIME, maybe with its content in it (RFC 8551 section 3.2). */
export function isCms(part: MessagePart): boolean {
  return /^application\/(?:x-)?pkcs7-mime$/.test(part.type) || hasName(part, /\.p7m$/);
}

function hasName({ names }: MessagePart, pattern: RegExp): boolean {
  return names.length > 0 && normalizedNames(names).some((name) => pattern.test(name));
}

/** Whether a part that holds others may be encoded, to some: also where no code says so, as with `7bit base64`. */
export function mayBeEncoded(part: MessagePart): boolean {
  return isSplit(part) && part.headers.has('content-transfer-encoding') && encodedFamilies(part).size > 0;
}

/** Whether somebody may take the part apart, however it is encoded. */
function isSplit({ type }: MessagePart): boolean {
  return type.startsWith('multipart/') || type === 'message/rfc822' || type === 'message/global';
}

/** Whether a header leads to other parts than the one of this part; how leaves are decoded is looked at with the leaf. */
function divides(part: MessagePart, header: Buffer, prefix: Buffer): boolean {
  const other = new MessagePart({ parent: part.parent, headers: HeaderList.parse(header) });
  if (other.isLeaf && part.isLeaf) {
    if (other.type !== part.type || other.transferEncoding !== part.transferEncoding) return true;
    // The beginning of a message may be in front of the content.
    if (prefix.length > 0 && isMessageFile(other)) return true;
    return other.names.some((name) => !part.names.includes(name));
  }
  if (!other.isMultipart || !part.isMultipart) return true;
  if (other.boundary !== part.boundary || isDigest(other) !== isDigest(part)) return true;
  return prefix.includes(`--${part.boundary}`, 0, 'latin1');
}

function isDigest({ type }: MessagePart): boolean {
  return type === 'multipart/digest';
}

/** Content-Type values that lead to other parts than the first field as it is read by the rules. */
function otherTypes(part: MessagePart): string[] {
  const { typeFields } = readContentHeader(part.headers, 'text/plain', Infinity);
  const raw = part.headers.fields('content-type').map(({ rawValue }) => rawValue);
  const found = new Set<string>();
  const boundaries = new Set(part.boundary === undefined ? [] : [part.boundary]);
  for (const [index, field] of typeFields.entries()) {
    const type = typeOf(field);
    if (type !== part.type && (type === 'message/rfc822' || type === 'message/global')) found.add(type);
    let hasBoundary = false;
    for (const boundary of otherBoundaries(field, raw[index])) {
      if (!/[^ \t]/.test(boundary) || boundary.length > MAX_BOUNDARY) continue;
      hasBoundary = true;
      if (boundaries.has(boundary)) continue;
      boundaries.add(boundary);
      const multipart = type.startsWith('multipart/') ? type : 'multipart/mixed';
      found.add(multipartType(multipart, boundary));
    }
    if (!part.isLeaf && !hasBoundary && type !== part.type && !type.startsWith('multipart/')) found.add(type);
  }
  return [...found];
}

function typeOf({ value }: ContentField): string {
  const type = value.replace(/ ?\/ ?/, '/').split(' ', 1)[0];
  return /^[^/]+\/[^/]+$/.test(type) ? type : 'text/plain';
}

/** The block without the fields of a name, and with one of this value. */
function withField(block: Buffer, name: string, value: string | undefined): Buffer {
  const others = parseFields(block).fields.filter((field) => field.lowerName !== name);
  const lines = others.map(({ source }) => source);
  if (lines.length > 0 && !lines.at(-1)!.endsWith('\n')) lines.push('\r\n');
  if (value !== undefined) lines.push(`${name}: ${value}\r\n`);
  return Buffer.from(lines.join(''), 'latin1');
}
