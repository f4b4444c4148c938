/** Local file header: `PK\3\4` (PKWARE APPNOTE.TXT, section 4.3.7). */
const LOCAL = 0x04034b50;
/** Central directory header: `PK\1\2` (section 4.3.12). */
const CENTRAL = 0x02014b50;
/** End of the central directory: what readers look for first (section 4.3.16). */
const END = Buffer.from('PK\x05\x06', 'latin1');
const PK = Buffer.from('PK', 'latin1');

export const STORED = 0;
export const DEFLATED = 8;

/** Bytes that a header is told by. */
export const LOCAL_LENGTH = 30;

/** Compression methods of section 4.4.5. */
const METHODS = new Set([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99]);
const MAX_VERSION = 100;
const ENCRYPTED = 1;
/** The sizes stand behind the content. */
const SIZES_FOLLOW = 8;
const IN_ZIP64_FIELD = 0xffffffff;

/** What a header says of an entry. */
export interface ZipHeader {
  readonly kind: 'local' | 'central';
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Bytes of the packed content; undefined where it is not told here. It can lie. */
  readonly packedSize: number | undefined;
  /** Bytes of a local header, name and extra field included: there the content begins. */
  readonly length: number;
}

/** Where the next `PK` stands at or behind a place; -1 for nowhere. */
export function nextSignature(bytes: Buffer, from: number): number {
  return bytes.indexOf(PK, from);
}

/** Counts the ends of directories in content that comes in pieces. */
export class DirectoryCount {
  count = 0;
  /** The last bytes seen, one fewer than the signature has. */
  #tail: Buffer = Buffer.alloc(0);

  write(bytes: Buffer): void {
    const keep = END.length - 1;
    const edge = Buffer.concat([this.#tail, bytes.subarray(0, keep)]);
    if (edge.includes(END)) this.count++;
    for (let at = bytes.indexOf(END); at >= 0; at = bytes.indexOf(END, at + END.length)) this.count++;
    this.#tail = bytes.length >= keep ? Buffer.from(bytes.subarray(-keep)) : edge.subarray(-keep);
  }
}

/** The header at a place that has {@link LOCAL_LENGTH} bytes; undefined where there is none that anybody would take for one. */
export function readZipHeader(bytes: Buffer, at: number): ZipHeader | undefined {
  const signature = bytes.readUInt32LE(at);
  if (signature !== LOCAL && signature !== CENTRAL) return undefined;
  const isLocal = signature === LOCAL;
  const field = at + (isLocal ? 4 : 6);
  const version = bytes.readUInt16LE(field) & 0xff;
  const flags = bytes.readUInt16LE(field + 2);
  const method = bytes.readUInt16LE(field + 4);
  const size = bytes.readUInt32LE(field + 14);
  if (version > MAX_VERSION || !METHODS.has(method)) return undefined;
  return {
    kind: isLocal ? 'local' : 'central',
    method,
    isEncrypted: (flags & ENCRYPTED) !== 0,
    packedSize: (isLocal && (flags & SIZES_FOLLOW) !== 0) || size === IN_ZIP64_FIELD ? undefined : size,
    length: LOCAL_LENGTH + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28),
  };
}
