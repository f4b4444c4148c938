import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A TCP port that nobody listens on, for a program that cannot be asked which one it took.
 *
 * @param host an address of the loopback network. One that no other test uses is needed for a program that ends and comes
 * back: meanwhile the system gives its port of 127.0.0.1 to whoever asks for one.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
