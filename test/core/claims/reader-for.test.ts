import { describe, expect, it } from 'vitest';
import { MAX_BESIDE } from '../../../src/core/claims/reader-for.ts';
import { defineFilter, defineTransform, tap } from '../../../src/core/index.ts';
import { runFilter } from '../../../src/testing/index.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';

/** A part of which each reader makes something else: base64 with padding inside. */
const ODD = '--b\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD=QUJE\r\n.QQ==QUJD\r\n';
type Result = Awaited<ReturnType<typeof runFilter>>;

const HEADER = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n';

function message(parts: number): Buffer {
  return Buffer.from(`${HEADER}${ODD.repeat(parts)}--b--\r\n`);
}

async function look(parts: number, chunkSize = 65_535): Promise<{ reads: number; result: Result }> {
  let reads = 0;
  const read = async (content: AsyncIterable<Buffer>): Promise<void> => {
    reads++;
    for await (const _ of content);
  };
  const looking = defineTransform({
    name: 'looking',
    edits: [],
    onPart: (part) => (part.isLeaf ? tap(read) : undefined),
  });
  const result = await runFilter(defineFilter([looking]), { eml: message(parts), chunkSize });
  return { reads, result };
}

describe('what is beside the content of the parts', () => {
  const told = ({ ambiguities }: Result): string[] =>
    ambiguities.filter(({ code }) => code === 'too-many-readings').map(({ path }) => path);

  it('is read in a message up to a number of times, and then that is said once', async () => {
    const few = await look(1);
    const beside = few.reads - 1;
    expect(beside).toBeGreaterThan(2);
    expect(told(few.result)).toEqual([]);

    const most = Math.floor(MAX_BESIDE / beside);
    const all = await look(most);
    expect(all.reads).toBe(most * few.reads);
    expect(told(all.result)).toEqual([]);
    for (const chunkSize of CHUNK_SIZES) {
      const { reads, result } = await look(2 * most, chunkSize);
      expect(reads).toBe(2 * most + MAX_BESIDE);
      expect(told(result)).toEqual(['1']);
    }
  });
});
