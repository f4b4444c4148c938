import { MillraceError } from '../base/errors.ts';
import { actionNames, protocolNames, replyName } from './bit-names.ts';
import { MAX_BODY_CHUNK, MIN_VERSION, PROTOCOL, VERSION_1_ACTIONS, VERSION_1_PROTOCOL } from './codes.ts';
import { encodeCommand } from './commands.ts';
import type { Command } from './commands.ts';
import { FrameDecoder, STREAMED_REPLIES } from './frame-decoder.ts';
import type { Mta } from './mta.ts';
import type { Offer } from './negotiation.ts';
import { parseReply } from './reply-parser.ts';
import { actionOf } from './replies.ts';
import type { Modification, NegotiateReply, ReplaceBody, Reply, VerdictReply } from './replies.ts';
import { parseSmtpReply } from './smtp-reply.ts';
import { planStages } from './stages.ts';
import type { Stage, StagePlan } from './stages.ts';
import type { ReplyStage } from './verdict.ts';

const NO_BYTES = Buffer.alloc(0);

/** Commands within a message: RCPT, DATA, HEADER, EOH, BODY, BODYEOB. */
const MESSAGE_LETTERS = ['R', 'T', 'L', 'N', 'B', 'E'];

/** What Postfix 3.7 and Sendmail 8.17 offer. */
export const DEFAULT_OFFER: Offer = { version: 6, actions: 0x1ff, protocol: 0x1fffff };

/** What Stalwart offers: no SKIP, no "no reply", no verbatim header values. */
export const STALWART_OFFER: Offer = { version: 6, actions: 0xff, protocol: 0x42 };

/** How a {@link Client} works. */
export interface ClientOptions {
  /** Default {@link DEFAULT_OFFER}. */
  readonly offer?: Offer;
  /** Whose habits and tolerances; default `postfix`. */
  readonly mta?: Mta;
  /** Largest packet payload that is taken from the filter, in bytes; default 1 MiB and 4 KiB. */
  readonly maxPacket?: number;
}

/** What a {@link Client} tells its owner. Events must not throw. */
export interface ClientEvents {
  /** Bytes for the filter, in order. */
  write(bytes: Buffer): void;
  /** The filter has answered the offer; commands may be sent now. */
  negotiated(reply: NegotiateReply): void;
  /** The answer to the command that was waiting; the next one may be sent. */
  verdict(stage: ReplyStage, verdict: VerdictReply): void;
  /** A change of the message, other than its body. Also in {@link Client.modifications}. */
  modification(modification: Exclude<Modification, ReplaceBody>): void;
  /** A packet of a new body begins; the first one of a message discards the old body. */
  bodyPacket(length: number): void;
  /** Bytes of the new body, borrowed. */
  bodySlice(slice: Buffer): void;
  /** The filter needs more time. */
  progress(): void;
  /** The filter broke the protocol; close the connection. No event and no output follows. */
  error(error: MillraceError): void;
}

/** What became of a command: its verdict is awaited, none is due, or it was not sent at all. */
export type Sent = 'waiting' | 'sent' | 'skipped';

/**
 * The MTA's side of one milter connection, without I/O: commands in by {@link send}, bytes in by {@link push}, events and
 * bytes out. It leaves out what was negotiated away or is decided already, and checks that what the filter answers is
 * legal when it comes: verdicts, PROGRESS, modifications only at end-of-message and only negotiated ones.
 */
export class Client {
  readonly #events: ClientEvents;
  readonly #offer: Offer;
  readonly #mta: Mta;
  readonly #decoder: FrameDecoder;
  #agreed: NegotiateReply | undefined;
  #stages: Record<Stage, StagePlan> | undefined;
  #isStarted = false;
  #isClosed = false;
  #waiting: ReplyStage | undefined;
  #connectionVerdict: VerdictReply | undefined;
  #messageVerdict: VerdictReply | undefined;
  readonly #skipped = new Set<Stage>();
  #modifications: Exclude<Modification, ReplaceBody>[] = [];
  #hasNewBody = false;

  constructor(events: ClientEvents, options: ClientOptions = {}) {
    this.#events = events;
    this.#offer = options.offer ?? DEFAULT_OFFER;
    this.#mta = options.mta ?? 'postfix';
    const streamed = STREAMED_REPLIES;
    this.#decoder = new FrameDecoder(
      {
        packet: (code, buffer, start, end) => this.#packet(code, buffer, start, end),
        bodyBegin: (_code, length) => this.#bodyBegin(length),
        bodySlice: (slice) => this.#events.bodySlice(slice),
        bodyEnd: () => {},
      },
      options.maxPacket === undefined ? { streamed } : { streamed, maxPacket: options.maxPacket },
    );
  }

  /** What the filter answered to the offer; undefined before that. */
  get agreed(): NegotiateReply | undefined {
    return this.#agreed;
  }

  /** The command whose verdict is awaited. */
  get waiting(): ReplyStage | undefined {
    return this.#waiting;
  }

  /** The verdict that decided the whole connection, at CONNECT or HELO. */
  get connectionVerdict(): VerdictReply | undefined {
    return this.#connectionVerdict;
  }

  /** The verdict that decided the present message. */
  get messageVerdict(): VerdictReply | undefined {
    return this.#messageVerdict;
  }

  /** Changes of the present message, in order, without its body. */
  get modifications(): readonly Exclude<Modification, ReplaceBody>[] {
    return this.#modifications;
  }

  /** Whether the present message has got a new body (possibly an empty one). */
  get hasNewBody(): boolean {
    return this.#hasNewBody;
  }

  /** Sends the offer. */
  start(): void {
    this.#isStarted = true;
    this.#events.write(encodeCommand({ type: 'negotiate', ...this.#offer }));
  }

  /**
   * Sends a command unless it was negotiated away, skipped, or what it belongs to is decided. Throws
   * `MILLRACE_SEQUENCE` while a verdict is awaited, before the negotiation is over, and for OPTNEG.
   */
  send(command: Command): Sent {
    if (this.#stages === undefined || command.type === 'negotiate') {
      throw new MillraceError('MILLRACE_SEQUENCE', `${command.type} outside its time`);
    }
    if (this.#waiting !== undefined) {
      throw new MillraceError(
        'MILLRACE_SEQUENCE',
        `${command.type} while ${this.#waiting} awaits its verdict`,
      );
    }
    if (this.#isClosed) return 'skipped';
    switch (command.type) {
      case 'quit':
      case 'quitNewConnection':
        this.#forgetMessage();
        this.#connectionVerdict = undefined;
        this.#isClosed = command.type === 'quit';
        return this.#write(command, undefined);
      case 'abort':
        this.#forgetMessage();
        return this.#connectionVerdict === undefined ? this.#write(command, undefined) : 'skipped';
      case 'macro': {
        // Those for MAIL belong to the next message already.
        const isOver = MESSAGE_LETTERS.includes(command.stage)
          ? this.#isDecided()
          : this.#connectionVerdict !== undefined;
        return isOver ? 'skipped' : this.#write(command, undefined);
      }
      case 'endOfMessage':
        if (this.#isDecided() || !this.#sendsEndOfMessage()) return 'skipped';
        return this.#write(command, 'endOfMessage');
      default:
        return this.#sendStage(command, command.type);
    }
  }

  /** Bytes from the filter; borrowed. */
  push(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof MillraceError && error.code === 'MILLRACE_FRAME_LENGTH')) throw error;
      this.#fail(error);
    }
  }

  // ---- commands

  #sendStage(command: Command, stage: Stage): Sent {
    if (stage === 'mail') this.#forgetMessage();
    const startsAnew = stage === 'mail' || stage === 'helo' || stage === 'connect' || stage === 'unknown';
    if (this.#connectionVerdict !== undefined || (!startsAnew && this.#isDecided())) return 'skipped';
    const plan = this.#stages![stage];
    if (!plan.isSent || this.#skipped.has(stage)) return 'skipped';
    return this.#write(command, plan.takesReply ? stage : undefined);
  }

  /** QUIRK(stalwart): without the body there is no end-of-message, so no modification either. */
  #sendsEndOfMessage(): boolean {
    return this.#mta !== 'stalwart' || this.#stages!.body.isSent;
  }

  #isDecided(): boolean {
    return this.#connectionVerdict !== undefined || this.#messageVerdict !== undefined;
  }

  #write(command: Command, stage: ReplyStage | undefined): Sent {
    const frame = encodeCommand(command);
    this.#waiting = stage;
    this.#events.write(frame);
    return stage === undefined ? 'sent' : 'waiting';
  }

  #forgetMessage(): void {
    this.#messageVerdict = undefined;
    this.#skipped.clear();
    this.#modifications = [];
    this.#hasNewBody = false;
  }

  // ---- replies

  #packet(code: number, buffer: Buffer, start: number, end: number): void {
    let reply: Reply;
    try {
      reply = parseReply(code, buffer, start, end);
      if (reply.type === 'replyCode') parseSmtpReply(reply.text);
    } catch (error) {
      return this.#fail(error as MillraceError);
    }
    switch (reply.type) {
      case 'negotiate':
        return this.#negotiated(reply);
      case 'progress':
        return this.#progress();
      case 'continue':
      case 'accept':
      case 'reject':
      case 'tempfail':
      case 'discard':
      case 'skip':
      case 'replyCode':
        return this.#verdict(reply, code);
      case 'replaceBody':
        return; // comes as a streamed packet
      default:
        if (this.#allows(reply)) {
          this.#modifications.push(reply);
          this.#events.modification(reply);
        }
    }
  }

  #negotiated(reply: NegotiateReply): void {
    if (!this.#isStarted || this.#agreed !== undefined) return this.#refuse('an answer to no offer');
    const { version, actions, protocol } = this.#offer;
    const extraActions = reply.actions & ~(actions === 0 ? VERSION_1_ACTIONS : actions);
    const extraProtocol = reply.protocol & ~(protocol === 0 ? VERSION_1_PROTOCOL : protocol);
    if (reply.version < MIN_VERSION || reply.version > version) {
      return this.#refuse(`version ${reply.version} was not offered`, 'MILLRACE_NEGOTIATION');
    }
    // QUIRK(sendmail): a filter that answers with an unoffered protocol bit is dropped; Postfix lets it pass.
    if (extraActions !== 0 || extraProtocol !== 0) {
      const names = [...actionNames(extraActions), ...protocolNames(extraProtocol)];
      return this.#refuse(`${names.join(', ')} was not offered`, 'MILLRACE_NEGOTIATION');
    }
    this.#agreed = reply;
    this.#stages = planStages(reply.version, reply.protocol);
    this.#events.negotiated(reply);
  }

  #progress(): void {
    if (this.#waiting === undefined) return this.#refuse('PROGRESS while no reply is due');
    // QUIRK(sendmail): PROGRESS before end-of-message puts the filter into its error state; Postfix takes it anywhere.
    if (this.#waiting !== 'endOfMessage' && this.#mta !== 'postfix')
      return this.#refuse('PROGRESS before end-of-message');
    if (this.#breaksBody('PROGRESS')) return;
    this.#events.progress();
  }

  #verdict(verdict: VerdictReply, code: number): void {
    const stage = this.#waiting;
    if (stage === undefined) return this.#refuse(`${replyName(code)} while no reply is due`);
    const isBeforeMessage = stage === 'connect' || stage === 'helo';
    if (verdict.type === 'discard' && (isBeforeMessage || stage === 'unknown')) {
      return this.#refuse(`DISCARD at ${stage}`);
    }
    if (verdict.type === 'skip') {
      if (!this.#takeSkip(stage)) return this.#refuse(`SKIP at ${stage}`);
    } else if (stage === 'endOfMessage') {
      this.#messageVerdict = verdict;
    } else if (verdict.type !== 'continue' && !(verdict.type === 'accept' && this.#mta === 'stalwart')) {
      // QUIRK(stalwart): an early ACCEPT counts as continue.
      const isRefusal = verdict.type !== 'accept' && verdict.type !== 'discard';
      if (isBeforeMessage) this.#connectionVerdict = verdict;
      else if (stage !== 'unknown' && !(stage === 'rcpt' && isRefusal)) this.#messageVerdict = verdict;
    }
    this.#waiting = undefined;
    this.#events.verdict(stage, verdict);
  }

  #takeSkip(stage: ReplyStage): boolean {
    const canRepeat = stage === 'rcpt' || stage === 'header' || stage === 'body';
    if (!canRepeat || (this.#agreed!.protocol & PROTOCOL.SKIP) === 0) return false;
    // QUIRK(sendmail): after SKIP at a header all headers still come, and then no body.
    this.#skipped.add(stage === 'header' && this.#mta === 'sendmail' ? 'body' : stage);
    return true;
  }

  #bodyBegin(length: number): void {
    if (length > MAX_BODY_CHUNK)
      return this.#refuse(`a REPLBODY packet of ${length} bytes`, 'MILLRACE_PACKET');
    if (!this.#allows({ type: 'replaceBody', data: NO_BYTES })) return;
    this.#hasNewBody = true;
    this.#events.bodyPacket(length);
  }

  #allows(modification: Modification): boolean {
    if (this.#waiting !== 'endOfMessage') {
      this.#refuse(`${modification.type} outside end-of-message`);
    } else if ((this.#agreed!.actions & actionOf(modification)) === 0) {
      this.#refuse(`${modification.type} was not negotiated`);
    } else if (modification.type === 'replaceBody' || !this.#breaksBody(modification.type)) {
      return true;
    }
    return false;
  }

  /** QUIRK(postfix): any other packet once the new body has begun answers the client 451 and ends the filter. */
  #breaksBody(what: string): boolean {
    if (this.#mta !== 'postfix' || !this.#hasNewBody) return false;
    this.#refuse(`${what} after the new body has begun`);
    return true;
  }

  #refuse(
    text: string,
    code: 'MILLRACE_SEQUENCE' | 'MILLRACE_NEGOTIATION' | 'MILLRACE_PACKET' = 'MILLRACE_SEQUENCE',
  ): void {
    this.#fail(new MillraceError(code, `the filter: ${text}`));
  }

  #fail(error: MillraceError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = undefined;
    this.#decoder.pause();
    this.#events.error(error);
  }
}
