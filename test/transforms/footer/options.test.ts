import { describe, expect, it } from 'vitest';
import { footer } from '../../../src/transforms/footer.ts';
import { checkFooter } from '../../../src/transforms/footer/options.ts';

/** Options as a configuration file may have them. */
function check(options: Record<string, unknown>) {
  return checkFooter(options);
}

describe('footer options', () => {
  it('must have a text or HTML', () => {
    for (const options of [{}, { text: '' }, { text: ' \n ' }, { html: '' }, { text: 5 }, { text: ['a'] }]) {
      expect(() => check(options)).toThrow(expect.objectContaining({ code: 'MILLRACE_DEFINITION' }));
    }
  });

  it('are refused where they are unknown or wrong', () => {
    const cases: [options: Record<string, unknown>, message: RegExp][] = [
      [{ text: 'x', txt: 'y' }, /unknown option "txt"/],
      [{ text: 'x', onSigned: 'ignore' }, /onSigned must be one of skip, wrap, reject/],
      [{ text: 'x', onUnrepresentable: 'ignore' }, /onUnrepresentable must be one of convert, skip/],
      [{ text: 'x', skipNullSender: 'yes' }, /skipNullSender must be true or false/],
      [{ text: 'x', html: '<img src="cid:logo">' }, /cid:/],
      [{ text: 'x', html: "<p style='background: url(CID:logo)'>" }, /cid:/],
      [{ text: 'x', html: '<p>x</p></body>' }, /without <\/body>/],
      [{ text: 'x', html: '<p>x</p><!-- ' }, /ends inside a tag, a comment or a script/],
      [{ html: '<hr>'.repeat(0) + '<img src="https://example.org/x">' }, /no text in it/],
      [{ text: 'x'.repeat(901) }, /line of more than 900 bytes/],
      [{ text: 'é'.repeat(451) }, /line of more than 900 bytes/],
      [{ text: 'ok', html: '日'.repeat(200) }, /html has a line of more than 900 bytes/],
      [{ text: '\ud800' }, /well-formed/],
    ];
    for (const [options, message] of cases) expect(() => check(options)).toThrow(message);
  });

  it('are complete after the check', () => {
    expect(check({ text: 'a' })).toMatchObject({
      onSigned: 'skip',
      onUnrepresentable: 'convert',
      skipAutoSubmitted: true,
      skipNullSender: true,
    });
    expect(check({ text: 'a', skipNullSender: false, onSigned: 'reject' })).toMatchObject({
      onSigned: 'reject',
      skipNullSender: false,
    });
  });

  it('have one kind of line end, and none at the end', () => {
    expect(check({ text: '\r\n-- \rone\ntwo\0\r\n\n' }).text.text).toBe('\n-- \none\ntwo');
  });

  it('give HTML for text', () => {
    expect(check({ text: '-- \n<Grüße> & so' }).html).toBe(
      '<div>-- <br>\n&lt;Gr&#252;&#223;e&gt; &amp; so</div>',
    );
  });

  it('give text for HTML', () => {
    const html = '<hr><p>Sent via <a href="https://example.org">example.org</a><br>Köln &amp; Bonn</p>';
    const { text } = check({ html }).text;
    expect(text).toContain('Sent via example.org [https://example.org]\nKöln & Bonn');
    expect(check({ html: '<a href="https://example.org">https://example.org</a>' }).text.text).toBe(
      'https://example.org',
    );
  });

  it('do not hang on deep HTML', () => {
    expect(check({ text: 'x', html: '<b>\n'.repeat(20_000) }).html.length).toBeGreaterThan(50_000);
    expect(() => check({ html: `${'<div>\n'.repeat(20_000)}deep` })).not.toThrow(RangeError);
  });

  it('go on into the transform', () => {
    expect(footer({ text: 'x', when: { from: '*@example.org' }, onError: 'accept' })).toMatchObject({
      name: 'footer',
      when: { from: '*@example.org' },
      onError: 'accept',
      edits: ['body', 'headers'],
    });
  });
});
