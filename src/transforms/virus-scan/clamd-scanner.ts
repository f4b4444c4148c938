import type { Readable } from 'node:stream';
import { MillraceError } from '../../base/errors.ts';
import { Bell } from './bell.ts';
import type { ClamdAddress } from './clamd-address.ts';
import { ClamdConnection, scannerError } from './clamd-connection.ts';
import { parseClamdReply } from './clamd-reply.ts';
import { ContentSource } from './content-source.ts';
import { type ScanInfo, type ScanResult, type Scanner, unavailable, unscanned } from './scanner.ts';

/** How long a scan waits, in ms. */
export interface ClamdTimeouts {
  /** For the connection. */
  readonly connect: number;
  /** For clamd to take one chunk. */
  readonly write: number;
  /** For the answer, once everything is sent. */
  readonly verdict: number;
}

export const CLAMD_TIMEOUTS: ClamdTimeouts = { connect: 5_000, write: 30_000, verdict: 120_000 };

const COMMAND = Buffer.from('zINSTREAM\0');
const PING = Buffer.from('zPING\0');
/** A chunk of length 0 ends the stream. */
const END = Buffer.alloc(4);
const MAX_CHUNK = 64 * 1024;

/**
 * Scans with a clamd over its INSTREAM command (clamd(8)), a connection for each stream. At most one chunk is in
 * memory: the next one is read when clamd has taken the last.
 */
export class ClamdScanner implements Scanner {
  readonly #address: ClamdAddress;
  readonly #timeouts: ClamdTimeouts;

  constructor(address: ClamdAddress, timeouts: Partial<ClamdTimeouts> = {}) {
    this.#address = address;
    this.#timeouts = { ...CLAMD_TIMEOUTS, ...timeouts };
  }

  async scan(content: Readable, info: ScanInfo, signal: AbortSignal): Promise<ScanResult> {
    const bell = new Bell();
    const source = new ContentSource(content, bell);
    try {
      return await this.#withConnection(bell, signal, (connection) =>
        this.#instream(connection, source, info.maxSize, signal),
      );
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      return unavailable(error.message);
    } finally {
      source.release();
    }
  }

  /**
   * Ask for a sign of life.
   * @throws MillraceError `MILLRACE_SCANNER` when there is none.
   */
  async check(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#withConnection(new Bell(), signal, async (connection) => {
      await connection.opened(this.#timeouts.connect);
      await connection.write([PING], this.#timeouts.write);
      if ((await connection.waitForReply(this.#timeouts.verdict)) !== 'PONG')
        throw scannerError('the answer is not understood');
    });
  }

  async #withConnection<T>(
    bell: Bell,
    signal: AbortSignal,
    run: (connection: ClamdConnection) => Promise<T>,
  ): Promise<T> {
    const ring = () => bell.ring();
    const connection = new ClamdConnection(this.#address, bell, signal);
    signal.addEventListener('abort', ring);
    try {
      return await run(connection);
    } finally {
      signal.removeEventListener('abort', ring);
      connection.destroy();
    }
  }

  async #instream(
    connection: ClamdConnection,
    source: ContentSource,
    maxSize: number,
    signal: AbortSignal,
  ): Promise<ScanResult> {
    await connection.opened(this.#timeouts.connect);
    await connection.write([COMMAND], this.#timeouts.write);
    const interrupted = () => connection.over || signal.aborted;
    let size = 0;
    for (;;) {
      const bytes = await source.next(interrupted);
      if (bytes === undefined) break;
      size += bytes.length;
      if (size > maxSize) return unscanned('too-large');
      for (let start = 0; start < bytes.length && !connection.over; start += MAX_CHUNK) {
        const chunk = bytes.subarray(start, start + MAX_CHUNK);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(chunk.length);
        await connection.write([length, chunk], this.#timeouts.write);
      }
    }
    // Never end a stream that is not complete: clamd would call the part of it that it has seen clean.
    if (signal.aborted) return unavailable('aborted');
    if (!(await connection.write([END], this.#timeouts.write))) return early(connection);
    return parseClamdReply(await connection.waitForReply(this.#timeouts.verdict));
  }
}

/** What an answer means that came before everything was sent; it cannot be that all of it is clean. */
function early(connection: ClamdConnection): ScanResult {
  if (connection.reply === undefined) return unavailable(connection.failure ?? 'no answer');
  const result = parseClamdReply(connection.reply);
  return result.kind === 'clean' ? unavailable('an answer before the end of the content') : result;
}
