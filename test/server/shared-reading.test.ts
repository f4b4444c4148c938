import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents, readShared } from '../../src/server/shared-reading.ts';

let server: Server;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** Both ends of a new connection; the second one was accepted. */
async function pair(): Promise<[Socket, Socket]> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = await accepted;
  sockets.push(client, socket);
  return [client, socket];
}

describe.each([
  ['readShared', readShared],
  ['readEvents', readEvents],
])('%s', (_, read) => {
  it('hands over all bytes, stops while paused, and tells the end', async () => {
    const [client, accepted] = await pair();
    let text = '';
    let isEnded = false;
    const socket = read(accepted, (bytes) => (text += bytes.toString('latin1')));
    sockets.push(socket);
    socket.on('end', () => (isEnded = true));
    socket.resume();
    client.write('one ');
    await expect.poll(() => text).toBe('one ');
    socket.pause();
    client.end('two');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(text).toBe('one ');
    socket.resume();
    await expect.poll(() => isEnded).toBe(true);
    expect(text).toBe('one two');
  });

  it('leaves writing as it is', async () => {
    const [client, accepted] = await pair();
    const socket = read(accepted, () => undefined);
    sockets.push(socket);
    socket.write('hello');
    const [data] = (await once(client, 'data')) as [Buffer];
    expect(data.toString()).toBe('hello');
    socket.end();
    await once(client, 'close');
  });
});

describe('readShared', () => {
  it('reads all connections into one buffer', async () => {
    const buffers = new Set<ArrayBufferLike>();
    const received: string[] = [];
    for (const name of ['a', 'b']) {
      const [client, accepted] = await pair();
      const socket = readShared(accepted, (bytes) => {
        buffers.add(bytes.buffer);
        received.push(bytes.toString());
      });
      sockets.push(socket);
      socket.resume();
      client.write(name);
      await expect.poll(() => received).toContain(name);
    }
    expect(buffers.size).toBe(1);
  });

  it('falls back to events where there is nothing below the socket', async () => {
    const stream = new PassThrough();
    let text = '';
    const socket = readShared(stream as unknown as Socket, (bytes) => (text += bytes.toString()));
    expect(socket).toBe(stream);
    stream.write('as ever');
    await expect.poll(() => text).toBe('as ever');
  });
});
