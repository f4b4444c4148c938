import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { replace, rewriteLines } from '../../src/core/verbs.ts';
import { quarantine, reject, tempfail } from '../../src/core/verdict.ts';
import { COMMAND, PROTOCOL } from '../../src/protocol/codes.ts';
import { encodeCommand } from '../../src/protocol/commands.ts';
import { encodeFrame } from '../../src/protocol/frame-encoder.ts';
import { encodeReply } from '../../src/protocol/reply-encoder.ts';
import { EmlSource } from '../../src/server/eml-source.ts';
import type { EmlInput } from '../../src/server/eml-source.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { startServer } from '../support/milter-server.ts';

async function bytes(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('latin1');
}

/** The same bytes as a stream in pieces of `size`. */
function pieces(data: Buffer, size: number): () => Readable {
  return () =>
    Readable.from(
      (function* () {
        for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
      })(),
    );
}

describe('EmlSource', () => {
  const cases: [string, string, string[], string][] = [
    ['CRLF', 'A: 1\r\nB: 2\r\n\r\nbody\r\n', ['A: 1', 'B: 2'], 'body\r\n'],
    ['LF', 'A: 1\nB: 2\n\nbody\nmore\n', ['A: 1', 'B: 2'], 'body\r\nmore\r\n'],
    ['folds', 'A: 1\n  2\nB:\t3\n\n', ['A: 1\n  2', 'B:\t3'], ''],
    ['no header', '\nbody\n', [], 'body\r\n'],
    ['no body', 'A: 1\n', ['A: 1'], ''],
    ['no line end', 'A: 1', ['A: 1'], ''],
    [
      'a line that is no field',
      'A: 1\nno field\nB: 2\n\nbody\n',
      ['A: 1'],
      'no field\r\nB: 2\r\n\r\nbody\r\n',
    ],
    ['an empty file', '', [], ''],
    ['bare CR and NUL', 'A: 1\r\n\r\na\rb\0c\n\r\n', ['A: 1'], 'a\rb\0c\r\n\r\n'],
  ];

  it.each(cases)('reads a message with %s, whatever its pieces', async (_, text, headers, body) => {
    const data = Buffer.from(text, 'latin1');
    const inputs: EmlInput[] = [data, ...[1, 2, 3, 7].map((size) => pieces(data, size))];
    for (const input of inputs) {
      const source = await EmlSource.open(input);
      expect(source.headers.map(({ name, value }) => `${name}:${value}`)).toEqual(headers);
      expect(await bytes(source.body())).toBe(body);
      expect(await bytes(source.body())).toBe(body);
    }
  });

  it('refuses an endless header', async () => {
    await expect(EmlSource.open(Buffer.alloc(5_000_000, 'A: b\r\n'))).rejects.toMatchObject({
      code: 'MILLRACE_LIMIT',
    });
  });
});

describe('MilterClient', () => {
  const stamp = defineTransform({
    name: 'stamp',
    onPart: (part) => (part.type === 'text/plain' ? undefined : replace({ content: 'gone' })),
    onEnd: (msg) => msg.headers.set('X-Stamp', 'yes'),
  });
  let directory: string;
  beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'millrace-client-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('sends a file of many megabytes without holding it, and writes the result to a file', async () => {
    const path = join(directory, 'big.eml');
    const line = 'The quick brown fox jumps over the lazy dog.\r\n';
    writeFileSync(path, Buffer.concat([Buffer.from('Subject: big\r\n\r\n'), Buffer.alloc(8_000_000, line)]));
    const { address } = await startServer([stamp]);
    const client = await MilterClient.connect(address);
    for (const eml of [path, () => createReadStream(path)]) {
      const result = await client.send({ eml });
      await result.message!.writeTo(join(directory, 'result.eml'));
      const expected = Buffer.concat([
        Buffer.from('Subject: big\r\nX-Stamp: yes\r\n\r\n'),
        Buffer.alloc(8_000_000, line),
      ]);
      expect(readFileSync(join(directory, 'result.eml')).equals(expected)).toBe(true);
    }
    await client.close();
  });

  it('probes', async () => {
    const { address } = await startServer([stamp]);
    expect((await MilterClient.probe(address)).version).toBe(6);
  });

  it('QUIRK(postfix): ABORT follows every message, also one that has been answered', async () => {
    for (const [mta, aborts] of [
      ['postfix', 2],
      ['sendmail', 0],
    ] as const) {
      let sent = Buffer.alloc(0);
      const server = createServer((socket) => {
        socket.on('data', (chunk) => {
          sent = Buffer.concat([sent, chunk]);
          if (chunk[4] === COMMAND.NEGOTIATE) {
            socket.write(encodeReply({ type: 'negotiate', version: 6, actions: 0, protocol: 0xfff7f }));
          } else if (sent.subarray(-1)[0] === COMMAND.END_OF_MESSAGE) {
            socket.write(encodeReply({ type: 'accept' }));
          } else if (sent.subarray(-1)[0] === COMMAND.QUIT) {
            socket.end();
          }
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const client = await MilterClient.connect(
        `inet:${(server.address() as { port: number }).port}@127.0.0.1`,
        { mta },
      );
      for (let i = 0; i < 2; i++) await client.send({ eml: Buffer.from('A: b\r\n\r\n') });
      await client.close();
      server.close();
      const abort = encodeCommand({ type: 'abort' });
      let count = 0;
      for (let at = sent.indexOf(abort); at >= 0; at = sent.indexOf(abort, at + 1)) count++;
      expect(count, mta).toBe(aborts);
    }
  });

  it('says where nobody answers', async () => {
    await expect(MilterClient.probe(`unix:${directory}/nobody`)).rejects.toMatchObject({
      code: 'MILLRACE_CONNECT',
      message: `cannot connect to unix:${directory}/nobody (ENOENT)`,
    });
    await expect(MilterClient.connect('inet:1@127.0.0.1')).rejects.toMatchObject({
      code: 'MILLRACE_CONNECT',
    });
  });

  describe('plays an MTA', () => {
    const EML = Buffer.from('A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\nbody\r\n');
    const MTAS = ['postfix', 'sendmail', 'stalwart'] as const;

    it.each(MTAS)(
      '%s: an insertion lands where the transform wanted it, whatever the MTA hides',
      async (mta) => {
        const insert = defineTransform({
          name: 'insert',
          onEnd(msg) {
            msg.headers.insert(2, 'X-In', 'here');
            msg.headers.insert(0, 'X-Top', 'first');
            msg.headers.add('X-Last', 'last');
          },
        });
        const { address } = await startServer([insert]);
        const client = await MilterClient.connect(address, { mta });
        const { message } = await client.send({ eml: EML });
        expect((await message!.toBuffer()).toString()).toBe(
          'X-Top: first\r\nA: 1\r\nB: 2\r\nX-In: here\r\nC: 3\r\nD: 4\r\nX-Last: last\r\n\r\nbody\r\n',
        );
        await client.close();
      },
    );

    it('QUIRK(sendmail): a field that it might make itself is filled in at its place', async () => {
      const { address } = await startServer([
        defineTransform({ name: 'date', onEnd: (msg) => msg.headers.add('Date', 'now') }),
      ]);
      for (const mta of ['postfix', 'sendmail'] as const) {
        const client = await MilterClient.connect(address, { mta });
        const { message } = await client.send({ eml: EML });
        const names = message!.headers.map(({ name }) => name);
        expect(names).toEqual(
          mta === 'sendmail' ? ['Date', 'A', 'B', 'C', 'D'] : ['A', 'B', 'C', 'D', 'Date'],
        );
        await client.close();
      }
    });

    it.each(MTAS)('%s: a message that nobody has anything against is accepted', async (mta) => {
      const { address } = await startServer([
        defineTransform({ name: 'look', edits: [], onMail: () => undefined }),
      ]);
      const client = await MilterClient.connect(address, { mta });
      const { verdict, message, envelope } = await client.send({ eml: EML });
      expect([verdict, (await message!.toBuffer()).equals(EML)]).toEqual(['accept', true]);
      expect(envelope).toEqual({
        sender: { address: 'sender@example.com', parameters: [] },
        recipients: [{ address: 'recipient@example.org', parameters: [] }],
      });
      await client.close();
    });

    it('gives the envelope that results, and why the message is held', async () => {
      const { address } = await startServer([
        defineTransform({
          name: 'envelope',
          edits: ['add-recipient', 'remove-recipient', 'sender', 'quarantine'],
          onRcpt: (recipient) => (recipient.address === 'no@x' ? reject('no') : undefined),
          onEnd(msg) {
            if (msg.envelope.sender.address === 'refused@x') return tempfail();
            msg.removeRecipient('a@x');
            msg.addRecipient('grün@x', ['NOTIFY=NEVER']);
            msg.changeSender('');
            return quarantine('looks odd');
          },
        }),
      ]);
      const client = await MilterClient.connect(address);
      const b = { address: 'b@x', parameters: ['ORCPT=rfc822;b@x'] };
      const result = await client.send({
        eml: EML,
        from: 'c@x',
        parameters: ['SIZE=9'],
        rcpt: ['a@x', 'no@x', b],
      });
      expect(result).toMatchObject({
        verdict: 'accept',
        quarantine: 'looks odd',
        refused: [{ address: 'no@x' }],
      });
      expect(result.envelope).toEqual({
        sender: { address: '', parameters: ['SIZE=9'] },
        recipients: [b, { address: 'grün@x', parameters: ['NOTIFY=NEVER'] }],
      });
      const refused = await client.send({ eml: EML, from: 'refused@x' });
      expect(refused).toMatchObject({ verdict: 'tempfail', envelope: undefined });
      expect('quarantine' in refused).toBe(false);
      await client.close();
    });

    it.each([1, 2, 7, 4096, 65535])(
      'puts the last of the body into the end-of-message packet, at %d bytes in a packet',
      async (chunkBytes) => {
        const upper = defineTransform({
          name: 'upper',
          onPart: () => rewriteLines((line) => line.toUpperCase()),
        });
        const { address } = await startServer([upper]);
        const options = { chunkBytes, lastChunkInEndOfMessage: true };
        for (const mta of MTAS) {
          const client = await MilterClient.connect(address, { mta, ...options });
          for (const body of ['', 'a', 'body\r\n', 'first line\r\nsecond line\r\n']) {
            const { message } = await client.send({ eml: Buffer.from(`A: 1\r\n\r\n${body}`) });
            expect((await message!.toBuffer()).toString()).toBe(`A: 1\r\n\r\n${body.toUpperCase()}`);
          }
          await client.close();
        }
      },
    );

    it('says HELO again, commands that it does not know, and messages that are given up', async () => {
      const seen: string[] = [];
      const { address } = await startServer([
        defineTransform({
          name: 'listen',
          onHelo: (msg) => void seen.push(`helo ${msg.connection.helo}`),
          onMail: (sender) => void seen.push(`mail ${sender.address}`),
          onRcpt: (recipient) => void seen.push(`rcpt ${recipient.address}`),
          onData: () => void seen.push('data'),
          onEnvelope: () => void seen.push('envelope'),
          onPart: () => void seen.push('part'),
          onEnd: (msg) => void seen.push(`end ${msg.connection.helo} ${msg.envelope.recipients.length}`),
        }),
      ]);
      // Without "no reply", so that each command has been heard of when the next is said.
      const client = await MilterClient.connect(address, {
        offer: { version: 6, actions: 0x1ff, protocol: 0x47f },
      });
      expect(await client.unknown('XFOO bar')).toEqual({ type: 'continue' });
      await client.helo('again.example');
      const stages = ['mail', 'rcpt', 'data', 'header', 'endOfHeaders', 'body'] as const;
      for (const stage of stages) {
        await client.giveUp({ eml: EML, from: `${stage}@x`, rcpt: ['r@x'] }, stage);
        await client.unknown('NOOP');
      }
      expect(await client.send({ eml: EML, from: 'last@x' })).toMatchObject({ verdict: 'accept' });
      const head = (stage: string): string[] => [`mail ${stage}@x`, 'rcpt r@x', 'data', 'envelope', 'part'];
      expect(seen).toEqual([
        'helo client.example.com',
        'helo again.example',
        ...stages.flatMap((stage, n) => head(stage).slice(0, [1, 2, 3, 3, 5, 5][n])),
        'mail last@x',
        'rcpt recipient@example.org',
        'data',
        'envelope',
        'part',
        'end again.example 1',
      ]);
      await client.close();
    });

    it('sends no field that does not fit into a packet, and goes on', async () => {
      const { address } = await startServer([defineTransform({ name: 'look', onEnd: () => undefined })]);
      const field = (size: number): Buffer =>
        Buffer.from(`X-Large: ${'y'.repeat(size - 'X-Large'.length - 3)}\r\n\r\n`);
      const large = { version: 6, actions: 0x1ff, protocol: 0x1fffff | PROTOCOL.MDS_256K | PROTOCOL.MDS_1M };
      for (const [options, most] of [
        [{}, 65_535],
        [{ offer: large }, 1024 * 1024 - 1],
      ] as const) {
        const client = await MilterClient.connect(address, options);
        const tooLarge = client.send({ eml: field(most + 1) });
        await expect(tooLarge).rejects.toMatchObject({
          code: 'MILLRACE_LIMIT',
          message: expect.stringContaining(`${most}`),
        });
        const { verdict } = await client.send({ eml: field(most) });
        // So much is over the filter's own limit.
        expect(verdict).toBe(most === 65_535 ? 'accept' : 'tempfail');
        await client.close();
      }
    });

    it('lets another client follow over the same connection', async () => {
      const { address } = await startServer([
        defineTransform({
          name: 'remember',
          onConnect: (msg) => (msg.connection.host === 'bad.example' ? reject() : undefined),
          onHelo: (msg) => void msg.connection.data.set('helo', msg.connection.helo),
          onEnd: (msg) => msg.headers.set('X-Data', [...msg.connection.data.values()].join()),
        }),
      ]);
      const bad = { host: 'bad.example', family: 'inet', port: 1, address: '192.0.2.9' } as const;
      const client = await MilterClient.connect(address, { client: bad });
      expect(await client.send({ eml: EML })).toMatchObject({ verdict: 'reject', stage: 'connect' });
      await client.nextClient({ host: 'good.example', family: 'unknown' }, 'good');
      const { verdict, modifications } = await client.send({ eml: EML });
      expect([verdict, modifications]).toMatchObject(['accept', [{ name: 'X-Data', value: ' good' }]]);
      await client.nextClient();
      expect((await client.send({ eml: EML })).modifications).toMatchObject([
        { value: ' client.example.com' },
      ]);
      await client.close();
    });
  });

  describe('with a filter that misbehaves', () => {
    const servers: Server[] = [];
    afterEach(() => {
      for (const server of servers.splice(0)) server.close();
    });

    /** A filter that answers the n-th packet with the n-th reply, whatever it is. */
    async function scripted(replies: Buffer[]): Promise<string> {
      const server = createServer((socket) => {
        let next = 0;
        socket.on('error', () => undefined);
        socket.on('data', () => {
          const reply = replies[next++];
          if (reply !== undefined) socket.write(reply);
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      return `inet:${(server.address() as { port: number }).port}@127.0.0.1`;
    }

    const agree = encodeReply({ type: 'negotiate', version: 6, actions: 0x1ff, protocol: 0x1 | 0x2 });

    it.each<[string, Buffer[], object]>([
      ['says nothing', [], { code: 'MILLRACE_CONNECT', message: 'no reply within 50 ms' }],
      [
        'answers what was not offered',
        [encodeReply({ type: 'negotiate', version: 6, actions: 0xffff, protocol: 0 })],
        { code: 'MILLRACE_NEGOTIATION' },
      ],
      ['sends garbage', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], { code: 'MILLRACE_FRAME_LENGTH' }],
      [
        'edits too early',
        [agree, encodeReply({ type: 'addHeader', name: 'A', value: 'b' })],
        { code: 'MILLRACE_SEQUENCE' },
      ],
      ['answers with an unknown code', [agree, encodeFrame(0x7a)], { code: 'MILLRACE_PACKET' }],
    ])('that %s', async (_, replies, error) => {
      const address = await scripted(replies);
      const run = async (): Promise<unknown> => {
        const client = await MilterClient.connect(address, { timeout: 50 });
        return client.send({ eml: Buffer.from('A: b\r\n\r\n') });
      };
      await expect(run()).rejects.toMatchObject(error);
    });
  });
});
