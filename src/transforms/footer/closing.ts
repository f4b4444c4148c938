import { comparable } from './footer-lines.ts';
import type { LineEnd } from './leaf-content.ts';
import type { LeafJob } from './leaf-job.ts';

const LF = 0x0a;
/** So many bytes at the end that are no blanks tell nearly always that a footer is not there. */
const INK = 16;
const NOTHING = Buffer.alloc(0);
const BYTES: Readonly<Record<LineEnd, Buffer>> = { '\r\n': Buffer.from('\r\n'), '\n': Buffer.from('\n') };
/** A last line that flows on: it ends with a blank and is not the signature separator (RFC 3676 section 4.3). */
const FLOWING = /(?<!(?:^|\n)--) (?:\r?\n)?$/;

/**
 * What is put behind a text of `length` bytes that ends with `ending`: the footer on lines of its own.
 *
 * It ends with a line end, but in front of a delimiter only where the text did: there the last line end belongs to the
 * delimiter (RFC 2046 section 5.1.1).
 */
export function closing(job: LeafJob, ending: Buffer, length: number, lineEnd: LineEnd): Buffer {
  const { part, flowed } = job;
  const ended = ending.at(-1) === LF;
  const start = length === 0 || ended ? NOTHING : BYTES[lineEnd];
  // A reader of format=flowed would join the footer to a line that ends with a blank.
  const fixed = flowed && FLOWING.test(ending.subarray(-6).toString('latin1')) ? BYTES[lineEnd] : NOTHING;
  const end = ended || part.depth === 1 || part.transferEncoding === 'base64' ? BYTES[lineEnd] : NOTHING;
  return Buffer.concat([start, fixed, job.footer(lineEnd), end]);
}

/** Whether text that ends so has this footer already, as lines of its own. */
export function endsWithFooter(ending: Buffer, footer: Buffer): boolean {
  if (!mayEndWith(ending, footer)) return false;
  const present = comparable(ending);
  const wanted = comparable(footer);
  if (!present.endsWith(wanted)) return false;
  const before = present[present.length - wanted.length - 1];
  return before === undefined || before === '\n';
}

/** Whether HTML that ends so has this footer already. Lines mean nothing in it. */
export function endsWithHtml(ending: Buffer, footer: Buffer): boolean {
  return mayEndWith(ending, footer) && comparable(ending).endsWith(comparable(footer));
}

/** Whether the last bytes are the same, all that {@link comparable} may leave out aside. */
function mayEndWith(ending: Buffer, footer: Buffer): boolean {
  let at = ending.length;
  let wanted = footer.length;
  for (let n = 0; n < INK; n++) {
    do wanted--;
    while (isBlank(footer[wanted]));
    if (wanted < 0) return true;
    do at--;
    while (isBlank(ending[at]));
    if (ending[at] !== footer[wanted]) return false;
  }
  return true;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;
}
