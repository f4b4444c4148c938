import { MillraceError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { Backlog } from './backlog.ts';
import { commandName } from './bit-names.ts';
import { COMMAND } from './codes.ts';
import { parseCommand } from './commands.ts';
import type { Command, NegotiateCommand } from './commands.ts';
import { FrameDecoder, STREAMED_COMMANDS } from './frame-decoder.ts';
import { Macros } from './macros.ts';
import { EditWriter } from './message-edits.ts';
import type { MessageEdits } from './message-edits.ts';
import { negotiate } from './negotiation.ts';
import type { Agreement, Wishes } from './negotiation.ts';
import { encodeReply, VERDICT_FRAMES } from './reply-encoder.ts';
import type { SessionEvents } from './session-events.ts';
import { encodeVerdict, verdictScope } from './verdict.ts';
import type { ReplyStage, Verdict, VerdictScope } from './verdict.ts';

/** How a {@link Session} works. */
export interface SessionOptions {
  /** What the filter wants; it may serve any number of sessions. */
  readonly wishes: Wishes;
  /** Largest packet payload in bytes; default 1 MiB and 4 KiB. */
  readonly maxPacket?: number;
  /** Most bytes that are kept while a reply is due, when the owner does not stop reading. Default 1 MiB. */
  readonly maxBacklog?: number;
}

const DEFAULT_MAX_BACKLOG = 1024 * 1024;

/** Where the message is. MAIL leads to ENVELOPE; forward jumps are legal, because stages may be negotiated away. */
const PHASE = { START: 0, IDLE: 1, ENVELOPE: 2, DATA: 3, HEADERS: 4, BODY: 5 } as const;
type Phase = (typeof PHASE)[keyof typeof PHASE];

/**
 * The filter's side of one milter connection, without I/O: bytes in by `push`, events out, bytes out by the event
 * `write`. It is the one place that sees to it that every command gets exactly the reply that is due:
 *
 * - The owner answers every event marked (reply) with {@link reply}. Where "no reply" was negotiated nothing is written.
 * - Commands are served one after the other. While {@link busy}, the owner should stop reading; what has been pushed
 *   already is kept.
 * - A verdict other than `continue` decides the message (at CONNECT and HELO the connection), a refusal at RCPT only that
 *   recipient. The owner hears no more of what is decided; an MTA that goes on (QUIRK(stalwart): ACCEPT counts as continue
 *   there) gets the same verdict again. Where no reply is due, the verdict is given at the next stage that takes one; at RCPT it
 *   then counts for the whole message, at UNKNOWN it is dropped.
 * - Edits go out by {@link edits}: only at end-of-message, only what was negotiated; after the first one the message can
 *   only end with `accept`, `continue` or `tempfail`. Nothing comes between the packets of a replacement body.
 *
 * The peer's mistakes come as the event `error`; the owner's are thrown as `MILLRACE_SEQUENCE`.
 */
export class Session {
  /** The macros that hold now. */
  readonly macros = new Macros();
  readonly #events: SessionEvents;
  readonly #wishes: Wishes;
  readonly #backlog: Backlog;
  readonly #decoder: FrameDecoder;
  readonly #edits: EditWriter;
  #agreement: Agreement | undefined;
  #phase: Phase = PHASE.START;
  #isConnected = false; // CONNECT would come too late
  #isMessageOpen = false; // the owner has heard of it and it is undecided
  #pending: ReplyStage | undefined;
  #decided: Buffer | undefined; // the verdict that was given already, as a packet
  #decidedScope: VerdictScope = 'command';
  #dropsBody = false; // this packet's body bytes are not wanted
  #isSkipping = false; // SKIP was answered in this message
  #isRunning = false;
  #isClosed = false;

  constructor(events: SessionEvents, options: SessionOptions) {
    this.#events = events;
    this.#wishes = options.wishes;
    this.#backlog = new Backlog(options.maxBacklog ?? DEFAULT_MAX_BACKLOG);
    this.#edits = new EditWriter((bytes) => this.#events.write(bytes));
    const streamed = STREAMED_COMMANDS;
    this.#decoder = new FrameDecoder(
      {
        packet: (code, buffer, start, end) => this.#packet(code, buffer, start, end),
        bodyBegin: (code) => this.#bodyBegin(code),
        bodySlice: (slice) => {
          if (!this.#dropsBody) this.#events.bodySlice(slice);
        },
        bodyEnd: (code) => this.#bodyEnd(code),
      },
      options.maxPacket === undefined ? { streamed } : { streamed, maxPacket: options.maxPacket },
    );
  }

  /** Edits of the message, while end-of-message is pending. */
  get edits(): MessageEdits {
    return this.#edits;
  }

  /** What was negotiated; undefined before that. */
  get agreement(): Agreement | undefined {
    return this.#agreement;
  }

  /** Whether a reply of the owner is awaited, or bytes are waiting for one. */
  get busy(): boolean {
    return this.#pending !== undefined || !this.#backlog.isEmpty;
  }

  /** The command that awaits the owner's reply. */
  get pending(): ReplyStage | undefined {
    return this.#pending;
  }

  /** Whether the session is over: QUIT, an error, or `close`. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes from the MTA. They are borrowed: what must wait is copied. Not to be called from inside an event. */
  push(chunk: Buffer): void {
    if (this.#isClosed || chunk.length === 0) return;
    if (this.#isRunning) throw new MillraceError('MILLRACE_SEQUENCE', 'push from inside an event');
    if (this.busy) return this.#keep(chunk, 0);
    const at = this.#run(chunk);
    if (at < chunk.length && !this.#isClosed) this.#keep(chunk, at);
  }

  /** Ends the session without a word: the connection is gone or will be closed. Replies that come later are ignored. */
  close(): void {
    this.#isClosed = true;
    this.#pending = undefined;
    this.#edits.close();
    this.#backlog.clear();
    this.#decoder.pause();
  }

  /**
   * Answers the command that is waiting. Throws `MILLRACE_SEQUENCE` when none is, or when the verdict is not legal there
   * (SKIP, DISCARD, a refusal after an edit), and what `checkSmtpReply` throws; the command then still waits.
   */
  reply(verdict: Verdict): void {
    const stage = this.#pending;
    const agreement = this.#agreement;
    if (this.#isClosed) return;
    if (stage === undefined || agreement === undefined) {
      throw new MillraceError('MILLRACE_SEQUENCE', 'no command is waiting for a reply');
    }
    if (this.#edits.hasBegun && verdict !== 'accept' && verdict !== 'continue' && verdict !== 'tempfail') {
      throw new MillraceError(
        'MILLRACE_SEQUENCE',
        'after an edit only accept, continue and tempfail are possible',
      );
    }
    if (verdict === 'continue' && stage !== 'endOfMessage') {
      // What nearly every command is answered with decides nothing, and most go without a reply.
      this.#pending = undefined;
      if (agreement.stages[stage].takesReply) this.#events.write(VERDICT_FRAMES.continue);
      if (!this.#isRunning) this.#resume();
      return;
    }
    const frame = encodeVerdict(verdict, stage, agreement);
    this.#pending = undefined;
    if (stage === 'endOfMessage') {
      this.#endMessage();
      this.#events.write(frame);
    } else {
      const { takesReply } = agreement.stages[stage];
      const scope = verdictScope(verdict, stage, takesReply);
      if (scope !== 'command') this.#decide(frame, scope);
      else if (verdict === 'skip') this.#isSkipping = true;
      if (takesReply) this.#events.write(frame);
    }
    if (!this.#isRunning) this.#resume();
  }

  // ---- bytes

  #run(chunk: Buffer): number {
    this.#isRunning = true;
    let isDone = false;
    try {
      const at = this.#decoder.push(chunk);
      isDone = true;
      return at;
    } catch (error) {
      if (!(error instanceof MillraceError && error.code === 'MILLRACE_FRAME_LENGTH')) throw error;
      isDone = true;
      this.#fail(error);
      return chunk.length;
    } finally {
      this.#isRunning = false;
      if (!isDone) this.close(); // an event threw: the rest of the chunk is lost
    }
  }

  #keep(chunk: Buffer, at: number): void {
    if (this.#backlog.keep(chunk, at)) return;
    this.#refuse('MILLRACE_LIMIT', `more than ${this.#backlog.most} bytes wait for a reply`);
  }

  #resume(): void {
    while (this.#pending === undefined && !this.#isClosed) {
      const { first } = this.#backlog;
      if (first === undefined) return;
      const at = this.#run(first);
      if (this.#isClosed) return;
      this.#backlog.took(at);
    }
  }

  #fail(error: MillraceError): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.error(error);
  }

  #refuse(code: ErrorCode, text: string): void {
    this.#fail(new MillraceError(code, text));
  }

  // ---- commands

  #packet(code: number, buffer: Buffer, start: number, end: number): void {
    if (this.#phase === PHASE.START && code !== COMMAND.NEGOTIATE) {
      return this.#refuse('MILLRACE_SEQUENCE', `${commandName(code)} before the negotiation`);
    }
    // Every second packet is one, so it is not made a command first.
    if (code === COMMAND.MACRO) {
      if (end > start) this.macros.set(buffer[start], buffer, start + 1, end);
      return;
    }
    let command: Command;
    try {
      command = parseCommand(code, buffer, start, end);
    } catch (error) {
      return this.#fail(error as MillraceError);
    }
    this.macros.enter(code);
    this.#serve(command);
    if (this.#pending !== undefined) this.#decoder.pause();
  }

  #serve(command: Command): void {
    switch (command.type) {
      case 'header':
        if (this.#advance('header', PHASE.ENVELOPE, PHASE.HEADERS, PHASE.HEADERS)) {
          this.#events.header(command.name, command.value);
        }
        return;
      case 'endOfHeaders':
        if (this.#advance('endOfHeaders', PHASE.ENVELOPE, PHASE.HEADERS, PHASE.BODY)) {
          this.#events.endOfHeaders();
        }
        return;
      case 'rcpt':
        if (this.#advance('rcpt', PHASE.ENVELOPE, PHASE.ENVELOPE, PHASE.ENVELOPE)) this.#events.rcpt(command);
        return;
      case 'data':
        if (this.#advance('data', PHASE.ENVELOPE, PHASE.ENVELOPE, PHASE.DATA)) this.#events.data();
        return;
      case 'mail':
        this.#dropMessage();
        this.#isConnected = true;
        if (this.#advance('mail', PHASE.IDLE, PHASE.IDLE, PHASE.ENVELOPE)) {
          this.#isMessageOpen = true;
          this.#events.mail(command);
        }
        return;
      case 'helo':
        this.#dropMessage();
        this.#isConnected = true;
        if (this.#advance('helo', PHASE.IDLE, PHASE.IDLE, PHASE.IDLE)) this.#events.helo(command.name);
        return;
      case 'connect':
        if (this.#isConnected) return this.#refuse('MILLRACE_SEQUENCE', 'CONNECT comes too late');
        this.#isConnected = true;
        if (this.#advance('connect', PHASE.IDLE, PHASE.IDLE, PHASE.IDLE)) this.#events.connect(command);
        return;
      case 'unknown':
        return this.#serveUnknown(command.command);
      case 'abort':
        this.#dropMessage();
        this.macros.clearMessage();
        return;
      case 'quitNewConnection':
        this.#dropMessage();
        this.macros.clear();
        this.#isConnected = false;
        this.#decided = undefined;
        this.#events.quitNewConnection();
        return;
      case 'quit':
        this.#dropMessage();
        this.close();
        this.#events.quit();
        return;
      case 'negotiate':
        return this.#negotiate(command);
    }
  }

  #negotiate(offer: NegotiateCommand): void {
    if (this.#phase !== PHASE.START) return this.#refuse('MILLRACE_SEQUENCE', 'a second negotiation');
    const result = negotiate(offer, this.#wishes);
    if (!result.ok) return this.#refuse(result.code, result.error);
    const { version, actions, protocol, macros } = result.agreement;
    this.#agreement = result.agreement;
    this.#phase = PHASE.IDLE;
    this.#events.write(
      encodeReply({ type: 'negotiate', version, actions, protocol, ...(macros && { macros }) }),
    );
    this.#events.negotiated(result.agreement);
  }

  #serveUnknown(text: string): void {
    if (this.#decided === undefined) {
      this.#pending = 'unknown';
      this.#events.unknown(text);
    } else if (this.#agreement!.stages.unknown.takesReply) {
      this.#events.write(this.#isConnectionDecided() ? this.#decided : VERDICT_FRAMES.continue);
    }
  }

  /**
   * Checks that a command is legal now and moves on. True when the owner is to hear of it (it is `pending` then);
   * false when it came out of order, or was answered with what is decided already.
   */
  #advance(stage: ReplyStage, from: Phase, to: Phase, next: Phase): boolean {
    if (this.#phase < from || this.#phase > to) {
      // After a verdict for the whole connection the order does not matter any more.
      if (!this.#isConnectionDecided()) {
        this.#refuse('MILLRACE_SEQUENCE', `${stage} out of order`);
        return false;
      }
    } else {
      this.#phase = next;
    }
    if (this.#decided === undefined) {
      this.#pending = stage;
      return true;
    }
    const isEnd = stage === 'endOfMessage';
    if (isEnd || this.#agreement!.stages[stage].takesReply) this.#events.write(this.#decided);
    if (isEnd) this.#endMessage();
    return false;
  }

  #bodyBegin(code: number): void {
    if (this.#phase === PHASE.START) {
      return this.#refuse('MILLRACE_SEQUENCE', `${commandName(code)} before the negotiation`);
    }
    if (this.#phase < PHASE.ENVELOPE && !this.#isConnectionDecided()) {
      return this.#refuse('MILLRACE_SEQUENCE', `${commandName(code)} out of order`);
    }
    this.macros.enter(code);
    this.#dropsBody = this.#decided !== undefined || this.#isSkipping;
  }

  #bodyEnd(code: number): void {
    if (this.#isClosed) return;
    if (code === COMMAND.END_OF_MESSAGE) {
      if (this.#advance('endOfMessage', PHASE.ENVELOPE, PHASE.BODY, PHASE.BODY)) {
        this.#edits.open(this.#agreement!);
        this.#events.endOfMessage();
      }
    } else if (this.#isSkipping && this.#decided === undefined) {
      if (this.#agreement!.stages.body.takesReply) this.#events.write(VERDICT_FRAMES.continue);
    } else if (this.#advance('body', PHASE.ENVELOPE, PHASE.BODY, PHASE.BODY)) {
      this.#events.bodyChunkEnd();
    }
    if (this.#pending !== undefined) this.#decoder.pause();
  }

  // ---- the message

  #isConnectionDecided(): boolean {
    return this.#decided !== undefined && this.#decidedScope === 'connection';
  }

  #decide(frame: Buffer, scope: VerdictScope): void {
    this.#decided = frame;
    this.#decidedScope = scope;
    this.#isMessageOpen = false;
  }

  /** End-of-message was answered. */
  #endMessage(): void {
    this.#isMessageOpen = false;
    if (this.#decidedScope === 'message') this.#decided = undefined;
    if (this.#phase > PHASE.IDLE) this.#phase = PHASE.IDLE;
    this.#isSkipping = false;
    this.#edits.end();
  }

  /** A message that is under way, if there is one, is given up. */
  #dropMessage(): void {
    const wasOpen = this.#isMessageOpen;
    this.#endMessage();
    if (wasOpen) this.#events.abort();
  }
}
