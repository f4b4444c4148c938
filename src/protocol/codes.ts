/**
 * The numbers of the milter wire protocol, versions 2 to 6. Names in comments are those of libmilter's `mfdef.h` and
 * `mfapi.h`; letters are single bytes.
 */

/** Commands, from the MTA to the filter. */
export const COMMAND = {
  ABORT: 0x41, // 'A' SMFIC_ABORT
  BODY: 0x42, // 'B' SMFIC_BODY
  CONNECT: 0x43, // 'C' SMFIC_CONNECT
  MACRO: 0x44, // 'D' SMFIC_MACRO
  END_OF_MESSAGE: 0x45, // 'E' SMFIC_BODYEOB
  HELO: 0x48, // 'H' SMFIC_HELO
  QUIT_NEW_CONNECTION: 0x4b, // 'K' SMFIC_QUIT_NC
  HEADER: 0x4c, // 'L' SMFIC_HEADER
  MAIL: 0x4d, // 'M' SMFIC_MAIL
  END_OF_HEADERS: 0x4e, // 'N' SMFIC_EOH
  NEGOTIATE: 0x4f, // 'O' SMFIC_OPTNEG
  QUIT: 0x51, // 'Q' SMFIC_QUIT
  RCPT: 0x52, // 'R' SMFIC_RCPT
  DATA: 0x54, // 'T' SMFIC_DATA
  UNKNOWN: 0x55, // 'U' SMFIC_UNKNOWN
} as const;

/**
 * Replies, from the filter to the MTA. `4` (SMFIR_SHUTDOWN), `f` (SMFIR_CONN_FAIL) and `l` (SMFIR_SETSYMLIST) are
 * left out on purpose: Sendmail treats them as errors, and macro lists ride in the negotiation reply.
 */
export const REPLY = {
  ADD_RECIPIENT: 0x2b, // '+' SMFIR_ADDRCPT
  DELETE_RECIPIENT: 0x2d, // '-' SMFIR_DELRCPT
  ADD_RECIPIENT_WITH_ARGS: 0x32, // '2' SMFIR_ADDRCPT_PAR
  NEGOTIATE: 0x4f, // 'O' SMFIC_OPTNEG
  ACCEPT: 0x61, // 'a' SMFIR_ACCEPT
  REPLACE_BODY: 0x62, // 'b' SMFIR_REPLBODY
  CONTINUE: 0x63, // 'c' SMFIR_CONTINUE
  DISCARD: 0x64, // 'd' SMFIR_DISCARD
  CHANGE_FROM: 0x65, // 'e' SMFIR_CHGFROM
  ADD_HEADER: 0x68, // 'h' SMFIR_ADDHEADER
  INSERT_HEADER: 0x69, // 'i' SMFIR_INSHEADER
  CHANGE_HEADER: 0x6d, // 'm' SMFIR_CHGHEADER
  PROGRESS: 0x70, // 'p' SMFIR_PROGRESS
  QUARANTINE: 0x71, // 'q' SMFIR_QUARANTINE
  REJECT: 0x72, // 'r' SMFIR_REJECT
  SKIP: 0x73, // 's' SMFIR_SKIP
  TEMPFAIL: 0x74, // 't' SMFIR_TEMPFAIL
  REPLY_CODE: 0x79, // 'y' SMFIR_REPLYCODE
} as const;

/** What a filter may do to a message; the action bits of the negotiation. */
export const ACTION = {
  ADDHDRS: 0x001, // SMFIF_ADDHDRS: add and insert headers
  CHGBODY: 0x002, // SMFIF_CHGBODY
  ADDRCPT: 0x004, // SMFIF_ADDRCPT
  DELRCPT: 0x008, // SMFIF_DELRCPT
  CHGHDRS: 0x010, // SMFIF_CHGHDRS: change and delete headers
  QUARANTINE: 0x020, // SMFIF_QUARANTINE
  CHGFROM: 0x040, // SMFIF_CHGFROM
  ADDRCPT_PAR: 0x080, // SMFIF_ADDRCPT_PAR
  SETSYMLIST: 0x100, // SMFIF_SETSYMLIST
} as const;

/** What the MTA need not send, and how both sides behave; the protocol bits of the negotiation. */
export const PROTOCOL = {
  NOCONNECT: 0x000001, // SMFIP_NOCONNECT
  NOHELO: 0x000002, // SMFIP_NOHELO
  NOMAIL: 0x000004, // SMFIP_NOMAIL
  NORCPT: 0x000008, // SMFIP_NORCPT
  NOBODY: 0x000010, // SMFIP_NOBODY
  NOHDRS: 0x000020, // SMFIP_NOHDRS
  NOEOH: 0x000040, // SMFIP_NOEOH
  NR_HDR: 0x000080, // SMFIP_NR_HDR, SMFIP_NOHREPL: no reply to a header
  NOUNKNOWN: 0x000100, // SMFIP_NOUNKNOWN
  NODATA: 0x000200, // SMFIP_NODATA
  SKIP: 0x000400, // SMFIP_SKIP: the MTA understands the reply SKIP
  RCPT_REJ: 0x000800, // SMFIP_RCPT_REJ: send recipients that the MTA refuses, too
  NR_CONN: 0x001000, // SMFIP_NR_CONN
  NR_HELO: 0x002000, // SMFIP_NR_HELO
  NR_MAIL: 0x004000, // SMFIP_NR_MAIL
  NR_RCPT: 0x008000, // SMFIP_NR_RCPT
  NR_DATA: 0x010000, // SMFIP_NR_DATA
  NR_UNKN: 0x020000, // SMFIP_NR_UNKN
  NR_EOH: 0x040000, // SMFIP_NR_EOH
  NR_BODY: 0x080000, // SMFIP_NR_BODY
  HDR_LEADSPC: 0x100000, // SMFIP_HDR_LEADSPC: header values verbatim, with their leading space
  MDS_256K: 0x10000000, // SMFIP_MDS_256K: packets up to 256 KiB
  MDS_1M: 0x20000000, // SMFIP_MDS_1M: packets up to 1 MiB
} as const;

/** Actions that a version 1 offer of 0 stands for (SMFI_V1_ACTS). */
export const VERSION_1_ACTIONS = 0x0f;

/** Protocol bits that a version 1 offer of 0 stands for (SMFI_V1_PROT). */
export const VERSION_1_PROTOCOL = 0x3f;

/** Stages in a macro list of the negotiation reply. End of message comes before end of headers: a historic accident. */
export const MACRO_STAGE = {
  connect: 0, // SMFIM_CONNECT
  helo: 1, // SMFIM_HELO
  mail: 2, // SMFIM_ENVFROM
  rcpt: 3, // SMFIM_ENVRCPT
  data: 4, // SMFIM_DATA
  endOfMessage: 5, // SMFIM_EOM
  endOfHeaders: 6, // SMFIM_EOH
} as const;

/** A stage that the MTA sends macros for. */
export type MacroStage = keyof typeof MACRO_STAGE;

/** Address families in CONNECT. */
export const FAMILY = {
  inet: 0x34, // '4' SMFIA_INET
  inet6: 0x36, // '6' SMFIA_INET6
  unix: 0x4c, // 'L' SMFIA_UNIX
  unknown: 0x55, // 'U' SMFIA_UNKNOWN
} as const;

/** Largest payload of a body packet in either direction (MILTER_CHUNK_SIZE). */
export const MAX_BODY_CHUNK = 65535;

/** The newest protocol version that there is. */
export const MAX_VERSION = 6;

/** The oldest protocol version that is spoken here. */
export const MIN_VERSION = 2;
