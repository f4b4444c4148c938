import type { Socket } from 'node:net';
import { MillraceError } from '../base/errors.ts';
import { SpoolStore } from '../core/spool/index.ts';
import type { Envelope } from '../core/envelope.ts';
import type { Spool } from '../core/spool/index.ts';
import { applyEnvelopeEdits } from '../protocol/apply-envelope-edits.ts';
import type { EnvelopeModification, WirePath } from '../protocol/apply-envelope-edits.ts';
import { Client, DEFAULT_OFFER, STALWART_OFFER } from '../protocol/client.ts';
import { PROTOCOL } from '../protocol/codes.ts';
import type { Command, ConnectCommand } from '../protocol/commands.ts';
import { withMacros } from '../protocol/mta.ts';
import type { StageMacros } from '../protocol/mta.ts';
import type { Modification, NegotiateReply, VerdictReply } from '../protocol/replies.ts';
import { textToBytes } from '../protocol/wire-strings.ts';
import { ClientMacros } from './client-macros.ts';
import { ClientTransaction, smtpReply } from './client-transaction.ts';
import type { ClientStage, MilterClientOptions, OutgoingMessage, SendResult } from './client-types.ts';
import { EmlSource } from './eml-source.ts';
import { envelopeAddress } from './envelope-commands.ts';
import { openSocket } from './open-socket.ts';
import { parseAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { ResultMessage } from './result-message.ts';
import { readEvents } from './shared-reading.ts';
import { SocketPort } from './socket-port.ts';
import { wireText } from './wire-text.ts';

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
    const { mta = 'postfix' } = options;
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
      { offer: options.offer ?? (mta === 'stalwart' ? STALWART_OFFER : DEFAULT_OFFER), mta },
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
      await client.#greet(options.client, options.helo);
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

  /**
   * Send one message and wait for what becomes of it. One at a time. Throws as `connect` does; and `MILLRACE_LIMIT`, after which the
   * connection can still be used, for a header over 4 MiB or a field that does not fit into a packet.
   */
  async send(message: OutgoingMessage): Promise<SendResult> {
    const transaction = await this.#begin(message);
    const stage = await this.#play(transaction);
    const body = await this.#takeNewBody();
    const protocol = this.#protocol;
    const { mta = 'postfix' } = this.#options;
    const modifications = [...protocol.modifications];
    const verdict = protocol.connectionVerdict ?? protocol.messageVerdict;
    const hasRecipients = transaction.recipients.length > 0 || stage === 'connect';
    const kind = verdict === undefined && !hasRecipients ? 'reject' : verdictKind(verdict);
    const isAccepted = kind === 'accept';
    const reply = verdict === undefined ? transaction.refused[0]?.reply : smtpReply(verdict);
    // QUIRK(postfix): ABORT follows every message, also one that has been answered.
    if (mta === 'postfix' || stage !== 'endOfMessage') protocol.send({ type: 'abort' });
    if (!isAccepted) body?.discard();
    const rules = { mta: mta === 'sendmail' ? mta : 'postfix', leadingSpace: this.#leadingSpace } as const;
    const held = isAccepted ? modifications.find((change) => change.type === 'quarantine') : undefined;
    return {
      verdict: kind,
      ...(reply === undefined ? {} : { reply }),
      stage,
      refused: transaction.refused,
      modifications,
      envelope: isAccepted ? resultEnvelope(transaction, modifications) : undefined,
      ...(held === undefined ? {} : { quarantine: wireText(held.reason) }),
      bodyReplaced: body !== undefined,
      progress: this.#progress,
      message: isAccepted ? new ResultMessage(transaction.source, body, modifications, rules) : undefined,
    };
  }

  /** Begin a message and give it up behind `stage` (ABORT), as when the SMTP client says RSET or is gone. */
  async giveUp(
    message: OutgoingMessage,
    stage: Exclude<ClientStage, 'connect' | 'endOfMessage'>,
  ): Promise<void> {
    await this.#play(await this.#begin(message), stage);
    this.#protocol.send({ type: 'abort' });
  }

  /** The SMTP client says HELO again, after STARTTLS say. A verdict about that decides all messages that follow. */
  async helo(name: string): Promise<void> {
    await this.#command({ type: 'helo', name });
  }

  /** The SMTP client says a command that the MTA does not know. What the filter answers; undefined where nothing is due. */
  async unknown(command: string): Promise<VerdictReply | undefined> {
    return this.#command({ type: 'unknown', command: textToBytes(command) });
  }

  /**
   * The SMTP client leaves, and another one comes over the same connection (QUIT_NC). Postfix and Sendmail never do this; it is
   * part of the protocol nevertheless.
   */
  async nextClient(client?: MilterClientOptions['client'], helo?: string): Promise<void> {
    this.#protocol.send({ type: 'quitNewConnection' });
    await this.#greet(client, helo);
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

  async #begin(message: OutgoingMessage): Promise<ClientTransaction> {
    const source = await EmlSource.open(message.eml);
    this.#progress = 0;
    const channel = {
      protocol: this.#protocol,
      macros: this.#macros,
      options: this.#options,
      command: (command: Command, macros: StageMacros) => this.#command(command, macros),
    };
    return new ClientTransaction(channel, message, source, ++this.#messages);
  }

  async #play(transaction: ClientTransaction, last?: ClientStage): Promise<ClientStage> {
    try {
      return await transaction.play(last);
    } catch (error) {
      if (this.#failure === undefined) this.#protocol.send({ type: 'abort' });
      throw error;
    }
  }

  async #greet(client = CLIENT, helo = CLIENT.host): Promise<void> {
    await this.#command({ type: 'connect', ...client });
    await this.#command({ type: 'helo', name: helo });
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

/** Without a verdict, nobody has said anything against the message. */
function verdictKind(verdict: VerdictReply | undefined): SendResult['verdict'] {
  if (verdict === undefined) return 'accept';
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

function resultEnvelope(
  { mail, recipients }: ClientTransaction,
  modifications: readonly Modification[],
): Envelope {
  const result = applyEnvelopeEdits({ sender: mail, recipients }, modifications.filter(isOfEnvelope));
  const address = (path: WirePath): Envelope['sender'] => envelopeAddress(path.address, path.args);
  return { sender: address(result.sender), recipients: result.recipients.map(address) };
}

function isOfEnvelope(modification: Modification): modification is EnvelopeModification {
  const { type } = modification;
  return type === 'addRecipient' || type === 'deleteRecipient' || type === 'changeFrom';
}
