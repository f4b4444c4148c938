import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import { defineTransform } from '../../src/core/transform.ts';
import { replace } from '../../src/core/verbs.ts';
import type { ListenAddress } from '../../src/server/listen-address.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { createServer, serve } from '../../src/server/server.ts';
import { readShared } from '../../src/server/shared-reading.ts';
import { loadTls } from '../../src/server/tls-files.ts';
import { startServer } from '../support/milter-server.ts';
import type { TestServer } from '../support/milter-server.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { sendOnce } from '../support/send-once.ts';
import { tlsClient, tlsFile } from '../support/tls.ts';

const FILES = { certificate: tlsFile('server.pem'), key: tlsFile('server.key') };
const LISTEN = 'inet:0@127.0.0.1';

const content = `${'0123456789abcdef'.repeat(4)}\r\n`.repeat(20_000);
/** Gives every message a large body and a header field. */
const big = defineTransform({
  name: 'big',
  onPart: () => replace({ content: Buffer.from(content) }),
  onEnd: (msg) => msg.headers.set('X-Big', 'yes'),
});

/** Reasons in the log why peers were turned away. */
function reasons({ lines }: TestServer): unknown[] {
  return lines
    .filter(({ text }) => text === 'connection closed')
    .map(({ level, fields }) => [level, fields['reason']]);
}

async function plainSocket(address: ListenAddress): Promise<Socket> {
  if (address.kind !== 'inet') throw new Error('a TCP address is wanted');
  const socket = connect(address.port, address.host);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describe('a TLS listener', () => {
  it('serves messages as a plain one does', async () => {
    const { address } = await startServer([big], { listen: LISTEN });
    const secured = await startServer([big], { listen: undefined, tls: { ...FILES, listen: LISTEN } });
    expect(secured.server.addresses).toHaveLength(1);
    expect(secured.lines[0]).toMatchObject({ text: 'listening', fields: { tls: true } });
    const eml = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.alloc(2_000_000, 'line\r\n')]);
    const expected = await sendOnce(address, {}, eml);
    const result = await sendOnce(secured.address, { tls: tlsClient() }, eml);
    expect(result.bytes).toBe(expected.bytes);
    expect(result.bytes.length).toBeGreaterThan(content.length);
    expect((await MilterClient.probe(secured.address, { tls: tlsClient() })).version).toBe(6);
  });

  it('stands beside a plain one', async () => {
    const { server } = await startServer([big], {
      listen: LISTEN,
      tls: { ...FILES, listen: [LISTEN, LISTEN] },
    });
    const [plain, ...secured] = server.addresses;
    expect((await MilterClient.probe(plain)).version).toBe(6);
    for (const address of secured) {
      expect((await MilterClient.probe(address, { tls: tlsClient() })).version).toBe(6);
      await expect(MilterClient.probe(address, { timeout: 5000 })).rejects.toMatchObject({
        code: expect.stringMatching(/^MILLRACE_/),
      });
    }
  });

  it('without a client CA takes every client, and the client checks the server', async () => {
    const { address } = await startServer([], { listen: undefined, tls: { ...FILES, listen: LISTEN } });
    expect((await MilterClient.probe(address, { tls: tlsClient('stranger') })).version).toBe(6);
    await expect(MilterClient.probe(address, { tls: {} })).rejects.toMatchObject({
      code: 'MILLRACE_CONNECT',
      message: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED/),
    });
  });

  it('with a client CA closes quietly on a client without a certificate of it', async () => {
    const tls = { ...FILES, clientCa: tlsFile('ca.pem'), listen: LISTEN };
    const running = await startServer([], { listen: undefined, tls });
    for (const name of [undefined, 'stranger'] as const) {
      await expect(MilterClient.probe(running.address, { tls: tlsClient(name) })).rejects.toMatchObject({
        code: 'MILLRACE_CONNECT',
      });
    }
    expect((await MilterClient.probe(running.address, { tls: tlsClient('client') })).version).toBe(6);
    await expect.poll(() => reasons(running)).toHaveLength(2);
    for (const reason of reasons(running)) {
      expect(reason).toEqual(['debug', expect.stringContaining('no certificate of the client CA')]);
    }
  });

  it.each([
    ['a milter without TLS', Buffer.from('0000000d4f00000006000001ff001fffff', 'hex')],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['half a TLS record', Buffer.from('1603010200', 'hex')],
  ])('closes on %s with one debug line', async (_, bytes) => {
    const running = await startServer([], {
      listen: undefined,
      tls: { ...FILES, listen: LISTEN },
      deadlines: { handshake: 100 },
    });
    const socket = await plainSocket(running.address);
    socket.write(bytes);
    socket.resume();
    await once(socket, 'close');
    expect(reasons(running)).toEqual([['debug', expect.stringContaining('no TLS')]]);
    expect((await MilterClient.probe(running.address, { tls: tlsClient() })).version).toBe(6);
  });

  it('gives the handshake, and then the negotiation, its deadline', async () => {
    const running = await startServer([], {
      listen: undefined,
      tls: { ...FILES, listen: LISTEN },
      deadlines: { handshake: 200 },
    });
    const silent = await plainSocket(running.address);
    silent.resume();
    await once(silent, 'close');
    expect(reasons(running)).toEqual([['debug', expect.stringContaining('TIMEOUT')]]);
  });

  it('counts handshakes among the connections, and hangs up on them when the server closes', async () => {
    const running = await startServer([], {
      listen: undefined,
      tls: { ...FILES, listen: LISTEN },
      maxConnections: 2,
      deadlines: { handshake: 600_000 },
    });
    const held = [await plainSocket(running.address), await plainSocket(running.address)];
    const extra = await plainSocket(running.address);
    extra.resume();
    await once(extra, 'close');
    expect(running.lines.some(({ text }) => text.startsWith('too many connections'))).toBe(true);
    for (const socket of held) socket.resume();
    const gone = held.map((socket) => once(socket, 'close'));
    await running.server.close();
    await Promise.all(gone);
  });

  it('that closes finishes the message that is under way', async () => {
    let finish!: () => void;
    const running = await startServer(
      [
        defineTransform({
          name: 'slow',
          onEnd: () => new Promise<undefined>((resolve) => (finish = () => resolve(undefined))),
        }),
      ],
      { listen: undefined, tls: { ...FILES, listen: LISTEN } },
    );
    const client = await MilterClient.connect(running.address, { tls: tlsClient() });
    const sending = client.send({ eml: Buffer.from('Subject: x\r\n\r\nhello\r\n') });
    await expect.poll(() => finish).toBeTypeOf('function');
    const closing = running.server.close();
    finish();
    expect((await sending).verdict).toBe('accept');
    await closing;
    await client.close();
  });

  it('is read by events: the handle below belongs to TLS', () => {
    const socket = new TLSSocket(new Socket());
    expect(readShared(socket, () => undefined)).toBe(socket);
    socket.destroy();
  });

  it('is for TCP', async () => {
    const filter = defineFilter([]);
    expect(() => createServer(filter, { tls: { ...FILES, listen: 'unix:/run/x' } })).toThrow(
      /not for Unix sockets/,
    );
    expect(() => createServer(filter, { tls: { ...FILES, listen: [] } })).toThrow(/no address/);
  });
});

describe('loadTls', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
    writeFileSync(join(directory, 'garbage.pem'), 'not a certificate\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each<[string, () => Parameters<typeof loadTls>[0], RegExp]>([
    [
      'a missing certificate',
      () => ({ ...FILES, certificate: join(directory, 'none.pem') }),
      /tls\.certificate: ".*none\.pem" cannot be read \(ENOENT\)/,
    ],
    ['a missing key', () => ({ ...FILES, key: directory }), /tls\.key: ".*" cannot be read \(EISDIR\)/],
    [
      'a certificate that is none',
      () => ({ ...FILES, certificate: FILES.key }),
      /tls\.certificate: ".*server\.key" holds no certificate/,
    ],
    [
      'a key that is none',
      () => ({ ...FILES, key: FILES.certificate }),
      /tls\.key: ".*server\.pem" holds no private key/,
    ],
    [
      'a key of another certificate',
      () => ({ ...FILES, key: tlsFile('client.key') }),
      /tls\.key: ".*client\.key" cannot be used .*MISMATCH/,
    ],
    [
      'a CA that is none',
      () => ({ ...FILES, clientCa: join(directory, 'garbage.pem') }),
      /tls\.clientCa: ".*garbage\.pem" holds no certificate/,
    ],
  ])('says which file %s is', async (_, files, text) => {
    const error = { code: 'MILLRACE_CONFIG', message: expect.stringMatching(text) };
    await expect(loadTls(files())).rejects.toMatchObject(error);
    await expect(serve(defineFilter([]), { tls: { ...files(), listen: LISTEN } })).rejects.toMatchObject(
      error,
    );
  });
});

describe('a TLS client', () => {
  it('says when the other side speaks no TLS', async () => {
    const { address } = await startServer([]);
    await expect(MilterClient.probe(address, { tls: tlsClient(), timeout: 5000 })).rejects.toMatchObject({
      code: 'MILLRACE_CONNECT',
    });
    const peer = await RawPeer.negotiated(address);
    peer.destroy();
  });
});
