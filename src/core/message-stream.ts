import { blankLineBehind } from './blank-line.ts';
import { drained } from './drained.ts';
import { createHash } from 'node:crypto';
import { type Duplex, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MillraceError } from '../base/errors.ts';
import { ContentStream } from './claims/content-stream.ts';
import { guardStream } from './guard-stream.ts';
import { adoptHeader } from './headers/adopt-header.ts';
import type { HeaderField } from './headers/header-list.ts';
import { createRootPart } from './mime/message-part.ts';
import type { Part } from './mime/part.ts';
import { Scanner } from './mime/scanner.ts';
import { PacedScanner } from './paced-scanner.ts';
import { ReturnedHeader } from './returned-header.ts';
import type { ByteSink, Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';
import type { TransformRun } from './transform-run.ts';

const NOTHING = Buffer.alloc(0);

/** What a message stream works with. */
export interface MessageStreamContext {
  readonly run: TransformRun;
  readonly host: StageHost;
  readonly next: Stage;
}

/**
 * A message goes as bytes through an author's Node streams; what comes out is split into parts again for the next stage.
 *
 * Header fields that come out different become header edits. Whether the body has changed is told by a digest of both sides, so
 * it is known only at the end; until then a transform that may change bodies counts as one that has.
 */
export class MessageStream implements ByteSink {
  readonly #root: Part;
  readonly #context: MessageStreamContext;
  readonly #source = new ContentStream();
  readonly #given: readonly HeaderField[];
  readonly #header: ReturnedHeader;
  readonly #before = createHash('sha256');
  readonly #after = createHash('sha256');
  readonly #done: Promise<void>;
  #scanner: PacedScanner | undefined;
  #ended = false;
  #settled = false;

  constructor(root: Part, streams: readonly Duplex[], context: MessageStreamContext) {
    this.#root = root;
    this.#context = context;
    this.#given = [...root.headers];
    const fields = root.headers.toBuffer();
    const header = Buffer.concat([fields, blankLineBehind(fields)]);
    this.#header = new ReturnedHeader(header, context.host.limits.headerBytes);
    const { run } = context;
    if (run.edits.has('body')) run.touched = true;
    for (const stream of streams) guardStream(stream);
    const sink = new Writable({
      decodeStrings: true,
      write: (chunk: Buffer, _encoding, done) => this.#receive(chunk, done),
    });
    this.#done = pipeline([this.#source, ...streams, sink], { signal: run.signal })
      .then(() => this.#finish())
      .catch((error: unknown) => void context.host.fail(error, run, false))
      .finally(() => (this.#settled = true));
    this.#source.offer(header);
  }

  /** Bytes of the body, borrowed. */
  write(slice: Buffer): void {
    this.#before.update(slice);
    this.#source.offer(slice);
  }

  /** The body is complete. */
  end(): void {
    this.#ended = true;
    this.#source.finish();
  }

  /** A promise while the streams are behind, or have not ended; it never rejects. */
  pending(): Promise<void> | undefined {
    if (this.#settled) return undefined;
    return this.#ended ? this.#done : this.#source.waiting();
  }

  #receive(chunk: Buffer, done: (error?: Error | null) => void): void {
    try {
      this.#take(chunk);
    } catch (error) {
      return done(error as Error);
    }
    const room = { pending: () => this.#scanner?.waiting() ?? this.#context.next.pending() };
    if (room.pending() === undefined) return done();
    void drained(room).then(() => done());
  }

  #take(chunk: Buffer): void {
    const body = this.#header.write(chunk);
    if (!this.#header.complete) return;
    this.#scanner ??= this.#begin();
    this.#after.update(body);
    this.#scanner.write(body);
  }

  /** The header is back: the message begins for the next stage. */
  #begin(): PacedScanner {
    const { host, run, next } = this.#context;
    const { headers } = this.#root;
    if (this.#header.block !== undefined) {
      const before = host.acting(run);
      try {
        adoptHeader(headers, this.#given, this.#header.block);
      } finally {
        host.acting(before);
      }
    }
    const root = createRootPart(headers, host.limits.parameters);
    const scanner = new Scanner(root, next, host.limits, host.forksBehind(run));
    scanner.write(NOTHING);
    return new PacedScanner(scanner, () => !this.#settled);
  }

  #finish(): void {
    const { host, run } = this.#context;
    if (this.#scanner === undefined) {
      throw new MillraceError('MILLRACE_VERB', `the streams of ${run.transform.name} gave back no header`);
    }
    if (!this.#before.digest().equals(this.#after.digest())) {
      host.bodyChanged(run);
      host.report(this.#root, 'rewritten');
    }
    this.#scanner.end();
  }
}
