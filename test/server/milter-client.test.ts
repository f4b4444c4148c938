import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { replace } from '../../src/core/verbs.ts';
import { COMMAND } from '../../src/protocol/codes.ts';
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
