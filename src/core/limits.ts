/**
 * Named bounds of what one message may cost. Reaching one never ends a session: it ends in the answer that
 * `onLimit` names (tempfail unless the administrator says otherwise).
 */
export interface Limits {
  /** Bytes of the message's header fields together. */
  headerBytes: number;
  /** Header fields of the message, and of each part; there, lines that are no fields count as well. */
  headerFields: number;
  /** Bytes of the message's MIME fields (`Content-...`, `MIME-Version`) together, which are taken apart in one go. */
  mimeHeaderBytes: number;
  /** Bytes of one part's header block. That of an attached message has the limits of a message's own, where those are larger. */
  partHeaderBytes: number;
  /** Parts of a message, containers included. */
  parts: number;
  /** Nesting of parts; the root is 1. */
  depth: number;
  /** Parameters looked at in all fields of one name in a header. */
  parameters: number;
  /** Bytes of one line in the content of a part, as it came in; RFC 5322 section 2.1.1 allows 998. */
  lineBytes: number;
  /** Bytes of one text part, as it came in. */
  textPartBytes: number;
  /** Bytes that one message may have in spools at a time: held parts and its new body. */
  spoolBytes: number;
  /** Bytes of text that a transform holds back to decide about them. */
  heldBytes: number;
  /** Bytes of one text unit (line, tag) that `rewrite` delivers whole. */
  unitBytes: number;
  /** Recipients of a message. */
  recipients: number;
}

/** The defaults; every one can be set by the administrator. */
export const DEFAULT_LIMITS: Readonly<Limits> = Object.freeze({
  headerBytes: 256 * 1024,
  headerFields: 2000,
  mimeHeaderBytes: 64 * 1024,
  partHeaderBytes: 64 * 1024,
  parts: 1000,
  depth: 50,
  parameters: 100,
  lineBytes: 1024 * 1024,
  textPartBytes: 100 * 1024 * 1024,
  spoolBytes: 2_000_000_000,
  heldBytes: 64 * 1024,
  unitBytes: 64 * 1024,
  recipients: 1000,
});
