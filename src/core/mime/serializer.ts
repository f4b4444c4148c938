import type { ByteSink, Stage } from '../stage.ts';
import type { Part } from './part.ts';

const LF = 0x0a;
const CR = 0x0d;
const CRLF = Buffer.from('\r\n', 'latin1');

/**
 * Writes the events of a pipeline back as bytes of a body.
 *
 * What nobody changed leaves as it came in. Line ends are added in three places only, all of which a received message has
 * already or cannot reach, so that a pipeline that changes nothing is exact for any input: in front of a
 * delimiter or a closing delimiter that would not begin a line, and for a blank line that is missing between an edited or
 * cut-off header and content.
 */
export class Serializer implements Stage {
  readonly #sink: ByteSink;
  /** The last byte written ended a line, or there was none. */
  #lineStart = true;
  /** The last event closed a child: what comes next begins a line. */
  #afterChild = false;
  /** The part whose header ended without a blank line, as long as no content came. */
  #unseparated: Part | undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  open(part: Part): void {
    if (part.parent === undefined) return;
    this.#separate();
    this.#beginLine(part.delimiter);
    this.#write(part.delimiter);
    this.#write(part.headers.toBuffer());
    if (part.separator.length > 0) this.#write(part.separator);
    else if (part.headers.edited) this.#writeBlankLine();
    else if (part.ambiguities.some(({ code }) => code === 'header-cut-off')) this.#unseparated = part;
  }

  body(_part: Part, slice: Buffer): void {
    this.#separate();
    this.#write(slice);
  }

  frame(_part: Part, slice: Buffer): void {
    if (slice.length === 0) return;
    this.#separate();
    if (this.#afterChild) this.#beginLine(slice);
    this.#write(slice);
  }

  close(_part: Part): void {
    this.#unseparated = undefined;
    this.#afterChild = true;
  }

  /** Nothing is held back. */
  end(): void {}

  pending(): Promise<void> | undefined {
    return this.#sink.pending();
  }

  /** Content comes behind a header that was cut off. */
  #separate(): void {
    if (this.#unseparated === undefined) return;
    this.#unseparated = undefined;
    this.#writeBlankLine();
  }

  #writeBlankLine(): void {
    if (!this.#lineStart) this.#write(CRLF);
    this.#write(CRLF);
  }

  /** See to it that bytes which must begin a line do. */
  #beginLine(bytes: Buffer): void {
    if (this.#lineStart || bytes.length === 0 || bytes[0] === CR || bytes[0] === LF) return;
    this.#write(CRLF);
  }

  #write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#afterChild = false;
    this.#lineStart = bytes[bytes.length - 1] === LF;
    this.#sink.write(bytes);
  }
}
