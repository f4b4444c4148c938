import { macroNeedsOf, type MacroNeeds } from './macro-needs.ts';
import { editsOf, type AnyTransform, type EditKind } from './transform.ts';

/** What a filter can want of an MTA, read off its hooks. The server turns it into negotiation flags. */
export interface Interest {
  /** There is an `onConnect` hook; and so on for the stages that can be answered. */
  readonly connect: boolean;
  readonly helo: boolean;
  readonly mail: boolean;
  readonly rcpt: boolean;
  /** Somebody wants to hear of recipients that the MTA itself refuses. */
  readonly rejectedRecipients: boolean;
  readonly data: boolean;
  /** Somebody looks at the envelope once it is complete. */
  readonly envelope: boolean;
  /** Somebody looks at the recipients. */
  readonly recipients: boolean;
  /** Somebody looks at the message's header. */
  readonly headers: boolean;
  /** Somebody may look at the body. */
  readonly body: boolean;
  /** Somebody reads the message as it was received, byte for byte. */
  readonly rawMessage: boolean;
  /** Whoever wants a body wants all of it: replies per body chunk could not say anything. */
  readonly wholeBody: boolean;
  /** Nearly every message's body will be wanted, so that the end of the header is not worth a reply. */
  readonly eager: boolean;
  readonly edits: ReadonlySet<EditKind>;
  /** Macros without which a hook or a condition cannot do its work. */
  readonly macros: MacroNeeds;
}

/** Bring the hooks of all transforms together. */
export function interestOf(transforms: readonly AnyTransform[]): Interest {
  const has = (hook: keyof AnyTransform): boolean =>
    transforms.some((transform) => transform[hook] !== undefined);
  const body = has('onPart') || has('fromStream') || has('onMessage');
  const late = body || has('onEnd') || has('onEnvelope');
  const envelope = late || has('onRcpt') || has('onRejectedRcpt') || has('onData');
  const edits = new Set<EditKind>();
  for (const transform of transforms) for (const edit of editsOf(transform)) edits.add(edit);
  return {
    connect: has('onConnect'),
    helo: has('onHelo'),
    mail: has('onMail'),
    rcpt: has('onRcpt'),
    rejectedRecipients: has('onRejectedRcpt'),
    data: has('onData'),
    envelope,
    recipients: envelope && transforms.some(readsRecipients),
    headers: late,
    body,
    rawMessage: has('onMessage'),
    wholeBody: transforms.every(readsToTheEnd),
    eager: areEager(transforms),
    edits,
    macros: macroNeedsOf(transforms),
  };
}

/** Whoever has not said that they are of no interest; to take some away, one has to know them. */
function readsRecipients(transform: AnyTransform): boolean {
  const { recipients, when, onRcpt, onRejectedRcpt } = transform;
  if (recipients !== false || when !== undefined) return true;
  return onRcpt !== undefined || onRejectedRcpt !== undefined || editsOf(transform).has('remove-recipient');
}

/**
 * Who changes the body needs all of it, and so does who reads the message as received. Who only looks at parts may be
 * done early, and then SKIP spares the MTA the rest.
 */
function readsToTheEnd(transform: AnyTransform): boolean {
  return (
    transform.onPart === undefined || transform.onMessage !== undefined || editsOf(transform).has('body')
  );
}

/** Somebody wants nearly every message, and nobody else may have a verdict when its header is complete. */
function areEager(transforms: readonly AnyTransform[]): boolean {
  return (
    transforms.some(({ eager, when }) => eager === true && when === undefined) &&
    transforms.every(({ eager, onEnvelope }) => eager === true || onEnvelope === undefined)
  );
}
