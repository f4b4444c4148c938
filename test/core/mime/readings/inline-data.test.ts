import { describe, expect, it } from 'vitest';
import { InlineData } from '../../../../src/core/mime/readings/inline-data.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

const FILE = 'This is a file of some length, hidden in the text of a message, and no reader misses it.';
const CODED = Buffer.from(FILE).toString('base64');

function decoded(pieces: Iterable<Buffer>): string {
  const data = new InlineData();
  let text = '';
  for (const piece of pieces) {
    text += data.write(piece).toString('latin1');
    piece.fill(0x2e);
  }
  return text + data.end().toString('latin1');
}

const FOUND: [what: string, text: string, content: string][] = [
  ['nothing in text', 'Hello,\r\nno file is here.\r\n', ''],
  ['no words', 'base64,QUJD\r\nbase64, and so on.\r\n', ''],
  ['no short string', `<a title="${CODED.slice(0, 50)}">`, ''],
  ['a data URI', `<a href="data:a/b;base64,${CODED}">x</a>\r\n`, FILE],
  ['one in upper case', `<A HREF='DATA:;BASE64,${CODED}'>x</A>\r\n`, FILE],
  ['one over several lines', `<a href="data:;base64,\r\n${CODED.replace(/.{20}/g, '$&\r\n ')}">`, FILE],
  [
    'one with percent signs',
    `<a href="data:;base64,${CODED.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`)}">`,
    FILE,
  ],
  ['one with a blank in front of its comma', `<a href="data:a/b;base64 ,${CODED}">x</a>\r\n`, FILE],
  [
    'one with characters by their numbers',
    `<a href="data:;base64,${CODED.replace(/[A-M]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[N-Z]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`)}">`,
    FILE,
  ],
  ['a picture of a card', `PHOTO;ENCODING=b;TYPE=JPEG:${CODED.replace(/.{20}/g, '$&\r\n ')}\r\n.\r\n`, FILE],
  [
    'two of them in one line',
    `<a href="data:;base64,QUJDQUJDQUJDQUJD"><a href='data:;base64,REVGREVGREVGREVG'>`,
    'ABCABCABCABCDEFDEFDEFDEF',
  ],
  ['one of percent signs alone', `<a href="data:text/html,%41%42c%0a">`, 'ABc\n'],
  ['a string of base64', `<script>f(atob("${CODED}"), '${CODED}')</script>`, FILE + FILE],
];

describe('data in a line of text', () => {
  it.each(FOUND)('%s comes out', (_, text, content) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(decoded([Buffer.from(bytes)])).toBe(content);
    for (const size of CHUNK_SIZES) expect(decoded(chunksOf(bytes, size))).toBe(content);
    for (const pieces of twoPieceSplits(bytes)) expect(decoded(pieces)).toBe(content);
  });

  it('comes out where there is no line end in 20 KB', () => {
    const text = `${'x '.repeat(10_000)}data:;base64,${Buffer.alloc(9000, 'y').toString('base64')}"`;
    for (const size of [1, 4096, 65_535])
      expect(decoded(chunksOf(Buffer.from(text), size))).toBe('y'.repeat(9000));
  });

  it.each(['"', '"data:', 'base64,', 'data:%', `"${'A'.repeat(59)}`, 'data:,%4'])(
    'ends with a result for a million bytes of %j',
    (piece) => {
      const bytes = Buffer.from(piece.repeat(1_000_000 / piece.length));
      expect(decoded(chunksOf(bytes, 65_535)).length).toBeLessThanOrEqual(bytes.length);
    },
  );
});
