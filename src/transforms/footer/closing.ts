import { comparable } from './footer-lines.ts';
import type { LineEnd } from './leaf-content.ts';
import type { LeafJob } from './leaf-job.ts';

const LF = 0x0a;
const BLANKS = new Set([LF, 0x0d, 0x20, 0x09]);
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
  let start = length === 0 || ended ? '' : lineEnd;
  // A reader of format=flowed would join the footer to a line that ends with a blank.
  if (flowed && FLOWING.test(ending.subarray(-6).toString('latin1'))) start += lineEnd;
  const end = ended || part.depth === 1 || part.transferEncoding === 'base64' ? lineEnd : '';
  return Buffer.concat([Buffer.from(start), job.footer(lineEnd), Buffer.from(end)]);
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

/** Whether the last byte that is no blank is the same: nearly always that is the end of the question. */
function mayEndWith(ending: Buffer, footer: Buffer): boolean {
  const wanted = lastInk(footer);
  return wanted === undefined || wanted === lastInk(ending);
}

/** The last byte that is left of {@link comparable} bytes. */
function lastInk(bytes: Buffer): number | undefined {
  let at = bytes.length - 1;
  while (at >= 0 && BLANKS.has(bytes[at])) at--;
  return bytes[at];
}
