import type { RawOutput } from '../../core/verbs.ts';
import { HeldBytes } from './held-bytes.ts';
import type { HeldEditor } from './holding-editor.ts';
import { HtmlScanner, type EndTag } from './html-scanner.ts';
import { LeafWriter } from './leaf-writer.ts';
import type { LeafJob } from './leaf-job.ts';
import type { SkipReason } from './skip-reason.ts';
import type { Cut } from './splice.ts';

/** A tag that the footer may be put in front of; `rawAt` counts from the beginning of the encoded text. */
interface Tag {
  readonly at: number;
  readonly rawAt: number;
  /** What has to be known about the place; undefined until the slice in work has been looked through. */
  cut: Cut | undefined;
}

const EMPTY = Buffer.alloc(0);

/**
 * Puts a footer in front of the last `</body>` of an HTML leaf, else the last `</html>`, else at the end.
 *
 * From each such tag on, encoded text is held back until there is a better one or the part ends; a tag more than
 * `heldBytes` of encoded text behind it does not count. All else passes as it comes.
 */
export class HtmlEditor implements HeldEditor {
  readonly #job: LeafJob;
  readonly #writer: LeafWriter;
  readonly #scanner = new HtmlScanner();
  readonly #held = new HeldBytes();
  /** The slice in work, without what has been let go. */
  #slice: Buffer = EMPTY;
  #sliceAt = 0;
  /** Where the first byte stands that has not been let go. */
  #from = 0;
  /** Where text begins that is not understood yet: a tag or an escape that was cut in two. */
  #openAt = 0;
  #place: (Tag & { readonly name: EndTag }) | undefined;
  #pending: Tag | undefined;

  constructor(job: LeafJob) {
    this.#job = job;
    this.#writer = new LeafWriter(job);
  }

  get finished(): boolean {
    return this.#writer.finished;
  }

  write(slice: Buffer, output: RawOutput): void {
    if (this.finished) return this.#writer.pass(slice, output);
    const { content } = this.#job;
    this.#slice = slice;
    const bytes = content.read(slice);
    if (bytes === undefined) return this.skip(content.problem!, output);
    this.#scanner.scan(content.markup(bytes), (name, at) => this.#consider(name, at));
    if (this.#place !== undefined) this.#place.cut ??= this.#cut(this.#place.at);
    this.#remember();
    const end = this.#sliceAt + slice.length;
    this.#openAt = Math.min(this.#pending?.rawAt ?? end, this.#sliceAt + content.decoder.openAt);
    this.#release(this.#place?.rawAt ?? this.#openAt, output);
    this.#held.push(this.#slice);
    this.#slice = EMPTY;
    this.#sliceAt = end;
    content.advance();
  }

  boundary(output: RawOutput): void {
    if (this.#place === undefined || this.finished) return;
    if (this.#openAt - this.#place.rawAt > this.#job.heldBytes) this.#insert(output);
  }

  end(output: RawOutput): void {
    if (this.finished) return;
    const { content } = this.#job;
    content.end();
    if (content.problem !== undefined) return this.skip(content.problem, output);
    if (this.#place !== undefined) return this.#insert(output);
    this.#release(this.#sliceAt, output);
    if (this.#scanner.visible) this.#writer.append(output);
    else this.#writer.skip('html-unclosed', output);
  }

  /** Leave the part as it is. */
  skip(reason: SkipReason, output: RawOutput): void {
    this.#writer.skip(reason, output);
    this.#release(Infinity, output);
  }

  /** Take this tag for the place, unless there is a better one. */
  #consider(name: EndTag, at: number): void {
    if (name === 'html' && this.#place?.name === 'body') return;
    const tag = this.#pending?.at === at ? this.#pending : this.#tag(at);
    if (this.#place !== undefined && tag.rawAt - this.#place.rawAt > this.#job.heldBytes) return;
    this.#place = { name, ...tag };
  }

  /** Keep what will be asked about a tag that this slice ends in. */
  #remember(): void {
    const at = this.#scanner.pendingAt;
    if (at === this.#pending?.at) return;
    this.#pending = at === undefined ? undefined : { ...this.#tag(at), cut: this.#cut(at) };
  }

  #tag(at: number): Tag {
    return { at, rawAt: this.#sliceAt + this.#job.content.rawPosition(at), cut: undefined };
  }

  #cut(at: number): Cut {
    const { content, part } = this.#job;
    return { before: content.endingAt(at), lead: part.transferEncoding === 'base64' ? at % 3 : 0 };
  }

  /** Let go of what stands in front of `rawAt`. */
  #release(rawAt: number, output: RawOutput): void {
    if (this.#held.length > 0) {
      const held = this.#held.bytes().subarray(0, Math.max(0, rawAt - this.#from));
      this.#writer.pass(held, output);
      this.#from += held.length;
      this.#held.drop(held.length);
      if (this.#held.length > 0) return;
    }
    const ready = this.#slice.subarray(0, Math.max(0, rawAt - this.#from));
    if (ready.length === 0) return;
    this.#writer.pass(ready, output);
    this.#from += ready.length;
    this.#slice = this.#slice.subarray(ready.length);
  }

  #insert(output: RawOutput): void {
    this.#writer.insert(this.#place!.cut!, this.#held.bytes(), output);
    this.#held.clear();
  }
}
