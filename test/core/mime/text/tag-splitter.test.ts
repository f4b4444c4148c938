import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TagSplitter } from '../../../../src/core/mime/text/index.ts';
import type { HtmlToken } from '../../../../src/core/mime/text/index.ts';
import { cutText, piecesOf, textCuttings } from './pieces.ts';

function split(pieces: string[], limit?: number): { tokens: HtmlToken[]; open: string | undefined } {
  const splitter = new TagSplitter(limit);
  const tokens = pieces.flatMap((piece) => splitter.write(piece));
  const { open } = splitter;
  return { tokens: [...tokens, ...splitter.end()], open };
}

/** `tag:name`, `tag:/name`, or the kind; `!` behind what is over-long. */
function show(token: HtmlToken): [string, string] {
  if (token.kind === 'tag')
    return [`tag:${token.closing ? '/' : ''}${token.name}${token.selfClosing ? '/' : ''}`, token.source];
  return [token.kind + (token.overlong ? '!' : ''), token.source];
}

function expectTokens(text: string, expected: [string, string][], limit?: number): void {
  expect(expected.map(([, source]) => source).join('')).toBe(text);
  for (const pieces of textCuttings(text)) {
    expect(split(pieces, limit).tokens.map((token) => show(token))).toEqual(expected);
  }
}

describe('TagSplitter', () => {
  it('cuts tags, text and comments', () => {
    expectTokens('<p>Hi <B class="x">there</B ><br/><!-- c -->!</p>', [
      ['tag:p', '<p>'],
      ['text', 'Hi '],
      ['tag:b', '<B class="x">'],
      ['text', 'there'],
      ['tag:/b', '</B >'],
      ['tag:br/', '<br/>'],
      ['comment', '<!-- c -->'],
      ['text', '!'],
      ['tag:/p', '</p>'],
    ]);
  });

  it('takes a > inside quotes for a part of the value, and quotes elsewhere for nothing', () => {
    expectTokens(`<a title="a > b" x='>'>t</a>`, [
      ['tag:a', `<a title="a > b" x='>'>`],
      ['text', 't'],
      ['tag:/a', '</a>'],
    ]);
    expectTokens(`<a "x>t">`, [
      ['tag:a', '<a "x>'],
      ['text', 't">'],
    ]);
    expectTokens(`<a b=c"d>t">`, [
      ['tag:a', '<a b=c"d>'],
      ['text', 't">'],
    ]);
    expectTokens(`<a b = ">" c>t`, [
      ['tag:a', '<a b = ">" c>'],
      ['text', 't'],
    ]);
    expectTokens(`<a ="b>t">`, [
      ['tag:a', '<a ="b>'],
      ['text', 't">'],
    ]);
    expectTokens(`<a b=>t`, [
      ['tag:a', '<a b=>'],
      ['text', 't'],
    ]);
  });

  it('lower-cases ASCII letters only', () => {
    expectTokens('<LIN\u212a>', [['tag:lin\u212a', '<LIN\u212a>']]);
  });

  it('tells a closing slash from one in a value', () => {
    expectTokens('<a b=c/><a b="c"/><a / ><a/ b>', [
      ['tag:a', '<a b=c/>'],
      ['tag:a/', '<a b="c"/>'],
      ['tag:a', '<a / >'],
      ['tag:a', '<a/ b>'],
    ]);
  });

  it('leaves a < that begins no markup in the text', () => {
    expectTokens('1 < 2 << 3 <3 <é <', [['text', '1 < 2 << 3 <3 <é <']]);
    expectTokens('a<<b>', [
      ['text', 'a<'],
      ['tag:b', '<b>'],
    ]);
  });

  it('finds the ends of comments where a browser does', () => {
    for (const comment of [
      '<!---->',
      '<!-->',
      '<!--->',
      '<!--a--!>',
      '<!--a--->',
      '<!-- <b> > -- -->',
      '<!--a-b--!-->',
      '<!--<!-->',
    ]) {
      expectTokens(`${comment}<i>`, [
        ['comment', comment],
        ['tag:i', '<i>'],
      ]);
    }
    expectTokens('<!--a-- >-->', [['comment', '<!--a-- >-->']]);
    expectTokens('<!--[if mso]><td><![endif]--><td>', [
      ['comment', '<!--[if mso]><td><![endif]-->'],
      ['tag:td', '<td>'],
    ]);
  });

  it('passes declarations, instructions and bogus comments up to the first >', () => {
    expectTokens('<!DOCTYPE html><?xml v="1"?><![if !mso]><p><![endif]></ x></><!-x>', [
      ['other', '<!DOCTYPE html>'],
      ['other', '<?xml v="1"?>'],
      ['other', '<![if !mso]>'],
      ['tag:p', '<p>'],
      ['other', '<![endif]>'],
      ['other', '</ x>'],
      ['other', '</>'],
      ['other', '<!-x>'],
    ]);
    expectTokens('<![CDATA[ <b> ]]>', [
      ['other', '<![CDATA[ <b>'],
      ['text', ' ]]>'],
    ]);
  });

  it.each(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes'])(
    'takes nothing inside of %s for markup',
    (name) => {
      expectTokens(`<${name} a>x<b></b><!--</bo</${name}x></${name.toUpperCase()}\n><i>`, [
        [`tag:${name}`, `<${name} a>`],
        ['other', `x<b></b><!--</bo</${name}x>`],
        [`tag:/${name}`, `</${name.toUpperCase()}\n>`],
        ['tag:i', '<i>'],
      ]);
    },
  );

  it('ends a raw element at once, or behind half an end tag', () => {
    expectTokens('<style></style></style><title><</</t</title/>x', [
      ['tag:style', '<style>'],
      ['tag:/style', '</style>'],
      ['tag:/style', '</style>'],
      ['tag:title', '<title>'],
      ['other', '<</</t'],
      ['tag:/title/', '</title/>'],
      ['text', 'x'],
    ]);
    expectTokens('<script/><b></script>', [
      ['tag:script/', '<script/>'],
      ['other', '<b>'],
      ['tag:/script', '</script>'],
    ]);
    expectTokens('<plaintext></plaintext><b>', [
      ['tag:plaintext', '<plaintext>'],
      ['other', '</plaintext><b>'],
    ]);
  });

  it('sees the markup inside of SVG, where style and title are no raw elements', () => {
    expectTokens('<svg><style/><title><a></title></svg><style><a></style>', [
      ['tag:svg', '<svg>'],
      ['tag:style/', '<style/>'],
      ['tag:title', '<title>'],
      ['tag:a', '<a>'],
      ['tag:/title', '</title>'],
      ['tag:/svg', '</svg>'],
      ['tag:style', '<style>'],
      ['other', '<a>'],
      ['tag:/style', '</style>'],
    ]);
    expectTokens('<svg/></math><style><a>', [
      ['tag:svg/', '<svg/>'],
      ['tag:/math', '</math>'],
      ['tag:style', '<style>'],
      ['other', '<a>'],
    ]);
  });

  it.each([
    ['', undefined],
    ['text', undefined],
    ['<p>', undefined],
    ['a <', 'tag'],
    ['<p', 'tag'],
    ['<p a="', 'tag'],
    ['</', 'tag'],
    ['<!', 'comment'],
    ['<!-', 'comment'],
    ['<!-- x', 'comment'],
    ['<!-- x --', 'comment'],
    ['<!DOCTYPE', 'comment'],
    ['<script>x', 'script'],
    ['<style>x</sty', 'style'],
    ['<style>x</style', 'style'],
    ['<style>x</style ', 'tag'],
    ['<style>x</style>', undefined],
    ['<plaintext>', 'plaintext'],
  ])('says what the end of %j is inside of', (text, open) => {
    for (const pieces of textCuttings(text)) {
      const result = split(pieces);
      expect(result.open).toBe(open);
      expect(result.tokens.map((token) => token.source).join('')).toBe(text);
    }
  });

  it('calls what has no end a comment or other, never a tag', () => {
    expectTokens('a<b c="d', [
      ['text', 'a'],
      ['other', '<b c="d'],
    ]);
    expectTokens('<!-- x', [['comment', '<!-- x']]);
    expectTokens('</', [['other', '</']]);
  });

  it('hands on what is over the limit in pieces, and finds the end of it', () => {
    const x = 'x'.repeat(20);
    expectTokens(
      `<a t="${x}>">y<b><!--${x}-->${x}<script ${x}>${x}</script>`,
      [
        ['other!', `<a t="${'x'.repeat(10)}`],
        ['other!', `${'x'.repeat(10)}>">`],
        ['text', 'y'],
        ['tag:b', '<b>'],
        ['comment!', `<!--${'x'.repeat(12)}`],
        ['comment!', `${'x'.repeat(8)}-->`],
        ['text!', 'x'.repeat(16)],
        ['text!', 'xxxx'],
        ['other!', `<script ${'x'.repeat(8)}`],
        ['other!', `${'x'.repeat(12)}>`],
        ['other!', 'x'.repeat(16)],
        ['other!', 'xxxx'],
        ['tag:/script', '</script>'],
      ],
      16,
    );
    expectTokens(
      `<${x}>`,
      [
        ['other!', `<${'x'.repeat(15)}`],
        ['other!', 'xxxxx>'],
      ],
      16,
    );
    expectTokens(`<b ${'x'.repeat(12)}>`, [['tag:b', `<b ${'x'.repeat(12)}>`]], 16);
  });

  it('gives attributes when asked', () => {
    const [tag] = split(['<IMG Width=1', ' src="a>b">']).tokens;
    if (tag.kind !== 'tag') throw new Error('no tag');
    expect(tag.attributes.width).toBe('1');
    expect(tag.attributes.src).toBe('a>b');
    expect(tag.attributes).toBe(tag.attributes);
  });

  it('loses nothing and does not depend on the cutting', () => {
    const soups = piecesOf(
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
      '\n',
      'a',
      'x y',
      '😀',
      '<!--',
      '-->',
      '<![CDATA[',
      '?',

      '<a href="',
      '<script>',
      '</script>',
      '</style ',
      '<style>',
      '</',
      '<svg>',
      '</svg>',
      '<title/>',
      'xxxxxxxxxxxxx',
    );
    fc.assert(
      fc.property(soups, fc.constantFrom(16, 20, 1000), (pieces, limit) => {
        const text = pieces.join('');
        const result = split(pieces, limit);
        expect(result.tokens.map((token) => token.source).join('')).toBe(text);
        const shown = result.tokens.map((token) => show(token));
        const expected = split([text], limit);
        expect(shown).toEqual(expected.tokens.map((token) => show(token)));
        expect(result.open).toBe(expected.open);
        for (const token of result.tokens) {
          expect(token.source).not.toBe('');
          expect(token.source.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 3000 },
    );
  });

  const hostile = [
    '<',
    '<a ',
    '<!--',
    '"',
    "<a b='",
    '</',
    '</script',
    '<a b=">',
    '<script>',
    '-',
    '<!',
    '<svg>',
    '< ',
    '/',
    '=',
  ];
  it.each(hostile)('is linear and bounded in 1 MB of %j', (unit) => {
    for (const size of [1, 4096, 65535]) {
      const text = unit.repeat(Math.ceil((size === 1 ? 100_000 : 1_000_000) / unit.length));
      const splitter = new TagSplitter(1000);
      let held = 0;
      for (const piece of cutText(`<style>${text}`, size)) {
        held += piece.length;
        for (const token of splitter.write(piece)) held -= token.source.length;
        if (held > 1020) throw new Error(`holds ${held} units`);
      }
      const { tokens } = split(cutText(text, size));
      expect(tokens.reduce((sum, token) => sum + token.source.length, 0)).toBe(text.length);
    }
  });
});
