import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, drop, judge, tap } from '../../../../src/core/index.ts';
import { runFilter } from '../../../../src/testing/run-filter.ts';

const SECRET = 'the secret content of a file that one reader sees and another does not';
const CODED = Buffer.from(SECRET).toString('base64');

const leaf = (fields: string, content: string) =>
  Buffer.from(`MIME-Version: 1.0\r\nContent-Type: application/x-any\r\n${fields}\r\n${content}\r\n`);

/** What a tap is shown of a message. */
async function shown(eml: Buffer, chunkSize = 65_535): Promise<{ views: string[]; codes: string[] }> {
  const views: string[] = [];
  const looking = defineTransform({
    name: 'looking',
    onPart: (part) =>
      part.isLeaf
        ? tap(async (content) => {
            let text = '';
            for await (const bytes of content as AsyncIterable<Buffer>) text += bytes.toString('latin1');
            views.push(text);
          })
        : undefined,
  });
  const result = await runFilter(defineFilter([looking]), { eml, chunkSize });
  expect(result.failures).toEqual([]);
  // They are read at the same time, and end in any order.
  return { views: views.toSorted(), codes: result.ambiguities.map(({ code }) => code) };
}

const HIDDEN: [what: string, eml: Buffer][] = [
  [
    'the second encoding',
    leaf('Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n', CODED),
  ],
  ['none of two', leaf('Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: base64\r\n', SECRET)],
  ['an unknown encoding as base64', leaf('Content-Transfer-Encoding: foobar\r\n', CODED)],
  ['x-base64', leaf('Content-Transfer-Encoding: x-base64\r\n', CODED)],
  [
    'an unknown encoding as quoted-printable',
    leaf('Content-Transfer-Encoding: foobar\r\n', SECRET.replaceAll('e', '=65')),
  ],
  ['a quoted encoding as none', leaf('Content-Transfer-Encoding: "base64"\r\n', SECRET)],
  [
    'lines behind garbage in the header',
    leaf(`Content-Transfer-Encoding: base64\r\n${CODED.slice(0, 41)}\r\n`, CODED.slice(41)),
  ],
  [
    'lines behind a blank-looking line in the header',
    leaf(`Content-Transfer-Encoding: base64\r\n \r\n ${CODED.slice(0, 41)}\r\n`, CODED.slice(41)),
  ],
];

describe('a looking transform', () => {
  it.each(HIDDEN)('is shown %s', async (_, eml) => {
    const { views } = await shown(eml);
    expect(views.length).toBeGreaterThan(1);
    expect(views.length).toBeLessThanOrEqual(5);
    expect(views.some((view) => view.includes(SECRET))).toBe(true);
  });

  it('is shown the same at every chunk size', async () => {
    for (const [, eml] of HIDDEN) {
      const whole = (await shown(eml)).views;
      for (const size of [1, 2, 7]) expect((await shown(eml, size)).views).toEqual(whole);
    }
  });

  it.each(['7-bit', '8 bit', '8bits', 'plain', 'text'])(
    'is shown one reading where the encoding is %s',
    async (name) => {
      const { views } = await shown(leaf(`Content-Transfer-Encoding: ${name}\r\n`, CODED));
      expect(views).toHaveLength(1);
    },
  );

  it('is shown what is inside of text, beside the text', async () => {
    const eml = Buffer.from(`Subject: x\r\n\r\nHello\r\n${CODED}\r\nBye\r\n`);
    const { views } = await shown(eml);
    expect(views).toHaveLength(2);
    expect(views.join('\n')).toContain(SECRET);
  });

  it('is shown no more than four readings of a message', async () => {
    const part = '--B\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: foobar\r\n\r\nx\r\n';
    const head = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n';
    const two = await shown(Buffer.from(`${head}${part.repeat(2)}--B--\r\n`));
    expect(two.views).toHaveLength(6);
    expect(two.codes).not.toContain('too-many-readings');
    const three = await shown(Buffer.from(`${head}${part.repeat(3)}--B--\r\n`));
    expect(three.views).toHaveLength(7);
    expect(three.codes).toContain('too-many-readings');
  });
});

describe('a judge', () => {
  it.each(HIDDEN)('takes a part out for what it sees in %s', async (_, eml) => {
    const judging = defineTransform({
      name: 'judging',
      edits: ['body', 'headers'],
      onPart: (part) =>
        part.isLeaf
          ? judge(async (content) => {
              let text = '';
              for await (const bytes of content as AsyncIterable<Buffer>) text += bytes.toString('latin1');
              return text.includes(SECRET) ? drop('secret') : undefined;
            })
          : undefined,
    });
    const result = await runFilter(defineFilter([judging]), { eml });
    expect(result.failures).toEqual([]);
    expect(result.parts.map(({ action }) => action)).toEqual(['dropped']);
  });
});
