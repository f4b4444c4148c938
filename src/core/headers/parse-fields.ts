import { HeaderField } from './header-field.ts';

interface ParsedFields {
  /** All of them in order. What is no field has an empty name; where several such follow each other, they are one. */
  readonly fields: HeaderField[];
  /** How many are none. */
  readonly malformed: number;
}

/**
 * Cut a header block into fields without losing a byte: the `source` of all of them together is the block.
 *
 * A line ends at LF; a bare CR and a NUL are bytes like others. A line that begins with a blank continues what is in
 * front of it. A line that has no colon behind a name (garbage, an mbox `From ` line, a continuation at the very top)
 * is kept in a field with an empty name. Blanks between name and colon are legal for a reader (RFC 5322 section
 * 4.5.3, obs-optional). One pass, linear.
 */
export function parseFields(block: Buffer): ParsedFields {
  const text = block.toString('latin1');
  const fields: HeaderField[] = [];
  let malformed = 0;
  let garbage = -1;
  for (let start = 0; start < text.length;) {
    const end = endOfField(text, start);
    const field = parseField(text, start, end);
    if (field === undefined) {
      malformed++;
      if (garbage < 0) garbage = start;
    } else {
      if (garbage >= 0) fields.push(noField(text.slice(garbage, start)));
      garbage = -1;
      fields.push(field);
    }
    start = end;
  }
  if (garbage >= 0) fields.push(noField(text.slice(garbage)));
  return { fields, malformed };
}

function noField(source: string): HeaderField {
  return new HeaderField('', '', source);
}

/** Where the field that begins at `start` ends: behind the line break that no continuation line follows. */
function endOfField(text: string, start: number): number {
  let end = start;
  do {
    const lineFeed = text.indexOf('\n', end);
    if (lineFeed < 0) return text.length;
    end = lineFeed + 1;
  } while (isBlank(text.charCodeAt(end)));
  return end;
}

/** The field that is there; undefined where there is none. */
function parseField(text: string, start: number, stop: number): HeaderField | undefined {
  let nameEnd = start;
  while (nameEnd < stop && isNameByte(text.charCodeAt(nameEnd))) nameEnd++;
  let colon = nameEnd;
  while (colon < stop && isBlank(text.charCodeAt(colon))) colon++;
  if (nameEnd === start || text[colon] !== ':' || colon === stop) return undefined;
  let end = stop;
  if (text[end - 1] === '\n') end -= text[end - 2] === '\r' ? 2 : 1;
  return new HeaderField(text.slice(start, nameEnd), text.slice(colon + 1, end), text.slice(start, stop));
}

/** Any byte but controls, blank, DEL and colon: 8-bit names are illegal, but readers take them. */
function isNameByte(code: number): boolean {
  return code > 0x20 && code !== 0x7f && code !== 0x3a;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
