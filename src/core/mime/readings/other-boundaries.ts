import type { ContentField } from '../content-type.ts';
import { decodeEncodedWords } from '../encoded-words.ts';
import type { MessagePart } from '../message-part.ts';

/** Where a boundary may stand, whatever is in front of it: in a comment, with the stars of RFC 2231. */
const PLACE = /boundary[ \t]*(?:\*\d{0,9}\*?)?[ \t]*(?:\([^()]*\)[ \t]*)?=[ \t]*((?:\([^()]*\)[ \t]*)?)/gi;
/** More places are not looked at. */
const MAX_PLACES = 8;
const ODD: ReadonlySet<string> = new Set([
  'duplicate-parameter',
  'parameter-comment',
  'parameter-separator',
  'parameter-unterminated-quote',
  'parameter-junk',
]);
/** Marks around a boundary that some readers take off. */
const IN_MARKS = /^(?:'(.+)'|<(.+)>|(.+)--)$/;

/** Whether a boundary has something at its ends, or in it, that some readers take off: legal, and no code of its own. */
export function hasMarks({ boundary }: Pick<MessagePart, 'boundary'>): boolean {
  return boundary !== undefined && /^(?:['<]|=\?)|[ \t]|.--$/.test(boundary);
}

/**
 * Every boundary that some reader may take from a Content-Type field, that by the rules among them, as latin1 "binary"
 * strings.
 *
 * @param rawValue the field's bytes
 */
export function otherBoundaries(field: ContentField, rawValue: string): Set<string> {
  const found = new Set<string>();
  const { plain = [], extended = [] } = field.parameters.get('boundary') ?? {};
  for (const { bytes, raw } of plain) found.add(bytes).add(raw.uncut ?? bytes);
  for (const { bytes } of extended) found.add(bytes);
  const isOdd = [...field.structured.ambiguities].some((code) => ODD.has(code));
  if (isOdd || extended.length > 0 || plain.some(({ raw }) => raw.escaped)) {
    for (const boundary of lenient(rawValue.replace(/[\r\n]/g, ''))) found.add(boundary);
  }
  // A fold in a quoted string counts as a blank, as nothing, or as what it is.
  if (/\n/.test(rawValue.trim())) {
    const joined = /boundary="([^"]*\n[^"]*)"/i.exec(rawValue)?.[1];
    if (joined !== undefined) found.add(joined.replace(/\r?\n[ \t]+/g, ''));
  }
  const others: string[] = [];
  for (const boundary of found) {
    const bare = boundary.trim();
    others.push(bare);
    const marks = IN_MARKS.exec(bare);
    if (marks !== null) others.push(marks[1] ?? marks[2] ?? marks[3]);
    if (bare.startsWith('=?') && bare.endsWith('?=')) others.push(decodeEncodedWords(bare));
  }
  for (const boundary of others) found.add(boundary);
  return found;
}

/** A Content-Type value of a multipart (RFC 2045 section 5.1), the boundary as a quoted string. */
export function multipartType(type: string, boundary: string): string {
  return `${type}; boundary="${boundary.replace(/["\\]/g, '\\$&')}"`;
}

/** What readers find that look for the word and take what is behind it, up to whatever ends it for them. */
function* lenient(text: string): Generator<string> {
  let places = 0;
  for (const match of text.matchAll(PLACE)) {
    if (++places > MAX_PLACES) return;
    const end = match.index + match[0].length;
    const rest = text.slice(end, end + 1024);
    // The comment may be a piece of it.
    if (match[1] !== '') yield /^[^;\s]*/.exec(text.slice(end - match[1].length, end + 1024))![0];
    if (rest.startsWith('"')) {
      const quoted = /^"((?:[^"\\]|\\.)*)/.exec(rest)![1];
      yield quoted;
      yield quoted.replace(/\\(.)/g, '$1');
      yield /^"([^"]*)/.exec(rest)![1];
      // Without its end, a quoted string ends where another parameter may begin.
      if (!rest.slice(1).includes('"')) yield /^"([^;\s]*)/.exec(rest)![1];
    } else {
      yield /^[^;\s]*/.exec(rest)![0];
      yield /^[^;\s(),]*/.exec(rest)![0];
      const language = /^[^']*'[^']*'([^;\s]*)/.exec(rest)?.[1];
      if (language !== undefined) yield language;
    }
  }
}
