import { createTextDecoder } from '../charset/index.ts';
import type { Part } from '../part.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { createDecoder } from '../transfer/index.ts';
import { EmbeddedContent } from './embedded-content.ts';
import { Chain, Prefixed, TextCoder } from './reading-coders.ts';

const LF = 0x0a;
/** Transfer encodings that all readers take for none. Misspelt ones are among them: nobody decodes `7-bit`. */
const NONE = /^(?:bits?|binary|plain|none|text|ascii|usascii)$/;
const FIELD = /^[^\0-\x20:\x7f]+[ \t]*:|^>?From /;

/** Other ways in which mail readers decode a leaf than the one that its fields stand for by the rules. */
export interface Readings {
  /** Each gives the whole content in another reading. */
  readonly others: readonly ByteCoder[];
  /** Gives what is inside the content, if anything: files in text. */
  readonly embedded: ByteCoder | undefined;
}

/** Gives what is inside the content of a leaf that readers look into for files. */
export function embeddedIn(part: Part): ByteCoder | undefined {
  if (!mayEmbed(part)) return undefined;
  const primary = familyOf(part.transferEncoding);
  return new Chain(createDecoder(primary)!, new EmbeddedContent(primary === 'binary'));
}

/**
 * The other readings of a leaf: by each of its transfer encodings where there are several or odd ones (RFC 2045 section 6), and
 * with the lines in front of the content for those who end a header at its first line that is no field.
 */
export function otherDecodings(part: Part): readonly ByteCoder[] {
  const primary = familyOf(part.transferEncoding);
  const others: ByteCoder[] = [];
  for (const family of familiesOf(part)) {
    if (family !== primary) others.push(createDecoder(family)!);
  }
  if (primary !== 'binary') {
    for (const start of earlyContent(part.headers.rawBytes(), primary === 'base64')) {
      others.push(new Prefixed(start, createDecoder(primary)!));
    }
  } else if (part.ambiguities.some(({ code }) => code === 'header-garbage')) {
    for (const start of earlyContent(part.headers.rawBytes(), false)) {
      others.push(new Prefixed(start, new EmbeddedContent(true)));
    }
  }
  const charset = /^utf-?(?:7|16|32)/i.exec(part.charset ?? '') === null ? undefined : part.charset;
  if (charset !== undefined) {
    for (const family of new Set([primary, ...familiesOf(part)])) {
      const text = createTextDecoder(charset);
      if (text !== undefined) others.push(new Chain(createDecoder(family)!, new TextCoder(text)));
    }
  }
  return others;
}

/** The decoder's name for an encoding; `binary` for those that do not decode. */
export function familyOf(encoding: string): string {
  const decoder = createDecoder(encoding);
  if (decoder === undefined || encoding === '7bit' || encoding === '8bit') return 'binary';
  return encoding.includes('uu') ? 'uuencode' : encoding;
}

/** What the transfer encoding fields stand for to some reader; nothing where there is one, and it is a plain one. */
export function familiesOf(part: Part): ReadonlySet<string> {
  const families = new Set<string>();
  const values = part.headers
    .fields('content-transfer-encoding')
    .map(({ rawValue }) => rawValue.trim().toLowerCase());
  for (const value of values) {
    if (value === '') continue;
    const isKnown = createDecoder(value) !== undefined;
    // Comments, quotes and the like are passed over, or make an encoding that nobody knows.
    if (!isKnown || values.length > 1) families.add('binary');
    if (isKnown) families.add(familyOf(value));
    else if (/base-?64|b64/.test(value)) families.add('base64');
    else if (/quoted|printable|qp/.test(value)) families.add('quoted-printable');
    else if (value.includes('uu')) families.add('uuencode');
    else if (!NONE.test(value.replace(/[^a-z]/g, ''))) families.add('base64').add('quoted-printable');
  }
  return families;
}

/**
 * What of a header is content to those for whom it ends at the first blank-looking line, or at the first that is no field: the
 * lines from there on, and, where it matters for what comes behind, also without that line.
 */
function earlyContent(block: Buffer, withoutLine: boolean): Buffer[] {
  const found: Buffer[] = [];
  let hasBlank = false;
  let hasGarbage = false;
  for (let start = 0; start < block.length && !(hasBlank && hasGarbage);) {
    const lineFeed = block.indexOf(LF, start);
    const end = lineFeed < 0 ? block.length : lineFeed + 1;
    const line = block.toString('latin1', start, end);
    const isBlank = line.trim() === '';
    const isGarbage = !isBlank && !/^[ \t]/.test(line) && !FIELD.test(line);
    if ((isBlank && !hasBlank) || (isGarbage && !hasGarbage)) {
      hasBlank ||= isBlank;
      hasGarbage ||= isGarbage;
      found.push(block.subarray(start));
      if (withoutLine && !isBlank) found.push(block.subarray(end));
    }
    start = end;
  }
  return found;
}

/** Whether readers look into this content for files. */
export function mayEmbed(part: Part): boolean {
  if (/^(?:text|message|multipart)\//.test(part.type)) return true;
  // What is said to be encoded in no way, and is base64 all the same, is decoded by some.
  if (['', '7bit', '8bit'].includes(part.transferEncoding)) return true;
  return part.names.some((name) => /\.(?:eml|mht|mhtml|msg|txt|html?)$/i.test(name));
}
