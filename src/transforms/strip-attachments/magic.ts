/** What a file is by its first bytes; `zip` where it is none of the others that are packed so. */
export type Format =
  // Programs.
  | ('pe' | 'elf' | 'mach-o' | 'class' | 'swf' | 'wasm' | 'lnk' | 'chm' | 'onenote')
  | ('shell' | 'perl' | 'python' | 'node')
  // Archives and images of disks.
  | ('zip' | 'jar' | 'rar' | '7z' | 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'tar' | 'cab' | 'arj' | 'lzh' | 'ace')
  | ('iso' | 'vhd' | 'vhdx')
  // Documents.
  | ('ole2' | 'ooxml' | 'opendocument' | 'pdf' | 'rtf' | 'html')
  // Images, sound, film.
  | ('png' | 'gif' | 'jpeg' | 'webp' | 'tiff' | 'heif')
  | ('mp4' | 'matroska' | 'avi' | 'asf' | 'mpeg' | 'flv' | 'mp3' | 'ogg' | 'flac' | 'wav');

/** Bytes that are looked at, save for those of an {@link isDiskImage image of a disk}. */
export const MAGIC_BYTES = 512;
/** Where the volume descriptors of ISO 9660 begin, and how much of a file has to be there to see one of the first three. */
const DESCRIPTORS = [32_769, 34_817, 36_865];
export const DISK_IMAGE_BYTES = 36_870;

/** Of bytes as a latin1 "binary" string: where something stands, and what. */
type Magic = readonly [format: Format, at: number, bytes: string];

/**
 * What no text begins with. Sources: the magic of `file` (its Magdir), the WHATWG MIME Sniffing standard section 6, and the
 * definitions of the formats.
 */
const BINARY: readonly Magic[] = [
  ['elf', 0, '\x7fELF'],
  ['mach-o', 0, '\xfe\xed\xfa\xce'],
  ['mach-o', 0, '\xfe\xed\xfa\xcf'],
  ['mach-o', 0, '\xce\xfa\xed\xfe'],
  ['mach-o', 0, '\xcf\xfa\xed\xfe'],
  ['wasm', 0, '\0asm'],
  ['lnk', 0, 'L\0\0\0\x01\x14\x02\0'],
  ['chm', 0, 'ITSF\x03\0\0\0'],
  ['onenote', 0, '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d'],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['7z', 0, "7z\xbc\xaf'\x1c"],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['xz', 0, '\xfd7zXZ\0'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['cab', 0, 'MSCF\0\0\0\0'],
  ['ole2', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['jpeg', 0, '\xff\xd8\xff'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['matroska', 0, '\x1a\x45\xdf\xa3'],
  ['asf', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['mpeg', 0, '\0\0\x01\xba'],
  ['flv', 0, 'FLV\x01'],
  ['ogg', 0, 'OggS\0'],
];

/** What a text may begin with as well, so that it counts for files only. */
const TEXTUAL: readonly Magic[] = [
  ['rtf', 0, '{\\rt'],
  ['gif', 0, 'GIF87a'],
  ['gif', 0, 'GIF89a'],
  ['vhd', 0, 'conectix'],
  ['vhdx', 0, 'vhdxfile'],
  ['flac', 0, 'fLaC'],
  ['ace', 7, '**ACE**'],
  ['tar', 257, 'ustar'],
];

/** Control characters that stand in no text. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
/** How HTML begins, of MIME Sniffing section 7.1 without what texts in Markdown begin with as well (`<p`, `<div`, a comment). */
const HTML = /^<(?:!doctype html|html|head|body|title|script|iframe|style|table)[\t\n\f\r >]/i;
const SCRIPT = /^#![ \t]*\S*?(?:\/env(?:[ \t]+-\S+)*[ \t]+)?([\w.-]+)(?:[ \t\r\n]|$)/;
const INTERPRETERS: readonly [Format, RegExp][] = [
  ['shell', /^(?:ba|da|a|c|tc|k|mk|pdk|z|fi)?sh$/],
  ['perl', /^perl[\d.]*$/],
  ['python', /^pypy[\d.]*$|^python[\d.]*$/],
  ['node', /^(?:nodejs|node|deno|bun)$/],
];

/**
 * The format of a file by its first {@link MAGIC_BYTES} bytes, or all of it where it is shorter. Linear; any input has a result.
 *
 * @param mayBeText whether it may be text that is to be read as it is, however it begins
 */
export function formatOf(bytes: Buffer, mayBeText: boolean): Format | undefined {
  const start = bytes.toString('latin1', 0, MAGIC_BYTES);
  return binaryFormat(start) ?? (mayBeText ? undefined : textualFormat(start));
}

function binaryFormat(start: string): Format | undefined {
  if (start.startsWith('PK')) return zipFormat(start);
  if (/^(?:MZ|ZM)/.test(start)) return isProgram(start) ? 'pe' : undefined;
  if (start.startsWith('\xca\xfe\xba\xbe')) return classOrMachO(start);
  // A version and the size, which is below 16 MB.
  if (/^[FCZ]WS[\x01-\x32][^]{3}\0/.test(start)) return 'swf';
  // The sizes of the whole header and of its first part.
  if (/^\x60\xea[^][\0-\x0a][\x1e-\x30]/.test(start)) return 'arj';
  if (start.startsWith('RIFF')) return riffFormat(start.slice(8, 12));
  if (start.startsWith('ftyp', 4) && start.startsWith('\0')) return boxFormat(start.slice(8, 12));
  // The MPEG versions of ID3 have no number above 4.
  if (/^ID3[\x02-\x04][\0-\x08]/.test(start)) return 'mp3';
  return find(BINARY, start);
}

function textualFormat(start: string): Format | undefined {
  const found = find(TEXTUAL, start);
  if (found !== undefined) return found;
  if (/^..-l[hz][\dds]-/s.test(start)) return 'lzh';
  if (/^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(start)) return 'bzip2';
  // Readers pass over a byte order mark, and over blanks.
  const text = start.replace(/^(?:\xef\xbb\xbf)?[\t\n\f\r ]*/, '');
  if (text.startsWith('%PDF-')) return 'pdf';
  if (HTML.test(text)) return 'html';
  const interpreter = SCRIPT.exec(start)?.[1];
  if (interpreter === undefined) return undefined;
  const name = interpreter.slice(interpreter.lastIndexOf('/') + 1);
  return INTERPRETERS.find(([, pattern]) => pattern.test(name))?.[0];
}

function find(magics: readonly Magic[], start: string): Format | undefined {
  return magics.find(([, at, bytes]) => start.startsWith(bytes, at))?.[0];
}

/** A header of DOS has 64 bytes, and the offset at its end is no text. */
function isProgram(start: string): boolean {
  return start.length >= 64 && CONTROLS.test(start.slice(2, 64));
}

/** Behind the magic there is a version in one, of Java 1.1 at least, and in the other a number of architectures (`file`, Magdir/cafebabe). */
function classOrMachO(start: string): Format | undefined {
  if (start.length < 8) return undefined;
  return Buffer.from(start, 'latin1').readUInt32BE(4) < 43 ? 'mach-o' : 'class';
}

function riffFormat(form: string): Format | undefined {
  if (form === 'WAVE') return 'wav';
  if (form === 'AVI ') return 'avi';
  return form === 'WEBP' ? 'webp' : undefined;
}

function boxFormat(brand: string): Format {
  return /^(?:hei|hev|mif|msf|avi)/.test(brand) ? 'heif' : 'mp4';
}

/** Files of Office have these in front; of most, the list of types is the first (ECMA-376 part 2). */
const OOXML =
  /^(?:\[content_types\]\.xml|_rels\/|docprops\/|word\/|xl\/|ppt\/|visio\/|customxml\/|docmetadata\/|package\/)/i;

/** Entries of OpenDocument (part 3 section 3), EPUB (OCF section 4.2.6) and signed documents (ETSI EN 319 162-1), which should not be the first ones. */
const DOCUMENT_META =
  /^meta-inf\/(?:manifest|container|encryption|metadata|rights|\w*signatures\w*|asic\w*)\.xml$/i;

/** By the name of the first entry, which those who write such files choose with care (APPNOTE 4.3.7). */
function zipFormat(start: string): Format | undefined {
  // One without entries, and the mark of an archive that was split.
  if (start.startsWith('PK\x05\x06')) return 'zip';
  const at = /^PK(?:\x07\x08|00)PK\x03\x04/.test(start) ? 4 : 0;
  if (!start.startsWith('PK\x03\x04', at)) return undefined;
  if (start.length < at + 30) return 'zip';
  const header = Buffer.from(start.slice(at, at + 30), 'latin1');
  const nameEnd = at + 30 + header.readUInt16LE(26);
  const name = start.slice(at + 30, nameEnd);
  if (OOXML.test(name)) return 'ooxml';
  if (/^meta-inf\/|^androidmanifest\.xml$/i.test(name) && !DOCUMENT_META.test(name)) return 'jar';
  // OpenDocument part 2, section 3.3, and OCF section 4.3 for EPUB: the type stands there, not compressed.
  const isStored = header.readUInt16LE(8) === 0;
  const content = start.slice(nameEnd + header.readUInt16LE(28));
  return name === 'mimetype' && isStored && /^[a-z]+\//.test(content) ? 'opendocument' : 'zip';
}

/** Whether more is to be looked at: images of CDs begin with 32 KiB of nothing, or of what a computer starts from (ECMA-119). */
export function mayBeDiskImage(bytes: Buffer): boolean {
  if (bytes.length < MAGIC_BYTES) return false;
  if (bytes[510] === 0x55 && bytes[511] === 0xaa) return true;
  return bytes.subarray(0, MAGIC_BYTES).every((byte) => byte === 0);
}

/** Whether the first {@link DISK_IMAGE_BYTES} bytes are those of an image with ISO 9660 or UDF (`file`, Magdir/filesystems). */
export function isDiskImage(bytes: Buffer): boolean {
  return DESCRIPTORS.some((at) => /^(?:CD001|BEA01|NSR0)/.test(bytes.toString('latin1', at, at + 5)));
}
