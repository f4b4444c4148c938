import { once } from 'node:events';
import { connect } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import {
  DEFAULT_OFFER,
  encodeCommand,
  FrameDecoder,
  MAX_BODY_CHUNK,
  parseReply,
  PROTOCOL,
  REPLY,
  replyName,
  STREAMED_REPLIES,
} from '../../src/protocol/index.ts';
import type { NegotiateReply } from '../../src/protocol/index.ts';
import type { MessageSource } from './message-source.ts';
import { writeScript } from './session-script.ts';
import type { Leg, SessionScript } from './session-script.ts';

/** Body chunks that go out in one write. */
const CHUNKS_AT_ONCE = 8;
const READ_BUFFER = 256 * 1024;

/** Replies that end a message before its end. */
const FINAL: ReadonlySet<number> = new Set([
  REPLY.ACCEPT,
  REPLY.REJECT,
  REPLY.TEMPFAIL,
  REPLY.DISCARD,
  REPLY.REPLY_CODE,
]);

/** What one message took, in milliseconds, and what went over the wire. */
export interface Sending {
  readonly total: number;
  readonly end: number;
  readonly bodyBytes: number;
  readonly newBodyBytes: number;
  readonly hasNewBody: boolean;
}

/** The MTA's side of one connection, as fast as may be: it knows what it sends, and looks at replies by their letters only. */
export class LoadConnection {
  readonly #source: MessageSource;
  readonly #decoder: FrameDecoder;
  #socket!: Socket;
  #script!: SessionScript;
  #agreed: NegotiateReply | undefined;
  #protocol = 0;
  /** The reply that is awaited. */
  #settle: { resolve: (code: number) => void; reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;
  #atEnd = false;
  #newBodyBytes = 0;
  #hasNewBody = false;

  constructor(source: MessageSource) {
    this.#source = source;
    this.#decoder = new FrameDecoder(
      {
        packet: (code, buffer, start, end) => this.#packet(code, buffer, start, end),
        bodyBegin: () => {
          this.#hasNewBody = true;
          if (!this.#atEnd) this.#fail(new Error('a new body outside end-of-message'));
        },
        bodySlice: (slice) => {
          this.#newBodyBytes += slice.length;
        },
        bodyEnd: () => {},
      },
      { streamed: STREAMED_REPLIES },
    );
  }

  /** Connect, negotiate, and say who the SMTP client is. */
  async open(where: NetConnectOpts): Promise<void> {
    const buffer = Buffer.allocUnsafe(READ_BUFFER);
    const socket = connect({
      ...where,
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.#decoder.push(buffer.subarray(0, length));
          return true;
        },
      },
    } as NetConnectOpts);
    this.#socket = socket;
    await once(socket, 'connect');
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the filter has closed the connection')));
    const answered = this.#reply();
    socket.write(encodeCommand({ type: 'negotiate', ...DEFAULT_OFFER }));
    await answered;
    const agreed = this.#agreed!;
    this.#protocol = agreed.protocol;
    this.#script = writeScript(agreed, this.#source);
    socket.cork();
    const verdict = await this.#play(this.#script.connection);
    socket.uncork();
    if (FINAL.has(verdict)) throw new Error('the filter decided the whole connection');
  }

  /** One message from MAIL to the last answer, and the ABORT that Postfix sends behind it. `ready` is called in front of the end. */
  async send(ready: () => Promise<void> | undefined): Promise<Sending> {
    const { head, end, abort } = this.#script;
    this.#newBodyBytes = 0;
    this.#hasNewBody = false;
    const started = performance.now();
    let endsAt = started;
    let bodyBytes = 0;
    this.#socket.cork();
    const early = await this.#play(head);
    if (!FINAL.has(early)) {
      const body = await this.#sendBody();
      bodyBytes = body.bytes;
      if (!body.isDecided) {
        const waiting = ready();
        if (waiting !== undefined) {
          this.#socket.uncork();
          await waiting;
          this.#socket.cork();
        }
        endsAt = performance.now();
        this.#atEnd = true;
        await this.#ask(end);
        this.#atEnd = false;
      }
    }
    const ended = performance.now();
    this.#socket.write(abort);
    this.#socket.uncork();
    return {
      total: ended - started,
      end: endsAt === started ? 0 : ended - endsAt,
      bodyBytes,
      newBodyBytes: this.#newBodyBytes,
      hasNewBody: this.#hasNewBody,
    };
  }

  /** Leave as an MTA does: QUIT, then wait for the filter to close. */
  async close(): Promise<void> {
    const socket = this.#socket;
    socket.removeAllListeners('close');
    const closed = once(socket, 'close');
    socket.end(this.#script.quit);
    await closed;
  }

  /** Send legs; the reply that decided the message, or 0. */
  async #play(legs: readonly Leg[]): Promise<number> {
    for (const { bytes, awaits } of legs) {
      if (awaits === 'nothing') {
        if (bytes.length > 0) this.#socket.write(bytes);
        continue;
      }
      const code = await this.#ask(bytes);
      if (FINAL.has(code)) return code;
    }
    return 0;
  }

  /** Send the body, as far as the filter wants it: it may skip the rest, and may decide the message meanwhile. */
  async #sendBody(): Promise<{ bytes: number; isDecided: boolean }> {
    const { isBodySent, isChunkAnswered } = this.#script;
    if (!isBodySent) return { bytes: 0, isDecided: false };
    const { bodyBytes } = this.#source;
    let corked = 0;
    for (let at = 0; at < bodyBytes; at += MAX_BODY_CHUNK) {
      const length = Math.min(MAX_BODY_CHUNK, bodyBytes - at);
      this.#socket.write(this.#script.chunkHead(length));
      const slices = this.#source.slices(at, length);
      for (const slice of slices) this.#socket.write(slice);
      if (isChunkAnswered) {
        const code = await this.#ask(undefined);
        if (code === REPLY.SKIP && (this.#protocol & PROTOCOL.SKIP) !== 0)
          return { bytes: at + length, isDecided: false };
        if (FINAL.has(code)) return { bytes: at + length, isDecided: true };
      } else if (++corked === CHUNKS_AT_ONCE) {
        corked = 0;
        this.#socket.uncork();
        if (this.#socket.writableNeedDrain) await once(this.#socket, 'drain');
        this.#socket.cork();
      }
    }
    return { bytes: bodyBytes, isDecided: false };
  }

  /** Send a command with what is in front of it; its reply. */
  async #ask(bytes: Buffer | undefined): Promise<number> {
    const reply = this.#reply();
    if (bytes !== undefined) this.#socket.write(bytes);
    this.#socket.uncork();
    const code = await reply;
    this.#socket.cork();
    return code;
  }

  #reply(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#settle = { resolve, reject };
    });
  }

  #packet(code: number, buffer: Buffer, start: number, end: number): void {
    switch (code) {
      case REPLY.PROGRESS:
        return;
      case REPLY.NEGOTIATE:
        this.#agreed = parseReply(code, buffer, start, end) as NegotiateReply;
        break;
      case REPLY.CONTINUE:
      case REPLY.SKIP:
        break;
      default:
        if (FINAL.has(code)) break;
        // What changes a message comes at its end only, and is no answer yet.
        if (!this.#atEnd) this.#fail(new Error(`${replyName(code)} outside end-of-message`));
        return;
    }
    const settle = this.#settle;
    this.#settle = undefined;
    if (settle === undefined) return this.#fail(new Error(`${replyName(code)} while no reply is due`));
    settle.resolve(code);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#settle?.reject(this.#failure);
    this.#settle = undefined;
    this.#socket.destroy();
  }
}
