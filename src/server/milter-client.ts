import type { Socket } from 'node:net';
import { MillraceError } from '../base/errors.ts';
import type { SmtpReply } from '../base/reply-text.ts';
import { SpoolStore } from '../core/spool/index.ts';
import type { Spool } from '../core/spool/index.ts';
import { Client, DEFAULT_OFFER } from '../protocol/client.ts';
import { MAX_BODY_CHUNK, PROTOCOL } from '../protocol/codes.ts';
import type { Command, ConnectCommand } from '../protocol/commands.ts';
import { headerCommands, withMacros } from '../protocol/mta.ts';
import type { StageMacros } from '../protocol/mta.ts';
import type { NegotiateReply, VerdictReply } from '../protocol/replies.ts';
import { parseSmtpReply } from '../protocol/smtp-reply.ts';
import { textToBytes } from '../protocol/wire-strings.ts';
import { ClientMacros } from './client-macros.ts';
import type { MilterClientOptions, OutgoingMessage, RefusedRecipient, SendResult } from './client-types.ts';
import { EmlSource } from './eml-source.ts';
import { openSocket } from './open-socket.ts';
import { parseAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { ResultMessage } from './result-message.ts';
import { readEvents } from './shared-reading.ts';
import { SocketPort } from './socket-port.ts';

const DEFAULT_TIMEOUT = 300_000;
const CLIENT: Omit<ConnectCommand, 'type'> = {
  host: 'client.example.com',
  family: 'inet',
  port: 4711,
  address: '192.0.2.1',
};

/** The MTA's side of a milter connection: connects, negotiates, sends messages and applies what the filter answers. */
export class MilterClient {
  readonly #port: SocketPort;
  readonly #protocol: Client;
  readonly #options: MilterClientOptions;
  readonly #spools: SpoolStore;
  readonly #timeout: number;
  readonly #macros: ClientMacros;
  #messages = 0;
  #progress = 0;
  #newBody: Spool | undefined;
  #failure: MillraceError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settle:
    { resolve: (verdict: VerdictReply | undefined) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, options: MilterClientOptions) {
    this.#options = options;
    this.#macros = new ClientMacros(options);
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT;
    this.#spools = options.spool ?? new SpoolStore();
    this.#port = new SocketPort(
      socket,
      readEvents,
      {
        data: (chunk) => this.#protocol.push(chunk),
        drained: () => undefined,
        stuck: () => this.#fail(new MillraceError('MILLRACE_CONNECT', 'the filter does not read')),
        closed: () => this.#fail(new MillraceError('MILLRACE_CONNECT', this.#closedText())),
      },
      this.#timeout,
    );
    this.#protocol = new Client(
      {
        write: (bytes) => this.#port.write(bytes),
        negotiated: (reply) => {
          this.#macros.lists = reply.macros;
          this.#settled(undefined);
        },
        verdict: (_stage, verdict) => this.#settled(verdict),
        modification: () => undefined,
        bodyPacket: () => void (this.#newBody ??= this.#spools.open()),
        bodySlice: (slice) => this.#takeBody(slice),
        progress: () => {
          this.#progress++;
          this.#timer?.refresh();
        },
        error: (error) => this.#fail(error),
      },
      { offer: options.offer ?? DEFAULT_OFFER, mta: options.mta ?? 'postfix' },
    );
  }

  /**
   * Connect, negotiate, and tell about the SMTP client.
   * @throws MillraceError `MILLRACE_CONNECT` when nobody answers, `MILLRACE_NEGOTIATION` and others when the filter
   * breaks the protocol.
   */
  static async connect(
    address: string | ListenAddress,
    options: MilterClientOptions = {},
  ): Promise<MilterClient> {
    const target = typeof address === 'string' ? parseAddress(address) : address;
    const socket = await openSocket(target, options.timeout ?? DEFAULT_TIMEOUT, options.tls);
    const client = new MilterClient(socket, options);
    try {
      await client.#negotiate();
      await client.#command({ type: 'connect', ...(options.client ?? CLIENT) });
      await client.#command({ type: 'helo', name: options.helo ?? CLIENT.host });
    } catch (error) {
      client.#port.destroy();
      throw error;
    }
    return client;
  }

  /** Negotiate and leave: what a health check needs. Resolves to what the filter answered; throws as `connect` does. */
  static async probe(
    address: string | ListenAddress,
    options: MilterClientOptions = {},
  ): Promise<NegotiateReply> {
    const target = typeof address === 'string' ? parseAddress(address) : address;
    const client = new MilterClient(
      await openSocket(target, options.timeout ?? DEFAULT_TIMEOUT, options.tls),
      options,
    );
    try {
      await client.#negotiate();
      return client.negotiated;
    } finally {
      await client.close();
    }
  }

  /** What the filter answered to the offer. */
  get negotiated(): NegotiateReply {
    return this.#protocol.agreed!;
  }

  /** Send one message and wait for what becomes of it. One at a time. Throws as `connect` does. */
  async send(message: OutgoingMessage): Promise<SendResult> {
    const source = await EmlSource.open(message.eml);
    const refused: RefusedRecipient[] = [];
    const mta = this.#options.mta ?? 'postfix';
    this.#messages++;
    this.#progress = 0;
    const stage = await this.#play(message, source, refused);
    const body = await this.#takeNewBody();
    const protocol = this.#protocol;
    const modifications = [...protocol.modifications];
    const verdict = protocol.connectionVerdict ?? protocol.messageVerdict;
    const kind = verdictKind(verdict);
    const reply = verdict === undefined ? refused[0]?.reply : smtpReply(verdict);
    // QUIRK(postfix): ABORT follows every message, also one that has been answered.
    if (mta === 'postfix' || stage !== 'endOfMessage') protocol.send({ type: 'abort' });
    if (kind !== 'accept') body?.discard();
    const rules = { mta: mta === 'sendmail' ? mta : 'postfix', leadingSpace: this.#leadingSpace } as const;
    return {
      verdict: kind,
      ...(reply === undefined ? {} : { reply }),
      stage,
      refused,
      modifications,
      bodyReplaced: body !== undefined,
      progress: this.#progress,
      message: kind === 'accept' ? new ResultMessage(source, body, modifications, rules) : undefined,
    };
  }

  /**
   * Say QUIT and wait until the filter has closed; it gets five seconds for that. Result messages that have not been
   * disposed of cannot be read afterwards, unless the spool was given in the options.
   */
  async close(): Promise<void> {
    if (!this.#port.isClosed) {
      const patience = setTimeout(() => this.#port.destroy(), 5000);
      const gone = new Promise<void>((resolve) => {
        this.#settle = { resolve: () => resolve(), reject: () => resolve() };
      });
      if (this.#failure === undefined && this.#protocol.agreed !== undefined)
        this.#protocol.send({ type: 'quit' });
      else this.#port.end();
      await gone;
      clearTimeout(patience);
    }
    if (this.#options.spool === undefined) await this.#spools.close();
  }

  get #leadingSpace(): boolean {
    return (this.negotiated.protocol & PROTOCOL.HDR_LEADSPC) !== 0;
  }

  // ---- one message

  /** Send everything that the filter wants; the stage of the last answer. */
  async #play(message: OutgoingMessage, source: EmlSource, refused: RefusedRecipient[]): Promise<string> {
    const { from = 'sender@example.com', rcpt = ['recipient@example.org'], parameters = [] } = message;
    const told = [message, from, this.#messages] as const;
    const macros = this.#macros.message(...told);
    const protocol = this.#protocol;
    const isEarly = (): boolean => (protocol.connectionVerdict ?? protocol.messageVerdict) !== undefined;
    if (protocol.connectionVerdict !== undefined) return 'connect';
    await this.#command({ type: 'mail', address: path(from), args: parameters.map(textToBytes) }, macros);
    if (isEarly()) return 'mail';
    for (const recipient of rcpt) {
      const { address, parameters: args = [] } =
        typeof recipient === 'string' ? { address: recipient } : recipient;
      const verdict = await this.#recipient(address, this.#macros.recipient(...told, address), args);
      if (isEarly()) return 'rcpt';
      if (verdict === undefined || verdict.type === 'continue') continue;
      const reply = smtpReply(verdict);
      refused.push({ address, verdict: verdict.type, ...(reply === undefined ? {} : { reply }) });
    }
    if ((this.negotiated.protocol & PROTOCOL.RCPT_REJ) !== 0) {
      for (const rejected of message.rejected ?? []) {
        await this.#recipient(rejected.address, this.#macros.rejected(...told, rejected));
        if (isEarly()) return 'rcpt';
      }
    }
    if (refused.length === rcpt.length) return 'rcpt';
    await this.#command({ type: 'data' }, macros);
    if (isEarly()) return 'data';
    for (const header of headerCommands(source.headers, this.#leadingSpace)) {
      await this.#command(header, macros);
      if (isEarly()) return 'header';
    }
    await this.#command({ type: 'endOfHeaders' }, macros);
    if (isEarly()) return 'endOfHeaders';
    await this.#sendBody(source, macros, isEarly);
    if (isEarly()) return 'body';
    await this.#command({ type: 'endOfMessage', data: Buffer.alloc(0) }, macros);
    return 'endOfMessage';
  }

  #recipient(
    address: string,
    macros: StageMacros,
    args: readonly string[] = [],
  ): Promise<VerdictReply | undefined> {
    return this.#command({ type: 'rcpt', address: path(address), args: args.map(textToBytes) }, macros);
  }

  async #sendBody(source: EmlSource, macros: StageMacros, isEarly: () => boolean): Promise<void> {
    const chunk = Buffer.allocUnsafe(this.#options.chunkBytes ?? MAX_BODY_CHUNK);
    let filled = 0;
    const flush = async (): Promise<boolean> => {
      const verdict = await this.#command({ type: 'body', data: chunk.subarray(0, filled) }, macros);
      filled = 0;
      return isEarly() || verdict?.type === 'skip';
    };
    for await (const slice of source.body()) {
      for (let at = 0; at < slice.length;) {
        const copied = slice.copy(chunk, filled, at);
        filled += copied;
        at += copied;
        if (filled === chunk.length && (await flush())) return;
      }
    }
    if (filled > 0) await flush();
  }

  // ---- one command

  #negotiate(): Promise<VerdictReply | undefined> {
    return this.#reply(() => this.#protocol.start());
  }

  /** Send a command with its macros; its verdict, or undefined when none is due. */
  async #command(command: Command, macros = this.#macros.connection()): Promise<VerdictReply | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#port.hold();
    let isWaiting = false;
    try {
      for (const part of withMacros(command, this.#options.mta ?? 'postfix', macros)) {
        isWaiting = this.#protocol.send(part) === 'waiting';
      }
    } finally {
      this.#port.release();
    }
    if (isWaiting) return this.#reply(() => undefined);
    if (this.#port.isBlocked) await this.#port.flushed();
    return undefined;
  }

  #reply(start: () => void): Promise<VerdictReply | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#settle = { resolve, reject };
      this.#timer = setTimeout(() => {
        this.#fail(new MillraceError('MILLRACE_CONNECT', `no reply within ${this.#timeout} ms`));
      }, this.#timeout);
      start();
    });
  }

  #settled(verdict: VerdictReply | undefined): void {
    clearTimeout(this.#timer);
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(verdict);
  }

  #closedText(): string {
    const text = 'the filter has closed the connection';
    if (this.#protocol.agreed !== undefined) return text;
    const { tls } = this.#options;
    const guess =
      tls === undefined
        ? 'does it want TLS?'
        : tls.cert === undefined
          ? 'does it want a client certificate?'
          : 'does it trust the client certificate?';
    return `${text} without an answer to the offer (${guess})`;
  }

  #fail(error: MillraceError): void {
    this.#failure ??= error;
    clearTimeout(this.#timer);
    this.#dropBody();
    const settle = this.#settle;
    this.#settle = undefined;
    if (!this.#port.isClosed) this.#port.destroy();
    settle?.reject(this.#failure);
  }

  #takeBody(slice: Buffer): void {
    const spool = this.#newBody!;
    spool.write(slice);
    const busy = spool.pending();
    if (busy === undefined) return;
    this.#port.pause();
    void busy.then(() => this.#port.resume());
  }

  /** The new body as a whole, if there is one; it is the caller's from then on. */
  async #takeNewBody(): Promise<Spool | undefined> {
    const body = this.#newBody;
    this.#newBody = undefined;
    await body?.finish();
    return body;
  }

  #dropBody(): void {
    this.#newBody?.discard();
    this.#newBody = undefined;
  }
}

/** Without a verdict, all recipients were refused. */
function verdictKind(verdict: VerdictReply | undefined): SendResult['verdict'] {
  if (verdict === undefined) return 'reject';
  switch (verdict.type) {
    case 'continue':
    case 'accept':
    case 'skip':
      return 'accept';
    case 'replyCode':
      return verdict.text.startsWith('5') ? 'reject' : 'tempfail';
    default:
      return verdict.type;
  }
}

function smtpReply(verdict: VerdictReply): SmtpReply | undefined {
  return verdict.type === 'replyCode' ? parseSmtpReply(verdict.text) : undefined;
}

function path(address: string): string {
  return textToBytes(`<${address}>`);
}
