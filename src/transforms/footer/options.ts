import { toAsciiHtml } from '../../core/mime/text/html-escape.ts';
import { COMMON_OPTIONS, type CommonOptions, wrongOption, checkKeys, choice } from '../policy/options.ts';
import { htmlFromText, normalised, textFromHtml } from './footer-lines.ts';
import { HtmlScanner } from './html-scanner.ts';
import type { LineEnd } from './leaf-content.ts';
import { TextFooter } from './text-footer.ts';

const NAME = 'footer';
/** Bytes of one line of a footer: no line of a message may have more than 998 (RFC 5322 2.1.1). */
const LINE_MAX = 900;

const ON_SIGNED = ['skip', 'wrap', 'reject'] as const;
type OnSigned = (typeof ON_SIGNED)[number];

/** Options of the footer transform; `text` or `html` must be there. */
export interface FooterOptions extends CommonOptions {
  /** The footer of plain text. Left out, it is made from `html`. Begin it with an empty line to have one in between. */
  readonly text?: string;
  /** The footer of HTML, put in as it is, but for characters that are not ASCII. Left out, it is made from `text`. */
  readonly html?: string;
  /**
   * A message whose text is signed or encrypted cannot take a footer: `skip` leaves it alone, `reject` refuses it, `wrap` puts the
   * whole message, as it is, into a multipart/mixed with the text footer as a part of its own behind it. Where a signed or
   * encrypted part is in a multipart/mixed already, `wrap` takes the first text beside it; anywhere else, and for inline PGP, it
   * skips. Default `skip`.
   */
  readonly onSigned?: OnSigned;
  /**
   * Plain text in a charset that cannot hold the footer: `convert` writes the part anew in UTF-8, if it is not longer
   * than `limits.heldBytes`; `skip` leaves it alone. HTML never needs it. Default `convert`.
   */
  readonly onUnrepresentable?: 'convert' | 'skip';
  /** Leave messages alone that no person has written: `Auto-Submitted` (RFC 3834) other than `no`. Default true. */
  readonly skipAutoSubmitted?: boolean;
  /** Leave messages from the null sender alone: bounces. Default true. */
  readonly skipNullSender?: boolean;
}

/** The options, checked and complete. */
export interface Footer {
  readonly text: TextFooter;
  /** ASCII; lines end with LF, and there is no line end at the end. */
  readonly html: string;
  /** The same as bytes, by its line ends. */
  readonly htmlIn: Readonly<Record<LineEnd, Buffer>>;
  readonly onSigned: OnSigned;
  readonly onUnrepresentable: 'convert' | 'skip';
  readonly skipAutoSubmitted: boolean;
  readonly skipNullSender: boolean;
}

/** The names of all options, e.g. for a configuration file. */
export const FOOTER_OPTIONS = [
  'text',
  'html',
  'onSigned',
  'onUnrepresentable',
  'skipAutoSubmitted',
  'skipNullSender',
  ...COMMON_OPTIONS,
] as const satisfies readonly (keyof FooterOptions)[];

/** Check the options and make of the one footer the other. Throws `MILLRACE_DEFINITION`. */
export function checkFooter(options: FooterOptions): Footer {
  checkKeys(NAME, options, FOOTER_OPTIONS);
  const givenText = content('text', options.text);
  const givenHtml = content('html', options.html);
  if (givenText === undefined && givenHtml === undefined) throw wrongOption(NAME, 'needs text, html or both');
  if (givenHtml !== undefined) checkHtml(givenHtml);
  const text = givenText ?? textFromHtml(givenHtml!);
  if (text === '') throw wrongOption(NAME, 'html has no text in it, so text must be given');
  const html = toAsciiHtml(givenHtml ?? htmlFromText(text));
  checkLines('text', text);
  checkLines('html', html);
  return {
    text: new TextFooter(text),
    html,
    htmlIn: {
      '\n': Buffer.from(html, 'latin1'),
      '\r\n': Buffer.from(html.replaceAll('\n', '\r\n'), 'latin1'),
    },
    onSigned: choice(NAME, 'onSigned', options.onSigned, ON_SIGNED, 'skip'),
    onUnrepresentable: choice(
      NAME,
      'onUnrepresentable',
      options.onUnrepresentable,
      ['convert', 'skip'],
      'convert',
    ),
    skipAutoSubmitted: flag('skipAutoSubmitted', options.skipAutoSubmitted),
    skipNullSender: flag('skipNullSender', options.skipNullSender),
  };
}

function content(key: 'text' | 'html', value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw wrongOption(NAME, `${key} must be a string`);
  const lines = normalised(value);
  if (lines.trim() === '') throw wrongOption(NAME, `${key} must not be empty`);
  if (/\p{Surrogate}/u.test(lines)) throw wrongOption(NAME, `${key} is not well-formed Unicode`);
  return lines;
}

function flag(key: 'skipAutoSubmitted' | 'skipNullSender', value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? true;
  throw wrongOption(NAME, `${key} must be true or false`);
}

function checkLines(key: 'text' | 'html', lines: string): void {
  if (lines.split('\n').some((line) => Buffer.byteLength(line) > LINE_MAX))
    throw wrongOption(NAME, `${key} has a line of more than ${LINE_MAX} bytes`);
}

/** What would hide the footer, or keep a second run from finding it. */
function checkHtml(html: string): void {
  const scanner = new HtmlScanner();
  let ends = false;
  scanner.scan(Buffer.from(html), () => (ends = true));
  if (ends) throw wrongOption(NAME, 'html must be a fragment, without </body> and </html>');
  if (!scanner.visible) throw wrongOption(NAME, 'html ends inside a tag, a comment or a script');
  // An inline image would have to be a further part of the message.
  if (/["'=(\s]cid:/i.test(html)) throw wrongOption(NAME, 'html must not use cid: images');
}
