import { describe, expect, it } from 'vitest';
import { CmsContent } from '../../../../src/core/mime/readings/cms-content.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';
import { encryptedCms, signedCms, signedCmsInPieces } from '../../../support/cms.ts';

function read(pieces: Iterable<Buffer>): string {
  const coder = new CmsContent();
  let text = '';
  for (const piece of pieces) {
    text += coder.write(piece).toString('latin1');
    piece.fill(0x30);
  }
  return text + coder.end().toString('latin1');
}

const SECRET = 'Content-Type: text/plain\r\n\r\na secret\r\n'.repeat(20);

describe('the content of a signed message of S/MIME', () => {
  it.each([
    ['in one piece', signedCms(SECRET)],
    ['in pieces of 100', signedCmsInPieces(SECRET, 100)],
    ['in pieces of a byte', signedCmsInPieces(SECRET, 1)],
    ['cut off', signedCms(`${SECRET}x`).subarray(0, -30)],
  ])('comes out %s', (_, bytes) => {
    expect(read([Buffer.from(bytes)]).slice(0, SECRET.length)).toBe(SECRET);
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size)).slice(0, SECRET.length)).toBe(SECRET);
    for (const pieces of twoPieceSplits(bytes)) expect(read(pieces).slice(0, SECRET.length)).toBe(SECRET);
  });

  it('is all that comes out: the certificates behind it do not', () => {
    expect(read([signedCms(SECRET)])).toBe(SECRET);
    expect(read([signedCmsInPieces(SECRET, 7)])).toBe(SECRET);
  });

  it.each([
    ['something encrypted', encryptedCms(SECRET)],
    ['text', Buffer.from(SECRET)],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(1000)],
    ['a length that is too long', Buffer.from('30880102030405060708', 'hex')],
    ['data without the sequence around', Buffer.from('06092a864886f70d0107010403414243', 'hex')],
  ])('is nothing in %s', (_, bytes) => {
    expect(read([Buffer.from(bytes)])).toBe('');
    for (const size of CHUNK_SIZES) expect(read(chunksOf(bytes, size))).toBe('');
  });
});
