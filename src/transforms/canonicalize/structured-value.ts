/** Columns of a line that is to be short (RFC 5322 section 2.1.1). */
const SHORT_LINE = 76;
/** A quoted string is not folded: longer ones are written in sections. */
const LONGEST_QUOTED = 60;
/** Characters of a section of RFC 2231 behind its name. */
const SECTION = 54;
/** RFC 2045 has more; these need quotes nowhere. */
const BARE = /^[A-Za-z0-9._+-]+$/;
/** Nothing that anybody takes for the end of the value, an escape, a comment, a percent-encoded byte or an encoded word. */
const QUOTABLE = /^(?! )(?!.* $)(?!.*=\?)[\x20\x21\x23\x24\x26\x27\x2a-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/**
 * The raw value of a structured field, `value; name=value`, written so that there is one way to read it: short values as they are
 * or in quotes without a backslash, others as RFC 2231 has it, in UTF-8. Folded with LF, ASCII only.
 *
 * @param field the field's name, for the length of its first line
 * @param parameters their names are tokens
 */
export function structuredValue(
  field: string,
  value: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  let text = ` ${value}`;
  let column = field.length + 1 + text.length;
  for (const piece of parameters.flatMap(([name, given]) => writeParameter(name, given))) {
    text += ';';
    const fits = column + piece.length + 3 <= SHORT_LINE;
    text += fits ? ` ${piece}` : `\n ${piece}`;
    column = fits ? column + piece.length + 2 : piece.length + 1;
  }
  return text;
}

/** One parameter, in as many pieces as it takes. */
function writeParameter(name: string, value: string): string[] {
  if (BARE.test(value) && value.length <= LONGEST_QUOTED) return [`${name}=${value}`];
  if (value.length <= LONGEST_QUOTED && QUOTABLE.test(value)) return [`${name}="${value}"`];
  const encoded = `utf-8''${percentEncoded(value)}`;
  if (encoded.length <= SECTION) return [`${name}*=${encoded}`];
  return sectionsOf(encoded).map((section, index) => `${name}*${index}*=${section}`);
}

/** Pieces that cut no encoded byte in two. */
function sectionsOf(encoded: string): string[] {
  const sections: string[] = [];
  for (let from = 0; from < encoded.length;) {
    let to = Math.min(encoded.length, from + SECTION);
    const percent = encoded.lastIndexOf('%', to - 1);
    if (to < encoded.length && percent > to - 3) to = percent;
    sections.push(encoded.slice(from, to));
    from = to;
  }
  return sections;
}

/** Everything but letters, digits and a few marks that stand for themselves in every reader. */
export function percentEncoded(text: string): string {
  // A lone surrogate becomes U+FFFD on its way through UTF-8.
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return bytes.replace(
    /[^A-Za-z0-9._-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
