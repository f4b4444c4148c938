import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, tap } from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { throughChain } from '../support/scan-chain.ts';

/** What must not be waited for is waited for in vain: the input that would end it does not come. */
describe('many readers of one message', () => {
  it.each([1, 7, 8, 9, 40])('all read the same leaf: %i of them', async (count) => {
    const lengths: number[] = [];
    const reader = (_: unknown, n: number) =>
      defineTransform({
        name: `tap-${n}`,
        onPart: () =>
          tap(async (content) => {
            let length = 0;
            for await (const chunk of content) length += (chunk as Buffer).length;
            lengths.push(length);
          }),
      });
    const filter = defineFilter(Array.from({ length: count }, reader));
    const body = 'line\r\n'.repeat(50_000);
    const { verdict } = await runFilter(filter, { eml: Buffer.from(`Subject: x\r\n\r\n${body}`) });
    expect(verdict.kind).toBe('accept');
    expect(lengths).toEqual(Array.from({ length: count }, () => body.length));
  });

  it('look at a message in several ways, with several transforms', async () => {
    const result = await throughChain('Content-Type:multipart/d\nContent-Transfer-Encoding:y\rC');
    expect(result).toMatchObject({ verdict: { kind: 'accept' }, quarantine: expect.any(String) });
  });
});
