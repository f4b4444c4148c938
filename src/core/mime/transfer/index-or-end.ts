/** Where a byte stands in a slice from a place on; the end of the slice where it does not. */
export function indexOrEnd(slice: Buffer, byte: number, from: number): number {
  const at = slice.indexOf(byte, from);
  return at === -1 ? slice.length : at;
}
