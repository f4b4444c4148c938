import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const NOTHING = Buffer.alloc(0);

/** Bursts of up to so many bytes are copied together: cheaper than to hand the system several pieces. */
const BURST_BYTES = 64 * 1024;
/** Where bursts are put together. All ports share it, since it is free again when the system has taken them. */
let burst: Buffer | undefined;

/** Who is told what happens on a socket. */
export interface SocketEvents {
  /** Bytes have come. Borrowed: valid until the call returns. */
  data(chunk: Buffer): void;
  /** What the peer had not read has gone out. */
  drained(): void;
  /** The peer has read nothing for as long as it may. */
  stuck(): void;
  /** The peer has closed, or the connection broke. Comes once; nothing follows. */
  closed(): void;
}

/** A way of reading: `onBytes` gets borrowed bytes from now on, through the socket that is returned. */
export type Read = (socket: Socket, onBytes: (bytes: Buffer) => void) => Socket;

/** One connected socket: reading with pause and resume, writing in bursts with a bound. */
export class SocketPort {
  readonly #socket: Socket;
  readonly #events: SocketEvents;
  readonly #writeDeadline: number;
  #isClosed = false;
  #isBlocked = false;
  #stuckTimer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();
  #holds = 0;
  /** A small burst, as long as it is held. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The burst has become large, and its pieces are with the socket. */
  #isCorked = false;
  /** A burst had to wait once: this port's get buffers of their own. */
  #isSlow = false;

  /** `read` has the socket's bytes handed over, and says which socket to use; `writeDeadline` is in milliseconds. */
  constructor(connected: Socket, read: Read, events: SocketEvents, writeDeadline: number) {
    this.#events = events;
    this.#writeDeadline = writeDeadline;
    const socket = read(connected, (chunk) => this.#data(chunk));
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('drain', () => this.#drained());
    // No milter peer closes one direction only: who says no more reads no more.
    socket.on('end', () => this.destroy());
    // A reset, a broken pipe: 'close' follows, and why a peer left is of no interest.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#close());
  }

  /** Whether what has been written last must wait for the peer to read. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The bytes are lent until {@link flushed}. */
  write(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (this.#holds === 0 || this.#isCorked) return this.#send(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > BURST_BYTES) this.#cork();
  }

  /**
   * Resolves when everything that has been written is with the system, so that its buffers may be used again, or when
   * the socket is closed; undefined when it is so now.
   */
  flushed(): Promise<void> | undefined {
    if (this.#held.length > 0) this.#cork();
    if (this.#isClosed || this.#socket.writableLength === 0) return undefined;
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.#socket.write(NOTHING, () => {
        this.#waiting.delete(resolve);
        resolve();
      });
    });
  }

  /** Collect what is written, until {@link release}. Calls nest. */
  hold(): void {
    this.#holds++;
  }

  /** Give a small burst to the system at once, in one piece, though it is held: then {@link flushed} need not wait. */
  flush(): void {
    if (this.#held.length > 0) this.#sendHeld();
  }

  /** Give what was collected to the system, in one piece. */
  release(): void {
    if (--this.#holds > 0) return;
    if (this.#isCorked) {
      this.#isCorked = false;
      this.#socket.uncork();
    } else this.flush();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isClosed) this.#socket.resume();
  }

  /** Close when what has been written is out. */
  end(): void {
    this.flush();
    this.#socket.end();
    this.#socket.resume();
  }

  /** Close for a peer that has said good-bye: now, unless something is on its way or there is a TLS session to be ended. */
  hangUp(): void {
    this.flush();
    if (this.#socket.writableLength > 0 || this.#socket instanceof TLSSocket) this.end();
    else this.destroy();
  }

  /** Close now. */
  destroy(): void {
    this.#socket.destroy();
    this.#close();
  }

  #takeHeld(): Buffer[] {
    const pieces = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return this.#isClosed ? [] : pieces;
  }

  #cork(): void {
    this.#isCorked = true;
    this.#socket.cork();
    for (const piece of this.#takeHeld()) this.#send(piece);
  }

  #sendHeld(): void {
    const length = this.#heldBytes;
    const pieces = this.#takeHeld();
    if (pieces.length < 2) {
      for (const piece of pieces) this.#send(piece);
      return;
    }
    const bytes = this.#isSlow ? Buffer.allocUnsafe(length) : (burst ??= Buffer.allocUnsafeSlow(BURST_BYTES));
    let at = 0;
    for (const piece of pieces) at += piece.copy(bytes, at);
    this.#send(bytes.subarray(0, length));
    if (this.#socket.writableLength === 0) return;
    // It still waits (for a peer that reads slowly, or to be encrypted): that buffer is not to be used again.
    if (bytes === burst) burst = undefined;
    this.#isSlow = true;
  }

  #send(bytes: Buffer): void {
    if (this.#socket.write(bytes) || this.#isBlocked) return;
    this.#isBlocked = true;
    this.#stuckTimer = setTimeout(() => this.#events.stuck(), this.#writeDeadline);
  }

  #data(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.hold();
    this.#events.data(chunk);
    this.release();
  }

  #drained(): void {
    this.#unblock();
    this.#events.drained();
  }

  #unblock(): void {
    this.#isBlocked = false;
    clearTimeout(this.#stuckTimer);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unblock();
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    this.#events.closed();
  }
}
