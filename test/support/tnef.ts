/** A TNEF container (MS-OXTNEF) with the attributes given. */
export function tnef(...attributes: readonly (readonly [attribute: number, data: Buffer])[]): Buffer {
  const prefix = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]);
  const written = attributes.map(([attribute, data]) => {
    const head = Buffer.alloc(9);
    head[0] = 2;
    head.writeUInt32LE(attribute, 1);
    head.writeUInt32LE(data.length, 5);
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0));
    return Buffer.concat([head, data, checksum]);
  });
  return Buffer.concat([prefix, ...written]);
}

/** attAttachData. */
export const fileData = (content: Buffer): [number, Buffer] => [0x0006800f, content];

/** attAttachment with a message in it: the object PidTagAttachDataObject, which begins with the id of its interface. */
export function messageObject(container: Buffer, pad = 0): [number, Buffer] {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(1);
  head.writeUInt32LE(0x3701000d, 4);
  head.writeUInt32LE(1, 8);
  head.writeUInt32LE(16 + container.length, 12);
  const id = Buffer.from('0703020000000000c000000000000046', 'hex');
  return [0x00069005, Buffer.concat([Buffer.alloc(pad), head, id, container])];
}

/** attAttachTitle. */
export const title = (name: string): [number, Buffer] => [0x00018010, Buffer.from(`${name}\0`, 'latin1')];

/** attAttachment with one property that is a string, behind a number. */
export function properties(tag: number, name: string, isWide: boolean): [number, Buffer] {
  const text = Buffer.from(`${name}\0`, isWide ? 'utf16le' : 'latin1');
  const data = Buffer.alloc(4 + 8 + 12 + Math.ceil(text.length / 4) * 4);
  data.writeUInt32LE(2);
  data.writeUInt32LE(0x0e200003, 4);
  data.writeUInt32LE(text.length, 8);
  data.writeUInt32LE(((tag << 16) | (isWide ? 0x1f : 0x1e)) >>> 0, 12);
  data.writeUInt32LE(1, 16);
  data.writeUInt32LE(text.length, 20);
  text.copy(data, 24);
  return [0x00069005, data];
}
