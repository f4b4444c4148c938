import { PROTOCOL } from './codes.ts';

/** A command that a filter may or may not want to see. End-of-message is always sent and always answered. */
export type Stage =
  'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'unknown' | 'header' | 'endOfHeaders' | 'body';

/** The protocol bits of a stage, and the version that brought its command. */
export interface StageBits {
  /** "Do not send it." */
  readonly no: number;
  /** "No reply to it is due." */
  readonly noReply: number;
  readonly sinceVersion: number;
}

/** Bits of all stages, in the order of an SMTP session. */
export const STAGES: Readonly<Record<Stage, StageBits>> = {
  connect: { no: PROTOCOL.NOCONNECT, noReply: PROTOCOL.NR_CONN, sinceVersion: 2 },
  helo: { no: PROTOCOL.NOHELO, noReply: PROTOCOL.NR_HELO, sinceVersion: 2 },
  mail: { no: PROTOCOL.NOMAIL, noReply: PROTOCOL.NR_MAIL, sinceVersion: 2 },
  rcpt: { no: PROTOCOL.NORCPT, noReply: PROTOCOL.NR_RCPT, sinceVersion: 2 },
  data: { no: PROTOCOL.NODATA, noReply: PROTOCOL.NR_DATA, sinceVersion: 4 },
  unknown: { no: PROTOCOL.NOUNKNOWN, noReply: PROTOCOL.NR_UNKN, sinceVersion: 3 },
  header: { no: PROTOCOL.NOHDRS, noReply: PROTOCOL.NR_HDR, sinceVersion: 2 },
  endOfHeaders: { no: PROTOCOL.NOEOH, noReply: PROTOCOL.NR_EOH, sinceVersion: 2 },
  body: { no: PROTOCOL.NOBODY, noReply: PROTOCOL.NR_BODY, sinceVersion: 2 },
};

/** The names of all stages, in the order of an SMTP session. */
export const STAGE_NAMES = Object.keys(STAGES) as readonly Stage[];

/** Whether a stage is sent, and whether a reply to it is due, after a negotiation. */
export interface StagePlan {
  readonly isSent: boolean;
  readonly takesReply: boolean;
}

/** What `version` and `protocol` (the bits of the reply to the offer) mean for each stage. */
export function planStages(version: number, protocol: number): Record<Stage, StagePlan> {
  const plan = {} as Record<Stage, StagePlan>;
  for (const stage of STAGE_NAMES) {
    const bits = STAGES[stage];
    plan[stage] = {
      isSent: version >= bits.sinceVersion && (protocol & bits.no) === 0,
      takesReply: (protocol & bits.noReply) === 0,
    };
  }
  return plan;
}
