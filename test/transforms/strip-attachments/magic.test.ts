import { describe, expect, it } from 'vitest';
import { FILE_KINDS } from '../../../src/transforms/strip-attachments/file-kinds.ts';
import {
  type Format,
  formatOf,
  isDiskImage,
  mayBeDiskImage,
} from '../../../src/transforms/strip-attachments/magic.ts';
import { isoStart, OLE2_START, programStart, zipStart } from '../../support/file-starts.ts';

const bytes = (text: string, size = text.length) => Buffer.from(text.padEnd(size, '\0'), 'latin1');

const BINARY: readonly [Format, Buffer][] = [
  ['pe', programStart()],
  ['pe', bytes(`ZM${'\x01'.repeat(70)}`)],
  ['elf', bytes('\x7fELF\x02\x01\x01')],
  ['mach-o', bytes('\xcf\xfa\xed\xfe\x07\0\0\x01')],
  ['mach-o', bytes('\xfe\xed\xfa\xce\0\0\0\x12')],
  ['mach-o', bytes('\xca\xfe\xba\xbe\0\0\0\x02')],
  ['class', bytes('\xca\xfe\xba\xbe\0\0\0\x34')],
  ['class', bytes('\xca\xfe\xba\xbe\0\x03\0\x2d')],
  ['wasm', bytes('\0asm\x01\0\0\0')],
  ['lnk', bytes('L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F')],
  ['chm', bytes('ITSF\x03\0\0\0\x60\0\0\0')],
  ['onenote', bytes('\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1')],
  ['swf', bytes('FWS\x05\xc8\x03\0\0\x80')],
  ['swf', bytes('CWS\x09\x10\x27\x03\0x')],
  ['zip', zipStart('invoice.exe')],
  ['zip', zipStart('a/')],
  ['zip', bytes('PK\x05\x06', 22)],
  ['zip', Buffer.concat([bytes('PK\x07\x08'), zipStart('a.txt')])],
  ['zip', bytes('PK\x03\x04\x14')],
  ['zip', zipStart('mimetype', 'application/epub+zip', { isStored: false })],
  ['zip', zipStart('mimetype', '\x01\x02')],
  ['ooxml', zipStart('[Content_Types].xml')],
  ['ooxml', zipStart('_rels/.rels')],
  ['ooxml', zipStart('word/document.xml', '', { isStored: false })],
  ['ooxml', Buffer.concat([bytes('PK00'), zipStart('xl/workbook.xml')])],
  ['opendocument', zipStart('mimetype', 'application/vnd.oasis.opendocument.text')],
  ['opendocument', zipStart('mimetype', 'application/epub+zip', { extra: 9 })],
  ['jar', zipStart('META-INF/MANIFEST.MF')],
  ['jar', zipStart('META-INF/')],
  ['jar', zipStart('AndroidManifest.xml')],
  ['zip', zipStart('META-INF/manifest.xml')],
  ['zip', zipStart('META-INF/container.xml')],
  ['zip', zipStart('META-INF/signatures001.xml')],
  ['rar', bytes('Rar!\x1a\x07\x01\0')],
  ['7z', bytes("7z\xbc\xaf'\x1c\0\x04")],
  ['gzip', bytes('\x1f\x8b\x08\0\0')],
  ['xz', bytes('\xfd7zXZ\0\0\x04')],
  ['zstd', bytes('\x28\xb5\x2f\xfd\x24')],
  ['cab', bytes('MSCF\0\0\0\0\x4e')],
  ['arj', bytes('\x60\xea)\0"\x0b\x01')],
  ['ole2', OLE2_START],
  ['png', bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
  ['jpeg', bytes('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['webp', bytes('RIFF\x24\0\0\0WEBPVP8 ')],
  ['avi', bytes('RIFF\x24\0\0\0AVI LIST')],
  ['wav', bytes('RIFF\x24\0\0\0WAVEfmt ')],
  ['tiff', bytes('II*\0\x08')],
  ['tiff', bytes('MM\0*\0')],
  ['heif', bytes('\0\0\0\x18ftypmif1')],
  ['mp4', bytes('\0\0\0\x18ftypisom')],
  ['matroska', bytes('\x1a\x45\xdf\xa3\x01')],
  ['asf', bytes('\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9')],
  ['mpeg', bytes('\0\0\x01\xba!')],
  ['flv', bytes('FLV\x01\x05')],
  ['mp3', bytes('ID3\x03\0\0\0')],
  ['ogg', bytes('OggS\0\x02')],
];

const TEXTUAL: readonly [Format, Buffer][] = [
  ['pdf', bytes('%PDF-1.7\n')],
  ['pdf', bytes('\xef\xbb\xbf\r\n%PDF-1.3')],
  ['rtf', bytes('{\\rtf1\\ansi')],
  ['html', bytes('<!DOCTYPE html>\n<html>')],
  ['html', bytes(' \r\n\t<HTML lang=en>')],
  ['html', bytes('<script\tsrc=a>')],
  ['shell', bytes('#!/bin/sh\nrm -rf /\n')],
  ['shell', bytes('#! /usr/bin/env -S bash -e\r\n')],
  ['perl', bytes('#!/usr/bin/perl -w\n')],
  ['python', bytes('#!/usr/bin/env python3')],
  ['node', bytes('#!/usr/bin/env node\n')],
  ['gif', bytes('GIF89a\x17\0')],
  ['bzip2', bytes('BZh91AY&SY\xa6')],
  ['tar', bytes(`${'a.txt'.padEnd(257, '\0')}ustar`)],
  ['ace', bytes('\xbbE1\0\0\0\x90**ACE**')],
  ['lzh', bytes('\x16\x1b-lh5-\x01')],
  ['vhd', bytes('conectix\0\0\0\x02')],
  ['vhdx', bytes('vhdxfileM\0i\0')],
  ['flac', bytes('fLaC\0\0\0\x22')],
];

describe('the format of a file', () => {
  it.each(BINARY)('is %s, by what no text begins with (%#)', (format, start) => {
    expect(formatOf(start, false)).toBe(format);
    expect(formatOf(start, true)).toBe(format);
  });

  it.each(TEXTUAL)('is %s, unless it may be text (%#)', (format, start) => {
    expect(formatOf(start, false)).toBe(format);
    expect(formatOf(start, true)).toBeUndefined();
  });

  it.each([
    '',
    'M',
    'MZ',
    `MZ Anlagenbau GmbH, ${'Rechnung '.repeat(20)}`,
    programStart().toString('latin1', 0, 63),
    'PK is a name',
    'PK\x01\x02',
    'CWS is a name, too',
    'FWS\x05',
    '\xca\xfe\xba\xbe',
    'RIFF raff',
    'RIFF\x24\0\0\0ACON',
    '1234ftypes',
    'ID3 tags',
    '\x60\xea is some charset',
    'p -lh: list, human',
    'ls -lh5-',
    'BZh9 is nothing yet',
    '<p align="center">readme</p>',
    '<!-- a comment -->',
    '<htmlx>',
    '#!',
    '#!AMR\n',
    '#!/usr/bin/tclsh8.6\n',
    '# a title',
    `${'a'.repeat(256)}ustar`,
    ` ${programStart().toString('latin1')}`,
  ])('is not told of %j', (text) => {
    expect(formatOf(Buffer.from(text, 'latin1'), false)).toBeUndefined();
  });

  it('is told by no more than the first bytes', () => {
    const text = `${' '.repeat(512)}%PDF-1.7`;
    expect(formatOf(Buffer.from(text), false)).toBeUndefined();
    expect(formatOf(Buffer.from(text.slice(4)), false)).toBeUndefined();
    expect(formatOf(Buffer.from(`${' '.repeat(507)}%PDF-1.7`), false)).toBe('pdf');
  });

  it('is told of any bytes in no time that grows by more than they do', () => {
    for (const start of ['#!', '#!/', '#!/usr/bin/env ', '<', '%', 'PK\x03\x04', 'MZ']) {
      for (const filling of ['a', '/', '-', ' ', '-a ', '\0', '\xff'])
        expect(() => formatOf(Buffer.from(start + filling.repeat(100_000), 'latin1'), false)).not.toThrow();
    }
  });

  it('has a place in the table of kinds', () => {
    const known = new Set(FILE_KINDS.flatMap(({ formats }) => [...formats.keys()]));
    const told = new Set<Format>([...BINARY, ...TEXTUAL].map(([format]) => format));
    expect([...known].filter((format) => !told.has(format))).toEqual(['iso']);
    expect([...told].filter((format) => !known.has(format))).toEqual([]);
  });
});

describe('an image of a disk', () => {
  const boot = Buffer.alloc(512, 0x90);
  boot[510] = 0x55;
  boot[511] = 0xaa;

  it('begins with nothing, or with what a computer starts from', () => {
    for (const image of [isoStart(), isoStart(boot)]) {
      expect(mayBeDiskImage(image.subarray(0, 512))).toBe(true);
      expect(isDiskImage(image)).toBe(true);
      expect(isDiskImage(image.subarray(0, 32_770))).toBe(false);
    }
    expect(mayBeDiskImage(Buffer.alloc(511))).toBe(false);
    expect(mayBeDiskImage(Buffer.concat([Buffer.alloc(511), Buffer.from('a')]))).toBe(false);
    expect(isDiskImage(Buffer.alloc(40_000))).toBe(false);
  });

  it('has one of the descriptors at one of the first places', () => {
    for (const [at, mark] of [
      [32_769, 'BEA01'],
      [34_817, 'NSR03'],
      [36_865, 'CD001'],
    ] as const) {
      const image = Buffer.alloc(40_000);
      image.write(mark, at);
      expect(isDiskImage(image)).toBe(true);
    }
  });
});

describe('the table of kinds', () => {
  it.each(FILE_KINDS)('is well-formed: $extensions', ({ formats, types, extensions }) => {
    for (const type of types) expect(type).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
    for (const extension of extensions) expect(extension).toMatch(/^[a-z0-9]+$/);
    expect(extensions.length).toBeGreaterThan(0);
    for (const certainty of formats.values()) expect(['=', '~', '?', '-']).toContain(certainty);
    expect(new Set(extensions).size).toBe(extensions.length);
    expect(types).not.toContain('application/octet-stream');
  });
});
