import type { EditKind } from '../core/transform.ts';
import type { Interest } from '../core/interest.ts';
import { ACTION } from '../protocol/codes.ts';
import { DEFAULT_MAX_PACKET } from '../protocol/frame-decoder.ts';
import type { StageInterest, Wishes } from '../protocol/negotiation.ts';
import { macroLists } from './macro-lists.ts';

/** Action bits of an edit: what must be granted, and what is used when it is. */
const ACTIONS: Readonly<Record<EditKind, { required: number; optional: number }>> = {
  body: { required: ACTION.CHGBODY, optional: 0 },
  headers: { required: ACTION.ADDHDRS | ACTION.CHGHDRS, optional: 0 },
  sender: { required: ACTION.CHGFROM, optional: 0 },
  'add-recipient': { required: ACTION.ADDRCPT, optional: ACTION.ADDRCPT_PAR },
  'remove-recipient': { required: ACTION.DELRCPT, optional: 0 },
  quarantine: { required: ACTION.QUARANTINE, optional: 0 },
};

/** What an MTA may send that has negotiated MDS_1M. */
const LARGE_PACKET = 1024 * 1024;

/**
 * What a filter's interest means for the negotiation: every stage without a hook goes without a reply or is not sent
 * at all, every edit asks for its action bit.
 *
 * The end of headers is answered when somebody may well lose interest there, so that the rest of the message need not
 * be sent. Body chunks are answered (SKIP, an early verdict) unless everybody always consumes the whole body. Header
 * values are asked for verbatim, because that keeps a field without a blank after its colon apart from one with it. Packets
 * of up to 1 MiB are welcome, for large headers, if that is not more than `maxPacket` bytes.
 * @throws MillraceError `MILLRACE_DEFINITION` for more macros than an MTA takes.
 */
export function wishesOf(interest: Interest, maxPacket = DEFAULT_MAX_PACKET): Wishes {
  let requiredActions = 0;
  let optionalActions = 0;
  for (const edit of interest.edits) {
    requiredActions |= ACTIONS[edit].required;
    optionalActions |= ACTIONS[edit].optional;
  }
  const envelope = (hasHook: boolean): StageInterest =>
    hasHook ? 'answer' : interest.envelope ? 'observe' : 'none';
  const macros = macroLists(interest.macros);
  return {
    requiredActions,
    optionalActions,
    stages: {
      connect: envelope(interest.connect),
      helo: envelope(interest.helo),
      mail: envelope(interest.mail),
      rcpt: interest.rcpt
        ? 'answer'
        : interest.recipients || interest.rejectedRecipients
          ? 'observe'
          : 'none',
      data: interest.data ? 'answer' : 'none',
      header: interest.headers ? 'observe' : 'none',
      endOfHeaders: endOfHeadersInterest(interest),
      body: bodyInterest(interest),
    },
    leadingSpace: true,
    rejectedRecipients: interest.rejectedRecipients,
    ...(macros === undefined ? {} : { macros }),
    skip: interest.body && !interest.wholeBody,
    maxData: interest.headers && maxPacket >= LARGE_PACKET ? '1M' : 'default',
  };
}

function endOfHeadersInterest(interest: Interest): StageInterest {
  if (!interest.envelope && !interest.headers) return 'none';
  return interest.eager ? 'observe' : 'answer';
}

function bodyInterest(interest: Interest): StageInterest {
  if (!interest.body) return 'none';
  return interest.wholeBody ? 'observe' : 'answer';
}
