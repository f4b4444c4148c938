import { MimeNode, type SplitterChunk } from 'mailsplit';
import { MillraceError } from '../../base/errors.ts';
import type { Part } from '../../core/mime/part.ts';
import type { Stage } from '../../core/stage.ts';

/** Which attached messages are shown as parts, and how charsets are read: mailsplit's own options of these names. */
export interface NodeOptions {
  /** Show the content of every message/rfc822 part as `body`, none of its parts as nodes. Default false. */
  readonly ignoreEmbedded?: boolean;
  /** Show the parts of a message/rfc822 part unless it is an attachment; else only when it is `inline`. Default false. */
  readonly defaultInlineEmbedded?: boolean;
  /** An implementation of the interface of the `iconv` package, for libmime. */
  readonly Iconv?: unknown;
}

/**
 * Bytes of the MIME fields of one header that mailsplit is given to read: it takes microseconds for each encoded word or
 * parameter, and nobody else has the process meanwhile.
 */
const MAX_MIME_BYTES = 16 * 1024;

/** A part whose inside is shown as bytes. */
interface Opaque {
  readonly top: Part;
  readonly node: MimeNode;
  readonly type: 'data' | 'body';
}

/**
 * Makes mailsplit's objects from the events of our scanner: `node` for a part's header, `data` for delimiters and what is
 * outside of parts, `body` for the content of leaves. The bytes of all objects in order, as mailsplit's Joiner writes
 * them, are the message, whatever it is like.
 */
export class NodeStage implements Stage {
  readonly #header: Buffer;
  readonly #options: NodeOptions;
  readonly #isHidden: (part: Part) => boolean;
  readonly #push: (chunk: SplitterChunk) => void;
  readonly #nodes = new Map<Part, MimeNode>();
  #opaque: Opaque | undefined;

  /**
   * @param header the root's header with its blank line
   * @param isHidden whether a part that is not the root is to be shown as bytes outside of parts
   * @param push takes the objects; buffers in them are copies
   */
  constructor(
    header: Buffer,
    options: NodeOptions,
    isHidden: (part: Part) => boolean,
    push: (chunk: SplitterChunk) => void,
  ) {
    this.#header = header;
    this.#options = options;
    this.#isHidden = isHidden;
    this.#push = push;
  }

  open(part: Part): void {
    const { parent } = part;
    if (parent === undefined) return this.#openNode(part, false, this.#header);
    const header = Buffer.concat([part.headers.toBuffer(), part.separator]);
    const container = this.#nodes.get(parent);
    if (this.#opaque === undefined && container !== undefined && this.#isHidden(part)) {
      this.#opaque = { top: part, node: container, type: 'data' };
    }
    if (this.#opaque !== undefined) return this.#showBytes(Buffer.concat([part.delimiter, header]));
    if (container !== undefined) this.#openNode(part, container, header);
  }

  body(part: Part, slice: Buffer): void {
    if (this.#opaque !== undefined) return this.#showBytes(slice);
    const node = this.#nodes.get(part);
    if (node !== undefined) this.#show(node, node.multipart === false ? 'body' : 'data', slice);
  }

  frame(part: Part, slice: Buffer): void {
    if (this.#opaque !== undefined) return this.#showBytes(slice);
    const node = this.#nodes.get(part);
    if (node !== undefined) this.#show(node, 'data', slice);
  }

  close(part: Part): void {
    if (this.#opaque?.top === part) this.#opaque = undefined;
    this.#nodes.delete(part);
  }

  /** Nothing is held back. */
  end(): void {}

  /** Whoever writes into the scanner sees to that. */
  pending(): undefined {}

  /** @throws MillraceError `MILLRACE_LIMIT` for more in the MIME fields than mailsplit should read. */
  #openNode(part: Part, parent: MimeNode | false, header: Buffer): void {
    let mimeBytes = 0;
    for (const { name, rawValue } of part.headers) if (/^content-/i.test(name)) mimeBytes += rawValue.length;
    if (mimeBytes > MAX_MIME_BYTES) {
      throw new MillraceError(
        'MILLRACE_LIMIT',
        `more than ${MAX_MIME_BYTES} bytes in MIME fields of one header`,
      );
    }
    const node = new MimeNode(parent, this.#options);
    this.#nodes.set(part, node);
    // mailsplit's Splitter, too, counts a delimiter to the part behind it.
    this.#show(node, 'data', part.delimiter);
    node.addHeaderChunk(header);
    node.parseHeaders();
    if (node.rfc822) node.messageNode = part.isMessage && this.#isEmbedded(node);
    if (part.isMessage && node.messageNode !== true) this.#opaque = { top: part, node, type: 'body' };
    this.#push(node);
  }

  /** Whether mailsplit's Splitter would look into the message; the scanner has seen to its transfer encoding. */
  #isEmbedded({ disposition }: MimeNode): boolean {
    const { ignoreEmbedded, defaultInlineEmbedded } = this.#options;
    if (ignoreEmbedded === true) return false;
    return defaultInlineEmbedded === true ? disposition !== 'attachment' : disposition === 'inline';
  }

  #showBytes(bytes: Buffer): void {
    const { node, type } = this.#opaque!;
    this.#show(node, type, bytes);
  }

  #show(node: MimeNode, type: 'data' | 'body', bytes: Buffer): void {
    if (bytes.length > 0) this.#push({ node, type, value: Buffer.from(bytes) });
  }
}
