import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, drop, judge, type Part, tap } from '../../../../src/core/index.ts';
import { runFilter } from '../../../../src/testing/run-filter.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';
import { splitMessage } from '../../../support/corpus.ts';

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
    expect(views.length).toBeLessThanOrEqual(14);
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
      const { views } = await shown(leaf(`Content-Transfer-Encoding: ${name}\r\n`, SECRET));
      expect(views).toHaveLength(1);
    },
  );

  it('is shown what is inside of text, beside the text', async () => {
    const eml = Buffer.from(`Subject: x\r\n\r\nHello\r\n${CODED}\r\nBye\r\n`);
    const { views } = await shown(eml);
    expect(views).toHaveLength(2);
    expect(views.join('\n')).toContain(SECRET);
  });

  it('is shown no more than four other ways to read parts, in however many parts', async () => {
    const part = (encoding: string) =>
      `--B\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\nx\r\n`;
    const head = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n';
    const [same, quoted] = [part('foobar').repeat(20), part('"base64"')];
    const three = await shown(Buffer.from(`${head}${same}${quoted}--B--\r\n`));
    // The last one as base64, which it is by the rules, and as it stands.
    expect(three.views).toHaveLength(20 * 3 + 2);
    expect(three.codes).not.toContain('too-many-readings');
    const more = `${part('"uuencode"').replace('\r\n\r\n', '\r\nno field\r\n\r\n')}${part('base64').replace('\r\n\r\n', '\r\n \r\n\r\n')}`;
    const five = await shown(Buffer.from(`${head}${same}${quoted}${more}--B--\r\n`));
    expect(five.codes).toContain('too-many-readings');
  });

  it('is shown no more than 64 readings beside those by the rules', async () => {
    const part = '--B\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: foobar\r\n\r\nx\r\n';
    const head = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n';
    const [most, more] = await Promise.all(
      [32, 33].map((count) => shown(Buffer.from(`${head}${part.repeat(count)}--B--\r\n`))),
    );
    expect(most.views).toHaveLength(32 + 64);
    expect(most.codes).not.toContain('too-many-readings');
    expect(more.views).toHaveLength(33 + 64);
    expect(more.codes).toContain('too-many-readings');
  });
});

describe('ways to decode the parts of one message', () => {
  const odd = (content: string, charset = 'utf-8') =>
    `Content-Type: a/b; charset=${charset}\r\nContent-Transfer-Encoding: foobar\r\n\r\n${content}\r\n`;
  const head = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n';

  it('are too many wherever that comes out, and behind a transform that has held a part back as well', async () => {
    const eml = Buffer.from(
      `${head}--B\r\n\r\none\r\n${`--B\r\n${odd('x')}`.repeat(2)}--B\r\n${odd('x', 'utf-16')}--B--\r\n`,
    );
    const holding = defineTransform({
      name: 'holding',
      edits: ['body'],
      onPart: ({ path }) => (path === '1.1' ? judge(async (content) => void content.resume()) : undefined),
    });
    const reading = defineTransform({
      name: 'reading',
      edits: [],
      onPart: ({ isLeaf }) => (isLeaf ? tap(async (content) => void content.resume()) : undefined),
    });
    for (const chunkSize of [1, 7, 65_535]) {
      const { ambiguities } = await runFilter(defineFilter([holding, reading]), { eml, chunkSize });
      expect(ambiguities.map(({ code, path }) => `${path} ${code}`)).toEqual([
        '1.2 unknown-transfer-encoding',
        '1.3 unknown-transfer-encoding',
        '1.4 too-many-readings',
        '1.4 unknown-transfer-encoding',
      ]);
    }
  });

  it('are counted in the order of the message, together with those of parts that only some readers find', async () => {
    const hidden = `--B\r\n\r\none\r\n --B\r\n${odd('hidden')}--B\r\n`;
    const eml = Buffer.from(`${head}${hidden}${odd('two')}--B\r\n${odd('three', 'utf-16')}--B--\r\n`);
    const { header, body } = splitMessage(eml);
    const seen = async (chunks: Iterable<Buffer>): Promise<string[]> => {
      const views: string[] = [];
      const read = (part: Part) =>
        part.isLeaf
          ? tap(async (content) => {
              views.push(`${part.path} ${part.reading}`);
              content.resume();
            })
          : undefined;
      const filter = defineFilter([defineTransform({ name: 'x', edits: [], onPart: read, onReading: read })]);
      const source = Readable.from([header, Buffer.from('\r\n'), ...chunks]);
      const { outcome } = await filter.process(source);
      expect(outcome.ambiguities.map(({ code, path }) => `${path} ${code}`)).toContain(
        '1.3 too-many-readings',
      );
      return views.toSorted();
    };
    const whole = await seen([body]);
    expect(whole).toEqual([
      ...Array.from({ length: 3 }, () => '1.1 delimiter-indented'),
      '1.1 undefined',
      // By the rules it stands in a text.
      ...Array.from({ length: 3 }, () => '1.1.1 header-in-text'),
      ...Array.from({ length: 3 }, () => '1.2 undefined'),
      // By the rules, in four other ways of five, and in three that leave NUL out.
      ...Array.from({ length: 8 }, () => '1.3 undefined'),
    ]);
    for (const size of CHUNK_SIZES) expect(await seen(chunksOf(body, size))).toEqual(whole);
    for (const pieces of twoPieceSplits(body)) expect(await seen(pieces)).toEqual(whole);
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
