import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import { defineTransform } from '../../src/core/transform.ts';
import { tap } from '../../src/core/verbs.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { createServer, serve } from '../../src/server/server.ts';
import { startServer } from '../support/milter-server.ts';
import { body, END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';

const PLAIN = Buffer.from('Subject: x\r\n\r\nhello\r\n');

/** Holds every message at its end until the test lets it go. */
function gate(): { transform: ReturnType<typeof defineTransform>; open: () => void; waiting: () => number } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let waiting = 0;
  return {
    transform: defineTransform({
      name: 'gate',
      async onEnd(msg) {
        waiting++;
        await opened;
        msg.headers.set('X-Gate', 'passed');
      },
    }),
    open: () => open(),
    waiting: () => waiting,
  };
}

describe('close', () => {
  it('lets messages that are under way finish, and takes no new connection', async () => {
    const { transform, open, waiting } = gate();
    const { address, server } = await startServer([transform]);
    const client = await MilterClient.connect(address);
    const sending = client.send({ eml: PLAIN });
    await expect.poll(waiting).toBe(1);
    let isClosed = false;
    const closing = server.close().then(() => (isClosed = true));
    await expect(MilterClient.connect(address)).rejects.toMatchObject({ code: 'MILLRACE_CONNECT' });
    expect(isClosed).toBe(false);
    open();
    const result = await sending;
    expect(result.verdict).toBe('accept');
    expect((await result.message!.toBuffer()).toString()).toContain('X-Gate: passed');
    await closing;
    await client.close();
  });

  it('closes connections without a message at once', async () => {
    const { address, server } = await startServer([]);
    const silent = await RawPeer.connect(address);
    const idle = await RawPeer.negotiated(address);
    await expect.poll(() => server.connections).toBe(2);
    await server.close();
    await silent.closed();
    await idle.closed();
  });

  it('answers tempfail after the grace period where a reply is due', async () => {
    const { transform, waiting } = gate();
    const { address, server } = await startServer([transform]);
    const client = await MilterClient.connect(address);
    const sending = client.send({ eml: PLAIN });
    await expect.poll(waiting).toBe(1);
    const closing = server.close({ grace: 50 });
    expect((await sending).verdict).toBe('tempfail');
    await closing;
    await client.close();
  });

  it('closes after the grace period where no reply is due', async () => {
    const { address, server } = await startServer([
      defineTransform({ name: 'reader', onPart: () => tap((content) => void content.resume()) }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, ...HEADER, body('half'));
    expect(await peer.codes()).toBe('c');
    await server.close({ grace: 50 });
    await peer.closed();
    expect(server.connections).toBe(0);
  });

  it('ends a connection with the answer to its message, and resolves for everybody who asks', async () => {
    const { address, server } = await startServer([
      defineTransform({ name: 'reader', onPart: () => tap((content) => void content.resume()) }),
    ]);
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, ...HEADER);
    expect(await peer.codes()).toBe('c');
    // Longer than the test may take: it must not be the grace period that ends the connection.
    const closing = [server.close({ grace: 3_600_000 }), server.close()];
    peer.say(body('x\r\n'), END);
    expect(await peer.codes()).toBe('a');
    await peer.closed();
    await Promise.all(closing);
  });
});

describe('serve', () => {
  it('listens on several addresses, or on none', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-serve-'));
    const path = join(directory, 's');
    const filter = defineFilter([]);
    const server = await serve(filter, { listen: ['inet:0@127.0.0.1', `unix:${path}`] });
    expect(server.addresses.map(({ kind }) => kind)).toEqual(['inet', 'unix']);
    for (const address of server.addresses) {
      expect((await MilterClient.probe(address)).version).toBe(6);
    }
    await server.close();
    expect(server.addresses).toEqual([]);

    const taken = createNetServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(serve(filter, { listen: [`unix:${path}`, `inet:${port}@127.0.0.1`] })).rejects.toMatchObject(
      {
        code: 'MILLRACE_LISTEN',
      },
    );
    await expect.poll(() => existsSync(path)).toBe(false);
    taken.close();
    rmSync(directory, { recursive: true });
  });

  it('closes connections over the limit, and says so once each time', async () => {
    const { address, server, lines } = await startServer([], { maxConnections: 2 });
    const first = await RawPeer.negotiated(address);
    await RawPeer.negotiated(address);
    for (let i = 0; i < 3; i++) await (await RawPeer.connect(address)).closed();
    expect(lines.filter(({ text }) => text.startsWith('too many connections'))).toHaveLength(1);
    first.destroy();
    await expect.poll(() => server.connections).toBe(1);
    await RawPeer.negotiated(address);
    await (await RawPeer.connect(address)).closed();
    expect(lines.filter(({ text }) => text.startsWith('too many connections'))).toHaveLength(2);
  });

  it('serves many messages at once', async () => {
    const { address, server } = await startServer([
      defineTransform({ name: 'count', onEnd: (msg) => msg.headers.set('X-Id', msg.queueId ?? '') }),
    ]);
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const client = await MilterClient.connect(address, {
          macros: { N: [['i', `Q${i}`]], E: [['i', `Q${i}`]] },
        });
        const result = await client.send({ eml: PLAIN });
        const text = (await result.message!.toBuffer()).toString();
        await client.close();
        return text.includes(`X-Id: Q${i}\r\n`);
      }),
    );
    expect(results.every(Boolean)).toBe(true);
    await expect.poll(() => server.connections).toBe(0);
  });

  it.each([
    [{ listen: [] }, /no address/],
    [{ listen: 'tcp:1:2' }, /did you mean inet:1:2/],
    [{ maxConnections: 0 }, /maxConnections/],
    [{ maxPacket: 65_535 }, /maxPacket must be a whole number of bytes from 65536 on/],
    [{ maxPacket: Infinity }, /maxPacket/],
    [{ deadlines: { mesage: 1 } as never }, /"mesage"/],
    [{ deadlines: { message: 0 } }, /deadline message/],
    [{ deadlines: { message: 1e12 } }, /deadline message/],
  ])('refuses %j', (options, text) => {
    expect(() => createServer(defineFilter([]), options)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_CONFIG', message: expect.stringMatching(text) }),
    );
  });

  it('listens on loopback unless told otherwise', () => {
    expect(createServer(defineFilter([])).addresses).toEqual([]);
  });
});
