import { deflateRawSync } from 'node:zlib';

/** An entry of a zip archive, and what its headers say that is not so. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
  /** 0 stored, 8 deflated (the default); of another one the content is taken as packed already. */
  readonly method?: number;
  /** In place of the content, packed. */
  readonly packed?: Buffer;
  /** In the local header in place of `method`. */
  readonly localMethod?: number;
  readonly encrypted?: boolean;
  /** Sizes stand behind the content only. */
  readonly streamed?: boolean;
  /** Packed size in the local header. */
  readonly localSize?: number;
}

/** A zip archive (PKWARE APPNOTE.TXT). Checksums are 0: nobody here looks at them. */
export function zip(entries: readonly ZipEntry[], { directory = true } = {}): Buffer {
  const pieces: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, content, method = 8, localMethod = method, encrypted = false, streamed = false } = entry;
    const packed = entry.packed ?? (method === 8 ? deflateRawSync(content) : content);
    const flags = (encrypted ? 1 : 0) | (streamed ? 8 : 0);
    const sizes = [packed.length, content.length] as const;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    header(local, 4, flags, localMethod, streamed ? [0, 0] : [entry.localSize ?? sizes[0], sizes[1]], name);
    const listed = Buffer.alloc(46);
    listed.writeUInt32LE(0x02014b50);
    header(listed, 6, flags, method, sizes, name);
    listed.writeUInt32LE(offset, 42);
    const descriptor = Buffer.alloc(streamed ? 16 : 0);
    if (streamed) {
      descriptor.writeUInt32LE(0x08074b50);
      descriptor.writeUInt32LE(sizes[0], 8);
      descriptor.writeUInt32LE(sizes[1], 12);
    }
    const whole = Buffer.concat([local, Buffer.from(name), packed, descriptor]);
    pieces.push(whole);
    central.push(listed, Buffer.from(name));
    offset += whole.length;
  }
  if (!directory) return Buffer.concat(pieces);
  const list = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, list, end]);
}

function header(
  bytes: Buffer,
  at: number,
  flags: number,
  method: number,
  [packed, size]: readonly [number, number],
  name: string,
): void {
  bytes.writeUInt16LE(20, at);
  bytes.writeUInt16LE(flags, at + 2);
  bytes.writeUInt16LE(method, at + 4);
  bytes.writeUInt32LE(packed, at + 14);
  bytes.writeUInt32LE(size, at + 18);
  bytes.writeUInt16LE(Buffer.byteLength(name), at + 22);
}
