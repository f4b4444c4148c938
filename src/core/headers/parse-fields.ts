import { HeaderField } from './header-field.ts';

/**
 * Cut a header block into fields without losing a byte: the `source` of all of them together is the block.
 *
 * A line ends at LF; a bare CR and a NUL are bytes like others. A line that begins with a blank continues what is in
 * front of it. A line that has no colon behind a name (garbage, an mbox `From ` line, a continuation at the very top)
 * is kept as a field with an empty name. Blanks between name and colon are legal for a reader (RFC 5322 section
 * 4.5.3, obs-optional). One pass, linear.
 */
export function parseFields(block: Buffer): HeaderField[] {
  const text = block.toString('latin1');
  const fields: HeaderField[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfField(text, start);
    fields.push(parseField(text.slice(start, end)));
    start = end;
  }
  return fields;
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

function parseField(source: string): HeaderField {
  let colon = 0;
  while (isNameByte(source.charCodeAt(colon))) colon++;
  const name = source.slice(0, colon);
  while (isBlank(source.charCodeAt(colon))) colon++;
  if (name === '' || source[colon] !== ':') return new HeaderField('', '', source);
  let end = source.length;
  if (source[end - 1] === '\n') end -= source[end - 2] === '\r' ? 2 : 1;
  return new HeaderField(name, source.slice(colon + 1, end), source);
}

/** Any byte but controls, blank, DEL and colon: 8-bit names are illegal, but readers take them. */
function isNameByte(code: number): boolean {
  return code > 0x20 && code !== 0x7f && code !== 0x3a;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
