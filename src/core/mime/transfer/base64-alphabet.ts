/** Classes of the bytes of base64 text; below 64 it is the value of the digit. */
export const BLANK = 64; // CR, space, tab: no meaning
export const LINE_FEED = 65;
export const PADDING = 66;
export const URL_SAFE = 67; // - and _ of RFC 4648 section 5
export const JUNK = 68;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Class of every byte (RFC 2045 section 6.8). */
export const BASE64_CLASS: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(JUNK);
  for (let value = 0; value < 64; value++) table[ALPHABET.charCodeAt(value)] = value;
  for (const blank of '\r \t') table[blank.charCodeAt(0)] = BLANK;
  for (const letter of '-_') table[letter.charCodeAt(0)] = URL_SAFE;
  table[0x0a] = LINE_FEED;
  table[0x3d] = PADDING;
  return table;
})();
