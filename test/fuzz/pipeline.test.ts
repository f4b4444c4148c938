import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import { defineTransform } from '../../src/core/transform.ts';
import { rewriteLines, rewriteTags } from '../../src/core/verbs.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { footer, stripAttachments, virusScan } from '../../src/transforms/index.ts';

/** What messages are made of: fields, parameters, charsets, encodings, markup; whole, cut short and slightly wrong. */
const TOKENS = [
  'Content-Type: text/plain',
  'Content-Type: text/html; charset=utf-8\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n',
  'Content-Type: multipart/alternative;\r\n\tboundary="b"\r\n\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Type: application/octet-stream; name*0*=utf-8\'\'%e2%82; name*1="a.exe"\r\n',
  'Content-Disposition: attachment; filename="=?utf-8?Q?a=2Eexe?="\r\n',
  "Content-Disposition: attachment; filename*=iso-2022-jp''%1b$B%21%1b(B\r\n",
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'Content-Transfer-Encoding: x-uuencode\r\n',
  'MIME-Version: 1.0\r\n',
  '; charset="',
  'utf-16',
  'iso-2022-jp',
  'shift_jis',
  'utf-7',
  '"',
  '\\',
  '(',
  ';',
  '=',
  "*''",
  '%',
  '%zz',
  '=?utf-8?B?',
  '?=',
  '\r\n\r\n',
  '\r\n',
  '\r',
  '\n',
  ' ',
  '\t',
  '\0',
  '\xff\xfe',
  '\x1b$B',
  '\x1b(B',
  '+AGE-',
  '--b\r\n',
  '\r\n--b--\r\n',
  'QUJD',
  'QQ==',
  '====',
  '=E4=F6=\r\n',
  '=3',
  'begin 644 a.exe\r\n#86)C\r\n`\r\nend\r\n',
  '<p class="a">',
  '<!--',
  '-->',
  '<script>',
  '</body',
  '</html>',
  '&amp;',
  'the quick brown fox',
  'x'.repeat(1200),
];

const soup = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...TOKENS) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    ),
    {
      maxLength: 50,
    },
  )
  .map((tokens) => Buffer.from(tokens.join(''), 'latin1'));

/** Everything that reads and changes: the built-in transforms, text in its charset by lines and by tags. */
const ALL = defineFilter([
  virusScan({ engine: 'builtin', onInfected: 'strip' }),
  stripAttachments({ extensions: ['exe', 'js'], types: ['image/*'] }),
  defineTransform({
    name: 'text',
    onPart(part) {
      if (part.type === 'text/html') return rewriteTags('p', ({ source }) => source);
      if (part.type === 'text/plain') return rewriteLines((line) => line.replace('fox', 'vixen'));
      return undefined;
    },
  }),
  footer({ text: '-- \nSent via example.org', html: '<hr>Sent via example.org' }),
]);

/** Only what leaves a message as it is. */
const IDENTITY = defineFilter([
  defineTransform({
    name: 'identity',
    onPart(part) {
      if (part.type === 'text/html') return rewriteTags('*', ({ source }) => source);
      return part.isLeaf ? rewriteLines((line) => line) : undefined;
    },
  }),
]);

describe('any bytes as a message', () => {
  it('raise no error in any transform, and come out the same however they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 300 }), async (eml, chunkSize) => {
        const play = async (size: number) => {
          const { message, failures, verdict, ambiguities, parts } = await runFilter(ALL, {
            eml,
            chunkSize: size,
          });
          return { message: message.toString('latin1'), failures, verdict, ambiguities, parts };
        };
        const whole = await play(1_000_000);
        expect(whole.failures).toEqual([]);
        expect(whole.verdict.kind).not.toBe('tempfail');
        expect(await play(chunkSize)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('are not changed by a transform that changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 300 }), async (eml, chunkSize) => {
        const result = await runFilter(IDENTITY, { eml, chunkSize });
        expect(result.failures).toEqual([]);
        expect(result.headerEdits).toEqual([]);
        expect(result.bodyChanged).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});
