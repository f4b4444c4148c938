/** `ID1 ID2 CM` (RFC 1952 section 2.3). */
const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
const FIXED_LENGTH = 10;
const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
/** A longer header is none. */
const MAX_LENGTH = 8192;

/** CRC and length behind the compressed data. */
export const GZIP_TRAILER = 8;

/**
 * Bytes of the gzip header that the content begins with; 0 where it begins with none, undefined where it may go on to be
 * one.
 */
export function gzipHeaderLength(bytes: Buffer): number | undefined {
  const known = Math.min(bytes.length, MAGIC.length);
  if (bytes.compare(MAGIC, 0, known, 0, known) !== 0) return 0;
  if (bytes.length < FIXED_LENGTH) return undefined;
  const flags = bytes[3];
  if ((flags & RESERVED) !== 0) return 0;
  const more = bytes.length > MAX_LENGTH ? 0 : undefined;
  let length = FIXED_LENGTH;
  if ((flags & EXTRA) !== 0) {
    if (bytes.length < length + 2) return more;
    length += 2 + bytes.readUInt16LE(length);
  }
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, length);
    if (end < 0) return more;
    length = end + 1;
  }
  if ((flags & HEADER_CRC) !== 0) length += 2;
  return bytes.length < length ? more : length;
}
