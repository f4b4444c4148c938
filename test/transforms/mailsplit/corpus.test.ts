import { PassThrough, Readable, Transform } from 'node:stream';
import { type SplitterChunk, Splitter } from 'mailsplit';
import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../../src/core/index.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { runFilter } from '../../../src/testing/run-filter.ts';
import { mailsplitTransform } from '../../../src/transforms/mailsplit.ts';
import { NodeSplitter } from '../../../src/transforms/mailsplit/node-splitter.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';
import { scan } from '../../support/scan.ts';
import { corpusMessages, corpusMissing, readAsMta, splitMessage, titled } from '../../support/corpus.ts';

/** Every so manieth message; small ones at chunk size 1, where each byte costs a round through all streams. */
const EVERY = 12;
const LARGEST: Record<number, number> = { 1: 8_000, 2: 16_000, 7: 64_000 };

const passing = defineFilter([
  mailsplitTransform({
    name: 'passes',
    onSigned: 'show',
    create: () => [new PassThrough({ objectMode: true }), new PassThrough({ objectMode: true })],
  }),
]);

/** What the objects say, without regard to how bytes are cut into chunks. */
async function shapeOf(splitter: Transform, eml: Buffer): Promise<string[]> {
  const lines: string[] = [];
  let length = 0;
  const flush = () => {
    if (length > 0) lines.push(`  ${length} bytes`);
    length = 0;
  };
  for await (const chunk of Readable.from([eml]).pipe(splitter) as AsyncIterable<SplitterChunk>) {
    if (chunk.type === 'node') {
      flush();
      const { contentType, encoding, charset, disposition, filename, multipart, partNr, parentNode } = chunk;
      const parent = parentNode === false ? false : parentNode.partNr;
      const node = { contentType, encoding, charset, disposition, filename, multipart, partNr, parent };
      lines.push(JSON.stringify({ ...node, header: chunk.getHeaders().length }));
    } else if (chunk.type !== 'body') flush();
    // Of a part without content mailsplit shows the line break in front of the next delimiter as the content.
    else if (length > 0 || chunk.value.toString() !== '\r\n') length += chunk.value.length;
  }
  flush();
  return lines;
}

/** Codes that say nothing about parts and their content as bytes. */
const NOT_OF_STRUCTURE = / (?:charset-unknown|charset-utf-7|tnef|name-double-extension|name-homoglyph)$/;

describe.skipIf(corpusMissing)(titled('a sample of the corpus', corpusMissing), () => {
  const sample = corpusMessages().filter((_, i) => i % EVERY === 0);

  it.each(CHUNK_SIZES)(
    'goes unchanged through streams that change nothing, at chunk size %i',
    { timeout: 120_000 },
    async (chunkSize) => {
      let tried = 0;
      for (const message of sample) {
        const eml = readAsMta(message);
        if (eml.length > (LARGEST[chunkSize] ?? Infinity)) continue;
        const result = await runFilter(passing, { eml, chunkSize });
        const what = `${message.name}: ${result.verdict.kind} ${result.bodyChanged} ${result.failures.map((f) => String(f.error)).join()}`;
        expect(what).toBe(`${message.name}: accept false `);
        expect(result.headerEdits).toEqual([]);
        if (!result.message.equals(eml)) expect.fail(`${message.name} has other bytes`);
        tried++;
      }
      expect(tried).toBeGreaterThan(50);
    },
  );

  it('gives the objects that mailsplit’s own Splitter gives', { timeout: 120_000 }, async () => {
    const different: string[] = [];
    let tried = 0;
    for (const message of corpusMessages()) {
      const eml = readAsMta(message);
      const { header, body } = splitMessage(eml);
      const { ambiguities } = scan(header, [Buffer.from(body)]);
      if (!ambiguities.every((line) => NOT_OF_STRUCTURE.test(line))) continue;
      const own = await shapeOf(new NodeSplitter(DEFAULT_LIMITS, {}, () => false), eml);
      const theirs = await shapeOf(new Splitter() as unknown as Transform, eml);
      if (own.join('\n') !== theirs.join('\n')) different.push(message.name);
      tried++;
    }
    expect(tried).toBeGreaterThan(1000);
    expect(different).toEqual([
      // An attached message without a body: its blank line, not the delimiter behind it, has the last line break.
      'dev/sisimai/set-of-emails_maildir_bsd_lhost-courier-01.eml',
    ]);
  });
});
