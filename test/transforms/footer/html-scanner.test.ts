import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HtmlScanner } from '../../../src/transforms/footer/html-scanner.ts';
import { CHUNK_SIZES, chunksOf, feed, twoPieceSplits } from '../../support/chunks.ts';

interface Found {
  readonly tags: readonly string[];
  readonly visible: boolean;
}

/** `tag@offset` of every end tag found. */
function scan(pieces: Iterable<Buffer>): Found {
  const scanner = new HtmlScanner();
  const tags: string[] = [];
  feed(pieces, (piece) => scanner.scan(piece, (tag, at) => tags.push(`${tag}@${at}`)));
  return { tags, visible: scanner.visible };
}

describe('HtmlScanner', () => {
  const cases: [html: string, tags: string[], visible: boolean][] = [
    ['', [], true],
    ['text', [], true],
    ['</body></html>', ['body@0', 'html@7'], true],
    ['a</BoDy >', ['body@1'], true],
    ['</body\n>', ['body@0'], true],
    ['</body/>', ['body@0'], true],
    ['</body attribute="</html>">', ['body@0'], true],
    ['</body', [], false],
    ['</bodyx></xbody></bod>', [], true],
    ['<body></body>', ['body@6'], true],
    ['< /body></ body><//body>', [], true],
    ['<</body>', ['body@1'], true],
    ['</ a="></body>', ['body@7'], true],
    ['a < b </body>', ['body@6'], true],
    ['<!-- </body> --></body>', ['body@16'], true],
    ['<!--></body>', ['body@5'], true],
    ['<!---></body>', ['body@6'], true],
    ['<!--a--!></body>', ['body@9'], true],
    ['<!--a-- ></body>', [], false],
    ['<!----></body>', ['body@7'], true],
    ['<!--a--->b</body>', ['body@10'], true],
    ['<!-- <!-- --></body>', ['body@13'], true],
    ['<!- a></body>', ['body@6'], true],
    ['<!doctype html "></body>', ['body@17'], true],
    ['<?xml ?></body>', ['body@8'], true],
    ['<![if !mso]></body><![endif]>', ['body@12'], true],
    ['<!--[if mso]></body><![endif]--></body>', ['body@32'], true],
    ['<script>"</body>"</script></body>', ['body@26'], true],
    ['<SCRIPT type=x></body></Script ></body>', ['body@32'], true],
    ['<script></scripts></body></script>', [], true],
    ['<style>a</sty</body></style></body>', ['body@28'], true],
    ['<title></body></title>', [], true],
    ['<textarea></body></textarea/></body>', ['body@29'], true],
    ['<script/></body>', [], false],
    ['<plaintext></body>', [], false],
    ['<a title="</body>"></body>', ['body@19'], true],
    ["<a title='</body>\"'></body>", ['body@20'], true],
    ['<a title = "</body>"></body>', ['body@21'], true],
    ['<a title=x"></body>', ['body@12'], true],
    ['<a "></body>', ['body@5'], true],
    ['<a x"=y></body>">', ['body@8'], true],
    ['<a ="></body>', ['body@6'], true],
    ['<a x/y="</body>"></body>', ['body@17'], true],
    ['<a href="open </body>', [], false],
    ['<a', [], false],
    ['a <', [], false],
    ['a <3', [], true],
  ];

  it('sees the tags that a browser sees', () => {
    for (const [html, tags, visible] of cases) {
      expect([html, scan([Buffer.from(html)])]).toEqual([html, { tags, visible }]);
    }
  });

  it('does not depend on where the input is cut', () => {
    for (const [html] of cases) {
      const bytes = Buffer.from(html);
      const whole = scan([Buffer.from(bytes)]);
      for (const pieces of twoPieceSplits(bytes)) expect(scan(pieces)).toEqual(whole);
      for (const size of CHUNK_SIZES) expect(scan(chunksOf(bytes, size))).toEqual(whole);
    }
    const pieces = [
      '<',
      '>',
      '/',
      '!',
      '-',
      '--',
      '"',
      "'",
      '=',
      ' ',
      'a',
      'body',
      'html',
      'script',
      'title',
      'strong',
      '</body>',
      '<!--',
      '-->',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (html, size) => {
          const bytes = Buffer.from(html.join(''));
          expect(scan(chunksOf(bytes, size))).toEqual(scan([bytes]));
        },
      ),
    );
  });

  it('tells where a tag begins that it does not know yet', () => {
    for (const [html, pending] of [
      ['ab<', 2],
      ['ab</', 2],
      ['ab</b', 2],
      ['ab</body', 2],
    ] as const) {
      const scanner = new HtmlScanner();
      scanner.scan(Buffer.from(html), () => {});
      expect([html, scanner.pendingAt]).toEqual([html, pending]);
    }
    for (const html of [
      'ab',
      '<a',
      '</bodys',
      '</body ',
      '<!',
      '<!--<',
      '<a title="</body',
      '<script></body',
    ]) {
      const scanner = new HtmlScanner();
      scanner.scan(Buffer.from(html), () => {});
      expect([html, scanner.pendingAt]).toEqual([html, undefined]);
    }
  });
});
