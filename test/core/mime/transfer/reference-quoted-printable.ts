/**
 * RFC 2045 6.7 with the leniency that the decoder documents, by string replacement over the whole input. Only for
 * inputs without more than 998 blanks in a row.
 */
export function referenceQuotedPrintable(input: Buffer): Buffer {
  const text = input
    .toString('latin1')
    .replaceAll(
      /=(?:[ \t]*\r?\n|\r$|[ \t]*$|[ \t]+\r$|([0-9a-fA-F]{2}))|[ \t]+(?=\r?\n|$)/g,
      (match, hex?: string) =>
        hex === undefined ? (match.startsWith('=') ? '' : '') : String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(text, 'latin1');
}
