import type { ByteSink, Stage } from '../../core/index.ts';
import { isIdentity } from '../../core/mime/content-type.ts';
import { freshBoundary } from '../../core/mime/fresh-boundary.ts';
import { type Part, Serializer } from '../../core/mime/index.ts';
import type { ByteCoder } from '../../core/mime/transfer/index.ts';
import { canonicalHeader } from './canonical-header.ts';
import type { ContentPlan } from './content-fields.ts';
import { leafPlan } from './leaf-encoding.ts';

const CRLF = Buffer.from('\r\n');
const LF = 0x0a;

/** An open multipart that is written anew. */
interface OpenMultipart {
  readonly part: Part;
  readonly boundary: string;
  isEmpty: boolean;
}

/** What is said in the header of a part that is written anew. */
export function contentPlan(part: Part): ContentPlan {
  if (part.isLeaf) return { ...leafPlan(part), boundary: undefined };
  const { type, transferEncoding } = part;
  // A container cannot be encoded (RFC 2045 section 6.4); 8bit and binary say something about what is inside.
  const isWide = isIdentity(transferEncoding) && transferEncoding !== '7bit';
  const encoding = isWide ? transferEncoding : undefined;
  return { type, encoding, boundary: part.isMultipart ? freshBoundary(part.boundary) : undefined };
}

/**
 * Writes the body of a message anew, so that there is one way to read it: each part with a header of its own in order,
 * behind delimiters of fresh boundaries, in a clean transfer encoding, and nothing outside of the parts. What is signed or
 * encrypted goes on byte for byte.
 */
export class CanonicalStage implements Stage {
  readonly #write: (bytes: Buffer) => void;
  readonly #rootBoundary: string | undefined;
  readonly #multiparts: OpenMultipart[] = [];
  #coder: ByteCoder | undefined;
  #verbatim: { readonly top: Part; readonly stage: Stage } | undefined;
  #endsLine = true;

  /**
   * @param rootPlan what the message's own header says already
   * @param write borrows the bytes
   */
  constructor(rootPlan: ContentPlan, write: (bytes: Buffer) => void) {
    this.#rootBoundary = rootPlan.boundary;
    this.#write = write;
  }

  open(part: Part): void {
    if (this.#verbatim !== undefined) return this.#verbatim.stage.open(part);
    if (part.parent?.isMultipart) this.#delimit(false);
    if (part.protection !== undefined) return this.#openVerbatim(part);
    const plan = part.parent === undefined ? { boundary: this.#rootBoundary } : this.#openAnew(part);
    if (part.isMultipart) this.#multiparts.push({ part, boundary: plan.boundary!, isEmpty: true });
    if (part.isLeaf) this.#coder = leafPlan(part).createCoder();
  }

  body(part: Part, slice: Buffer): void {
    if (this.#verbatim !== undefined) this.#verbatim.stage.body(part, slice);
    else this.#put(this.#coder!.write(slice));
  }

  frame(part: Part, slice: Buffer): void {
    this.#verbatim?.stage.frame(part, slice);
  }

  close(part: Part): void {
    if (this.#verbatim !== undefined) {
      if (this.#verbatim.top === part) this.#verbatim = undefined;
      else this.#verbatim.stage.close(part);
      return;
    }
    if (part.isLeaf) {
      this.#put(this.#coder!.end());
      this.#coder = undefined;
    } else if (part.isMultipart) {
      this.#delimit(true);
      this.#multiparts.pop();
    }
  }

  end(): void {
    if (!this.#endsLine) this.#put(CRLF);
  }

  pending(): undefined {}

  #openAnew(part: Part): ContentPlan {
    const plan = contentPlan(part);
    this.#put(canonicalHeader(part, plan));
    this.#put(CRLF);
    return plan;
  }

  #openVerbatim(part: Part): void {
    if (part.parent !== undefined) {
      const header = part.headers.toBuffer();
      this.#put(header);
      if (part.separator.length === 0 && !this.#endsLine) this.#put(CRLF);
      this.#put(part.separator.length > 0 ? part.separator : CRLF);
    }
    const sink: ByteSink = { write: (bytes) => this.#put(bytes), pending: () => undefined };
    this.#verbatim = { top: part, stage: new Serializer(sink) };
  }

  /** The line break in front of a delimiter belongs to it (RFC 2046 section 5.1.1); in front of the first there is one already. */
  #delimit(isClose: boolean): void {
    const multipart = this.#multiparts.at(-1)!;
    const { boundary, isEmpty } = multipart;
    multipart.isEmpty = false;
    const line = isEmpty ? `--${boundary}` : `\r\n--${boundary}`;
    this.#put(Buffer.from(isClose ? `${line}--` : `${line}\r\n`, 'latin1'));
  }

  #put(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#endsLine = bytes[bytes.length - 1] === LF;
    this.#write(bytes);
  }
}
