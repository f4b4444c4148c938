import { createTail, type Tail } from '../../core/mime/transfer/index.ts';
import type { RawOutput } from '../../core/verbs.ts';
import { closing, endsWithFooter, endsWithHtml } from './closing.ts';
import type { SkipReason } from './skip-reason.ts';
import { inLineEnds, splice, type Cut } from './splice.ts';
import type { LeafJob } from './leaf-job.ts';

const TAB = 0x09;
const LF = 0x0a;
const SPACE = 0x20;

/** Lets a leaf's encoded bytes pass, and puts the footer behind or between them. */
export class LeafWriter {
  readonly #job: LeafJob;
  readonly #tail: Tail;
  /** Bytes on the current line of encoded text. */
  #column = 0;
  #finished = false;

  constructor(job: LeafJob) {
    this.#job = job;
    // The caller has looked at the encoding.
    this.#tail = createTail(job.part.transferEncoding)!;
  }

  /** Nothing is to be done any more but to let bytes pass. */
  get finished(): boolean {
    return this.#finished;
  }

  pass(bytes: Buffer, output: RawOutput): void {
    if (bytes.length === 0) return;
    if (this.#finished) return output.pass(bytes);
    const lineFeed = bytes.lastIndexOf(LF);
    this.#column = lineFeed < 0 ? this.#column + bytes.length : bytes.length - lineFeed - 1;
    output.pass(this.#tail.pass(bytes));
  }

  /** Leave the part as it is. */
  skip(reason: SkipReason, output: RawOutput): void {
    if (this.#finished) return;
    this.#finish(output);
    output.report('skipped', reason);
    this.#job.skipped(reason);
  }

  /** Put the footer at the end. */
  append(output: RawOutput): void {
    const { content, header } = this.#job;
    const { lineEnd, length } = content;
    const ending = content.endingAt(length);
    if (!this.#tail.canAppend) return this.skip('ambiguous', output);
    if (endsWithFooter(ending, this.#job.footer(lineEnd))) return this.skip('already-present', output);
    const { toAscii } = content;
    const end = closing(this.#job, ending, length, lineEnd);
    header.apply();
    output.put(this.#encodedEnd(toAscii.length === 0 ? end : Buffer.concat([toAscii, end])));
    this.#done(output);
  }

  /** Put the footer in where the encoded text was cut; `rest` is all that is held of what follows. */
  insert(cut: Cut, rest: Buffer, output: RawOutput): void {
    const { content, header, part } = this.#job;
    const { lineEnd, rawLineEnd } = content;
    const footer = this.#job.footer(lineEnd);
    if (endsWithHtml(cut.before, footer)) {
      this.skip('already-present', output);
      return this.pass(rest, output);
    }
    const inserted = Buffer.concat([
      Buffer.from(this.#startsLine(cut) ? lineEnd : ''),
      footer,
      Buffer.from(lineEnd),
    ]);
    output.pass(this.#tail.finish(undefined));
    header.apply();
    const { text, replaced } = splice(part.transferEncoding, inserted, {
      lead: cut.lead,
      rest,
      column: this.#column,
      lineEnd: rawLineEnd,
    });
    output.put(text);
    this.#done(output);
    this.pass(rest.subarray(replaced), output);
  }

  /** Whether HTML that is put in here needs a line end in front of it. */
  #startsLine({ before }: Cut): boolean {
    const last = before.at(-1);
    if (last === undefined || last === LF) return false;
    // For people who look at the source, and for the length of lines (RFC 5322 2.1.1). In quoted-printable it would
    // cost a blank, and lines have a length of their own there.
    return this.#job.part.transferEncoding !== 'quoted-printable' || (last !== SPACE && last !== TAB);
  }

  #encodedEnd(extra: Buffer): Buffer {
    const { content, part } = this.#job;
    if (part.transferEncoding !== 'quoted-printable') {
      const end = this.#tail.finish(extra);
      return part.transferEncoding === 'base64' ? inLineEnds(end, content.rawLineEnd) : end;
    }
    return inLineEnds(this.#tail.finish(inLineEnds(extra, '\r\n')), content.rawLineEnd);
  }

  #done(output: RawOutput): void {
    this.#finished = true;
    output.report('footer');
    this.#job.changed();
  }

  #finish(output: RawOutput): void {
    this.#finished = true;
    output.pass(this.#tail.finish(undefined));
  }
}
