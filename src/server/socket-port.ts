import type { Socket } from 'node:net';

const NOTHING = Buffer.alloc(0);

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

  /** The bytes are not copied. */
  write(bytes: Buffer): void {
    if (this.#isClosed || this.#socket.write(bytes) || this.#isBlocked) return;
    this.#isBlocked = true;
    this.#stuckTimer = setTimeout(() => this.#events.stuck(), this.#writeDeadline);
  }

  /**
   * Resolves when everything that has been written is with the system, so that its buffers may be used again, or when
   * the socket is closed; undefined when it is so now.
   */
  flushed(): Promise<void> | undefined {
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
    this.#socket.cork();
  }

  /** Give what was collected to the system, in one piece. */
  release(): void {
    this.#socket.uncork();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isClosed) this.#socket.resume();
  }

  /** Close when what has been written is out. */
  end(): void {
    this.#socket.end();
    this.#socket.resume();
  }

  /** Close now. */
  destroy(): void {
    this.#socket.destroy();
    this.#close();
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
