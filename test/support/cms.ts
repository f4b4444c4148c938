/** Messages of the Cryptographic Message Syntax (RFC 5652), as far as a reader takes them apart that does not check them. */

const DATA = Buffer.from('06092a864886f70d010701', 'hex');
const SIGNED = Buffer.from('06092a864886f70d010702', 'hex');
const ENVELOPED = Buffer.from('06092a864886f70d010703', 'hex');
const VERSION = Buffer.from('020101', 'hex');

function lengthOf(size: number): Buffer {
  if (size < 128) return Buffer.from([size]);
  if (size < 65_536) return Buffer.from([0x82, size >> 8, size & 255]);
  return Buffer.from([0x83, size >> 16, (size >> 8) & 255, size & 255]);
}

/** With a length. */
function definite(tag: number, ...content: Buffer[]): Buffer {
  const all = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(all.length), all]);
}

/** Without one. */
function indefinite(tag: number, ...content: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([tag, 0x80]), ...content, Buffer.from([0, 0])]);
}

/** A certificate, and what was signed: octets that are not the content. */
const BEHIND = [
  definite(0xa0, definite(0x30, definite(0x04, Buffer.from('a certificate')))),
  definite(0x31, definite(0x30, VERSION, DATA, definite(0x04, Buffer.from('a signature')))),
];

export function signedCms(content: string): Buffer {
  const octets = definite(0x04, Buffer.from(content, 'latin1'));
  const signed = definite(
    0x30,
    VERSION,
    definite(0x31),
    definite(0x30, DATA, definite(0xa0, octets)),
    ...BEHIND,
  );
  return definite(0x30, SIGNED, definite(0xa0, signed));
}

/** The same as programs write it that do not know how much content comes: in pieces of so many bytes. */
export function signedCmsInPieces(content: string, size: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += size)
    pieces.push(definite(0x04, Buffer.from(content.slice(at, at + size), 'latin1')));
  const octets = indefinite(0x24, ...pieces);
  const signed = indefinite(
    0x30,
    VERSION,
    definite(0x31),
    indefinite(0x30, DATA, indefinite(0xa0, octets)),
    ...BEHIND,
  );
  return indefinite(0x30, SIGNED, indefinite(0xa0, signed));
}

export function encryptedCms(content: string): Buffer {
  const algorithm = definite(
    0x30,
    Buffer.from('06082a864886f70d0307', 'hex'),
    definite(0x04, Buffer.alloc(8)),
  );
  const encrypted = definite(0x30, DATA, algorithm, definite(0x80, Buffer.from(content, 'latin1')));
  const enveloped = definite(0x30, VERSION, definite(0x31), encrypted);
  return definite(0x30, ENVELOPED, definite(0xa0, enveloped));
}
