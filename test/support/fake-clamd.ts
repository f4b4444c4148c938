import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** What a {@link FakeClamd} has received on one connection. */
export interface FakeScan {
  /** The command with its terminator. */
  readonly command: string;
  readonly content: Buffer;
  /** Lengths of the chunks in order. */
  readonly chunks: readonly number[];
  /** Whether the chunk of length 0 was there. */
  readonly ended: boolean;
}

/** How a {@link FakeClamd} behaves; what is left out is as a clamd that finds nothing. */
export interface FakeBehaviour {
  /** Sent when the stream is complete. Default `stream: OK\0`; undefined says nothing. */
  reply?: ((scan: FakeScan) => string | undefined) | string;
  /** Called for each connection before anything is read, with what to do to it. */
  onConnect?: (socket: Socket) => void;
  /** Called with the number of content bytes so far, after each read. */
  onContent?: (socket: Socket, received: number) => void;
  /** Read nothing. */
  deaf?: boolean;
}

/** A clamd for tests: speaks INSTREAM and PING, and can do wrong what a network peer can do wrong. */
export class FakeClamd {
  readonly scans: FakeScan[] = [];
  readonly behaviour: FakeBehaviour;
  /** Connections now and at most. */
  open = 0;
  mostOpen = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(behaviour: FakeBehaviour = {}) {
    this.behaviour = behaviour;
    this.#server = createServer({ pauseOnConnect: behaviour.deaf === true }, (socket) => this.#serve(socket));
  }

  /** @returns the address to give to a scanner. */
  async listen(path?: string): Promise<string> {
    this.#server.listen(path ?? { host: '127.0.0.1', port: 0 });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' ? `inet:${address!.port}@127.0.0.1` : `unix:${path}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.open--;
    });
    this.behaviour.onConnect?.(socket);
    if (this.behaviour.deaf) return;
    let received = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const command = /^z([A-Z]+)\0/.exec(received.subarray(0, 64).toString('latin1'));
      if (command === null) return;
      if (command[1] === 'PING') return void socket.end(this.#replyTo(NOTHING, 'PONG\0') ?? '');
      const scan = readScan(command[0], received.subarray(command[0].length));
      this.behaviour.onContent?.(socket, scan.content.length);
      if (!scan.ended) return;
      this.scans.push(scan);
      const reply = this.#replyTo(scan, 'stream: OK\0');
      if (reply !== undefined) socket.end(Buffer.from(reply, 'latin1'));
    });
  }

  #replyTo(scan: FakeScan, usual: string): string | undefined {
    if (!('reply' in this.behaviour)) return usual;
    const { reply } = this.behaviour;
    return typeof reply === 'function' ? reply(scan) : reply;
  }
}

const NOTHING: FakeScan = { command: 'zPING\0', content: Buffer.alloc(0), chunks: [], ended: true };

function readScan(command: string, bytes: Buffer): FakeScan {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (length === 0)
      return { command, content: Buffer.concat(pieces), chunks: pieces.map((p) => p.length), ended: true };
    if (at + 4 + length > bytes.length) break;
    pieces.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { command, content: Buffer.concat(pieces), chunks: pieces.map((p) => p.length), ended: false };
}
