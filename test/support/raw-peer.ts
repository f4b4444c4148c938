import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { encodeCommand } from '../../src/protocol/commands.ts';
import type { Command } from '../../src/protocol/commands.ts';
import { DEFAULT_OFFER } from '../../src/protocol/client.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import type { Offer } from '../../src/protocol/negotiation.ts';
import type { ListenAddress } from '../../src/server/listen-address.ts';

/** A packet from the filter, as it came. */
export interface Packet {
  readonly code: string;
  readonly payload: Buffer;
}

/** An MTA that says exactly what a test wants it to, in any order and cut anywhere. */
export class RawPeer {
  readonly socket: Socket;
  /** Everything that has come, in order. */
  readonly packets: Packet[] = [];
  /** Whether the filter has closed the connection. */
  isClosed = false;
  #taken = 0;
  #changed: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    const decoder = new FrameDecoder({
      packet: (code, buffer, start, end) => {
        this.packets.push({
          code: String.fromCharCode(code),
          payload: Buffer.from(buffer.subarray(start, end)),
        });
      },
      bodyBegin: () => undefined,
      bodySlice: () => undefined,
      bodyEnd: () => undefined,
    });
    socket.on('data', (chunk) => {
      decoder.push(chunk);
      this.#changed();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.#changed();
    });
  }

  static async connect(address: ListenAddress): Promise<RawPeer> {
    if (address.kind === 'fd') throw new Error('a descriptor cannot be connected to');
    const socket =
      address.kind === 'unix' ? connect(address.path) : connect({ host: address.host, port: address.port });
    await once(socket, 'connect');
    return new RawPeer(socket);
  }

  /** Connected, and the filter has answered the offer. */
  static async negotiated(address: ListenAddress, offer: Offer = DEFAULT_OFFER): Promise<RawPeer> {
    const peer = await RawPeer.connect(address);
    peer.say({ type: 'negotiate', ...offer });
    await peer.next();
    return peer;
  }

  say(...commands: Command[]): void {
    this.write(Buffer.concat(commands.map(encodeCommand)));
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  /** Protocol bits of the filter's answer to the offer. */
  get protocol(): number {
    return this.packets[0].payload.readUInt32BE(8);
  }

  /** The next packet; an error when the filter closes instead. */
  async next(): Promise<Packet> {
    while (this.packets.length === this.#taken) {
      if (this.isClosed) throw new Error('the filter has closed the connection');
      await this.#change();
    }
    return this.packets[this.#taken++];
  }

  /** The code letters of the packets up to and with the next verdict. */
  async codes(): Promise<string> {
    let codes = '';
    do codes += (await this.next()).code;
    while (!/[acdrsty]$/.test(codes));
    return codes;
  }

  /** The new body that has come so far, as latin1. */
  bodies(): string {
    const parts = this.packets.filter(({ code }) => code === 'b').map(({ payload }) => payload);
    return Buffer.concat(parts).toString('latin1');
  }

  /** Wait until the filter has closed. */
  async closed(): Promise<void> {
    while (!this.isClosed) await this.#change();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }
}

/** The envelope of a message. */
export const ENVELOPE: readonly Command[] = [
  { type: 'mail', address: '<a@example.org>', args: [] },
  { type: 'rcpt', address: '<b@example.com>', args: [] },
];

/** A header of one field, and its end. */
export const HEADER: readonly Command[] = [
  { type: 'header', name: 'Subject', value: ' test' },
  { type: 'endOfHeaders' },
];

export const END: Command = { type: 'endOfMessage', data: Buffer.alloc(0) };

export function body(text: string): Command {
  return { type: 'body', data: Buffer.from(text) };
}
