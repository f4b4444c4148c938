/** A header block as some readers cut it. */
export interface OtherEnd {
  readonly way: string;
  readonly header: Buffer;
  /** What of the block is content to them. */
  readonly prefix: Buffer;
}

/** The way of those for whom a lone CR ends a line, also in what follows. */
export const CR_ENDS_LINES = 'cr-ends-lines';

const LF = 0x0a;
const CR = 0x0d;
const FIELD = /^[^\0-\x20:\x7f]+[ \t]*:|^>?From /;
const SPACED_FIELD = /^(?:content-[a-z-]+|mime-version)[ \t]+:/i;
/** Blank, but not empty: blanks and controls. What is of nothing but CR is for those whose lines end in CR. */
const BLANK_LOOKING = /^(?!\r*\n)[\0-\x20\x7f]+$/;
const BARE_CR = /\r(?!\n)/g;
/** Most lines that end so in a header that is looked at; a message has no more fields. */
const MOST_CR_LINES = 2000;
const GARBAGE = 'header-ends-at-garbage';
/** What a line begins with that matters where garbage is in front of it: a blank, a control, or a MIME field. */
const MATTERS_BEHIND_GARBAGE = Array.from({ length: 256 }, (_, byte) =>
  /[\0-\x20\x7fcm]/i.test(String.fromCharCode(byte)),
);
const EMPTY_LINE = /(?:^|\n)\r?\n/;

/**
 * The ways in which readers cut a header block, as received and without its blank line: at a line that looks blank, at
 * one that is no field, at one with a blank in front of its colon, or with a lone CR as line end; and without the fields that
 * have a blank there. The first place of each kind counts.
 */
export function otherEnds(block: Buffer): OtherEnd[] {
  const found = new Map<string, OtherEnd>();
  const cut = (way: string, header: number, content: number): void => {
    if (found.has(way)) return;
    found.set(way, { way, header: block.subarray(0, header), prefix: block.subarray(content) });
  };
  const others: Buffer[] = [];
  let from = 0;
  let isSpaced = false;
  for (let start = 0; start < block.length;) {
    const lineFeed = block.indexOf(LF, start);
    const end = lineFeed < 0 ? block.length : lineFeed + 1;
    if (isSpaced) from = start;
    if (found.has(GARBAGE) && !MATTERS_BEHIND_GARBAGE[block[start]]) isSpaced = false;
    else {
      const line = block.toString('latin1', start, end);
      const isFold = start > 0 && /^[ \t]/.test(line);
      if (!isFold) isSpaced = SPACED_FIELD.test(line);
      if (BLANK_LOOKING.test(line)) cut('header-ends-at-blanks', start, end);
      else if (isSpaced) cut('header-ends-at-spaced-colon', start, start);
      else if (!isFold && !FIELD.test(line) && !/^\r*\n$/.test(line)) cut(GARBAGE, start, start);
      if (isSpaced) others.push(block.subarray(from, start));
    }
    start = end;
  }
  if (!isSpaced) others.push(block.subarray(from));
  const kept = Buffer.concat(others);
  if (kept.length < block.length)
    found.set('spaced-colon-is-garbage', {
      way: 'spaced-colon-is-garbage',
      header: kept,
      prefix: Buffer.alloc(0),
    });
  const atCr = hasTooManyLines(block) ? undefined : cutAtCr(block);
  if (atCr !== undefined) found.set(atCr.way, atCr);
  return [...found.values()];
}

/** Whether a header has more lines than are looked at, for those for whom a lone CR ends one. */
export function hasTooManyLines(block: Buffer): boolean {
  let lines = 0;
  for (let at = block.indexOf(CR); at >= 0 && lines <= MOST_CR_LINES; at = block.indexOf(CR, at + 1))
    if (block[at + 1] !== LF) lines++;
  return lines > MOST_CR_LINES;
}

function cutAtCr(block: Buffer): OtherEnd | undefined {
  const text = block.toString('latin1');
  const lines = text.replace(BARE_CR, '\r\n');
  if (lines === text) return undefined;
  const empty = EMPTY_LINE.exec(lines);
  const header = empty === null ? lines : lines.slice(0, empty.index + (empty[0].startsWith('\n') ? 1 : 0));
  const prefix = empty === null ? '' : lines.slice(empty.index + empty[0].length);
  return {
    way: CR_ENDS_LINES,
    header: Buffer.from(header, 'latin1'),
    prefix: Buffer.from(prefix, 'latin1'),
  };
}
