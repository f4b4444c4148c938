import { describe, expect, it } from 'vitest';
import { escapeHtml, toAsciiHtml } from '../../../../src/core/mime/text/index.ts';

describe('escapeHtml', () => {
  it('escapes what has a meaning in content and in quotes', () => {
    expect(escapeHtml(`a < b & "c" > 'd'\r\né`)).toBe('a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;\r\né');
    expect(escapeHtml('&amp;')).toBe('&amp;amp;');
  });
});

describe('toAsciiHtml', () => {
  it('leaves ASCII, tags and references alone', () => {
    const html = '<p class="x">a &amp; b\r\n\0\x7f</p>';
    expect(toAsciiHtml(html)).toBe(html);
  });

  it('writes the rest as numbers', () => {
    expect(toAsciiHtml('é€\x80😀')).toBe('&#233;&#8364;&#128;&#128512;');
    expect(toAsciiHtml('a\ud83db\ude00')).toBe('a&#65533;b&#65533;');
  });
});
