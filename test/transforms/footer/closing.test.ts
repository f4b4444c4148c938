import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsWithFooter, endsWithHtml } from '../../../src/transforms/footer/closing.ts';
import { comparable } from '../../../src/transforms/footer/footer-lines.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', '-- ', ' ', '\t', '\r', '\n', '\r\n'), { maxLength: 12 })
  .map((tokens) => Buffer.from(tokens.join('')));

describe('a footer that is there already', () => {
  it('is found by its text alone: blanks at the ends of lines, empty lines behind it and CR do not count', () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (before, footer, joined) => {
        const ending = joined ? Buffer.concat([before, Buffer.from('\n'), footer]) : before;
        const [present, wanted] = [comparable(ending), comparable(footer)];
        expect(endsWithHtml(ending, footer)).toBe(present.endsWith(wanted));
        expect(endsWithFooter(ending, footer)).toBe(`\n${present}`.endsWith(`\n${wanted}`));
      }),
      { numRuns: 2000 },
    );
  });
});
