import type { HeaderList } from '../headers/header-list.ts';
import type { Ambiguity } from './ambiguity.ts';

/** The encodings of RFC 2045 section 6; anything else is kept by its lower-case name and treated as opaque. */
export type TransferEncoding = '7bit' | '8bit' | 'binary' | 'quoted-printable' | 'base64' | (string & {});

/** Why nothing inside a part may be changed. */
export type Protection = 'signed' | 'encrypted';

/** A MIME entity: its header, its place in the tree, and what its header says. Content arrives as events. */
export interface Part {
  /** `1` is the root, `1.2` its second child, `1.2.1` the message inside a message/rfc822 at `1.2`. */
  readonly path: string;
  readonly parent: Part | undefined;
  /** 0-based place among its siblings. */
  readonly index: number;
  /** The root is 1. */
  readonly depth: number;
  /** The delimiter line in front of the part with the line break before it, as received; empty for a root. */
  readonly delimiter: Buffer;
  /**
   * The part's header. Of the root it is the message's own list and its edits become header commands; of another
   * part edits become body bytes, and are possible until the part has been passed on.
   */
  readonly headers: HeaderList;
  /** The blank line behind the header as received; empty where the header block was cut off. */
  readonly separator: Buffer;
  /** Lower-case `type/subtype`; `text/plain` (in a digest `message/rfc822`) where no field says otherwise (RFC 2045 5.2). */
  readonly type: string;
  /** Content-Type parameters by lower-case name, RFC 2231 decoded; of duplicates the first. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Lower-case charset label, undefined where none is given. */
  readonly charset: string | undefined;
  readonly transferEncoding: TransferEncoding;
  /** Lower-case disposition type, undefined where the field is absent. */
  readonly disposition: string | undefined;
  /** The name a mail reader would most likely show. */
  readonly filename: string | undefined;
  /** Every name that some reader might show, decoded (rule A1 of the strip transform). */
  readonly names: readonly string[];
  /**
   * True for a multipart/* that is split into children. One without a usable boundary, or at the depth limit, is a leaf:
   * nothing of it is hidden from those who look at leaves.
   */
  readonly isMultipart: boolean;
  /** True for a message/rfc822 or message/global whose content is parsed as a child. */
  readonly isMessage: boolean;
  /** Neither of the two: content arrives as `body` events. */
  readonly isLeaf: boolean;
  readonly boundary: string | undefined;
  /** Set when the part is, or is inside of, a signed or encrypted entity. */
  readonly protection: Protection | undefined;
  /** Whether the part is inside an attached message. */
  readonly attached: boolean;
  /**
   * Set for a part that is there only for readers who split the message in another way than the rules have it: how they
   * read. Such parts come to `onReading`, never to `onPart`.
   */
  readonly reading: string | undefined;
  /** What is ambiguous about this part itself, structure and header; complete when the part closes. */
  readonly ambiguities: readonly Ambiguity[];
}
