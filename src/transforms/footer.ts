import { NO_SENDER } from '../core/envelope.ts';
import type { Message } from '../core/message.ts';
import type { AmbiguityCode } from '../core/mime/ambiguity.ts';
import type { Part } from '../core/mime/part.ts';
import { defineTransform, type TransformDefinition } from '../core/transform.ts';
import { leave, raw, wrap, type PartVerb } from '../core/verbs.ts';
import { reject, type Verdict } from '../core/verdict.ts';
import { BodySearch, isAttachment } from './footer/body-search.ts';
import { dropStale } from './footer/leaf-header.ts';
import { planLeaf } from './footer/leaf-plan.ts';
import { checkFooter, type Footer, type FooterOptions } from './footer/options.ts';
import type { SkipReason } from './footer/skip-reason.ts';
import { commonOptions } from './policy/options.ts';

export { FOOTER_OPTIONS, type FooterOptions } from './footer/options.ts';
export type { SkipReason } from './footer/skip-reason.ts';

/** Of the types that count as protected those that are no text of the sender. */
const BESIDE = new Set([
  'application/pgp-keys',
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
]);

/** A header that mail readers take in different ways: what one of them shows as text, another may show as something else. */
const UNSAFE: ReadonlySet<string> = new Set<AmbiguityCode>([
  'duplicate-content-type',
  'duplicate-transfer-encoding',
  'space-before-colon',
  'control-in-mime-field',
  'header-end-unclear',
  'header-starts-folded',
  'header-runs-on',
  'header-holds-content',
  'mime-field-broken',
  'boundaries-differ',
  'boundary-extended',
  'boundary-quoted-pair',
  'encoded-multipart',
]);

/** What one message has come to. */
interface State {
  readonly body: BodySearch;
  changed: boolean;
  /** Set when a part of the body is signed or encrypted. */
  protected: SkipReason | undefined;
}

/**
 * Puts a footer into the text that a reader sees first: a root text, the first text of a multipart/mixed, every text of an
 * alternative. Everything in front of it stays byte for byte as it is, in whatever encoding; nothing signed or
 * encrypted is touched, no attachment and no attached message. A part that has the footer already is left alone.
 *
 * With `onSigned: 'wrap'` a message that is signed or encrypted as a whole becomes, as it is, the first part of a new
 * multipart/mixed, with the footer behind it. In a multipart/mixed that has a signed or encrypted part already (so look messages
 * that were wrapped before, also by mailing lists) the first text beside it takes the footer, if it does not have it. Anywhere else
 * such a part is skipped.
 *
 * What is not done is reported with a {@link SkipReason}.
 * @throws MillraceError `MILLRACE_DEFINITION` for an option that is wrong.
 */
export function footer(options: FooterOptions): TransformDefinition<State> {
  const settings = checkFooter(options);
  return defineTransform<State>({
    name: 'footer',
    ...commonOptions(options),
    edits: ['body', 'headers'],
    recipients: false,
    state: () => ({ body: new BodySearch(), changed: false, protected: undefined }),
    onEnvelope: (msg) => {
      const reason = unwanted(msg, settings);
      if (reason === undefined) return undefined;
      msg.note(`no footer: ${reason}`);
      return 'skip';
    },
    onPart: (part, msg) => choose(part, msg, settings),
    onEnd: (msg) => {
      if (msg.state.protected !== undefined && settings.onSigned === 'reject') return refusal();
      if (msg.state.changed) dropStale(msg.headers);
      return undefined;
    },
  });
}

/** Why a message gets no footer, whatever is in it. */
function unwanted(msg: Message<State>, settings: Footer): string | undefined {
  const autoSubmitted = msg.headers.get('Auto-Submitted');
  if (settings.skipAutoSubmitted && autoSubmitted !== undefined && !/^no(?![\w-])/i.test(autoSubmitted))
    return 'auto-submitted';
  const { sender } = msg.envelope;
  if (settings.skipNullSender && sender.address === '' && sender !== NO_SENDER) return 'null sender';
  return undefined;
}

function choose(part: Part, msg: Message<State>, settings: Footer): PartVerb | Verdict | undefined {
  const { state } = msg;
  if (part.isMessage || !state.body.reaches(part)) return leave();
  if (part.protection !== undefined && !BESIDE.has(part.type)) {
    if (settings.onSigned === 'wrap') {
      if (part.depth === 1) {
        state.changed = true;
        return wrap({ content: settings.text.text }, part.protection);
      }
      // Wrapped already, here or by a mailing list: the text beside it is where a footer is, or goes.
      if (part.depth === 2 && part.parent?.type === 'multipart/mixed') return leave(part.protection);
    }
    state.body.serve(part);
    state.protected = part.protection;
    return settings.onSigned === 'reject' ? refusal() : leave(part.protection);
  }
  if (part.ambiguities.some(({ code }) => UNSAFE.has(code))) return leave('ambiguous' satisfies SkipReason);
  if (part.type === 'multipart/report') {
    state.body.serve(part);
    return leave('report' satisfies SkipReason);
  }
  if (isAttachment(part)) return leave();
  if (part.type !== 'text/plain' && part.type !== 'text/html') return undefined;
  state.body.serve(part);
  // The other branch of an alternative is a copy of what is signed.
  if (state.protected !== undefined) return leave(state.protected);
  const plan = planLeaf(part, settings, msg.limits, {
    changed: () => (state.changed = true),
    skipped: (reason) => {
      if (reason === 'inline-pgp') state.protected = reason;
    },
  });
  return typeof plan === 'string' ? leave(plan) : raw(plan);
}

function refusal(): Verdict {
  return reject('a signed or encrypted message cannot take the footer that is required', { status: '5.7.1' });
}
