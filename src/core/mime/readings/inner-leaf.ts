import type { MessagePart } from '../message-part.ts';
import { type Beginning, headerBeginning } from './beginning.ts';
import { multipartType } from './other-boundaries.ts';
import { familiesOf, familyOf } from './readings.ts';

/** Bytes of the content that are kept: as far as a delimiter that is put into it to break it stands behind fewer. */
const MOST_KEPT = 4096;

/** An encoded leaf in a multipart that is inside of another one: those who know the inner boundary only go on with it behind an outer delimiter. */
export class InnerLeaf {
  readonly #part: MessagePart;
  readonly #inner: MessagePart;
  /** What has come of its content; undefined where that is too much. */
  #kept: Buffer[] | undefined = [];
  #length = 0;

  private constructor(part: MessagePart, inner: MessagePart) {
    this.#part = part;
    this.#inner = inner;
  }

  /** undefined where a leaf is none. */
  static of(part: MessagePart): InnerLeaf | undefined {
    const inner = multipartAround(part);
    if (inner === undefined || multipartAround(inner) === undefined) return undefined;
    const isEncoded = familyOf(part.transferEncoding) !== 'binary' || familiesOf(part).size > 0;
    return isEncoded ? new InnerLeaf(part, inner) : undefined;
  }

  /** Content; borrowed. */
  keep(part: MessagePart, slice: Buffer): void {
    if (this.#kept === undefined || part !== this.#part) return;
    this.#length += slice.length;
    if (this.#length <= MOST_KEPT) this.#kept.push(Buffer.from(slice));
    else this.#kept = undefined;
  }

  /**
   * What begins at a delimiter of this multipart for those to whom that is content; undefined where it is the one that the leaf is
   * in. Its names are known, and not given again.
   */
  goesOn(outer: MessagePart): Beginning | undefined {
    const { type, boundary } = this.#inner;
    if (outer === this.#inner || boundary === undefined) return undefined;
    const encodings = this.#part.headers.fields('content-transfer-encoding');
    const text = [
      `MIME-Version: 1.0\r\nContent-Type: ${multipartType(type, boundary)}\r\n\r\n--${boundary}\r\n`,
      `Content-Type: ${this.#part.type}\r\n`,
      ...encodings.map(({ rawValue }) => `Content-Transfer-Encoding:${rawValue}\r\n`),
      `\r\n${Buffer.concat(this.#kept ?? []).toString('latin1')}\r\n`,
    ];
    return headerBeginning(this.#part, text.join(''), 'outer-ignored', 'rare', outer);
  }
}

function multipartAround({ parent }: MessagePart): MessagePart | undefined {
  let outer = parent;
  while (outer?.isMultipart === false) outer = outer.parent;
  return outer as MessagePart | undefined;
}
