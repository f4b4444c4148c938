import { MillraceError } from '../base/errors.ts';
import { andThen, isPromise } from '../core/maybe-promise.ts';
import type { MaybePromise } from '../core/maybe-promise.ts';
import type { Answer, Decision, MessageRun } from '../core/message-run.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Spool } from '../core/spool/index.ts';
import type { FinalVerdict, Verdict } from '../core/verdict.ts';
import type { AddressCommand } from '../protocol/commands.ts';
import type { Session } from '../protocol/session.ts';
import { BodyFeed } from './body-feed.ts';
import type { Deadline } from './deadline.ts';
import { envelopeAddress } from './envelope-commands.ts';
import type { HeaderHabits } from './header-commands.ts';
import { logError, logFailures, logMessage } from './log-lines.ts';
import type { Logger } from './logger.ts';
import { planModifications, writeOutcome } from './outcome-writer.ts';
import { refusalOf } from './rejected-recipient.ts';
import type { Deadlines } from './server-options.ts';
import type { SocketPort } from './socket-port.ts';
import { verdictReply } from './verdict-reply.ts';

/** What an exchange needs of the connection that it is on. */
export interface ExchangeHost {
  readonly session: Session;
  readonly port: SocketPort;
  readonly deadlines: Readonly<Deadlines>;
  /** For the exchange of the moment, which is told by {@link MessageExchange.expire}. */
  readonly deadline: Deadline;
  /** Likewise, by {@link MessageExchange.progress}. */
  readonly nextProgress: Deadline;
  readonly logger: Logger;
  openSpool(): Spool;
  headerHabits(): HeaderHabits;
  /** A reply that had to be waited for has been given: reading may go on. */
  replied(): void;
  /** The message is over, one way or the other. Comes once; a peer that does not wait may have begun the next one. */
  finished(exchange: MessageExchange): void;
}

/**
 * One message between the MTA and a run: the session's events in, exactly one reply for each, and at the end the
 * edits. Whatever happens in between, a throw included, ends this message with an answer and nothing else.
 */
export class MessageExchange {
  readonly #run: MessageRun;
  readonly #host: ExchangeHost;
  readonly #feed: BodyFeed;
  #started = 0;
  readonly #recipients: string[] = [];
  #queueId: string | undefined;
  #hasDeadline = false;
  #hasHeaders = false;
  #isOver = false;
  #bytesIn = 0;
  #bytesOut = 0;
  #outcome: Outcome | undefined;
  #giveUp: (() => void) | undefined;

  constructor(run: MessageRun, host: ExchangeHost) {
    this.#run = run;
    this.#host = host;
    this.#feed = new BodyFeed(run, () => host.openSpool(), host.deadlines.pushback);
  }

  // ---- events of the session

  mail(command: AddressCommand): void {
    this.#started = performance.now();
    try {
      this.#answer(this.#run.mail(envelopeAddress(command.address, command.args)), 'message');
    } catch (error) {
      this.#fail(error);
    }
  }

  rcpt(command: AddressCommand): void {
    try {
      const recipient = envelopeAddress(command.address, command.args);
      const { agreement, macros } = this.#host.session;
      const refusal = agreement!.rejectedRecipients ? refusalOf(macros) : undefined;
      // QUIRK(sendmail): DISCARD would throw the message away here; in both MTAs ACCEPT would be about the message.
      if (refusal !== undefined)
        return this.#answer(this.#run.rejectedRcpt({ ...recipient, ...refusal }), 'recipient');
      this.#recipients.push(command.address);
      this.#answer(this.#run.rcpt(recipient), 'recipient');
    } catch (error) {
      this.#fail(error);
    }
  }

  data(): void {
    try {
      this.#answer(this.#run.data(), 'message');
    } catch (error) {
      this.#fail(error);
    }
  }

  header(name: string, value: string): void {
    this.#startDeadline();
    try {
      // QUIRK(postfix), QUIRK(sendmail): without HDR_LEADSPC the MTA has eaten one blank.
      this.#run.header(name, this.#host.session.agreement!.leadingSpace ? value : ` ${value}`);
      this.#host.session.reply('continue');
    } catch (error) {
      this.#fail(error);
    }
  }

  endOfHeaders(): void {
    this.#startDeadline();
    this.#hasHeaders = true;
    try {
      const decision = this.#run.endOfHeaders();
      this.#later(andThen(decision, (value) => this.#decide(value)));
    } catch (error) {
      this.#fail(error);
    }
  }

  bodySlice(slice: Buffer): void {
    if (this.#isOver) return;
    this.#startDeadline();
    try {
      this.#bytesIn += slice.length;
      if (this.#hasHeaders) {
        this.#feed.write(slice);
      } else if (this.#host.session.agreement!.stages.endOfHeaders.isSent) {
        this.#abandon(new MillraceError('MILLRACE_SEQUENCE', 'a body before the end of the header'));
      } // else nobody wants the header or the body, but the MTA cannot leave bodies out
    } catch (error) {
      this.#fail(error);
    }
  }

  bodyChunkEnd(): void {
    try {
      this.#later(andThen(this.#feed.waiting(), () => this.#acknowledge()));
    } catch (error) {
      this.#fail(error);
    }
  }

  endOfMessage(): void {
    this.#startDeadline();
    try {
      this.#later(andThen(this.#settle(), (outcome) => this.#finish(outcome)));
    } catch (error) {
      this.#fail(error);
    }
  }

  // ---- what the connection may do

  /** The deadline is over. */
  expire(): void {
    this.#abandon(new MillraceError('MILLRACE_DEADLINE', 'the message has taken too long'));
  }

  /** It is time to tell the MTA that somebody is at work. */
  progress(): void {
    if (this.#isOver) return;
    this.#host.session.edits.progress();
    this.#host.nextProgress.set(this.#host.deadlines.progress);
  }

  /** A promise while no more of the body should be read from the socket. */
  waiting(): Promise<void> | undefined {
    return this.#isOver ? undefined : this.#feed.waiting();
  }

  /** The message is gone: the MTA has given it up, or the connection is lost. Nothing is answered. */
  cancel(reason: MillraceError): void {
    if (this.#isOver) return;
    this.#run.abort(reason);
    this.#conclude(undefined);
  }

  /** The server stops: tempfail where a reply is due. */
  interrupt(reason: MillraceError): void {
    if (this.#isOver) return;
    this.#run.abort(reason);
    if (this.#host.session.pending !== undefined) this.#reply({ kind: 'tempfail' });
    this.#conclude('tempfail');
  }

  // ---- answers

  #answer(answer: Answer, scope: 'message' | 'recipient'): void {
    if (!isPromise(answer)) return this.#give(answer, scope);
    if (!this.#hasDeadline) this.#host.deadline.set(this.#host.deadlines.command);
    this.#later(
      Promise.resolve(answer).then((verdict) => {
        if (!this.#hasDeadline && !this.#isOver) this.#host.deadline.clear();
        this.#give(verdict, scope);
      }),
    );
  }

  #give(verdict: Verdict | undefined, scope: 'message' | 'recipient'): void {
    if (this.#isOver) return;
    if (verdict === undefined || verdict.kind === 'quarantine') return this.#host.session.reply('continue');
    this.#reply(verdict);
    const isRefusedRecipient =
      scope === 'recipient' && verdict.kind !== 'discard' && verdict.kind !== 'accept';
    if (isRefusedRecipient && this.#host.session.agreement!.stages.rcpt.takesReply) this.#recipients.pop();
    else this.#conclude(verdict.kind);
  }

  #decide(decision: Decision): void {
    if (this.#isOver) return;
    if (decision.next === 'done') this.#giveEarly(decision.outcome);
    else this.#host.session.reply('continue');
  }

  /** A body chunk has been taken. */
  #acknowledge(): void {
    if (this.#isOver) return;
    const { session } = this.#host;
    // QUIRK(sendmail): without replies it may be blocked by one write over many chunks, and gives up after 10 s of that.
    if (session.agreement!.stages.body.takesReply) this.#feed.chunkEnd();
    if (this.#run.decided) {
      this.#later(andThen(this.#run.end(), (outcome) => this.#giveEarly(outcome)));
    } else {
      // After SKIP the session hears of no more chunks.
      session.reply(!this.#run.wantsBody && session.agreement!.canSkip ? 'skip' : 'continue');
    }
  }

  /** An answer before end-of-message, where there can be no edits. */
  #giveEarly(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#outcome = outcome;
    this.#reply(outcome.verdict);
    this.#conclude(outcome.verdict.kind);
  }

  /** Everything is decided: tell the MTA. */
  #finish(outcome: Outcome): MaybePromise<void> {
    if (this.#isOver) return undefined;
    this.#outcome = outcome;
    const { port } = this.#host;
    port.hold();
    return andThen(this.#send(outcome), (verdict) => {
      port.release();
      this.#conclude(verdict);
    });
  }

  /** Send the edits and the verdict; gives the verdict that the MTA was told. Neither throws nor rejects. */
  #send(outcome: Outcome): MaybePromise<FinalVerdict['kind']> {
    try {
      const sending = outcome.verdict.kind === 'accept' ? this.#sendEdits(outcome) : undefined;
      if (sending === undefined) return this.#sendVerdict(outcome.verdict);
      return sending
        .then(() => this.#sendVerdict(outcome.verdict))
        .catch((error: unknown) => this.#takeBack(error));
    } catch (error) {
      return this.#takeBack(error);
    }
  }

  #sendEdits(outcome: Outcome): Promise<void> | undefined {
    const { port, session, deadline } = this.#host;
    const received = { headerNames: () => this.#run.receivedNames, recipients: this.#recipients };
    const habits = (): HeaderHabits => this.#host.headerHabits();
    const plan = planModifications(outcome, received, habits, session.agreement!.actions);
    deadline.clear(); // from here on it is the MTA that takes its time, and the write deadline that counts
    const { bytes, sending } = writeOutcome(plan, this.#run, outcome.bodyChanged, session, port);
    this.#bytesOut = bytes;
    return sending;
  }

  #sendVerdict(verdict: FinalVerdict): FinalVerdict['kind'] {
    if (!this.#isOver) this.#reply(verdict);
    return verdict.kind;
  }

  /** Also after the first edit: tempfail takes them all back. */
  #takeBack(error: unknown): FinalVerdict['kind'] {
    if (!this.#isOver) {
      logError(this.#host.logger, 'message could not be answered', error, { queueId: this.#queueId });
      if (this.#host.session.pending !== undefined) this.#reply({ kind: 'tempfail' });
    }
    return 'tempfail';
  }

  /** Wait until everything is decided, and tell the MTA meanwhile that somebody is at work. */
  #settle(): MaybePromise<Outcome> {
    const begin = this.#hasHeaders ? undefined : this.#run.endOfHeaders();
    const settling = andThen(begin, () => andThen(this.#catchUp(), () => this.#run.end()));
    if (!isPromise(settling)) return settling;
    this.#host.nextProgress.set(this.#host.deadlines.progress);
    return Promise.resolve(settling).finally(() => {
      if (!this.#isOver) this.#host.nextProgress.clear();
    });
  }

  #catchUp(): Promise<void> | undefined {
    const catchingUp = this.#feed.catchUp();
    return catchingUp === undefined ? undefined : Promise.race([catchingUp, this.#givenUp()]);
  }

  #reply(verdict: FinalVerdict): void {
    const { session, logger } = this.#host;
    this.#queueId = session.macros.get('i') ?? this.#queueId;
    try {
      session.reply(verdictReply(verdict));
    } catch (error) {
      // A reply text or code that no SMTP reply can hold: the verdict counts, in the MTA's words.
      logError(logger, 'reply text not usable', error, { queueId: this.#queueId });
      session.reply(verdict.kind);
    }
  }

  // ---- the end

  #startDeadline(): void {
    if (this.#hasDeadline) return;
    this.#hasDeadline = true;
    this.#host.deadline.set(this.#host.deadlines.message);
  }

  /** Whatever the run has still to do is not waited for any longer; its outcome is tempfail. */
  #abandon(reason: MillraceError): void {
    this.#run.abort(reason);
    this.#giveUp?.();
  }

  #givenUp(): Promise<void> {
    return new Promise((resolve) => (this.#giveUp = resolve));
  }

  /** Work that goes on when the event is over, if it does. */
  #later(work: MaybePromise<void>): void {
    if (!isPromise(work)) return;
    work.then(
      () => this.#host.replied(),
      (error: unknown) => this.#fail(error),
    );
  }

  /** An event of the session must not throw: what does ends the message. */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    logError(this.#host.logger, 'message failed', error, { queueId: this.#queueId });
    this.#run.abort(new MillraceError('MILLRACE_ABORTED', 'the message failed', { cause: error }));
    const { pending, agreement } = this.#host.session;
    if (pending === undefined) return; // its next reply will be a tempfail
    this.#reply({ kind: 'tempfail' });
    // To the MTA that was about one recipient; whatever it sends next gets a tempfail, too.
    const goesOn = pending === 'rcpt' && agreement!.stages.rcpt.takesReply;
    if (!goesOn) this.#conclude('tempfail');
    this.#host.replied();
  }

  #conclude(verdict: FinalVerdict['kind'] | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const host = this.#host;
    // The MTA need not wait for what is left to do. The socket may still refer to blocks of the spool then; a small answer is out.
    host.port.flush();
    const flushed = host.port.flushed();
    this.#giveUp?.();
    this.#feed.discard();
    this.#log(verdict);
    if (flushed === undefined) this.#run.dispose();
    else void flushed.then(() => this.#run.dispose());
    host.finished(this);
  }

  #log(verdict: FinalVerdict['kind'] | undefined): void {
    const { logger, session } = this.#host;
    this.#queueId ??= session.macros.get('i');
    logFailures(logger, this.#queueId, this.#run);
    if (verdict === undefined) return logger.log('debug', 'message given up', { queueId: this.#queueId });
    logMessage(logger, {
      queueId: this.#queueId,
      verdict,
      outcome: this.#outcome,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      milliseconds: performance.now() - this.#started,
    });
  }
}
