import { MillraceError } from '../base/errors.ts';
import { drained } from './drained.ts';
import type { Connection, EnvelopeAddress, Macros, RejectedRecipient } from './envelope.ts';
import type { FilterPolicy } from './filter-options.ts';
import { BodyFlow } from './body-flow.ts';
import { GiveUp } from './give-up.ts';
import type { HeaderList } from './headers/header-list.ts';
import { type HookCall, Hooks } from './hooks.ts';
import { andThen, isPromise, type MaybePromise } from './maybe-promise.ts';
import type { Outcome } from './outcome.ts';
import { type Failure, Resolution } from './resolution.ts';
import { SharedMessage } from './shared-message.ts';
import type { Spool } from './spool/index.ts';
import type { AnyTransform, EditKind } from './transform.ts';
import { TransformRun } from './transform-run.ts';
import { countWork, isTurnOver, laterTurn } from './turn.ts';
import type { Verdict } from './verdict.ts';
import type { WhenSubject } from './when.ts';
import type { RunServices } from './run-services.ts';

/** Names of the fields that are taken apart. */
const MIME_FIELD = /^(?:content-|mime-)/i;

/** A transform with what is known of it before there is a message, its condition compiled. */
export interface PreparedTransform {
  readonly transform: AnyTransform;
  readonly edits: ReadonlySet<EditKind>;
  readonly fits: ((subject: WhenSubject) => boolean) | undefined;
  /** The part of the condition that waits for the transforms in front; always true for one that is merely late. */
  readonly late: ((findings: ReadonlySet<string>) => boolean) | undefined;
}

/** What is to follow the header: the body, only its end, or nothing because all is decided. */
export type Decision = { next: 'body' } | { next: 'end' } | { next: 'done'; outcome: Outcome };

/** An answer to the MTA: a verdict, or undefined for "go on". A promise only when something really waits. */
export type Answer = MaybePromise<Verdict | undefined>;

/**
 * One message on its way through one filter: envelope, header, body, end. Calls come in that order; after each
 * `write` the driver asks `pending`. Nothing here throws or rejects for what transforms or mail do: errors, limits and
 * deadlines become the outcome.
 */
export class MessageRun {
  readonly #policy: FilterPolicy;
  readonly #prepared: readonly PreparedTransform[];
  readonly #shared: SharedMessage;
  readonly #runs: readonly TransformRun[];
  readonly #resolution: Resolution;
  readonly #hooks: Hooks;
  readonly #giveUp = new GiveUp();
  readonly #flow: BodyFlow;
  #headerBytes = 0;
  #mimeHeaderBytes = 0;
  #hasData = false;
  /** How many transforms have been asked for their end. */
  #ended = 0;
  #controller: AbortController | undefined;
  #outcome: Outcome | undefined;

  constructor(
    prepared: readonly PreparedTransform[],
    policy: FilterPolicy,
    connection: Connection,
    macros: () => Macros,
    services: RunServices,
  ) {
    this.#prepared = prepared;
    this.#policy = policy;
    this.#shared = new SharedMessage(connection, policy.limits, {
      macros,
      signal: () => this.#signal(),
      ambiguities: () => this.#flow.ambiguities,
    });
    this.#runs = prepared.map((one) => new TransformRun(one, policy.onError, this.#shared));
    this.#resolution = new Resolution(this.#runs, policy.onLimit);
    this.#hooks = new Hooks(this.#runs, this.#resolution);
    this.#shared.headers.onEdit = () => this.#hooks.headerEdit();
    this.#flow = new BodyFlow(this.#runs, this.#resolution, this.#hooks, services, policy.limits, (run) =>
      this.#endBefore(run),
    );
  }

  /** Errors of transforms, limits and the spool, for the log. */
  get failures(): readonly Failure[] {
    return this.#resolution.failures;
  }

  /** MAIL FROM. */
  mail(sender: EnvelopeAddress): Answer {
    this.#shared.envelope.sender = sender;
    return this.#ask('onMail', (run) => run.transform.onMail?.(sender, run));
  }

  /** RCPT TO. A verdict other than discard is about this recipient alone. */
  rcpt(recipient: EnvelopeAddress): Answer {
    if (this.decided) return this.#resolution.answer();
    const { recipients } = this.#shared.envelope;
    if (recipients.length >= this.#policy.limits.recipients) {
      return { kind: 'tempfail', code: 452, status: '4.5.3', text: 'too many recipients' };
    }
    const settle = (verdict: Verdict | undefined): Verdict | undefined => {
      const answer = verdict ?? this.#resolution.answer();
      if (answer === undefined) recipients.push(recipient);
      else if (answer.kind === 'discard') this.#resolution.decide(answer, this.#runs[0]);
      return answer;
    };
    const answer = this.#hooks.first('onRcpt', (run) => run.transform.onRcpt?.(recipient, run));
    return isPromise(answer) ? this.#giveUp.race(answer).then(settle) : settle(answer);
  }

  /** RCPT TO for a recipient that the MTA has refused already: nothing is answered, whatever becomes of the hooks. */
  rejectedRcpt(recipient: RejectedRecipient): MaybePromise<undefined> {
    if (this.decided) return undefined;
    const told = this.#hooks.first('onRejectedRcpt', (run) => {
      const done = run.transform.onRejectedRcpt?.(recipient, run);
      return isPromise(done) ? Promise.resolve(done).then(refuseAnswer) : refuseAnswer(done);
    });
    return isPromise(told) ? this.#giveUp.race(told).then(() => undefined) : undefined;
  }

  /** DATA. MTAs with an old version of the protocol do not tell of it: then the end of the header does. */
  data(): Answer {
    this.#hasData = true;
    return this.#ask('onData', (run) => run.transform.onData?.(run));
  }

  /** A header field as received: latin1 "binary" value with its leading blank. */
  header(name: string, rawValue: string): void {
    if (this.decided) return;
    const { headers } = this.#shared;
    const { headerBytes, mimeHeaderBytes, headerFields } = this.#policy.limits;
    const bytes = fieldBytes(name, rawValue);
    this.#headerBytes += bytes;
    if (MIME_FIELD.test(name)) this.#mimeHeaderBytes += bytes;
    if (this.#headerBytes > headerBytes) this.#resolution.limit('header-bytes');
    else if (this.#mimeHeaderBytes > mimeHeaderBytes) this.#resolution.limit('mime-header-bytes');
    else if (headers.length >= headerFields) this.#resolution.limit('header-fields');
    else headers.append(name, rawValue);
  }

  /** Names of the fields as received, top down. */
  get receivedNames(): readonly string[] {
    return this.#shared.headers.received.map(({ name }) => name);
  }

  /** All header fields at once, in place of {@link header}: a list parsed from a file, with all its bytes. */
  headers(list: HeaderList): void {
    const { headerBytes, mimeHeaderBytes, headerFields } = this.#policy.limits;
    this.#shared.headers = list;
    list.onEdit = () => this.#hooks.headerEdit();
    let mimeBytes = 0;
    for (const { name, rawValue } of list) if (MIME_FIELD.test(name)) mimeBytes += fieldBytes(name, rawValue);
    if (list.length > headerFields) this.#resolution.limit('header-fields');
    if (mimeBytes > mimeHeaderBytes) this.#resolution.limit('mime-header-bytes');
    if (list.rawBytes().length > headerBytes) this.#resolution.limit('header-bytes');
  }

  /** The header is complete: find out who wants the message, and how much of it. */
  endOfHeaders(): MaybePromise<Decision> {
    const data = this.#hasData ? undefined : this.data();
    return isPromise(data) ? data.then(() => this.#endOfHeaders()) : this.#endOfHeaders();
  }

  /** Body bytes, borrowed. */
  write(slice: Buffer): void {
    if (this.wantsBody) this.#flow.write(slice);
  }

  /** A promise while the message cannot take more; it never rejects. */
  pending(): Promise<void> | undefined {
    if (this.decided) return undefined;
    const waiting = this.#flow.pending();
    return waiting === undefined ? undefined : this.#giveUp.race(waiting);
  }

  /** Whether the answer is certain already, whatever the rest of the body holds. */
  get decided(): boolean {
    return this.#resolution.decided;
  }

  /** Whether body bytes still matter. */
  get wantsBody(): boolean {
    return !this.decided && this.#outcome === undefined && this.#flow.wantsMore;
  }

  /** The body is complete. Settles when everything is decided and the whole new body can be read. */
  end(): MaybePromise<Outcome> {
    const finishing = this.#outcome === undefined ? this.#finish() : undefined;
    return isPromise(finishing)
      ? this.#giveUp.race(finishing).then(() => this.#conclude())
      : this.#conclude();
  }

  /** The whole new body, once `end` has settled and when the outcome says that the body has changed. */
  newBody(): Spool | undefined {
    return this.#outcome?.bodyChanged === true ? this.#flow.spool : undefined;
  }

  /** The message is given up: by the MTA, or because its time is over. */
  abort(reason: MillraceError): void {
    if (this.#resolution.over !== undefined || this.#outcome !== undefined) return;
    this.#resolution.giveUp(reason);
    this.#end(() => reason);
    this.#giveUp.now();
  }

  /** Let go of spools and readers. */
  dispose(): void {
    this.#end(() => new MillraceError('MILLRACE_ABORTED', 'the message is over'));
    this.#flow.discard();
  }

  /** Run a hook of the active transforms in order (all, or those in some places), and let the verdict count for the message. */
  #ask(hook: keyof AnyTransform, call: HookCall, from?: number, to?: number): Answer {
    if (this.decided) return this.#resolution.answer();
    const answer = this.#hooks.first(hook, call, from, to);
    return isPromise(answer)
      ? this.#giveUp.race(answer).then((verdict) => this.#settle(verdict))
      : this.#settle(answer);
  }

  #settle(verdict: Verdict | undefined): Verdict | undefined {
    if (verdict !== undefined && !this.decided) this.#resolution.decide(verdict, this.#runs[0]);
    return this.#resolution.answer();
  }

  #endOfHeaders(): MaybePromise<Decision> {
    for (let i = 0; i < this.#runs.length; i++) {
      const { fits } = this.#prepared[i];
      if (fits !== undefined && !fits(this.#shared)) this.#runs[i].active = false;
    }
    const answer = this.#ask('onEnvelope', (run) => run.transform.onEnvelope?.(run));
    return isPromise(answer) ? answer.then(() => this.#open()) : this.#open();
  }

  #open(): MaybePromise<Decision> {
    // To read a header can take as long as a turn may; several may be complete in one.
    if (!this.decided && isTurnOver()) return laterTurn().then(() => this.#open());
    const start = performance.now();
    if (!this.decided) this.#flow.open(this.#shared.headers);
    countWork(start);
    return this.pending() === undefined ? this.#decision() : drained(this).then(() => this.#decision());
  }

  #decision(): Decision {
    if (!this.decided && this.#flow.wantsMore) return { next: 'body' };
    this.#flow.checkLimits();
    if (this.decided) return { next: 'done', outcome: this.#conclude() };
    const { headers, envelopeEdits, quarantineReason } = this.#shared;
    const edits = headers.edited || envelopeEdits.length > 0 || quarantineReason !== undefined;
    const ending = this.#runs.some((run) => run.active && run.transform.onEnd !== undefined);
    return edits || ending ? { next: 'end' } : { next: 'done', outcome: this.#conclude() };
  }

  #finish(): MaybePromise<void> {
    // Bytes that wait for their turn come before the end.
    return andThen(this.#flow.waiting(), () => this.#finishBody());
  }

  #finishBody(): MaybePromise<void> {
    if (!this.decided) this.#flow.end();
    const draining = this.pending() === undefined ? undefined : drained(this);
    return andThen(draining, () => andThen(this.#endBefore(undefined), () => this.#seal()));
  }

  #seal(): Promise<void> | undefined {
    this.#flow.checkLimits();
    return this.decided ? undefined : this.#flow.seal();
  }

  /**
   * Let the transforms in front of `last` (all, when undefined) say what they decide, those that have not yet, when what they
   * read has settled. Gives true when the message goes on; never rejects.
   */
  #endBefore(last: TransformRun | undefined): MaybePromise<boolean> {
    const reading = this.decided ? undefined : this.#flow.settled();
    return reading === undefined
      ? this.#askEnds(last)
      : this.#giveUp.race(reading).then(() => this.#askEnds(last));
  }

  #askEnds(last: TransformRun | undefined): MaybePromise<boolean> {
    if (this.decided) return false;
    const from = this.#ended;
    const to = last === undefined ? this.#runs.length : this.#runs.indexOf(last);
    this.#ended = to;
    const call: HookCall = (run) => {
      run.qualify();
      return run.active ? run.transform.onEnd?.(run) : undefined;
    };
    return andThen(this.#ask('onEnd', call, from, to), () => {
      for (let i = to; i < this.#runs.length && this.#runs[i].isLate; i++) this.#runs[i].qualify();
      return !this.decided;
    });
  }

  #conclude(): Outcome {
    if (this.#outcome !== undefined) return this.#outcome;
    const { headers, envelopeEdits, quarantineReason, notes } = this.#shared;
    const edited = !this.decided;
    this.#outcome = {
      verdict: this.#resolution.answer() ?? { kind: 'accept' },
      bodyChanged: edited && this.#flow.changed,
      headerEdits: edited ? headers.edits() : [],
      envelopeEdits: edited ? envelopeEdits : [],
      ...(edited && quarantineReason !== undefined ? { quarantine: quarantineReason } : {}),
      parts: this.#flow.parts,
      ambiguities: this.#flow.ambiguities,
      notes,
    };
    headers.onEdit = undefined;
    headers.freeze('the message has been answered');
    if (!this.#outcome.bodyChanged) this.dispose();
    return this.#outcome;
  }

  #signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#resolution.over !== undefined) this.#controller.abort(this.#resolution.over);
    }
    return this.#controller.signal;
  }

  /** Tell whoever still works on the message; an error costs what a whole stage does, so it is made only for somebody. */
  #end(reason: () => MillraceError): void {
    if (this.#flow.isRead) this.#flow.abort(reason());
    if (this.#controller !== undefined && !this.#controller.signal.aborted) this.#controller.abort(reason());
  }
}

function fieldBytes(name: string, rawValue: string): number {
  return name.length + rawValue.length + ':\r\n'.length;
}

function refuseAnswer(answer: unknown): undefined {
  if (answer === undefined || answer === null) return undefined;
  throw new MillraceError(
    'MILLRACE_VERB',
    'onRejectedRcpt has nothing to return: the MTA has refused it already',
  );
}
