import { actionNames } from './bit-names.ts';
import {
  ACTION,
  MAX_VERSION,
  MIN_VERSION,
  PROTOCOL,
  VERSION_1_ACTIONS,
  VERSION_1_PROTOCOL,
} from './codes.ts';
import type { MacroLists } from './replies.ts';
import { planStages, STAGE_NAMES, STAGES } from './stages.ts';
import type { Stage, StagePlan } from './stages.ts';

/** What the MTA offers in OPTNEG. */
export interface Offer {
  readonly version: number;
  readonly actions: number;
  readonly protocol: number;
}

/**
 * What a filter does at a stage: `none`, it has no hook there, the MTA need not send it; `observe`, it looks and never
 * decides anything there, so no reply is needed; `answer`, it may decide.
 */
export type StageInterest = 'none' | 'observe' | 'answer';

/** What a filter wants of a connection. */
export interface Wishes {
  /** Action bits without which it cannot work. */
  readonly requiredActions: number;
  /** Action bits that it uses when they are offered. Default none. */
  readonly optionalActions?: number;
  /** Interest by stage; a stage that is left out is `none`. */
  readonly stages: Partial<Record<Stage, StageInterest>>;
  /** Header values verbatim, with their leading space, where offered. */
  readonly leadingSpace?: boolean;
  /** It may answer SKIP to a body chunk, where offered. Of use only when it answers at `body`. */
  readonly skip?: boolean;
  /** Recipients that the MTA itself refuses are wanted, too, where offered. */
  readonly rejectedRecipients?: boolean;
  /** Macros wanted instead of the MTA's default lists, where offered. */
  readonly macros?: MacroLists;
  /** Packets larger than 64 KiB are welcome up to this (for large headers), where offered. */
  readonly maxData?: 'default' | '256K' | '1M';
}

/** What both sides have agreed on. */
export interface Agreement {
  /** Protocol version: the lower of both. */
  readonly version: number;
  /** Action bits that may be used. */
  readonly actions: number;
  /** Protocol bits of the reply: always a subset of the offer. */
  readonly protocol: number;
  /** By stage: whether the MTA sends it and whether it waits for a reply. */
  readonly stages: Readonly<Record<Stage, StagePlan>>;
  /** Whether a body chunk may be answered with SKIP. */
  readonly canSkip: boolean;
  /** Whether header values are verbatim in both directions (HDR_LEADSPC); if not, the MTA eats one space and adds it again. */
  readonly leadingSpace: boolean;
  /** Whether recipients come that the MTA itself has refused (RCPT_REJ); the macro `{rcpt_mailer}` is `error` then. */
  readonly rejectedRecipients: boolean;
  /** Largest payload that the MTA has said it will send, in bytes: 65535, or what MDS allows. Headers only: bodies stay at 65535. */
  readonly maxData: number;
  /** Macro lists in the reply; undefined when the MTA does not take any. */
  readonly macros: MacroLists | undefined;
  /** The MTA offers version 6 without SKIP: of those known, only Stalwart does that. */
  readonly isStalwart: boolean;
}

/**
 * An agreement, or the reason why there is none. Its code is `MILLRACE_NEGOTIATION` when filter and MTA do not fit
 * together, `MILLRACE_PACKET` when that was no offer of an MTA at all.
 */
export type NegotiationResult =
  | { readonly ok: true; readonly agreement: Agreement }
  | {
      readonly ok: false;
      readonly code: 'MILLRACE_NEGOTIATION' | 'MILLRACE_PACKET';
      readonly error: string;
    };

/**
 * The filter's side of the negotiation, as libmilter does it: a pure function.
 *
 * - Version: the lower of both; below 2 there is no agreement.
 * - An offer of 0 actions or 0 protocol bits means those of version 1.
 * - Required actions must all be offered; optional ones are masked.
 * - Only offered protocol bits are used. A stage that cannot be switched off is observed; "no reply" that is not offered
 *   means that a reply is due (`stages` says so, the session sends it).
 * - Who edits gets the body where there would be no end-of-message without it, which is when edits are sent.
 * - MAIL is never switched off: it is what tells one message from the next, because an MTA need not send ABORT after
 *   a message that was decided early.
 */
export function negotiate(offer: Offer, wishes: Wishes): NegotiationResult {
  const version = Math.min(MAX_VERSION, offer.version);
  if (version < MIN_VERSION)
    return {
      ok: false,
      code: 'MILLRACE_PACKET',
      error: `the MTA speaks milter version ${offer.version}; 2 to 6 are known`,
    };
  const offeredActions = offer.actions === 0 ? VERSION_1_ACTIONS : offer.actions >>> 0;
  const offered = offer.protocol === 0 ? VERSION_1_PROTOCOL : offer.protocol >>> 0;

  const missing = wishes.requiredActions & ~offeredActions;
  if (missing !== 0) {
    return { ok: false, code: 'MILLRACE_NEGOTIATION', error: missingText(missing, offeredActions) };
  }
  let actions =
    (wishes.requiredActions | (wishes.optionalActions ?? 0)) & offeredActions & ~ACTION.SETSYMLIST;

  const macros = (offeredActions & ACTION.SETSYMLIST) === 0 ? undefined : macroLists(wishes.macros);
  if (macros !== undefined) actions |= ACTION.SETSYMLIST;

  const isStalwart = version >= 6 && offer.protocol !== 0 && (offered & PROTOCOL.SKIP) === 0;
  let protocol = stageBits(
    isStalwart && actions !== 0 ? { ...wishes, stages: withBody(wishes.stages) } : wishes,
    offered,
  );
  if (wishes.leadingSpace === true) protocol |= PROTOCOL.HDR_LEADSPC & offered;
  if (wishes.skip === true) protocol |= PROTOCOL.SKIP & offered;
  if (wishes.rejectedRecipients === true) protocol |= PROTOCOL.RCPT_REJ & offered;
  protocol |= maxDataBit(wishes.maxData ?? 'default', offered);

  const stages = planStages(version, protocol);
  return {
    ok: true,
    agreement: {
      version,
      actions,
      protocol,
      stages,
      canSkip: (protocol & PROTOCOL.SKIP) !== 0 && stages.body.takesReply,
      leadingSpace: (protocol & PROTOCOL.HDR_LEADSPC) !== 0,
      rejectedRecipients: (protocol & PROTOCOL.RCPT_REJ) !== 0,
      maxData: maxDataBytes(protocol),
      macros,
      isStalwart,
    },
  };
}

/** QUIRK(stalwart): without the body there is no end-of-message, so no edit either. */
function withBody(stages: Wishes['stages']): Wishes['stages'] {
  return stages.body === 'answer' ? stages : { ...stages, body: 'observe' };
}

function missingText(missing: number, offered: number): string {
  const text = `the MTA does not offer ${actionNames(missing).join(', ')}, which this filter needs`;
  return `${text} (offered: ${actionNames(offered).join(', ')})`;
}

function stageBits(wishes: Wishes, offered: number): number {
  let protocol = 0;
  for (const stage of STAGE_NAMES) {
    const interest = wishes.stages[stage] ?? 'none';
    const bits = STAGES[stage];
    if (interest === 'none' && stage !== 'mail' && (bits.no & offered) !== 0) protocol |= bits.no;
    else if (interest !== 'answer') protocol |= bits.noReply & offered;
  }
  return protocol;
}

/**
 * QUIRK(sendmail): a list for end-of-message is ignored unless one for end-of-headers is sent as well; the same names
 * do no harm there.
 */
function macroLists(wished: MacroLists | undefined): MacroLists | undefined {
  if (wished === undefined || Object.values(wished).every((names) => names === undefined)) return undefined;
  if (wished.endOfMessage === undefined || wished.endOfHeaders !== undefined) return wished;
  return { ...wished, endOfHeaders: wished.endOfMessage };
}

/** The smallest offered size that is large enough, else the largest offered. */
function maxDataBit(wanted: 'default' | '256K' | '1M', offered: number): number {
  const small = offered & PROTOCOL.MDS_256K;
  const large = offered & PROTOCOL.MDS_1M;
  if (wanted === 'default') return 0;
  return wanted === '256K' ? small || large : large || small;
}

/** Largest packet payload that an MTA sends after these protocol bits were agreed on, in bytes: 65535, or what MDS allows. */
export function maxDataBytes(protocol: number): number {
  if ((protocol & PROTOCOL.MDS_1M) !== 0) return 1024 * 1024 - 1;
  return (protocol & PROTOCOL.MDS_256K) === 0 ? 65535 : 256 * 1024 - 1;
}
