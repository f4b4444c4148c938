import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { accept, discard, reject, tempfail } from '../../src/core/verdict.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { startServer } from '../support/milter-server.ts';
import { ENVELOPE, RawPeer } from '../support/raw-peer.ts';
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
  const stages = {
    onMail: 'mail',
    onData: 'data',
    onEnvelope: 'endOfHeaders',
    onPart: 'endOfHeaders',
    onEnd: 'endOfMessage',
  };
  const hooks = Object.keys(stages) as (keyof typeof stages)[];

  for (const [kind, verdict, reply] of verdicts) {
    it.each(hooks)(`${kind} at %s reaches the MTA there`, async (hook) => {
      const { address, messages } = await startServer([defineTransform({ name: 'judge', [hook]: verdict })]);
      const result = await sendOnce(address);
      expect(result).toMatchObject({ verdict: kind, stage: stages[hook], modifications: [] });
      expect(result.reply).toEqual(reply);
      expect(messages()).toMatchObject([{ verdict: kind }]);
    });
  }

  it.each([
    ['onConnect', 'reject'],
    ['onConnect', 'tempfail'],
    ['onHelo', 'reject'],
    ['onHelo', 'tempfail'],
  ] as const)('at %s, %s decides the connection', async (hook, kind) => {
    let calls = 0;
    const { address } = await startServer([
      defineTransform({
        name: 'door',
        [hook]: () => {
          calls++;
          return kind === 'reject' ? reject('go away') : tempfail('come back');
        },
        onMail: () => void calls++,
      }),
    ]);
    const client = await MilterClient.connect(address);
    for (let i = 0; i < 2; i++) {
      const result = await client.send({ eml: PLAIN });
      expect(result).toMatchObject({
        verdict: kind,
        reply: kind === 'reject' ? { code: 550, lines: ['go away'] } : { code: 451, lines: ['come back'] },
      });
    }
    await client.close();
    expect(calls).toBe(1);
  });

  it.each(['onConnect', 'onHelo'] as const)(
    'accept at %s is for the connection: the transform is asked no more, the others are',
    async (hook) => {
      const asked: string[] = [];
      const trusting = defineTransform({
        name: 'trusting',
        [hook]: () => accept(),
        onEnd: () => void asked.push('trusting'),
      });
      const other = defineTransform({ name: 'other', onEnd: () => void asked.push('other') });
      for (const [transforms, stage] of [
        [[trusting], 'connect'],
        [[trusting, other], 'endOfMessage'],
      ] as const) {
        const { address } = await startServer(transforms);
        const client = await MilterClient.connect(address);
        for (let i = 0; i < 2; i++) {
          expect(await client.send({ eml: PLAIN })).toMatchObject({ verdict: 'accept', stage });
        }
        await client.close();
      }
      expect(asked).toEqual(['other', 'other']);
    },
  );

  it.each(['onMail', 'onRcpt', 'onData', 'onEnvelope', 'onEnd'] as const)(
    'accept at %s is for one transform and one message',
    async (hook) => {
      const asked: string[] = [];
      const { address } = await startServer([
        defineTransform({
          name: 'trusting',
          onEnd: () => void asked.push('trusting'),
          [hook]: () => accept(),
        }),
        defineTransform({ name: 'other', onEnd: () => void asked.push('other') }),
      ]);
      const client = await MilterClient.connect(address);
      for (let i = 0; i < 2; i++) expect((await client.send({ eml: PLAIN })).verdict).toBe('accept');
      await client.close();
      expect(asked).toEqual(['other', 'other']);
    },
  );

  it('tempfail about a recipient leaves the others, discard takes the message', async () => {
    const { address, messages } = await startServer([
      defineTransform({
        name: 'recipients',
        onRcpt({ address: mailbox }) {
          if (mailbox.startsWith('later')) return tempfail('greylisted', { code: 450, status: '4.2.0' });
          return mailbox.startsWith('hole') ? discard() : undefined;
        },
      }),
    ]);
    const client = await MilterClient.connect(address);
    const result = await client.send({ eml: PLAIN, rcpt: ['later@x', 'good@x'] });
    expect(result).toMatchObject({
      verdict: 'accept',
      refused: [{ address: 'later@x', reply: { code: 450, status: '4.2.0', lines: ['greylisted'] } }],
    });
    expect(await client.send({ eml: PLAIN, rcpt: ['good@x', 'hole@x', 'later@x'] })).toMatchObject({
      verdict: 'discard',
      stage: 'rcpt',
    });
    await client.close();
    expect(messages().map(({ verdict }) => verdict)).toEqual(['accept', 'discard']);
  });

  it('says several lines, each with its enhanced status, and every % twice', async () => {
    const { address } = await startServer([
      defineTransform({
        name: 'verbose',
        onMail: () => reject('100% no\nsee https://example.org/%7Epolicy', { code: 554, status: '5.7.26' }),
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE.slice(0, 1));
    const { code, payload } = await peer.next();
    expect(code).toBe('y');
    expect(payload.toString()).toBe('554-5.7.26 100%% no\r\n554 5.7.26 see https://example.org/%%7Epolicy\0');
    peer.destroy();
    expect((await sendOnce(address)).reply).toEqual({
      code: 554,
      status: '5.7.26',
      lines: ['100% no', 'see https://example.org/%7Epolicy'],
    });
  });

  it('says UTF-8 and as much as a reply can hold', async () => {
    const lines = Array.from({ length: 32 }, (_, i) => `${i} ${'%'.repeat(240)}${'ü'.repeat(240)}`);
    const { address } = await startServer([
      defineTransform({ name: 'long', onEnd: () => tempfail(lines.join('\n')) }),
    ]);
    expect((await sendOnce(address)).reply).toEqual({ code: 451, status: '4.7.1', lines });
  });

  it.each<[string, () => unknown]>([
    ['a line that is too long', () => reject('x'.repeat(981))],
    ['a line that is too long with every % twice', () => reject('%'.repeat(491))],
    ['33 lines', () => tempfail('x\n'.repeat(32))],
    ['CR', () => reject('no\r\n250 yes')],
    ['NUL', () => tempfail('no\0')],
    ['a code of the other class', () => reject('no', { code: 450 })],
    ['a code that is none', () => tempfail('no', { code: 250 })],
    ['a status of the other class', () => reject('no', { status: '4.7.1' })],
    ['a status that is none', () => tempfail('no', { status: '4.7' })],
  ])('with %s is an exception where it is made, and so a tempfail', async (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: expect.stringMatching(/^MILLRACE_REPLY_/) }));
    const { address, lines } = await startServer([
      defineTransform({ name: 'wrong', onMail: () => make() as undefined }),
    ]);
    expect(await sendOnce(address)).toMatchObject({ verdict: 'tempfail', stage: 'mail' });
    expect(lines).toContainEqual(
      expect.objectContaining({
        text: 'transform failed',
        fields: expect.objectContaining({ transform: 'wrong' }),
      }),
    );
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

  it('made by hand with a text that no reply can hold keeps its meaning', async () => {
    const { address, lines } = await startServer([
      defineTransform({ name: 'chatty', onEnd: () => ({ kind: 'reject', text: 'x'.repeat(2000) }) }),
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
