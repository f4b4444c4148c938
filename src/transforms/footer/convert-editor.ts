import { LineEnds } from '../../core/line-ends.ts';
import { createEncoder, type ByteCoder } from '../../core/mime/transfer/index.ts';
import type { RawOutput } from '../../core/verbs.ts';
import { closing } from './closing.ts';
import { HeldBytes } from './held-bytes.ts';
import type { HeldEditor } from './holding-editor.ts';
import type { LineEnd } from './leaf-content.ts';
import type { LeafJob } from './leaf-job.ts';
import { PgpArmor } from './pgp-armor.ts';
import type { SkipReason } from './skip-reason.ts';
import { inLineEnds } from './splice.ts';

const LF = 0x0a;
const CR = 0x0d;

/** How a part is to be written anew. */
export interface Conversion {
  /** The new transfer encoding. */
  readonly encoding: 'quoted-printable' | 'base64';
  /** The content in the new charset, undefined when it cannot be converted; left out where it stays as it is. */
  readonly convert?: (bytes: Buffer) => Buffer | undefined;
  /**
   * Whether 7bit text too long to be held may be written anew as it comes. Its charset, or that of its label, must be
   * open until the end: what it says is the same then even if there is no footer.
   */
  readonly streams: boolean;
}

/**
 * Puts a footer at the end of a plain text leaf that must be written anew for it, in another transfer encoding or
 * charset. The part is held back, since it may turn out that it must not be touched.
 */
export class ConvertEditor implements HeldEditor {
  readonly #job: LeafJob;
  readonly #conversion: Conversion;
  readonly #raw = new HeldBytes();
  readonly #decoded = new HeldBytes();
  #stream: EncodedStream | undefined;
  finished = false;

  constructor(job: LeafJob, conversion: Conversion) {
    this.#job = job;
    this.#conversion = conversion;
  }

  write(slice: Buffer, output: RawOutput): void {
    if (this.finished) return output.pass(slice);
    const { content } = this.#job;
    const bytes = content.read(slice);
    if (this.#stream !== undefined) {
      output.put(this.#stream.write(slice));
    } else {
      this.#raw.push(slice);
      if (bytes === undefined) return this.skip(content.problem!, output);
      this.#decoded.push(bytes);
    }
    content.advance();
  }

  boundary(output: RawOutput): void {
    if (this.finished || this.#stream !== undefined || this.#raw.length <= this.#job.heldBytes) return;
    if (!this.#conversion.streams) return this.skip('too-long', output);
    this.#job.header.applyEncoding();
    this.#stream = this.#encodedStream(this.#job.content.lineEnd);
    output.put(this.#stream.write(this.#raw.bytes()));
    this.#release();
  }

  end(output: RawOutput): void {
    if (this.finished) return;
    this.#job.content.end();
    if (this.#stream === undefined) this.#endHeld(output);
    else this.#endStream(this.#stream, output);
  }

  /** Leave the part as it is. */
  skip(reason: SkipReason, output: RawOutput): void {
    this.finished = true;
    output.pass(this.#raw.bytes());
    this.#release();
    this.#report(reason, output);
  }

  #endHeld(output: RawOutput): void {
    const { content, header } = this.#job;
    if (content.problem !== undefined) return this.skip(content.problem, output);
    const { convert } = this.#conversion;
    const text = convert === undefined ? this.#decoded.bytes() : convert(this.#decoded.bytes());
    if (text === undefined) return this.skip('undecodable', output);
    const armor = new PgpArmor();
    armor.push(text);
    if (armor.found) return this.skip('inline-pgp', output);
    header.apply();
    const lineEnd = lineEndOf(text);
    const stream = this.#encodedStream(lineEnd);
    output.put(stream.write(text));
    output.put(stream.write(closing(this.#job, text, text.length, lineEnd)));
    output.put(stream.end());
    this.#done(output);
  }

  #endStream(stream: EncodedStream, output: RawOutput): void {
    const { content, header } = this.#job;
    const { problem, lineEnd } = content;
    if (problem === undefined) {
      header.apply();
      const ending = content.endingAt(content.length);
      output.put(stream.write(closing(this.#job, ending, content.length, lineEnd)));
    }
    output.put(stream.end());
    if (problem === undefined) return this.#done(output);
    this.finished = true;
    this.#job.changed();
    this.#report(problem, output);
  }

  #encodedStream(lineEnd: LineEnd): EncodedStream {
    const { encoding } = this.#conversion;
    return new EncodedStream(encoding, lineEnd, this.#job.content.rawLineEnd, this.#job.part.depth === 1);
  }

  #done(output: RawOutput): void {
    this.finished = true;
    this.#release();
    output.report('footer');
    this.#job.changed();
  }

  #report(reason: SkipReason, output: RawOutput): void {
    output.report('skipped', reason);
    this.#job.skipped(reason);
  }

  #release(): void {
    this.#raw.clear();
    this.#decoded.clear();
  }
}

/** Encodes text, with line ends that the encoders do not know as well. */
class EncodedStream {
  readonly #encoder: ByteCoder;
  /** For quoted-printable, where only CRLF is a line end. */
  readonly #toCrlf: LineEnds | undefined;
  readonly #rawLineEnd: LineEnd;

  constructor(encoding: string, lineEnd: LineEnd, rawLineEnd: LineEnd, finalLineEnd: boolean) {
    this.#encoder = createEncoder(encoding, { finalLineEnd })!;
    this.#toCrlf = encoding === 'quoted-printable' && lineEnd === '\n' ? new LineEnds() : undefined;
    this.#rawLineEnd = rawLineEnd;
  }

  write(text: Buffer): Buffer {
    return inLineEnds(this.#encoder.write(this.#toCrlf?.write(text) ?? text), this.#rawLineEnd);
  }

  end(): Buffer {
    return inLineEnds(this.#encoder.end(), this.#rawLineEnd);
  }
}

function lineEndOf(text: Buffer): LineEnd {
  const at = text.indexOf(LF);
  return at >= 0 && text[at - 1] !== CR ? '\n' : '\r\n';
}
