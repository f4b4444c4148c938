import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../src/server/shared-reading.ts';
import { SocketPort } from '../../src/server/socket-port.ts';

/** A socket whose peer takes what the test lets it take: each write of the system is one entry. */
class SlowSocket extends Duplex {
  readonly writes: string[] = [];
  /** What is waiting to be taken. */
  taking: (() => void) | undefined;
  isFast = true;

  hasNoDelay = false;

  setNoDelay(noDelay: boolean): this {
    this.hasNoDelay = noDelay;
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#taken([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#taken(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #taken(chunks: Buffer[], done: () => void): void {
    const taking = (): void => {
      // Only now are the bytes looked at, as by a system that could not take them at once.
      this.writes.push(Buffer.concat(chunks).toString('latin1'));
      this.taking = undefined;
      done();
    };
    if (this.isFast) taking();
    else this.taking = taking;
  }
}

function port(): { socket: SlowSocket; port: SocketPort } {
  const socket = new SlowSocket({ highWaterMark: 16 * 1024 });
  const events = { data() {}, drained() {}, stuck() {}, closed() {} };
  return { socket, port: new SocketPort(socket as unknown as Socket, readEvents, events, 60_000) };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('SocketPort', () => {
  it('does not wait for the peer with a small packet: that is 40 ms a message over TCP', () => {
    expect(port().socket.hasNoDelay).toBe(true);
  });

  it('gives what is collected to the system in one piece, and at once what is not', () => {
    const { socket, port: out } = port();
    out.write(bytes('a'));
    out.hold();
    out.write(bytes('b'));
    out.hold();
    out.write(bytes('c'));
    out.release();
    expect(socket.writes).toEqual(['a']);
    out.release();
    expect(socket.writes).toEqual(['a', 'bc']);
    out.hold();
    out.write(bytes('d'));
    out.release();
    expect(socket.writes).toEqual(['a', 'bc', 'd']);
  });

  it('keeps bursts apart when the first one has to wait', async () => {
    const { socket, port: out } = port();
    const other = port();
    socket.isFast = false;
    for (const [target, text] of [
      [out, 'one'],
      [other.port, 'two'],
      [out, 'three'],
    ] as const) {
      target.hold();
      target.write(bytes(text));
      target.write(bytes('.'));
      target.release();
    }
    socket.taking!();
    await new Promise(setImmediate);
    socket.taking!();
    expect(socket.writes).toEqual(['one.', 'three.']);
    expect(other.socket.writes).toEqual(['two.']);
  });

  it('copies no large burst, and says when its bytes have been taken', async () => {
    const { socket, port: out } = port();
    const block = Buffer.alloc(60_000, 'x');
    out.hold();
    socket.isFast = false;
    for (const piece of ['head', block, 'more', block, 'end']) {
      out.write(typeof piece === 'string' ? bytes(piece) : piece);
    }
    expect(out.isBlocked).toBe(true);
    out.release();
    let isFlushed = false;
    const flushed = out.flushed()!.then(() => (isFlushed = true));
    await new Promise(setImmediate);
    expect(isFlushed).toBe(false);
    block.fill('y'); // it is lent: what the peer gets now is what it holds now
    while (socket.taking !== undefined) {
      socket.taking();
      await new Promise(setImmediate);
    }
    await flushed;
    expect(socket.writes.join('')).toBe(`head${'y'.repeat(60_000)}more${'y'.repeat(60_000)}end`);
    expect(out.flushed()).toBeUndefined();
  });

  it('counts what is collected as not taken yet', async () => {
    const { port: out } = port();
    out.hold();
    out.write(bytes('x'));
    const flushed = out.flushed();
    expect(flushed).toBeDefined();
    out.release();
    await flushed;
  });

  it('gives what is collected to the system before the hold is over when asked to', () => {
    const { socket, port: out } = port();
    out.hold();
    out.write(bytes('a'));
    out.write(bytes('b'));
    out.flush();
    expect(socket.writes).toEqual(['ab']);
    expect(out.flushed()).toBeUndefined();
    out.write(bytes('c'));
    out.release();
    expect(socket.writes).toEqual(['ab', 'c']);
  });

  it('ends with what is collected, and drops it when destroyed', async () => {
    const ended = port();
    ended.port.hold();
    ended.port.write(bytes('last '));
    ended.port.write(bytes('words'));
    ended.port.end();
    ended.port.release();
    expect(ended.socket.writes).toEqual(['last words']);
    const destroyed = port();
    destroyed.port.hold();
    destroyed.port.write(bytes('x'));
    destroyed.port.destroy();
    destroyed.port.release();
    expect(destroyed.socket.writes).toEqual([]);
  });
});
