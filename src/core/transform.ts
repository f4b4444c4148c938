import type { Duplex } from 'node:stream';
import { MillraceError } from '../base/errors.ts';
import type { EnvelopeAddress, RejectedRecipient } from './envelope.ts';
import { macroProblem, type MacroNeeds } from './macro-needs.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { Message } from './message.ts';
import type { Part } from './mime/part.ts';
import type { Leave, MessageTapFunction, PartVerb, Tap } from './verbs.ts';
import type { Verdict } from './verdict.ts';
import type { When } from './when.ts';

/** What happens to the message when a transform throws: the creed's "the administrator decides". */
export type OnError = 'tempfail' | 'accept' | 'reject';

/** Kinds of edits, as the milter protocol lets an MTA grant them one by one. */
export type EditKind = 'body' | 'headers' | 'sender' | 'add-recipient' | 'remove-recipient' | 'quarantine';

type Answer = Verdict | void | undefined;

/**
 * One step of a pipeline. Every hook may be left out; which ones are there decides what is asked of the MTA. Hooks
 * return what they decide; a throw is a bug or an outage and follows `onError`.
 */
export interface TransformDefinition<S = unknown> {
  /** Shown in logs, reports and `check`; kebab-case. */
  readonly name: string;
  /** Fresh per message. */
  readonly state?: () => S;
  /** Run only for messages that fit. */
  readonly when?: When;
  /** Overrules the filter's `onError` for this transform. */
  readonly onError?: OnError;
  /**
   * Which edits this transform may make. Left out: `headers`, and `body` too when there is an `onPart` or a `fromStream`. An edit that
   * is not declared throws, because the MTA has not been asked to allow it.
   */
  readonly edits?: readonly EditKind[];
  /**
   * Wants the body of nearly every message (that fits `when`). Without `when` the end of the header then needs no reply,
   * which spares each message a round trip with the MTA; in return the body of the few that nobody wants is sent for
   * nothing, and a verdict of `onEnvelope` is given at the end of the message. Default false.
   */
  readonly eager?: boolean;
  /**
   * Whether the hooks look at `msg.envelope.recipients`. Where no transform of a filter does, nor a `when`, the MTA is asked not to
   * send them, which spares each message some packets, and the list is empty. Default true.
   */
  readonly recipients?: boolean;
  /**
   * Macros that the hooks look at, by the stage from which on they are needed: `{ connect: ['client_addr'] }`. The MTA is
   * asked for them beside what it sends by default, where it can be asked (Postfix and Sendmail of today). What a
   * `when` looks at is asked for in any case.
   */
  readonly macros?: MacroNeeds;
  /**
   * Runs at end-of-message, behind a barrier, as one with `when.verdict` does: the message waits in the spool until
   * everything in front has been decided, and all of `msg.ambiguities` and `msg.findings` are known then. Default false.
   */
  readonly late?: boolean;

  /** A client has connected (once a connection; `msg.envelope` is empty). A reject or tempfail ends the connection. */
  onConnect?(msg: Message<S>): MaybePromise<Answer>;
  /** HELO or EHLO, maybe more than once. */
  onHelo?(msg: Message<S>): MaybePromise<Answer>;
  /** MAIL FROM. */
  onMail?(sender: EnvelopeAddress, msg: Message<S>): MaybePromise<Answer>;
  /** RCPT TO; a reject or tempfail refuses this recipient only. */
  onRcpt?(recipient: EnvelopeAddress, msg: Message<S>): MaybePromise<Answer>;
  /**
   * RCPT TO for a recipient that the MTA has refused by itself, where it tells of such: all of them but those with a syntax error
   * (Postfix), or local users that do not exist (Sendmail). It is not among the recipients of the message, and nothing
   * that is answered can change that, so there is no verdict here; one of `onData` can say what such a message deserves.
   */
  onRejectedRcpt?(recipient: RejectedRecipient, msg: Message<S>): MaybePromise<void>;
  /** DATA: the envelope is complete. */
  onData?(msg: Message<S>): MaybePromise<Answer>;
  /** Envelope and headers are there, the body is not. `'skip'`: this transform leaves the message alone. */
  onEnvelope?(msg: Message<S>): MaybePromise<Answer | 'skip'>;
  /** A function that gets the message as it was received: fields, blank line, body. */
  onMessage?(msg: Message<S>): MessageTapFunction | undefined | void;
  /** A part has begun; its header is known, its content follows. */
  onPart?(part: Part, msg: Message<S>): MaybePromise<PartVerb | Verdict | void | undefined>;
  /**
   * A part has begun that is there only for some mail readers, who split the message in another way than the rules have it
   * (`part.reading` says which): behind a delimiter that is none, by another of two boundaries, in a message that is encoded. Such parts can be
   * read (`tap`) and judged by their header; nothing can be changed about them. What a reader finds at the same place as the rules is not
   * shown again. At most four such readings are followed at a time and in a message, then there is the ambiguity `too-many-readings`; which
   * ones follows from the message alone.
   */
  onReading?(part: Part, msg: Message<S>): MaybePromise<Tap | Leave | Verdict | void | undefined>;
  /**
   * In place of `onPart`, the raw level: a Node stream for the whole message, or several that are connected in order. The first
   * is given bytes: the header as the transforms in front have left it, a blank line, the body; the last one puts out
   * the new message in the same form. Its header fields become header edits (of a header that was wrapped in front,
   * see {@link Wrap}, the fields that moved are given, and stay where they are). The transforms behind get the parts that are found in it.
   * Nothing returned, or `leave(reason)`: this message goes on without. Asked when the message's root begins. A message without a change
   * comes out as it was, and nothing is sent; a stream that fails follows `onError`, and never bypasses: what it has put out cannot be told
   * from what it was given.
   */
  fromStream?(root: Part, msg: Message<S>): Duplex | readonly Duplex[] | Leave | undefined | void;
  /** The message is complete, taps and judges have settled. Headers, envelope and verdict can still be decided. */
  onEnd?(msg: Message<S>): MaybePromise<Answer>;
}

/** A checked {@link TransformDefinition}. */
export type AnyTransform = TransformDefinition<any>;

const HOOKS = [
  'onConnect',
  'onHelo',
  'onMail',
  'onRcpt',
  'onRejectedRcpt',
  'onData',
  'onEnvelope',
  'onMessage',
  'onPart',
  'onReading',
  'fromStream',
  'onEnd',
] as const;
const KEYS = new Set<string>([
  'name',
  'state',
  'when',
  'onError',
  'edits',
  'eager',
  'late',
  'recipients',
  'macros',
  ...HOOKS,
]);
const EDITS = new Set<string>([
  'body',
  'headers',
  'sender',
  'add-recipient',
  'remove-recipient',
  'quarantine',
]);

/**
 * Check a definition and keep its type; the type of `state` is inferred.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong key.
 */
export function defineTransform<S = undefined>(definition: TransformDefinition<S>): TransformDefinition<S> {
  const wrong = (text: string): never => {
    throw new MillraceError('MILLRACE_DEFINITION', `transform ${JSON.stringify(definition.name)}: ${text}`);
  };
  if (typeof definition.name !== 'string' || definition.name === '') wrong('name must be a non-empty string');
  for (const key of Object.keys(definition)) if (!KEYS.has(key)) wrong(`unknown key ${JSON.stringify(key)}`);
  for (const hook of HOOKS) {
    if (definition[hook] !== undefined && typeof definition[hook] !== 'function')
      wrong(`${hook} must be a function`);
  }
  if (definition.onPart !== undefined && definition.fromStream !== undefined)
    wrong('onPart and fromStream exclude each other');
  if (definition.onReading !== undefined && definition.onPart === undefined)
    wrong('onReading needs an onPart');
  for (const edit of definition.edits ?? [])
    if (!EDITS.has(edit)) wrong(`unknown edit ${JSON.stringify(edit)}`);
  for (const key of ['eager', 'late', 'recipients'] as const) {
    const value = definition[key];
    if (value !== undefined && typeof value !== 'boolean') wrong(`${key} must be true or false`);
  }
  const problem = definition.macros === undefined ? undefined : macroProblem(definition.macros);
  if (problem !== undefined) wrong(problem);
  if (definition.onError !== undefined && !['tempfail', 'accept', 'reject'].includes(definition.onError)) {
    wrong(`onError must be tempfail, accept or reject, not ${JSON.stringify(definition.onError)}`);
  }
  return definition;
}

/** Whether a transform waits behind a barrier until those in front of it have decided. */
export function isLate({ late, when }: AnyTransform): boolean {
  return late === true || when?.verdict !== undefined;
}

/** The edits that a transform may make, declared or inferred from its hooks. */
export function editsOf(transform: AnyTransform): ReadonlySet<EditKind> {
  if (transform.edits !== undefined) return new Set(transform.edits);
  return new Set(
    transform.onPart === undefined && transform.fromStream === undefined
      ? ['headers', 'quarantine']
      : ['headers', 'body', 'quarantine'],
  );
}
