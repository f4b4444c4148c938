import { Transform, type TransformCallback } from 'node:stream';
import { HeaderSplitter } from '../../core/header-splitter.ts';
import { HeaderList } from '../../core/headers/header-list.ts';
import type { Limits } from '../../core/limits.ts';
import { createRootPart, type Part, Scanner } from '../../core/mime/index.ts';
import { type NodeOptions, NodeStage } from './node-stage.ts';

/**
 * Stands in for mailsplit's Splitter: bytes of a message in, mailsplit's objects out, split by our scanner.
 *
 * mailsplit's own loses bytes of some messages (a part's header without a blank line in front of a delimiter) and misses legal
 * delimiters (blanks behind them, an outer one inside an inner multipart that was not closed).
 */
export class NodeSplitter extends Transform {
  readonly #limits: Readonly<Limits>;
  readonly #options: NodeOptions;
  readonly #isHidden: (part: Part) => boolean;
  readonly #header: HeaderSplitter;
  #scanner: Scanner | undefined;

  constructor(limits: Readonly<Limits>, options: NodeOptions, isHidden: (part: Part) => boolean) {
    super({ readableObjectMode: true });
    this.#limits = limits;
    this.#options = options;
    this.#isHidden = isHidden;
    this.#header = new HeaderSplitter(limits.headerBytes);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#guard(done, () => {
      const body = this.#header.write(chunk);
      if (this.#header.header === undefined) return;
      this.#scanner ??= this.#begin();
      this.#scanner.write(body);
    });
  }

  override _flush(done: TransformCallback): void {
    this.#guard(done, () => {
      this.#scanner ??= this.#begin();
      this.#scanner.end();
    });
  }

  /** Errors of a limit are the stream's. */
  #guard(done: TransformCallback, work: () => void): void {
    try {
      work();
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  #begin(): Scanner {
    const { block, separator } = this.#header.end();
    const header = Buffer.concat([block, separator]);
    const stage = new NodeStage(header, this.#options, this.#isHidden, (chunk) => void this.push(chunk));
    const root = createRootPart(HeaderList.parse(block), this.#limits.parameters);
    return new Scanner(root, stage, this.#limits);
  }
}
