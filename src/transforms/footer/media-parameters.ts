/*
 * Edits of one parameter of a structured field (RFC 2045 section 5.1) that leave every other byte as it is.
 * Values are latin1 "binary" strings.
 */

/** Where one parameter stands: from its semicolon to the end of its value, and the value alone. */
interface Found {
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Give a parameter this value, which must be a token; it is added behind the others when it is not there. */
export function setParameter(field: string, name: string, value: string): string {
  const found = findParameter(field, name);
  if (found !== undefined) return field.slice(0, found.valueStart) + value + field.slice(found.end);
  const end = contentEnd(field);
  const separator = field[end - 1] === ';' ? ' ' : '; ';
  return field.slice(0, end) + separator + name + '=' + value + field.slice(end);
}

/** Take a parameter out. */
export function removeParameter(field: string, name: string): string {
  const found = findParameter(field, name);
  return found === undefined ? field : field.slice(0, found.start) + field.slice(found.end);
}

function findParameter(field: string, name: string): Found | undefined {
  let semicolon = skip(field, 0);
  while (semicolon < field.length) {
    const next = skip(field, semicolon + 1);
    const equals = field.indexOf('=', semicolon + 1);
    if (
      equals >= 0 &&
      equals < next &&
      field
        .slice(semicolon + 1, equals)
        .trim()
        .toLowerCase() === name
    ) {
      let valueStart = equals + 1;
      while (valueStart < next && isBlank(field[valueStart])) valueStart++;
      let end = next;
      while (end > valueStart && isBlank(field[end - 1])) end--;
      return { start: semicolon, valueStart, end };
    }
    semicolon = next;
  }
  return undefined;
}

/** The next semicolon outside quotes, from `at` on; the length if there is none. */
function skip(field: string, at: number): number {
  let quoted = false;
  let atValue = true;
  for (; at < field.length; at++) {
    const character = field[at];
    // A quote later in a value is a character of it, as for the parser: `charset=\"us-ascii\"` occurs.
    if (character === '"' && (quoted || atValue)) quoted = !quoted;
    else if (character === '\\' && quoted) at++;
    else if (character === ';' && !quoted) return at;
    if (!isBlank(character)) atValue = character === '=';
  }
  return field.length;
}

/** Where the value ends, without the blanks behind it. */
function contentEnd(field: string): number {
  let end = field.length;
  while (end > 0 && isBlank(field[end - 1])) end--;
  return end;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}
