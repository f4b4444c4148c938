import type { AmbiguityCode } from './ambiguity.ts';

/** Names whose fields change how a part is read. */
const MIME_FIELD =
  /^(content-(?:type|transfer-encoding|disposition|id|description|location)|mime-version)([ \t]*):/i;
const FOLDED_MIME_FIELD = /^[ \t]+(?:content-(?:type|transfer-encoding|disposition)|mime-version)[ \t]*:/i;
const STRUCTURED = /^(?:content-(?:type|transfer-encoding|disposition)|mime-version)/i;
/** What begins a line that matters, for whom a lone CR ends one: an empty line, a delimiter, or a MIME field. */
const STARTS_SOMETHING = /^[ \t]*(?:[\r\n]|--|content|mime)/i;
const LONGEST_START = 64;
/** What such a line begins with. */
const MAY_START = ' \t\r-cCmM';
/** What a line that is no field must not say, or some reader takes it for a MIME field all the same. */
const MIME_WORD = /content-?(?:type|transfer|disposition)|mime-?version/i;
/** Characters of the shortest of them, in a line with its end. */
const SHORTEST_WORD = 'mimeversion'.length;
/** QUIRK(spamassassin): lines of its report, which some gateways put in without folding them, name the fields that a rule is about. */
const REPORT = /^\*\s+-?\d+\.\d\s+[A-Z0-9_]+\s/;
const MAX_BOUNDARIES = 8;
const BOUNDARY = /boundary[^=\r\n]{0,8}=\s*"?([^";\r\n]+)/gi;
/** What a line begins with that is more than a field of any name: a MIME field, a delimiter, an mbox line. */
const LOOKED_AT = 'cCmM->F';
/** A name and its colon, at a place. */
const FIELD = /[^\0-\x20:\x7f]+[ \t]*:/y;

/**
 * What is ambiguous about the lines of a header block, as received and without its blank line. One pass.
 *
 * @param block the bytes as a latin1 "binary" string
 * @param isMessage whether it is a message's header, where MIME-Version belongs
 * @param codes where what is found is added; returned
 */
export function headerAmbiguities(
  block: string,
  isMessage: boolean,
  codes = new Set<AmbiguityCode>(),
): Set<AmbiguityCode> {
  const lines = new HeaderLines(codes, block);
  let [withCr, withoutCr] = [0, 0];
  for (let start = 0; start < block.length;) {
    const lineFeed = block.indexOf('\n', start);
    const stop = lineFeed < 0 ? block.length : lineFeed + 1;
    if (lineFeed > 0 && block[lineFeed - 1] === '\r') withCr++;
    else if (lineFeed >= 0) withoutCr++;
    if (!lines.passes(block, start)) lines.line(block.slice(start, stop));
    start = stop;
  }
  lines.end();
  if (withCr > 0 && withoutCr > 0) codes.add('header-mixed-line-ends');
  checkBareCr(block, codes);
  if (lines.mimeVersions > 1) codes.add('duplicate-mime-version');
  if (isMessage && lines.mimeVersions === 0 && lines.readsAsMime) codes.add('missing-mime-version');
  return codes;
}

class HeaderLines {
  mimeVersions = 0;
  /** Whether a field says anything but plain text. */
  readsAsMime = false;
  readonly #codes: Set<AmbiguityCode>;
  #first = true;
  /** The lines of a MIME field being collected. */
  #field: string[] | undefined;
  /** The lines of something that is no field. */
  #garbage: string[] | undefined;

  /** What is folded to a field that has a blank in front of its colon. */
  #spaced: string[] | undefined;

  readonly #block: string;
  /** The boundaries that it speaks of, once somebody has asked. */
  #boundaries: readonly string[] | undefined;

  constructor(codes: Set<AmbiguityCode>, block: string) {
    this.#codes = codes;
    this.#block = block;
  }

  /** Whether a line can be told at a glance to be a field that matters to nobody, so that {@link line} need not see it. */
  passes(block: string, start: number): boolean {
    if ((this.#field ?? this.#garbage ?? this.#spaced) !== undefined) return false;
    FIELD.lastIndex = start;
    if (LOOKED_AT.includes(block[start]) || !FIELD.test(block)) return false;
    // With a blank in front of its colon, it may be none, and what is folded to it may be one.
    const before = block[FIELD.lastIndex - 2];
    if (before === ' ' || before === '\t') return false;
    this.#first = false;
    return true;
  }

  line(line: string): void {
    const isFirst = this.#first;
    const isBlank = line.trim() === '';
    // Behind blank lines a first line is still one.
    this.#first = isFirst && isBlank;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (isBlank) this.#codes.add('header-blank-line');
      if (isFirst) this.#codes.add('header-garbage');
      if (isFirst && !isBlank) this.#codes.add('header-starts-folded');
      (this.#field ?? this.#garbage ?? this.#spaced)?.push(line);
      return;
    }
    this.end();
    const mime = MIME_FIELD.exec(line);
    if (mime !== null) {
      this.#field = [line];
      if (mime[2] !== '') this.#codes.add('space-before-colon');
      if (mime[1].toLowerCase() === 'mime-version') this.mimeVersions++;
      else if (/^content-(?:type|transfer)/i.test(line)) this.readsAsMime = true;
      // A delimiter that is a field as well is a delimiter to those for whom the header ended before.
    } else if (line.startsWith('--')) this.#garbageLine(line);
    else if (line.startsWith('From ') || line.startsWith('>From ')) this.#codes.add('header-mbox-from');
    else if (!/^[^\0-\x20:\x7f]+[ \t]*:/.test(line)) this.#garbageLine(line);
    else if (/^[^:]+[ \t]:/.test(line)) this.#spaced = [];
  }

  #garbageLine(line: string): void {
    this.#codes.add('header-garbage');
    this.#garbage = [line];
    // A line of controls is a blank one to some readers.
    if (this.#isDelimiter(line) || /^[\0-\x20\x7f]*$/.test(line)) this.#codes.add('header-end-unclear');
  }

  /** Whether a reader for whom the header ended before may split at this line. */
  #isDelimiter(line: string): boolean {
    if (!line.startsWith('--')) return false;
    this.#boundaries ??= boundariesIn(this.#block);
    return this.#boundaries.some((boundary) => line.startsWith(boundary, 2));
  }

  /** A field, or what stands in the place of one, is complete. */
  end(): void {
    this.#endField();
    const garbage = this.#garbage;
    const folded = this.#spaced ?? [];
    this.#garbage = this.#spaced = undefined;
    if (folded.some((line) => FOLDED_MIME_FIELD.test(line))) this.#codes.add('mime-field-broken');
    // Folded or with blanks in it, it is still a word.
    if (garbage === undefined || (garbage.length === 1 && garbage[0].length < SHORTEST_WORD)) return;
    if (REPORT.test(garbage[0])) return;
    if (MIME_WORD.test(garbage.join('').replace(/\s/g, ''))) this.#codes.add('mime-field-broken');
  }

  #endField(): void {
    const field = this.#field?.join('');
    this.#field = undefined;
    if (field === undefined) return;
    // Controls are what is looked for.
    if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(withoutShifts(field))) this.#codes.add('control-in-mime-field');
    if (/[\x80-\xff]/.test(field)) this.#codes.add('8bit-in-mime-field');
    if (STRUCTURED.test(field) && hasEncodedWord(field)) this.#codes.add('encoded-word-in-mime-field');
  }
}

/** The boundaries that a header speaks of, in whatever field. With more than a few, any line may be a delimiter. */
function boundariesIn(block: string): string[] {
  const found = [...block.matchAll(BOUNDARY)].map(([, boundary]) => boundary.trimEnd());
  return found.length > MAX_BOUNDARIES ? [''] : found;
}

/** The shifts of ISO-2022-JP (RFC 1468). */
const SHIFTS = /\x1b(?:\([BIJ]|\$(?:[@B]|\(D))/g;
/** Fields of which nothing but a name can be read in another way: whatever that is, it counts. */
const NAMING_ONLY = /^content-(?:disposition|description|type(?!.*(?:multipart|message|boundary)))/i;

/** A field without the shifts of ISO-2022-JP, where mail programs of old write a name in it as it is. */
function withoutShifts(field: string): string {
  return field.includes('\x1b') && NAMING_ONLY.test(field.replace(/[\r\n]/g, ''))
    ? field.replace(SHIFTS, '')
    : field;
}

/** `=?` and, behind it, `?=`: enough for a reader that looks for words everywhere. */
function hasEncodedWord(field: string): boolean {
  const start = field.indexOf('=?');
  return start >= 0 && field.includes('?=', start + 2);
}

function checkBareCr(block: string, codes: Set<AmbiguityCode>): void {
  let isBare = false;
  let startsSomething = false;
  for (let at = block.indexOf('\r'); at >= 0 && !startsSomething; at = block.indexOf('\r', at + 1)) {
    const next = block.charAt(at + 1);
    if (next === '\n') continue;
    isBare = true;
    startsSomething =
      MAY_START.includes(next) && STARTS_SOMETHING.test(block.slice(at + 1, at + 1 + LONGEST_START));
  }
  if (isBare) codes.add('header-bare-cr');
  if (startsSomething) codes.add('header-end-unclear');
}
