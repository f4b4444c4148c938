import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { encodeCommand } from '../../src/protocol/commands.ts';
import { DEFAULT_OFFER } from '../../src/protocol/client.ts';
import { encodeFrame } from '../../src/protocol/frame-encoder.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { startServer } from '../support/milter-server.ts';
import { body, END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';

const OFFER = encodeCommand({ type: 'negotiate', ...DEFAULT_OFFER });
const PLAIN = Buffer.from('Subject: x\r\n\r\nhello\r\n');

/** A packet that says it is longer than anything may be. */
function declared(length: number, rest = 'B'): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return Buffer.concat([head, Buffer.from(rest)]);
}

const letter = (code: string, payload = ''): Buffer =>
  encodeFrame(code.charCodeAt(0), Buffer.from(payload, 'latin1'));

/** What is sent; the filter is to close, without a word more than the answer to an offer. */
const FATAL: Record<string, Buffer[]> = {
  'an HTTP request': [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  'an SMTP client': [Buffer.from('EHLO x\r\nMAIL FROM:<a@b>\r\n')],
  'a TLS ClientHello': [Buffer.from('160301020001000001fc0303', 'hex'), Buffer.alloc(200)],
  'a packet of length 0': [Buffer.alloc(4)],
  'a packet of 4 GiB': [declared(0xffffffff)],
  'a packet over the cap': [OFFER, declared(64 << 20)],
  'an offer that is too short': [letter('O', '\0\0\0\x06')],
  'an offer of version 0': [encodeCommand({ type: 'negotiate', version: 0, actions: 0x1ff, protocol: 0 })],
  'an offer of version 1': [encodeCommand({ type: 'negotiate', version: 1, actions: 0xf, protocol: 0x3f })],
  'a second offer': [OFFER, OFFER],
  'a command before the offer': [letter('M', '<a@b>\0')],
  'a body before the offer': [letter('B', 'x')],
  'an unknown command': [OFFER, letter('\x01', '?')],
  'an end of message without a message': [OFFER, letter('E')],
  'a body without a message': [OFFER, letter('B', 'x'.repeat(1000))],
  'a recipient before the sender': [OFFER, letter('R', '<a@b>\0')],
  'a sender without its NUL': [OFFER, letter('M', '<a@b>')],
  'an empty MAIL': [OFFER, letter('M')],
  'an empty CONNECT': [OFFER, letter('C')],
  'a CONNECT of an unknown family': [OFFER, letter('C', 'h\0Z\0\0junk\0')],
  'a header without a value': [OFFER, ...ENVELOPE.map(encodeCommand), letter('L', 'Subject\0')],
};

describe('bad input', () => {
  it.each(Object.entries(FATAL))(
    '%s: closed with one debug line, and others are served',
    async (_, parts) => {
      const { address, lines, server } = await startServer([
        defineTransform({ name: 'reader', onPart: () => tap((content) => void content.resume()) }),
      ]);
      const other = await MilterClient.connect(address);
      const peer = await RawPeer.connect(address);
      for (const part of parts) peer.write(part);
      await peer.closed();
      expect(peer.packets.filter(({ code }) => code !== 'O')).toEqual([]);
      const said = lines.filter(({ text }) => text === 'connection closed');
      expect(said).toHaveLength(1);
      expect(said[0].level).toBe('debug');
      expect((await other.send({ eml: PLAIN })).verdict).toBe('accept');
      await other.close();
      await expect.poll(() => server.connections).toBe(0);
    },
  );

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['half a length', Buffer.alloc(2)],
    ['half an offer', OFFER.subarray(0, 9)],
    [
      'half a header',
      Buffer.concat([OFFER, ...ENVELOPE.map(encodeCommand), letter('L', 'Subject\0').subarray(0, 8)]),
    ],
    [
      'half a body',
      Buffer.concat([
        OFFER,
        ...[...ENVELOPE, ...HEADER].map(encodeCommand),
        letter('B', 'x'.repeat(500)).subarray(0, 100),
      ]),
    ],
  ])('a peer that says %s and leaves is forgotten', async (_, bytes) => {
    const { address, server, lines } = await startServer([
      defineTransform({ name: 'reader', onPart: () => tap((content) => void content.resume()) }),
    ]);
    const peer = await RawPeer.connect(address);
    if (bytes.length > 0) peer.write(bytes);
    peer.socket.end();
    await expect.poll(() => server.connections).toBe(0);
    expect(lines.filter(({ level }) => level !== 'debug' && level !== 'info')).toEqual([]);
  });

  it('an address that no client could have said ends its message, not the connection', async () => {
    const { address } = await startServer([defineTransform({ name: 'end', onEnd: () => undefined })]);
    const peer = await RawPeer.negotiated(address);
    peer.say({ type: 'mail', address: '<a\r\nX-Forged: yes>', args: [] });
    peer.say(...HEADER, END);
    expect(await peer.codes()).toMatch(/^t$/);
    peer.say(...ENVELOPE, ...HEADER);
    peer.destroy();
  });

  it.each([true, false])(
    'a recipient that no client could have said costs its message (replies: %s)',
    async (replies) => {
      const ended: string[] = [];
      const { address, messages } = await startServer([
        defineTransform({
          name: 'end',
          ...(replies ? { onRcpt: () => undefined } : {}),
          onEnd: (msg) => void ended.push(msg.envelope.sender.address),
        }),
      ]);
      const peer = await RawPeer.negotiated(address);
      const bad = { type: 'rcpt', address: '<a\r\nX-Forged: yes>', args: [] } as const;
      peer.say(...ENVELOPE, bad, ...ENVELOPE.slice(1), ...HEADER);
      expect(await peer.codes()).toBe(replies ? 'c' : 't');
      if (replies) for (const code of ['t', 'y', 'y']) expect(await peer.codes()).toBe(code);
      peer.say(...ENVELOPE, ...HEADER);
      if (replies) expect(await peer.codes()).toBe('c');
      expect(await peer.codes()).toBe('c');
      peer.say(END);
      expect(await peer.codes()).toBe('a');
      expect(ended).toEqual(['a@example.org']);
      expect(messages().map(({ verdict }) => verdict)).toEqual(['tempfail', 'accept']);
      peer.destroy();
    },
  );

  it('a body without an end of header is refused for now', async () => {
    const { address } = await startServer([
      defineTransform({
        name: 'reader',
        edits: ['headers'],
        onPart: () => tap((content) => void content.resume()),
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, body('x\r\n'));
    expect(await peer.codes()).toMatch(/^[ty]$/);
    peer.destroy();
  });

  it('names that JavaScript gives a meaning are names', async () => {
    const seen: unknown[] = [];
    const { address } = await startServer([
      defineTransform({
        name: 'witness',
        onEnd: (msg) =>
          void seen.push(msg.macros['__proto__'], msg.macros['constructor'], msg.headers.get('__proto__')),
      }),
    ]);
    const client = await MilterClient.connect(address, {
      macros: {
        N: [
          ['{__proto__}', 'x'],
          ['{constructor}', 'y'],
        ],
      },
    });
    await client.send({ eml: Buffer.from('__proto__: z\r\n\r\n') });
    await client.close();
    expect(seen).toEqual(['x', 'y', 'z']);
  });

  it('text from the wire cannot forge log lines', async () => {
    const { address, messages } = await startServer([
      defineTransform({ name: 'end', onEnd: () => undefined }),
    ]);
    const client = await MilterClient.connect(address, { macros: { E: [['i', 'Q1\n\x1b[31mforged']] } });
    await client.send({ eml: PLAIN });
    await client.close();
    expect(messages()[0]['queueId']).toBe('Q1\\x0a\\x1b[31mforged');
  });

  it('random changes to a session never stop the server', async () => {
    const { address, server } = await startServer([
      defineTransform({ name: 'reader', onPart: () => tap((content) => void content.resume()) }),
    ]);
    const session = Buffer.concat([
      OFFER,
      ...[...ENVELOPE, ...HEADER, body('x\r\n'), END].map(encodeCommand),
    ]);
    let seed = 20261003;
    const random = (limit: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % limit;
    };
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(session);
      for (let change = random(4); change >= 0; change--) bytes[random(bytes.length)] = random(256);
      const peer = await RawPeer.connect(address);
      peer.socket.end(bytes.subarray(0, 1 + random(bytes.length)));
      peer.socket.resume();
    }
    await expect.poll(() => server.connections, { timeout: 30_000 }).toBe(0);
    const client = await MilterClient.connect(address);
    expect((await client.send({ eml: PLAIN })).verdict).toBe('accept');
    await client.close();
  });
});
