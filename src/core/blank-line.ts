/** What ends a header that came without its blank line, or was cut off in the middle of a field. */
export function blankLineBehind(header: Buffer): Buffer {
  return Buffer.from(header.length === 0 || header.at(-1) === 0x0a ? '\r\n' : '\r\n\r\n');
}
