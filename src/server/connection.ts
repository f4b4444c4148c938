import type { Socket } from 'node:net';
import { MillraceError } from '../base/errors.ts';
import type { ConnectionRun } from '../core/connection-run.ts';
import type { Connection, Macros } from '../core/envelope.ts';
import type { Filter } from '../core/filter.ts';
import { isPromise } from '../core/maybe-promise.ts';
import type { Answer } from '../core/message-run.ts';
import type { Spool } from '../core/spool/index.ts';
import type { Verdict } from '../core/verdict.ts';
import type { AddressCommand, ConnectCommand } from '../protocol/commands.ts';
import type { Agreement, Wishes } from '../protocol/negotiation.ts';
import { Session } from '../protocol/session.ts';
import type { SessionEvents } from '../protocol/session-events.ts';
import { Deadline } from './deadline.ts';
import type { HeaderHabits } from './header-commands.ts';
import { logError } from './log-lines.ts';
import type { Logger } from './logger.ts';
import { MessageExchange } from './message-exchange.ts';
import type { ExchangeHost } from './message-exchange.ts';
import type { Deadlines } from './server-options.ts';
import { readShared } from './shared-reading.ts';
import { SocketPort } from './socket-port.ts';
import { verdictReply } from './verdict-reply.ts';
import { wireText } from './wire-text.ts';

/** What all connections of a server share. */
export interface ConnectionContext {
  readonly filter: Filter;
  readonly wishes: Wishes;
  readonly deadlines: Readonly<Deadlines>;
  readonly maxPacket: number | undefined;
  readonly logger: Logger;
  openSpool(): Spool;
}

/** A peer that has been told the end gets this long, in ms, to read it and to close its side. */
const LINGER = 1000;

const UNKNOWN_CLIENT: Omit<Connection, 'data'> = { host: 'unknown', family: 'unknown' };

/**
 * One socket with one milter session on it: negotiation, the SMTP client, one message after the other. It sees to it
 * that nothing piles up in either direction, and that no peer can hold the connection for ever.
 */
export class MilterConnection implements ExchangeHost, SessionEvents {
  readonly session: Session;
  readonly port: SocketPort;
  readonly deadline = new Deadline(() => this.#exchange?.expire());
  readonly nextProgress = new Deadline(() => this.#exchange?.progress());
  readonly #context: ConnectionContext;
  readonly #listener: string;
  readonly #closed: () => void;
  readonly #idle: Deadline;
  /** How long the MTA may be silent from now on, in ms. */
  #patience: number;
  /** It has said something since the deadline was set. */
  #hasHeard = false;
  readonly #command: Deadline;
  #run: ConnectionRun;
  /** For the next message of this client: made while the MTA is busy with the answer to the last one. */
  #next: MessageExchange | undefined;
  #exchange: MessageExchange | undefined;
  #replyTempfail: (() => void) | undefined;
  #isBacklogged = false;
  #isDraining = false;
  #waiting: Promise<void> | undefined;
  #lingering: NodeJS.Timeout | undefined;

  /** `listener` is the address that the peer came in by; `closed` is called once. */
  constructor(socket: Socket, listener: string, context: ConnectionContext, closed: () => void) {
    this.#context = context;
    this.#listener = listener;
    this.#closed = closed;
    this.#run = this.#newRun();
    const { wishes, maxPacket } = context;
    this.session = new Session(this, maxPacket === undefined ? { wishes } : { wishes, maxPacket });
    this.#idle = new Deadline(() => this.#expired());
    this.#command = new Deadline(() => this.#replyTempfail?.());
    this.port = new SocketPort(
      socket,
      readShared,
      {
        data: (chunk) => this.#data(chunk),
        drained: () => this.#regulate(),
        stuck: () => this.#leave('the peer does not read'),
        closed: () => this.#gone(),
      },
      context.deadlines.write,
    );
    this.#patience = context.deadlines.handshake;
    this.#idle.set(this.#patience);
    this.port.resume();
  }

  get deadlines(): Readonly<Deadlines> {
    return this.#context.deadlines;
  }

  get logger(): Logger {
    return this.#context.logger;
  }

  openSpool(): Spool {
    return this.#context.openSpool();
  }

  // ---- what the server may do

  /** No new message: close now, or when the message that is under way has been answered. */
  drain(): void {
    this.#isDraining = true;
    if (this.#exchange === undefined) this.#end();
  }

  /** Close now; a message that is under way is answered with tempfail where a reply is due. */
  stop(): void {
    this.#exchange?.interrupt(new MillraceError('MILLRACE_ABORTED', 'the server stops', { status: '4.3.2' }));
    this.#end();
  }

  // ---- events of the session

  write(bytes: Buffer): void {
    this.port.write(bytes);
  }

  negotiated(_agreement: Agreement): void {
    this.#hear(this.deadlines.idle);
  }

  connect(command: ConnectCommand): void {
    this.#hasHeard = true;
    const { host, family, address, port } = command;
    const connection = {
      host: wireText(host),
      family,
      listener: this.#listener,
      ...(address === undefined ? {} : { address: wireText(address) }),
      ...(port === undefined ? {} : { port }),
    };
    this.#answer(() => this.#run.connect(connection, this.#macros));
  }

  helo(name: string): void {
    this.#hasHeard = true;
    this.#next = undefined;
    this.#answer(() => this.#run.helo(wireText(name), this.#macros));
  }

  mail(command: AddressCommand): void {
    this.#hear(this.deadlines.transaction);
    this.deadline.clear();
    this.nextProgress.clear();
    const exchange = this.#next ?? this.#newExchange();
    this.#next = undefined;
    this.#exchange = exchange;
    exchange.mail(command);
  }

  rcpt(command: AddressCommand): void {
    this.#hasHeard = true;
    this.#exchange!.rcpt(command);
  }

  data(): void {
    this.#hasHeard = true;
    this.#exchange!.data();
  }

  unknown(_command: string): void {
    this.session.reply('continue');
  }

  header(name: string, value: string): void {
    this.#hear(this.deadlines.idle);
    this.#exchange!.header(name, value);
  }

  endOfHeaders(): void {
    this.#hear(this.deadlines.idle);
    this.#exchange!.endOfHeaders();
  }

  bodySlice(slice: Buffer): void {
    this.#hear(this.deadlines.idle);
    this.#exchange?.bodySlice(slice);
  }

  bodyChunkEnd(): void {
    this.#exchange!.bodyChunkEnd();
  }

  endOfMessage(): void {
    this.#hear(this.deadlines.idle);
    this.#exchange!.endOfMessage();
  }

  abort(): void {
    this.#exchange?.cancel(new MillraceError('MILLRACE_ABORTED', 'the MTA has given the message up'));
  }

  quitNewConnection(): void {
    this.#run.abort(() => new MillraceError('MILLRACE_ABORTED', 'the SMTP client is gone'));
    this.#next = undefined;
    this.#run = this.#newRun();
  }

  quit(): void {
    // An answer that has let a waiting QUIT in is not quite done.
    if (this.#exchange !== undefined) return this.#end();
    // Not to be waited for: of a thousand connections a second those that linger would be most of the memory.
    this.port.hangUp();
    if (!this.port.isClosed) this.#linger();
  }

  error(error: MillraceError): void {
    // What a filter needs and an MTA does not offer is for the administrator; the rest is what anybody may send.
    const level = error.code === 'MILLRACE_NEGOTIATION' ? 'warn' : 'debug';
    this.logger.log(level, 'connection closed', {
      listener: this.#listener,
      reason: `${error.code}: ${error.message}`,
    });
    this.port.destroy();
  }

  // ---- what an exchange needs

  headerHabits(): HeaderHabits {
    const { macros, agreement } = this.session;
    // Only Sendmail has the macro {if_name} (its default at CONNECT), and only Postfix says so in {v}.
    const isSendmail = macros.get('if_name') !== undefined && macros.get('v')?.startsWith('Postfix') !== true;
    return { leadingSpace: agreement!.leadingSpace, mta: isSendmail ? 'sendmail' : 'postfix' };
  }

  replied(): void {
    this.#regulate();
  }

  finished(exchange: MessageExchange): void {
    // The answer may have let in a MAIL that was waiting behind it already.
    if (this.#exchange !== exchange) return;
    this.#exchange = undefined;
    this.deadline.clear();
    this.nextProgress.clear();
    if (this.port.isClosed) return;
    this.#hear(this.deadlines.idle);
    if (this.#isDraining) this.#end();
    else this.#next = this.#newExchange();
  }

  // ---- the SMTP client

  readonly #macros = (): Macros => {
    const macros: Record<string, string> = Object.create(null);
    for (const [name, value] of this.session.macros.all()) macros[name] = wireText(value);
    return macros;
  };

  #newExchange(): MessageExchange {
    return new MessageExchange(this.#run.message(this.#macros), this);
  }

  #newRun(): ConnectionRun {
    const { filter, openSpool } = this.#context;
    return filter.connect({ ...UNKNOWN_CLIENT, listener: this.#listener }, { openSpool });
  }

  /** Answer CONNECT or HELO, in time. */
  #answer(ask: () => Answer): void {
    let isAnswered = false;
    const give = (verdict: Verdict | undefined): void => {
      if (isAnswered) return;
      isAnswered = true;
      this.#command.clear();
      this.#replyEarly(verdict);
    };
    const fail = (error: unknown): void => {
      logError(this.logger, 'connection failed', error);
      give({ kind: 'tempfail' });
    };
    try {
      const answer = ask();
      if (!isPromise(answer)) return give(answer);
      this.#replyTempfail = () => {
        const late = new MillraceError('MILLRACE_DEADLINE', 'a hook at CONNECT or HELO has taken too long');
        fail(late);
        this.#run.abort(() => late);
        this.#regulate();
      };
      this.#command.set(this.deadlines.command);
      answer.then(give, fail).then(() => this.#regulate(), fail);
    } catch (error) {
      fail(error);
    }
  }

  #replyEarly(verdict: Verdict | undefined): void {
    if (verdict === undefined || verdict.kind === 'quarantine') return this.session.reply('continue');
    try {
      this.session.reply(verdictReply(verdict));
    } catch (error) {
      // A text that no reply can hold, or DISCARD, which needs a message.
      logError(this.logger, 'reply not usable', error);
      this.session.reply(verdict.kind === 'discard' ? 'tempfail' : verdict.kind);
    }
  }

  // ---- bytes

  #data(chunk: Buffer): void {
    const { session } = this;
    const wasBusy = session.busy;
    try {
      session.push(chunk);
    } catch (error) {
      // Every event has its own net; what falls through all of them must not end the process.
      logError(this.logger, 'connection failed', error);
      return this.port.destroy();
    }
    // One chunk beyond the command that waits: an MTA in lock-step never sends it, so its closing can be noticed.
    this.#isBacklogged = wasBusy && session.busy;
    this.#regulate();
  }

  /** The MTA has said something, and may be silent for so long: one look at the clock for all that a chunk brings. */
  #hear(patience: number): void {
    this.#patience = patience;
    this.#hasHeard = true;
  }

  /** Read only while there is room for what may come. */
  #regulate(): void {
    if (this.port.isClosed) return;
    if (this.#hasHeard) {
      this.#hasHeard = false;
      this.#idle.set(this.#patience);
    }
    if (!this.session.busy) this.#isBacklogged = false;
    const waiting = this.#exchange?.waiting();
    if (waiting === undefined && !this.port.isBlocked && !this.#isBacklogged) return this.port.resume();
    this.port.pause();
    if (waiting === undefined || waiting === this.#waiting) return;
    this.#waiting = waiting;
    void waiting.then(() => this.#regulate());
  }

  #expired(): void {
    // It is our turn: other deadlines count then.
    if (this.session.pending !== undefined || this.#exchange?.waiting() !== undefined) {
      return this.#idle.set(this.deadlines.idle);
    }
    this.#leave(this.session.agreement === undefined ? 'no negotiation in time' : 'idle for too long');
  }

  // ---- the end

  #leave(reason: string): void {
    this.logger.log('debug', 'connection closed', { listener: this.#listener, reason });
    this.port.destroy();
  }

  /** Nothing is due any more; what has been written still goes out. */
  #end(): void {
    this.session.close();
    if (this.port.isClosed) return;
    this.port.end();
    this.#linger();
  }

  #linger(): void {
    this.#endDeadlines();
    this.#lingering = setTimeout(() => this.port.destroy(), LINGER).unref();
  }

  #endDeadlines(): void {
    this.#hasHeard = false;
    for (const deadline of [this.#idle, this.#command, this.deadline, this.nextProgress]) deadline.end();
  }

  #gone(): void {
    const lost = (): MillraceError =>
      new MillraceError('MILLRACE_ABORTED', 'the connection to the MTA is lost');
    clearTimeout(this.#lingering);
    this.#exchange?.cancel(lost());
    this.#run.abort(lost);
    this.session.close();
    this.#endDeadlines();
    this.#closed();
  }
}
