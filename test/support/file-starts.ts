/** The first bytes of a program for Windows: the header of DOS, its stub, and that of PE. */
export function programStart(size = 600): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8', 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('This program cannot be run in DOS mode.\r\r\n$', 0x4e, 'latin1');
  bytes.write('PE\0\0\x4c\x01', 0x80, 'latin1');
  for (let at = 0x90; at < size; at++) bytes[at] = (at * 31) & 0xff;
  return bytes;
}

/** A local header of zip with the beginning of its entry. */
export function zipStart(name: string, content = '', { isStored = true, extra = 0 } = {}): Buffer {
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04\x14\0', 'latin1');
  header.writeUInt16LE(isStored ? 0 : 8, 8);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra, 28);
  return Buffer.concat([header, Buffer.from(name), Buffer.alloc(extra), Buffer.from(content)]);
}

export const OLE2_START = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504, 3)]);

/** An image with a volume descriptor of ISO 9660, behind a system area that starts a computer or does nothing. */
export function isoStart(systemArea = Buffer.alloc(0), size = 40_000): Buffer {
  const bytes = Buffer.alloc(size);
  systemArea.copy(bytes);
  bytes.write('\x01CD001\x01', 32_768, 'latin1');
  return bytes;
}
