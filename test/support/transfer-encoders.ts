export const toBase64 = (payload: Buffer): string => payload.toString('base64').replace(/.{1,76}/g, '$&\r\n');
/** Every byte as an escape, so that nothing of the content stands in the message. */
export const toQuoted = (payload: Buffer): string =>
  [...payload]
    .map((byte, i) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}${i % 20 === 19 ? '=\r\n' : ''}`)
    .join('') + '\r\n';
export function toUuencode(payload: Buffer, name = 'notes.dat'): string {
  const digit = (value: number): string => String.fromCharCode(value === 0 ? 0x60 : value + 32);
  let out = `begin 644 ${name}\r\n`;
  for (let at = 0; at < payload.length; at += 45) {
    const line = payload.subarray(at, at + 45);
    out += digit(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const [a, b = 0, c = 0] = line.subarray(i, i + 3);
      out += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(digit).join('');
    }
    out += '\r\n';
  }
  return `${out}\`\r\nend\r\n`;
}
export function toYenc(payload: Buffer): string {
  let out = '';
  for (const byte of payload) {
    const shifted = (byte + 42) & 255;
    out += [0, 10, 13, 61].includes(shifted)
      ? `=${String.fromCharCode((shifted + 64) & 255)}`
      : String.fromCharCode(shifted);
  }
  return `=ybegin line=128 size=${payload.length} name=notes.dat\r\n${out}\r\n=yend size=${payload.length}\r\n`;
}
const BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
/** BinHex 4.0 (RFC 1741) without repeats; the checksums are 0. */
export function toBinHex(payload: Buffer): string {
  const name = Buffer.from('notes.dat');
  const head = Buffer.alloc(1 + name.length + 21);
  head[0] = name.length;
  name.copy(head, 1);
  head.writeUInt32BE(payload.length, name.length + 12);
  const packed = [...head, ...payload, 0, 0, 0, 0].flatMap((byte) => (byte === 0x90 ? [0x90, 0] : [byte]));
  let digits = ':';
  for (let at = 0; at < packed.length; at += 3) {
    const [a, b = 0, c = 0] = packed.slice(at, at + 3);
    digits += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63]
      .map((bits) => BINHEX[bits])
      .join('');
  }
  return `(This file must be converted with BinHex 4.0)\r\n\r\n${`${digits}:`.replace(/.{1,64}/g, '$&\r\n')}`;
}
