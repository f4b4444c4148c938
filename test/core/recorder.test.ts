import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, judge, replace } from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { footer } from '../../src/transforms/index.ts';
import { CHUNK_SIZES } from '../support/chunks.ts';

const EML = Buffer.from(
  [
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...Array.from({ length: 11 }, (_, index) => ['--b', '', `text ${index}`]).flat(),
    '--b',
    'Content-Type: message/rfc822; name=a.exe',
    '',
    'Content-Type: multipart/mixed; boundary=c',
    '',
    '--c',
    '',
    'inside',
    '--c--',
    '--b',
    '',
    'behind',
    '--b--',
    '',
  ].join('\r\n'),
);

describe('reports about parts', () => {
  // Parts are seen while one in front of them is held; what is done to an attached message comes later.
  it.each(CHUNK_SIZES)('are in the order of the parts at chunk size %i', async (chunkSize) => {
    const filter = defineFilter([
      defineTransform({
        name: 'holds',
        onPart: (part) =>
          part.isLeaf ? judge(async (content) => void (await content.toArray())) : undefined,
      }),
      defineTransform({
        name: 'replaces',
        onPart: (part) => (part.filename === 'a.exe' ? replace({ content: 'gone' }) : undefined),
      }),
    ]);
    const { parts } = await runFilter(filter, { eml: EML, chunkSize });
    expect(parts.map(({ path, action }) => `${path} ${action}`)).toEqual([
      ...Array.from({ length: 11 }, (_, index) => `1.${index + 1} kept`),
      '1.12 replaced',
      '1.12.1.1 kept',
      '1.13 kept',
    ]);
  });

  it.each([...CHUNK_SIZES, 20])(
    'say that a part is gone at chunk size %i, whatever is done to its notice',
    async (chunkSize) => {
      const replaces = defineTransform({
        name: 'replaces',
        onPart: () => replace({ content: 'gone' }, 'why'),
      });
      // What is behind it gets the notice at once, or later.
      for (const held of [false, true]) {
        const holds = defineTransform({
          name: 'holds',
          onPart: () => (held ? judge(async (content) => void (await content.toArray())) : undefined),
        });
        const filter = defineFilter([replaces, holds, footer({ text: 'footer' })]);
        const { parts, message } = await runFilter(filter, {
          eml: Buffer.from('A: b\r\n\r\nx\r\n'),
          chunkSize,
        });
        expect(message.toString()).toContain('footer');
        expect(parts).toMatchObject([{ path: '1', action: 'replaced', reason: 'why' }]);
      }
    },
  );
});
