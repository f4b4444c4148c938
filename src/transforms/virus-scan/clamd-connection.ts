import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MillraceError } from '../../base/errors.ts';
import type { Bell } from './bell.ts';
import type { ClamdAddress } from './clamd-address.ts';

/** clamd's answers are one line; a peer that sends more than this without ending it is no clamd. */
const MAX_REPLY = 4096;

/**
 * A connection to clamd for one command. Reads all the time, also while writing, because clamd answers and closes in
 * the middle of a stream that it does not want. Rings `bell` whenever something has changed.
 */
export class ClamdConnection {
  readonly #socket: Socket;
  readonly #bell: Bell;
  readonly #signal: AbortSignal;
  #connected = false;
  #received = '';
  #reply: string | undefined;
  #failure: string | undefined;

  constructor(address: ClamdAddress, bell: Bell, signal: AbortSignal) {
    this.#bell = bell;
    this.#signal = signal;
    // Half open: after the peer's FIN the answer that came with it must still be read in peace.
    this.#socket = connect({ ...address, allowHalfOpen: true });
    this.#socket.on('connect', () => {
      this.#connected = true;
      bell.ring();
    });
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('end', () => this.#fail('closed without an answer'));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? 'socket error'));
  }

  /** The first line that the peer has sent, complete: nothing that comes behind it counts. */
  get reply(): string | undefined {
    return this.#reply;
  }

  /** Why there will be no complete answer, in words for a log. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether nothing needs to be sent any more. */
  get over(): boolean {
    return this.#reply !== undefined || this.#failure !== undefined;
  }

  /** @throws MillraceError `MILLRACE_SCANNER` when there is no connection within that many ms. */
  async opened(timeout: number): Promise<void> {
    await this.#until(() => this.#connected, timeout, 'connect');
  }

  /**
   * Hand bytes to the kernel; false when the connection is over before they are. The buffers must stay as they are
   * meanwhile.
   * @throws MillraceError `MILLRACE_SCANNER` when the peer does not take them within that many ms.
   */
  async write(buffers: readonly Buffer[], timeout: number): Promise<boolean> {
    // The answer of a clamd that has hung up is still in the socket's queue, and an EPIPE would lose it: let the event
    // loop read first. The second turn is there because the first may end before it has polled.
    await nextTurn();
    await nextTurn();
    if (this.over) return false;
    let written = 0;
    this.#socket.cork();
    for (const buffer of buffers) {
      this.#socket.write(buffer, (error) => {
        if (error) return;
        written++;
        this.#bell.ring();
      });
    }
    this.#socket.uncork();
    await this.#until(() => written === buffers.length, timeout, 'write');
    return written === buffers.length;
  }

  /** @throws MillraceError `MILLRACE_SCANNER` when there is no complete answer within that many ms. */
  async waitForReply(timeout: number): Promise<string> {
    await this.#until(() => false, timeout, 'verdict');
    if (this.#reply === undefined) throw scannerError(this.#failure ?? 'no answer');
    return this.#reply;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #until(done: () => boolean, timeout: number, what: string): Promise<void> {
    const until = performance.now() + timeout;
    while (!done() && !this.over) {
      if (this.#signal.aborted) throw scannerError('aborted');
      if (!(await this.#bell.wait(until))) throw scannerError(`${what} timeout`);
    }
  }

  /** QUIRK(clamd): errors such as `COMMAND READ TIMED OUT` end with LF even where the command asked for NUL. */
  #take(bytes: Buffer): void {
    if (this.over) return;
    this.#received += bytes.toString('latin1');
    const end = this.#received.search(/[\0\n]/);
    if (end >= 0) {
      this.#reply = this.#received.slice(0, end);
      this.#bell.ring();
    } else if (this.#received.length > MAX_REPLY) {
      this.#failure = 'the answer is not understood';
      this.#bell.ring();
    }
  }

  #fail(why: string): void {
    if (this.over) return;
    this.#failure = this.#received === '' ? why : 'the answer is cut short';
    this.#bell.ring();
  }
}

export function scannerError(text: string): MillraceError {
  return new MillraceError('MILLRACE_SCANNER', text);
}
