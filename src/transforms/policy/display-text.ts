/** More of a name than this is not shown (rule A12 of the strip transform). */
const MAX_CHARACTERS = 200;

/**
 * A name from a message in a form that may be shown to people: no control characters, no line ends, nothing that
 * changes the direction of text or has no width (one name must not be able to look like another), white space as
 * single blanks, at most `limit` characters and an ellipsis.
 */
export function displayText(text: string, limit = MAX_CHARACTERS): string {
  let shown = '';
  let count = 0;
  for (const character of text) {
    if (/[\t-\r\p{Z}]/u.test(character)) {
      if (shown === '' || shown.endsWith(' ')) continue;
    } else if (/\p{C}/u.test(character)) continue;
    if (++count > limit) return `${shown.trimEnd()}…`;
    shown += /[\t-\r\p{Z}]/u.test(character) ? ' ' : character;
  }
  return shown.trimEnd();
}
