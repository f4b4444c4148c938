import { convert } from 'html-to-text';
import { escapeHtml } from '../../core/mime/text/html-escape.ts';
import type { LineEnd } from './leaf-content.ts';

/** Longest HTML of which text is made; a footer has a few hundred bytes. */
const HTML_MAX = 256 * 1024;

/** CRLF, CR and LF as LF; no NUL, and no line ends at the end. */
export function normalised(text: string): string {
  return text.replaceAll('\0', '').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
}

/** The text of a plain text footer in a part: its lines, `format=flowed` (RFC 3676 section 4) respected. */
export function textLines(text: string, flowed: boolean, lineEnd: LineEnd): string {
  const lines = text.split('\n');
  return (flowed ? lines.map(fixedLine) : lines).join(lineEnd);
}

/** A line that a reader of format=flowed shows as it is: no blank at its end, and stuffed where it could be a quote. */
function fixedLine(line: string): string {
  if (line === '-- ') return line;
  const fixed = line.replace(/ +$/, '');
  return /^(?: |>|From )/.test(fixed) ? ` ${fixed}` : fixed;
}

/** Plain text of HTML, for a footer that is given as HTML only. Done once, when the filter is defined. */
export function textFromHtml(html: string): string {
  const text = convert(html, {
    wordwrap: false,
    limits: { maxInputLength: HTML_MAX, maxDepth: 100, maxChildNodes: 10_000 },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
    ],
  });
  return normalised(text);
}

/** HTML of plain text, for a footer that is given as text only. */
export function htmlFromText(text: string): string {
  return `<div>${escapeHtml(text).replaceAll('\n', '<br>\n')}</div>`;
}

/** Bytes for comparing what is there with a footer: no CR, and no blanks at the ends of lines and of it all. */
export function comparable(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => line.replace(/[ \t]+$/, ''))
    .join('\n')
    .replace(/\n+$/, '');
}
