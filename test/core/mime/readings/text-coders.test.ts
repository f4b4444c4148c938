import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../../src/core/headers/header-list.ts';
import { MessagePart } from '../../../../src/core/mime/message-part.ts';
import { MarkedText, textCoders } from '../../../../src/core/mime/readings/text-coders.ts';
import type { ByteCoder } from '../../../../src/core/mime/transfer/byte-coder.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

function run(coder: ByteCoder, pieces: Iterable<Buffer>): string {
  let text = '';
  for (const piece of pieces) {
    text += coder.write(piece).toString('latin1');
    piece.fill(0x1b);
  }
  return text + coder.end().toString('latin1');
}

const codersOf = (type: string) =>
  textCoders(new MessagePart({ headers: HeaderList.parse(Buffer.from(`Content-Type: ${type}\r\n`)) }));

const SECRET = 'A secret, <b>100</b>!';
const wide = Buffer.from(SECRET, 'utf16le');

const WRITTEN: [charset: string, bytes: Buffer][] = [
  ['iso-2022-jp', Buffer.from(SECRET.replace(/.{3}/g, '$&\x1b(B'))],
  ['ISO-2022-JP-2', Buffer.from(SECRET.replace(/.{3}/g, '$&\x1b$)A\x1b(J'))],
  ['iso-2022-kr', Buffer.from(SECRET.replace(/.{3}/g, '$&\x0e\x0f'))],
  ['hz-gb-2312', Buffer.from(SECRET.replace(/.{3}/g, '$&~{~}~\r\n'))],
  ['utf-7', Buffer.from(SECRET.replace('A', '+AEE-'))],
  ['x-unicode-2-0-utf-7', Buffer.from(SECRET.replace('A', '+AEE-'))],
  ['utf-16', wide],
  ['us-ascii; charset=utf-16le', wide],
  ["us-ascii; charset*0*=us-ascii''utf-16", wide],
  ['cp037', Buffer.from('c14085859983a3', 'hex')],
];

describe('a text in a charset that writes ASCII in another way', () => {
  it.each(WRITTEN)('is read as ASCII: %s', (charset, bytes) => {
    const [create, ...more] = codersOf(`text/html; charset=${charset}`);
    expect(more).toEqual([]);
    const expected = charset === 'cp037' ? 'A eerct' : SECRET;
    expect(run(create(), [Buffer.from(bytes)])).toBe(expected);
    for (const size of CHUNK_SIZES) expect(run(create(), chunksOf(bytes, size))).toBe(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(run(create(), pieces)).toBe(expected);
  });

  it.each(['us-ascii', 'utf-8', 'iso-8859-1', 'x-unknown', 'gb2312', 'cp1252'])(
    'has no other reading: %s',
    (charset) => {
      expect(codersOf(`text/plain; charset=${charset}`)).toEqual([]);
    },
  );
});

describe('a text with a mark of UTF-16', () => {
  it.each([
    ['of the one order', Buffer.concat([Buffer.from('fffe', 'hex'), wide]), SECRET],
    ['of the other', Buffer.concat([Buffer.from('feff', 'hex'), Buffer.from(wide).swap16()]), SECRET],
    ['not', wide, ''],
    ['nor anything', Buffer.alloc(0), ''],
  ])('is read as such, %s', (_, bytes, expected) => {
    for (const size of [...CHUNK_SIZES, 65_535])
      expect(run(new MarkedText(), chunksOf(bytes, size)).slice(2)).toBe(expected);
  });
});
