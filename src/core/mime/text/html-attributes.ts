/**
 * The attributes of a whole start tag as the HTML standard reads them (13.2.5.32 and on): by lower-case name, of
 * duplicates the first, values as they are written, character references not resolved. An attribute without a value
 * has the empty one. The object has no prototype. Takes time in proportion to the tag.
 */
export function parseAttributes(tag: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  const end = tag.endsWith('>') ? tag.length - 1 : tag.length;
  let at = skipWhile(tag, tag[1] === '/' ? 2 : 1, end, (code) => !isSpace(code) && code !== SLASH);
  while (at < end) {
    at = skipWhile(tag, at, end, (code) => isSpace(code) || code === SLASH);
    if (at === end) break;
    // An equals sign in the first place belongs to the name.
    const nameEnd = skipWhile(
      tag,
      at + 1,
      end,
      (code) => !isSpace(code) && code !== SLASH && code !== EQUALS,
    );
    const name = lowerCase(tag.slice(at, nameEnd));
    at = skipWhile(tag, nameEnd, end, isSpace);
    let value = '';
    if (tag.charCodeAt(at) === EQUALS && at < end) {
      at = skipWhile(tag, at + 1, end, isSpace);
      const quote = tag.charCodeAt(at);
      if (at < end && (quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE)) {
        const close = tag.indexOf(tag[at], at + 1);
        const valueEnd = close === -1 ? end : close;
        value = tag.slice(at + 1, valueEnd);
        at = Math.min(valueEnd + 1, end);
      } else {
        const valueEnd = skipWhile(tag, at, end, (code) => !isSpace(code));
        value = tag.slice(at, valueEnd);
        at = valueEnd;
      }
    }
    attributes[name] ??= value;
  }
  return attributes;
}

const SLASH = 0x2f;
const EQUALS = 0x3d;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;

/** White space of the HTML standard: tab, LF, form feed, CR, space. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0x0c;
}

/** Only ASCII letters: `toLowerCase` would make a `k` of a Kelvin sign. */
export function lowerCase(name: string): string {
  if (!/[^\0-\x7f]/.test(name)) return name.toLowerCase();
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function skipWhile(text: string, from: number, end: number, test: (code: number) => boolean): number {
  let at = from;
  while (at < end && test(text.charCodeAt(at))) at++;
  return at;
}
