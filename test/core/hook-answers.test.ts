import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform } from '../../src/core/index.ts';
import type { TransformDefinition } from '../../src/core/index.ts';
import { LOCAL_CONNECTION } from '../../src/core/local-connection.ts';
import { SpoolStore } from '../../src/core/spool/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';

const EML = Buffer.from('From: a@example.org\r\n\r\ntext\r\n');
/** What plain JavaScript may hand over. */
const WRONG: unknown[] = [3, true, '', 'x', {}, { kind: 'bogus' }, [], Promise.resolve(1)];

const play = (...hooks: Partial<TransformDefinition>[]) =>
  runFilter(defineFilter(hooks.map((hook) => defineTransform({ name: 'x', ...hook }))), {
    eml: EML,
    to: 'b@example.org',
  });

describe('an answer of a hook that is no verdict', () => {
  it.each(['onMail', 'onRcpt', 'onData', 'onEnvelope', 'onEnd'] as const)('is an error: %s', async (hook) => {
    for (const answer of WRONG) {
      const { verdict, failures } = await play({ [hook]: () => answer });
      expect(verdict.kind).toBe('tempfail');
      expect(failures[0].error).toMatchObject({
        code: 'MILLRACE_VERB',
        message: `${hook} returned something that is no verdict`,
      });
    }
  });

  it('follows onError, and keeps no other transform from being asked', async () => {
    const slip = { onRcpt: () => 3 as never, onError: 'accept' } as const;
    expect((await play(slip)).verdict.kind).toBe('accept');
    const asked: string[] = [];
    await play(slip, { onRcpt: ({ address }) => void asked.push(address) });
    expect(asked).toEqual(['b@example.org']);
  });

  it.each(['onConnect', 'onHelo'] as const)('is an error: %s', async (hook) => {
    const store = new SpoolStore();
    for (const answer of WRONG) {
      const filter = defineFilter([defineTransform({ name: 'x', [hook]: () => answer })]);
      const run = filter.connect(LOCAL_CONNECTION, { openSpool: () => store.open() });
      const told =
        hook === 'onConnect' ? run.connect(LOCAL_CONNECTION, () => ({})) : run.helo('x', () => ({}));
      expect(await told).toMatchObject({ kind: 'tempfail' });
    }
    await store.close();
  });

  it('is nothing where it is undefined or null', async () => {
    for (const answer of [undefined, null]) {
      expect((await play({ onMail: () => answer as never })).failures).toEqual([]);
    }
  });
});

it('a recipient cannot be empty, a sender can', async () => {
  const edits = ['sender', 'add-recipient', 'remove-recipient'] as const;
  for (const onEnd of [
    (msg: Parameters<NonNullable<TransformDefinition['onEnd']>>[0]) => msg.addRecipient(''),
    (msg: Parameters<NonNullable<TransformDefinition['onEnd']>>[0]) => msg.removeRecipient(''),
  ]) {
    expect((await play({ edits, onEnd })).failures[0].error).toMatchObject({ code: 'MILLRACE_ADDRESS' });
  }
  const { envelopeEdits } = await play({ edits, onEnd: (msg) => msg.changeSender('') });
  expect(envelopeEdits).toEqual([{ kind: 'change-sender', address: '', parameters: [] }]);
});
