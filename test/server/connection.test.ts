import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { drop, replace, tap } from '../../src/core/verbs.ts';
import { accept, quarantine } from '../../src/core/verdict.ts';
import { PROTOCOL } from '../../src/protocol/codes.ts';
import { DEFAULT_OFFER, STALWART_OFFER } from '../../src/protocol/client.ts';
import { encodeCommand } from '../../src/protocol/commands.ts';
import type { Command } from '../../src/protocol/commands.ts';
import { joinMacros } from '../../src/protocol/macros.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import type { MilterClientOptions } from '../../src/server/client-types.ts';
import { startServer } from '../support/milter-server.ts';
import { body, END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';
import { PLAIN, sendOnce } from '../support/send-once.ts';

/** Changes the header and the body of every message. */
const stamp = defineTransform({
  name: 'stamp',
  onPart: (part) => (part.type === 'text/plain' ? replace({ content: 'stamped' }) : undefined),
  onEnd: (msg) => msg.headers.set('X-Stamp', 'yes'),
});

describe('a message', () => {
  it('comes back changed over TCP', async () => {
    const { address, messages } = await startServer([stamp]);
    const result = await sendOnce(address);
    expect(result.verdict).toBe('accept');
    expect(result.bytes).toContain('X-Stamp: yes\r\n');
    expect(result.bytes).toContain('\r\n\r\nstamped');
    expect(result.bytes).not.toContain('first');
    expect(messages()).toMatchObject([{ queueId: 'MILLRACE1', verdict: 'accept', bytesIn: 15 }]);
    expect(messages()[0]['changed']).toMatch(/^body headers:\d+$/);
    expect(messages()[0]['bytesOut']).toBeGreaterThan(0);
  });

  it('comes back changed over a Unix socket', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-'));
    try {
      const { address, server } = await startServer([stamp], { listen: `unix:${directory}/s` });
      expect((await sendOnce(address)).bytes).toContain('stamped');
      await server.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.each<[string, MilterClientOptions]>([
    ['Sendmail', { mta: 'sendmail' }],
    ['an MTA without SKIP and "no reply"', { offer: { version: 6, actions: 0x1ff, protocol: 0x7f } }],
    ['version 2', { offer: { version: 2, actions: 0x3f, protocol: 0x7f } }],
    ['version 4', { offer: { version: 4, actions: 0x3f, protocol: 0x37f } }],
    ['Stalwart', { mta: 'stalwart', offer: STALWART_OFFER }],
    ['an MTA with chunks of one byte', { chunkBytes: 1 }],
    ['an MTA with chunks of seven bytes', { chunkBytes: 7 }],
  ])('is the same for %s', async (_, options) => {
    const { address } = await startServer([stamp]);
    const expected = await sendOnce(address);
    expect((await sendOnce(address, options)).bytes).toBe(expected.bytes);
  });

  it('that nobody changes comes back byte for byte, without any edit', async () => {
    const { address, messages } = await startServer([
      defineTransform({ name: 'reader', onPart: () => tap(async (content) => void content.resume()) }),
    ]);
    const result = await sendOnce(address);
    expect(result).toMatchObject({ verdict: 'accept', modifications: [], bodyReplaced: false });
    expect(result.bytes).toBe(PLAIN.toString('latin1'));
    expect(messages()[0]).not.toHaveProperty('changed');
  });

  it('that nobody wants is accepted at the end of its header', async () => {
    const { address } = await startServer([
      defineTransform({ name: 'skipper', onEnvelope: () => 'skip', onPart: () => drop() }),
    ]);
    expect(await sendOnce(address)).toMatchObject({ verdict: 'accept', stage: 'endOfHeaders' });
  });

  it('of which only the header is changed is not sent to its end where SKIP is offered', async () => {
    const { address, messages } = await startServer([
      defineTransform({
        name: 'header-only',
        edits: ['headers'],
        onPart: () => undefined,
        onEnd: (msg) => msg.headers.set('X-Seen', '1'),
      }),
    ]);
    const eml = Buffer.concat([PLAIN, Buffer.alloc(500_000, 'x\r\n')]);
    const skipping = await sendOnce(address, {}, eml);
    expect(skipping.bytes).toContain('X-Seen: 1');
    const dropping = await sendOnce(address, { offer: { version: 6, actions: 0x1ff, protocol: 0x7f } }, eml);
    expect(dropping.bytes).toBe(skipping.bytes);
    expect(messages()[0]['bytesIn']).toBeLessThanOrEqual(65535);
    expect(messages()[1]['bytesIn']).toBe(500_015);
  });

  it('can be emptied', async () => {
    const { address } = await startServer([defineTransform({ name: 'empty', onPart: () => drop() })]);
    const result = await sendOnce(address);
    expect(result.bodyReplaced).toBe(true);
    expect(result.bytes).not.toContain('first');
  });

  it('of many packets comes back whole', async () => {
    const content = `${'0123456789abcdef'.repeat(4)}\r\n`.repeat(20_000);
    const { address } = await startServer([
      defineTransform({ name: 'big', onPart: () => replace({ content: Buffer.from(content) }) }),
    ]);
    const result = await sendOnce(address);
    const encoded = result.bytes.slice(result.bytes.indexOf('\r\n\r\n') + 4);
    expect(encoded.length).toBeGreaterThan(1_500_000);
    expect(Buffer.from(encoded, 'base64').toString()).toBe(content);
  });

  it('is held when a transform asks for it', async () => {
    const { address } = await startServer([
      defineTransform({ name: 'hold', edits: ['quarantine'], onEnd: () => quarantine('looks odd') }),
    ]);
    expect((await sendOnce(address)).modifications).toEqual([{ type: 'quarantine', reason: 'looks odd' }]);
  });

  it('is held with a reason that goes into logs: one line without control characters, not too long', async () => {
    const reason = `\x1b[31mtwo\t\tblanks\x9b ${'x'.repeat(300)}`;
    const { address } = await startServer([
      defineTransform({ name: 'hold', edits: ['quarantine'], onEnd: () => quarantine(reason) }),
    ]);
    const { quarantine: told } = await sendOnce(address);
    expect(told).toMatch(/^ \[31mtwo blanks {2}x+$/);
    expect(told!.length).toBeGreaterThan(190);
    expect(told!.length).toBeLessThanOrEqual(200);
  });

  it('gets another envelope', async () => {
    const { address } = await startServer([
      defineTransform({
        name: 'envelope',
        edits: ['sender', 'add-recipient', 'remove-recipient'],
        onEnd(msg) {
          msg.changeSender('');
          msg.removeRecipient('recipient@example.org');
          msg.addRecipient('other@example.org', ['NOTIFY=NEVER']);
        },
      }),
    ]);
    expect((await sendOnce(address)).modifications).toEqual(
      expect.arrayContaining([
        { type: 'changeFrom', address: '<>' },
        { type: 'deleteRecipient', address: '<recipient@example.org>' },
        { type: 'addRecipient', address: '<other@example.org>', args: 'NOTIFY=NEVER' },
      ]),
    );
  });
});

describe('a connection', () => {
  it('carries one message after the other without a trace of the former', async () => {
    const seen: unknown[] = [];
    const { address, messages } = await startServer([
      defineTransform({
        name: 'witness',
        state: () => ({ calls: 0 }),
        onEnd(msg) {
          msg.state.calls++;
          seen.push([
            msg.envelope.sender.address,
            msg.envelope.recipients.map((recipient) => recipient.address),
            msg.headers.get('Subject'),
            msg.headers.get('X-Only'),
            msg.queueId,
            msg.state.calls,
          ]);
        },
      }),
    ]);
    const client = await MilterClient.connect(address);
    const first = Buffer.from('Subject: one\r\nX-Only: first\r\n\r\n1\r\n');
    const second = Buffer.from('Subject: two\r\n\r\n2\r\n');
    await client.send({ eml: first, from: 'a@x', rcpt: ['b@x', 'c@x'] });
    await client.send({ eml: second, from: 'd@x', rcpt: ['e@x'] });
    await client.close();
    expect(seen).toEqual([
      ['a@x', ['b@x', 'c@x'], 'one', 'first', 'MILLRACE1', 1],
      ['d@x', ['e@x'], 'two', undefined, 'MILLRACE2', 1],
    ]);
    expect(messages().map(({ queueId }) => queueId)).toEqual(['MILLRACE1', 'MILLRACE2']);
  });

  it('survives a transform whose state cannot be made', async () => {
    let calls = 0;
    const { address } = await startServer([
      defineTransform({
        name: 'stateful',
        state: () => {
          if (++calls === 1) throw new RangeError('no state');
          return {};
        },
        onEnd: (msg) => void msg.state,
      }),
    ]);
    const client = await MilterClient.connect(address);
    expect((await client.send({ eml: PLAIN })).verdict).toBe('tempfail');
    expect((await client.send({ eml: PLAIN })).verdict).toBe('accept');
    await client.close();
  });

  it('tells who the client is', async () => {
    const seen: unknown[] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'witness',
        onEnd(msg) {
          const { host, family, address: ip, port, helo, listener } = msg.connection;
          seen.push({ host, family, ip, port, helo, listener, j: msg.macros.j });
        },
      }),
    ]);
    await sendOnce(address, {
      client: { host: 'mail.example.net', family: 'inet6', address: '2001:db8::1', port: 25 },
      helo: 'me.example.net',
    });
    expect(seen).toEqual([
      {
        host: 'mail.example.net',
        family: 'inet6',
        ip: '2001:db8::1',
        port: 25,
        helo: 'me.example.net',
        listener: 'inet:0@127.0.0.1',
        j: 'mx.example.org',
      },
    ]);
  });

  it('has what is known of the client since then in its next message', async () => {
    const seen: unknown[] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'witness',
        onHelo: ({ connection }) => (connection.helo === 'trusted' ? accept() : undefined),
        onEnd: ({ connection }) => void seen.push([connection.host, connection.helo]),
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    const connected = (host: string): Command => ({ type: 'connect', host, family: 'unknown' });
    const message = async (): Promise<void> => {
      peer.say(...ENVELOPE, ...HEADER, END);
      await peer.next(); // at the end of the header
      await peer.next();
    };
    const helo = async (name: string): Promise<string> => {
      peer.say({ type: 'helo', name });
      return (await peer.next()).code;
    };
    peer.say(connected('one'));
    await helo('first');
    await message();
    await helo('second');
    await message();
    peer.say({ type: 'quitNewConnection' });
    await message();
    peer.say({ type: 'quitNewConnection' }, connected('two'));
    await message();
    expect(await helo('trusted')).toBe('a');
    peer.destroy();
    expect(seen).toEqual([
      ['one', 'first'],
      ['one', 'second'],
      ['unknown', undefined],
      ['two', undefined],
    ]);
  });

  it.each([0x1fffff, 0x0fffff])(
    'QUIRK(postfix), QUIRK(sendmail): without HDR_LEADSPC the MTA has eaten one blank (offer %i)',
    async (protocol) => {
      const seen: string[] = [];
      const { address } = await startServer([
        defineTransform({
          name: 'witness',
          onEnd: (msg) => void seen.push(...[...msg.headers].map((field) => field.rawValue)),
        }),
      ]);
      const eml = Buffer.from('A: one\r\nB:  two\r\nC: folded\r\n\tvalue\r\n\r\n');
      await sendOnce(address, { offer: { version: 6, actions: 0x1ff, protocol } }, eml);
      expect(seen).toEqual([' one', '  two', ' folded\n\tvalue']);
    },
  );

  it('forgets a message that the MTA gives up, at every stage', async () => {
    const ended: (string | undefined)[] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'witness',
        edits: ['headers'],
        onPart: () => tap(async (content) => void content.resume()),
        onEnd: (msg) => void ended.push(msg.headers.get('Subject')),
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    const steps = [...ENVELOPE, ...HEADER, body('one\r\n')];
    for (let length = 1; length <= steps.length; length++) {
      for (const step of steps.slice(0, length)) {
        peer.say(step);
        if (step.type === 'endOfHeaders' || step.type === 'body') expect(await peer.codes()).toBe('c');
      }
      peer.say({ type: 'abort' }, { type: 'abort' });
    }
    peer.say(...ENVELOPE, { type: 'header', name: 'Subject', value: ' last' }, { type: 'endOfHeaders' });
    expect(await peer.codes()).toBe('c');
    peer.say(END);
    expect(await peer.codes()).toBe('a');
    expect(ended).toEqual(['last']);
    peer.say({ type: 'quit' });
    await peer.closed();
  });

  it('takes a whole session in one piece, and in single bytes', async () => {
    const { address } = await startServer([stamp]);
    for (const isWhole of [true, false]) {
      const peer = await RawPeer.negotiated(address);
      const macros = { type: 'macro', stage: 'E', raw: joinMacros([['i', 'Q1']]) } as const;
      const commands = [...ENVELOPE, ...HEADER, body('text\r\n'), macros, END, { type: 'quit' } as const];
      if (isWhole) {
        peer.say(...commands);
      } else {
        for (const byte of Buffer.concat(commands.map(encodeCommand))) {
          peer.write(Buffer.from([byte]));
          await new Promise(setImmediate);
        }
      }
      await peer.closed();
      expect(peer.packets.map(({ code }) => code).join('')).toMatch(/^Oc[hm]+b+a$/);
    }
  });

  it('is over at QUIT, with all answers out, also when the MTA does not close its side', async () => {
    const { address, server } = await startServer([stamp]);
    if (address.kind !== 'inet') throw new Error('the server listens on TCP here');
    const socket = connect({ host: address.host, port: address.port, allowHalfOpen: true });
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    const commands = [{ type: 'negotiate', ...DEFAULT_OFFER }, ...ENVELOPE, ...HEADER] as const;
    socket.write(
      Buffer.concat([...commands, body('text\r\n'), END, { type: 'quit' } as const].map(encodeCommand)),
    );
    await once(socket, 'end');
    expect(server.connections).toBe(0);
    expect(Buffer.concat(received).toString('latin1')).toMatch(/\0\0\0\x01a$/);
    socket.destroy();
  });

  it('starts anew for the next client after QUIT_NC', async () => {
    const hosts: string[] = [];
    const { address } = await startServer([
      defineTransform({ name: 'witness', onConnect: (msg) => void hosts.push(msg.connection.host) }),
    ]);
    const peer = await RawPeer.negotiated(address);
    for (const host of ['one', 'two']) {
      peer.say({ type: 'connect', host, family: 'unknown' });
      expect(await peer.codes()).toBe('c');
      peer.say(ENVELOPE[0], END);
      expect(await peer.codes()).toBe('a');
      peer.say({ type: 'quitNewConnection' });
    }
    expect(hosts).toEqual(['one', 'two']);
    peer.destroy();
  });

  it('with a filter that always reads to the end has no use for replies before it', async () => {
    const { address } = await startServer([stamp]);
    const peer = await RawPeer.negotiated(address);
    for (const bit of ['NR_CONN', 'NR_HELO', 'NR_MAIL', 'NR_RCPT', 'NR_HDR'] as const) {
      expect(peer.protocol & PROTOCOL[bit], bit).toBe(PROTOCOL[bit]);
    }
    expect(peer.protocol & PROTOCOL.NODATA).toBe(PROTOCOL.NODATA);
    expect(peer.protocol & PROTOCOL.HDR_LEADSPC).toBe(PROTOCOL.HDR_LEADSPC);
    expect(peer.protocol & PROTOCOL.NR_BODY).toBe(PROTOCOL.NR_BODY);
    expect(peer.protocol & PROTOCOL.SKIP).toBe(0);
    peer.destroy();
  });

  it('takes a header of more than 64 KiB from an MTA that offers such packets', async () => {
    const seen: number[] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'witness',
        onEnd: (msg) => void seen.push(msg.headers.get('X-Large')?.length ?? 0),
      }),
    ]);
    const offer = { version: 6, actions: 0x1ff, protocol: 0x1fffff | PROTOCOL.MDS_256K | PROTOCOL.MDS_1M };
    const peer = await RawPeer.negotiated(address, offer);
    expect(peer.protocol & (PROTOCOL.MDS_256K | PROTOCOL.MDS_1M)).toBe(PROTOCOL.MDS_1M);
    const large: Command = { type: 'header', name: 'X-Large', value: 'y'.repeat(200_000) };
    peer.say(...ENVELOPE, large, { type: 'endOfHeaders' }, END);
    expect(await peer.codes()).toBe('c');
    expect(await peer.codes()).toBe('a');
    expect(seen).toEqual([200_000]);
    peer.destroy();
  });

  it('says what an MTA does not offer', async () => {
    const { address, lines } = await startServer([stamp]);
    const peer = await RawPeer.connect(address);
    peer.say({ type: 'negotiate', version: 6, actions: 0x01, protocol: 0x1fffff });
    await peer.closed();
    expect(peer.packets).toEqual([]);
    expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { reason: expect.stringContaining('CHGBODY') } },
    ]);
  });
});
