import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, judge, tap } from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { corpusMessages, corpusMissing, readAsMta, titled } from '../support/corpus.ts';

/** Could drop any part, and reads each leaf, but changes nothing. */
const reading = defineFilter([
  defineTransform({
    name: 'taps',
    onPart: (part) => (part.isLeaf ? tap((content) => void content.resume()) : undefined),
  }),
  defineTransform({
    name: 'judges',
    onPart: (part) => (part.isLeaf ? judge((content) => void content.resume()) : undefined),
  }),
]);

/** The same without reading: what a byte costs then lets the whole corpus pass byte by byte. */
const passing = defineFilter([
  defineTransform({ name: 'passes', onPart: () => undefined, onEnd: () => undefined }),
]);

describe.skipIf(corpusMissing)(
  titled('the whole corpus through a pipeline that changes nothing', corpusMissing),
  () => {
    it.each([1, 7, 65_535])(
      'leaves every message as it is at chunk size %i',
      { timeout: 300_000 },
      async (chunkSize) => {
        let tried = 0;
        for (const message of corpusMessages()) {
          const eml = readAsMta(message);
          const result = await runFilter(chunkSize === 1 ? passing : reading, { eml, chunkSize });
          const what = `${message.name}: ${result.verdict.kind} ${result.bodyChanged} ${result.failures.map((f) => String(f.error)).join()}`;
          expect(what).toBe(`${message.name}: accept false `);
          if (!result.message.equals(eml)) expect.fail(`${message.name} has other bytes`);
          expect(result.headerEdits).toEqual([]);
          tried++;
        }
        expect(tried).toBeGreaterThan(1000);
      },
    );
  },
);
