import { ACTION } from './codes.ts';
import type { MacroStage } from './codes.ts';

/** Macro names that are wanted at each stage, as MTAs write them (long names in braces). */
export type MacroLists = Partial<Record<MacroStage, readonly string[]>>;

/** The answer to OPTNEG. */
export interface NegotiateReply {
  readonly type: 'negotiate';
  readonly version: number;
  readonly actions: number;
  readonly protocol: number;
  readonly macros?: MacroLists;
}

/** A verdict without text. */
export interface PlainVerdict {
  readonly type: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' | 'skip';
}

/** REPLYCODE: a verdict with its SMTP reply; `text` is the payload without its NUL, see `parseSmtpReply`. */
export interface ReplyCodeVerdict {
  readonly type: 'replyCode';
  readonly text: string;
}

/** ADDHEADER: at the end of the headers. */
export interface AddHeader {
  readonly type: 'addHeader';
  readonly name: string;
  /** With HDR_LEADSPC the MTA adds no space after the colon: the value brings it. */
  readonly value: string;
}

/** INSHEADER: `index` counts from 0 over the MTA's whole list, its own Received field included. */
export interface InsertHeader {
  readonly type: 'insertHeader';
  readonly index: number;
  readonly name: string;
  readonly value: string;
}

/** CHGHEADER: `index` counts from 1 over the fields of that name that the filter was shown; an empty value deletes. */
export interface ChangeHeader {
  readonly type: 'changeHeader';
  readonly index: number;
  readonly name: string;
  readonly value: string;
}

/** REPLBODY: a chunk of the new body. `data` is borrowed. */
export interface ReplaceBody {
  readonly type: 'replaceBody';
  readonly data: Buffer;
}

/** ADDRCPT, or ADDRCPT_PAR when `args` is there. */
export interface AddRecipient {
  readonly type: 'addRecipient';
  readonly address: string;
  /** ESMTP parameters, separated by spaces; may be empty. */
  readonly args?: string;
}

/** DELRCPT: `address` as it came in RCPT. */
export interface DeleteRecipient {
  readonly type: 'deleteRecipient';
  readonly address: string;
}

/** CHGFROM. */
export interface ChangeFrom {
  readonly type: 'changeFrom';
  readonly address: string;
  /** ESMTP parameters, separated by spaces. */
  readonly args?: string;
}

/** QUARANTINE: the MTA holds the message; the reason is not empty. */
export interface Quarantine {
  readonly type: 'quarantine';
  readonly reason: string;
}

/** What ends a command. */
export type VerdictReply = PlainVerdict | ReplyCodeVerdict;

/** A change of the message; legal only between BODYEOB and its verdict. */
export type Modification =
  | AddHeader
  | InsertHeader
  | ChangeHeader
  | ReplaceBody
  | AddRecipient
  | DeleteRecipient
  | ChangeFrom
  | Quarantine;

/** A packet from the filter to the MTA. Strings are bytes, one character each (latin1). */
export type Reply = NegotiateReply | VerdictReply | { readonly type: 'progress' } | Modification;

/** Which action bit a modification needs. */
export function actionOf(modification: Modification): number {
  switch (modification.type) {
    case 'addHeader':
    case 'insertHeader':
      return ACTION.ADDHDRS;
    case 'changeHeader':
      return ACTION.CHGHDRS;
    case 'replaceBody':
      return ACTION.CHGBODY;
    case 'addRecipient':
      return modification.args === undefined ? ACTION.ADDRCPT : ACTION.ADDRCPT_PAR;
    case 'deleteRecipient':
      return ACTION.DELRCPT;
    case 'changeFrom':
      return ACTION.CHGFROM;
    case 'quarantine':
      return ACTION.QUARANTINE;
  }
}
