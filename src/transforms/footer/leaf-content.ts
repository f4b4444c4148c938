import { isIdentity } from '../../core/mime/content-type.ts';
import type { Part } from '../../core/mime/part.ts';
import { PgpArmor } from './pgp-armor.ts';
import { RecentBytes } from './recent-bytes.ts';
import type { SkipReason } from './skip-reason.ts';
import { strictDecoder } from './strict-decoder.ts';
import type { StrictDecoder } from './strict-decoding.ts';
import type { CharsetReader } from './text-charset.ts';

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);

/** How lines end: in the content, and in the encoded text around it. */
export type LineEnd = '\r\n' | '\n';

/**
 * Reads a text leaf on its way: decodes it strictly and remembers what decides where and how a footer is put in.
 */
export class LeafContent {
  readonly decoder: StrictDecoder;
  readonly #charset: CharsetReader;
  readonly #armor = new PgpArmor();
  readonly #recent: RecentBytes;
  readonly #rawLines = new LineEnds();
  /** The same where the content is not encoded. */
  readonly #lines: LineEnds;
  /** Decoded bytes of the slices before the last one. */
  #before = 0;
  #chunk: Buffer = EMPTY;
  #problem: SkipReason | undefined;

  /** `remember`: how many decoded bytes {@link LeafContent.endingAt} gives. */
  constructor(part: Part, charset: CharsetReader, remember: number) {
    // The caller has looked at the encoding.
    this.decoder = strictDecoder(part.transferEncoding)!;
    this.#lines = isIdentity(part.transferEncoding) ? this.#rawLines : new LineEnds();
    this.#charset = charset;
    this.#recent = new RecentBytes(remember);
  }

  /** Why the content must not be changed, as far as it has been read. */
  get problem(): SkipReason | undefined {
    return this.#problem;
  }

  /** Line ends of the content; CRLF where there is none yet. */
  get lineEnd(): LineEnd {
    return this.#lines.style ?? this.#rawLines.style ?? '\r\n';
  }

  /** Line ends of the encoded text. */
  get rawLineEnd(): LineEnd {
    return this.#rawLines.style ?? '\r\n';
  }

  get length(): number {
    return this.#before + this.#chunk.length;
  }

  /** What has to come in front of ASCII text at the end of what has been read. */
  get toAscii(): Buffer {
    return this.#charset.toAscii;
  }

  /** The bytes that `read` returned, for a search for HTML tags. */
  markup(bytes: Buffer): Buffer {
    return this.#charset.markup(bytes);
  }

  /** Take the next encoded bytes; the decoded ones, borrowed until `advance`, or undefined after a problem. */
  read(slice: Buffer): Buffer | undefined {
    if (this.#problem !== undefined) return undefined;
    this.#rawLines.push(slice);
    const bytes = this.decoder.write(slice);
    if (this.decoder.broken || !this.#charset.push(bytes)) this.#problem = 'undecodable';
    this.#armor.push(bytes);
    if (this.#armor.found) this.#problem ??= 'inline-pgp';
    if (this.#problem !== undefined) return undefined;
    if (this.#lines !== this.#rawLines) this.#lines.push(bytes);
    this.#chunk = bytes;
    return bytes;
  }

  /** The work on what `read` returned is done. */
  advance(): void {
    this.#recent.push(this.#chunk);
    this.#before += this.#chunk.length;
    this.#chunk = EMPTY;
    this.decoder.release();
  }

  /** The content is complete. */
  end(): void {
    if (this.#problem !== undefined) return;
    this.decoder.end();
    if (this.decoder.broken || !this.#charset.end()) this.#problem = 'undecodable';
  }

  /** The decoded bytes that end at this offset, which must be in the slice in work or at its edges. */
  endingAt(offset: number): Buffer {
    return this.#recent.before(this.#chunk, offset - this.#before);
  }

  /** Where in the encoded text, counted from the beginning of the last slice, the decoded byte at `offset` begins. */
  rawPosition(offset: number): number {
    return this.decoder.position(offset - this.#before);
  }
}

/** Which line ends a stream has; the first one decides. */
class LineEnds {
  style: LineEnd | undefined;
  #last = 0;

  push(chunk: Buffer): void {
    if (this.style !== undefined || chunk.length === 0) return;
    const at = chunk.indexOf(LF);
    if (at >= 0) this.style = (at > 0 ? chunk[at - 1] : this.#last) === CR ? '\r\n' : '\n';
    this.#last = chunk[chunk.length - 1]!;
  }
}
