/** A file of AppleSingle or AppleDouble (RFC 1740 appendix A) with these entries. */
export function appleFile(
  kind: 'single' | 'double',
  ...entries: readonly (readonly [id: number, data: Buffer])[]
): Buffer {
  const head = Buffer.alloc(26 + 12 * entries.length);
  head.writeUInt32BE(kind === 'single' ? 0x00051600 : 0x00051607);
  head.writeUInt32BE(0x00020000, 4);
  head.writeUInt16BE(entries.length, 24);
  let offset = head.length;
  for (const [index, [id, data]] of entries.entries()) {
    head.writeUInt32BE(id, 26 + 12 * index);
    head.writeUInt32BE(offset, 30 + 12 * index);
    head.writeUInt32BE(data.length, 34 + 12 * index);
    offset += data.length;
  }
  return Buffer.concat([head, ...entries.map(([, data]) => data)]);
}

/** Its entry with the name of the file, and that with its content. */
export const realName = (name: string): [number, Buffer] => [3, Buffer.from(name, 'latin1')];
export const dataFork = (content: Buffer): [number, Buffer] => [1, content];

/** A file of MacBinary II, with a data fork only. */
export function macBinary(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(128);
  head[1] = name.length;
  head.write(name, 2, 'latin1');
  head.write('BINA????', 65, 'latin1');
  head.writeUInt32BE(content.length, 83);
  head[122] = head[123] = 129;
  return Buffer.concat([head, content, Buffer.alloc(-content.length & 127)]);
}
