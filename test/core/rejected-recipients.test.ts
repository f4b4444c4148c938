import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, reject, tempfail } from '../../src/core/index.ts';
import type { RejectedRecipient, TransformDefinition } from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';

const EML = Buffer.from('From: a@example.org\r\n\r\ntext\r\n');
const UNKNOWN: RejectedRecipient = {
  address: 'nobody@example.org',
  parameters: [],
  status: '5.1.1',
  reason: 'User unknown',
};

function play(hooks: Partial<TransformDefinition>, rejected: (string | RejectedRecipient)[] = [UNKNOWN]) {
  const filter = defineFilter([defineTransform({ name: 'counter', ...hooks })]);
  return runFilter(filter, { eml: EML, from: 'a@example.org', to: ['b@example.org'], rejected });
}

describe('onRejectedRcpt', () => {
  it('is told who has been refused and why, and the message keeps its recipients', async () => {
    const seen: unknown[] = [];
    const result = await play(
      {
        onRcpt: ({ address }) => void seen.push(address),
        onRejectedRcpt: (recipient) => void seen.push(recipient),
        onEnd: (msg) => void seen.push(msg.envelope.recipients.map(({ address }) => address)),
      },
      [UNKNOWN, 'x@example.org'],
    );
    expect(seen).toEqual([
      'b@example.org',
      UNKNOWN,
      { address: 'x@example.org', parameters: [] },
      ['b@example.org'],
    ]);
    expect(result.verdict).toEqual({ kind: 'accept' });
  });

  it('lets a later hook decide by what it has seen', async () => {
    const result = await play(
      {
        state: () => ({ refused: 0 }),
        async onRejectedRcpt(_, msg) {
          await Promise.resolve();
          (msg.state as { refused: number }).refused++;
        },
        onData: (msg) =>
          (msg.state as { refused: number }).refused > 1 ? reject('a dictionary attack') : undefined,
      },
      ['x@example.org', 'y@example.org'],
    );
    expect(result.verdict).toMatchObject({ kind: 'reject', text: 'a dictionary attack' });
  });

  it('has nothing to return: the recipient is refused already', async () => {
    for (const answer of [() => tempfail('later'), async () => reject('no'), () => 1]) {
      const { verdict, failures } = await play({ onRejectedRcpt: answer as never });
      expect(verdict.kind).toBe('tempfail');
      expect(failures[0].error).toMatchObject({ code: 'MILLRACE_VERB' });
    }
  });

  it('follows onError when it throws', async () => {
    const onRejectedRcpt = (): never => {
      throw new Error('bug');
    };
    expect((await play({ onRejectedRcpt })).verdict.kind).toBe('tempfail');
    expect((await play({ onRejectedRcpt, onError: 'reject' })).verdict.kind).toBe('reject');
    expect((await play({ onRejectedRcpt, onError: 'accept' })).verdict.kind).toBe('accept');
  });
});
