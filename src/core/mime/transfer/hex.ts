/** Value of a hexadecimal digit, 16 more for a lower-case letter, {@link NO_HEX} for any other byte. */
export const NO_HEX = 64;

export const HEX_VALUE: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(NO_HEX);
  for (let value = 0; value < 16; value++) {
    const digit = value.toString(16);
    table[digit.charCodeAt(0)] = value + (value > 9 ? 16 : 0);
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
})();

/** The upper-case digits, as quoted-printable writes them. */
export const HEX_DIGITS: Uint8Array = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));
