import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { discard, reject, tempfail } from '../../src/core/verdict.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { startServer } from '../support/milter-server.ts';
import { PLAIN, sendOnce } from '../support/send-once.ts';

describe('an edit that the MTA has not granted', () => {
  it('costs a tempfail before any other edit is sent', async () => {
    const { address, lines } = await startServer([
      defineTransform({
        name: 'parameters',
        edits: ['headers', 'add-recipient'],
        onEnd(msg) {
          msg.headers.set('X-A', 'b');
          msg.addRecipient('other@example.org', ['NOTIFY=NEVER']);
        },
      }),
    ]);
    const result = await sendOnce(address, {
      offer: { version: 6, actions: 0x1ff & ~0x80, protocol: 0x1fffff },
    });
    expect(result).toMatchObject({ verdict: 'tempfail', modifications: [] });
    expect(JSON.stringify(lines)).toContain('ADDRCPT_PAR');
  });
});

describe('a verdict', () => {
  const verdicts = [
    [
      'reject',
      () => reject('no, 100% sure', { status: '5.7.1' }),
      { code: 550, status: '5.7.1', lines: ['no, 100% sure'] },
    ],
    ['tempfail', () => tempfail('later'), { code: 451, status: '4.7.1', lines: ['later'] }],
    ['discard', () => discard(), undefined],
  ] as const;
  const hooks = ['onMail', 'onData', 'onEnvelope', 'onEnd'] as const;
  const stages = { onMail: 'mail', onData: 'data', onEnvelope: 'endOfHeaders', onEnd: 'endOfMessage' };

  for (const [kind, verdict, reply] of verdicts) {
    it.each(hooks)(`${kind} at %s reaches the MTA there`, async (hook) => {
      const { address, messages } = await startServer([defineTransform({ name: 'judge', [hook]: verdict })]);
      const result = await sendOnce(address);
      expect(result).toMatchObject({ verdict: kind, stage: stages[hook], modifications: [] });
      expect(result.reply).toEqual(reply);
      expect(messages()).toMatchObject([{ verdict: kind }]);
    });
  }

  it('at CONNECT or HELO decides the connection', async () => {
    for (const hook of ['onConnect', 'onHelo'] as const) {
      const { address } = await startServer([
        defineTransform({ name: 'door', [hook]: () => reject('go away') }),
      ]);
      expect(await sendOnce(address)).toMatchObject({ verdict: 'reject', reply: { lines: ['go away'] } });
    }
  });

  it('DISCARD before there is a message becomes tempfail', async () => {
    const { address, lines } = await startServer([
      defineTransform({ name: 'door', onConnect: () => discard() }),
    ]);
    expect((await sendOnce(address)).verdict).toBe('tempfail');
    expect(lines.some(({ level, text }) => level === 'warn' && text === 'reply not usable')).toBe(true);
  });

  it('about a recipient leaves the others', async () => {
    const seen: string[][] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'recipients',
        onRcpt: ({ address: mailbox }) => (mailbox.startsWith('bad') ? reject('unknown') : undefined),
        onEnd: (msg) => void seen.push(msg.envelope.recipients.map((recipient) => recipient.address)),
      }),
    ]);
    const client = await MilterClient.connect(address);
    const result = await client.send({ eml: PLAIN, rcpt: ['bad@x', 'good@x', 'bad2@x'] });
    expect(result.verdict).toBe('accept');
    expect(result.refused).toMatchObject([
      { address: 'bad@x', reply: { code: 550, lines: ['unknown'] } },
      { address: 'bad2@x' },
    ]);
    expect(seen).toEqual([['good@x']]);
    expect((await client.send({ eml: PLAIN, rcpt: ['bad@x'] })).verdict).toBe('reject');
    await client.close();
  });

  it('that comes early spares the rest of the body where a reply is due', async () => {
    const { address, messages } = await startServer([
      defineTransform({
        name: 'infected',
        edits: ['headers'],
        onPart: () =>
          tap(async (content) => {
            for await (const _ of content) return reject('infected');
            return undefined;
          }),
      }),
    ]);
    const eml = Buffer.concat([PLAIN, Buffer.alloc(2_000_000, 'y\r\n')]);
    expect(await sendOnce(address, {}, eml)).toMatchObject({ verdict: 'reject', stage: 'body' });
    expect(messages()[0]['bytesIn']).toBeLessThan(2_000_000);
  });

  it('with a text that no reply can hold keeps its meaning', async () => {
    const { address, lines } = await startServer([
      defineTransform({ name: 'chatty', onEnd: () => reject('x'.repeat(2000)) }),
    ]);
    const result = await sendOnce(address);
    expect(result.verdict).toBe('reject');
    expect(lines.some(({ text }) => text === 'reply text not usable')).toBe(true);
  });

  it('of a transform that throws is tempfail, and the next message is fine', async () => {
    let calls = 0;
    const { address, lines } = await startServer([
      defineTransform({
        name: 'bug',
        onEnd() {
          if (++calls === 1) throw new TypeError('with a piece of the mail in it');
        },
      }),
    ]);
    const client = await MilterClient.connect(address);
    expect((await client.send({ eml: PLAIN })).verdict).toBe('tempfail');
    expect((await client.send({ eml: PLAIN })).verdict).toBe('accept');
    await client.close();
    const warnings = lines.filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ text: 'transform failed', fields: { transform: 'bug' } }]);
    expect(warnings[0].fields['error']).toMatch(/^TypeError at /);
    expect(JSON.stringify(warnings)).not.toContain('a piece of the mail');
  });
});
