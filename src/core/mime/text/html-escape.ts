const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, for element content and for attribute values in quotes. Line ends stay what they are. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]);
}

/**
 * HTML in ASCII: what is not becomes numeric character references, which read the same in every charset that an HTML
 * part may be labelled with. A surrogate without its partner becomes U+FFFD. Not for comments, nor for the inside of
 * `script` and `style`, where references are not resolved.
 */
export function toAsciiHtml(html: string): string {
  return html.replaceAll(/[^\0-\x7f]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return `&#${code >= 0xd800 && code <= 0xdfff ? 0xfffd : code};`;
  });
}
