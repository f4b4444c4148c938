import { BarrierStage } from './barrier-stage.ts';
import { ContentReader } from './claims/reader.ts';
import type { HeaderList } from './headers/header-list.ts';
import type { Hooks } from './hooks.ts';
import type { Limits } from './limits.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { RunServices } from './run-services.ts';
import type { Ambiguity } from './mime/ambiguity.ts';
import { createRootPart, type MessagePart } from './mime/message-part.ts';
import type { Part } from './mime/part.ts';
import type { Forks } from './mime/readings/forks.ts';
import { Scanner } from './mime/scanner.ts';
import { Serializer } from './mime/serializer.ts';
import type { PartReport } from './outcome.ts';
import { OtherReadings, unshown } from './other-readings.ts';
import { OutputSink } from './output-sink.ts';
import { PacedScanner } from './paced-scanner.ts';
import { Readers } from './readers.ts';
import { Recorder } from './recorder.ts';
import type { Resolution } from './resolution.ts';
import type { Spool } from './spool/index.ts';
import type { ByteSink, Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';
import type { TransformRun } from './transform-run.ts';
import { StreamStage } from './stream-stage.ts';
import { TransformStage } from './transform-stage.ts';
import type { NewPart } from './verbs.ts';
import type { Verdict } from './verdict.ts';
import { Wrapper } from './wrapper.ts';

const NOTHING = Buffer.alloc(0);
const BLANK_LINE = Buffer.from('\r\n');
/** What the scanner says when it stopped at a limit. */
const LIMIT_CODES = new Set([
  'too-many-parts',
  'too-deep',
  'header-too-long',
  'too-many-parameters',
  'line-too-long',
  'text-too-long',
]);

/**
 * The body of one message: scanner, fused stages, serializer, output; beside them the readers of the message as it
 * was received.
 */
export class BodyFlow implements StageHost {
  readonly limits: Readonly<Limits>;
  /** Whether the new body differs from the one received. */
  changed = false;
  readonly #runs: readonly TransformRun[];
  readonly #resolution: Resolution;
  readonly #hooks: Hooks;
  readonly #services: RunServices;
  readonly #endBefore: (run: TransformRun) => MaybePromise<boolean>;
  readonly #output: OutputSink<ByteSink>;
  /** Made for the first one: most messages have none. */
  #readers: Readers | undefined;
  readonly #rawReaders: ContentReader<Verdict | void>[] = [];
  #stages: (TransformStage | StreamStage)[] = [];
  /** Where parts and the new body wait. */
  #spools: Spool[] = [];
  #recorder: Recorder | undefined;
  #scanner: PacedScanner | undefined;
  /** Where a transform looks at them: those of the message as received, and those of what a transform with streams has made of it. */
  #otherReadings: OtherReadings | undefined;
  #readingsBehind: Map<TransformRun, OtherReadings> | undefined;
  #wrapper: Wrapper | undefined;

  constructor(
    runs: readonly TransformRun[],
    resolution: Resolution,
    hooks: Hooks,
    services: RunServices,
    limits: Readonly<Limits>,
    endBefore: (run: TransformRun) => MaybePromise<boolean>,
  ) {
    this.#runs = runs;
    this.#resolution = resolution;
    this.#hooks = hooks;
    this.#services = services;
    this.limits = limits;
    this.#endBefore = endBefore;
    this.#output = new OutputSink<ByteSink>(() => this.openSpool());
    this.#output.target = services.output;
  }

  get parts(): PartReport[] {
    return this.#recorder?.parts ?? [];
  }

  get ambiguities(): readonly Ambiguity[] {
    return inAll(
      this.#recorder?.ambiguities ?? [],
      this.#otherReadings?.ambiguities ?? [],
      unshown(this.#runs),
    );
  }

  /** The new body; undefined when nothing was put out, or when it went elsewhere. */
  get spool(): Spool | undefined {
    return this.#services.output === undefined ? (this.#output.target as Spool | undefined) : undefined;
  }

  /** Whether body bytes still matter to anybody. */
  get wantsMore(): boolean {
    return (
      this.changed ||
      this.#services.output !== undefined ||
      this.#rawReaders.length > 0 ||
      this.#stages.some((stage) => stage.interested)
    );
  }

  /** The header is there: start whoever reads the message as received, and the stages of those who look at parts. */
  open(headers: HeaderList): void {
    for (const run of this.#runs) if (run.active && run.transform.onMessage !== undefined) this.#openRaw(run);
    if (this.#rawReaders.length > 0) {
      const header = headers.rawBytes();
      for (const reader of this.#rawReaders) {
        reader.write(header);
        reader.write(BLANK_LINE);
      }
    }
    this.#wrapper = new Wrapper(new Serializer(this.#output));
    let next: Stage = this.#wrapper;
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const run = this.#runs[i];
      const { onPart, fromStream } = run.transform;
      if (!run.active || (onPart ?? fromStream) === undefined) continue;
      if (onPart === undefined) next = this.#recordBehind(i, next);
      const stage = new (onPart === undefined ? StreamStage : TransformStage)(run, this, next);
      this.#stages.unshift(stage);
      next = this.#needsBarrier(i) ? this.#barrier(run, stage) : stage;
    }
    if (this.#stages.length === 0 && this.#services.output === undefined) return;
    this.#recorder = new Recorder(next);
    this.#otherReadings = this.#readingsFor(this.#runs);
    const root = createRootPart(headers, this.limits.parameters);
    const scanner = new Scanner(root, this.#recorder, this.limits, this.#otherReadings?.forks);
    // The root begins before there is a body: whoever leaves it at once spares the MTA from sending one.
    scanner.write(NOTHING);
    this.#scanner = new PacedScanner(scanner, () => !this.#resolution.decided);
    if (this.#services.output === undefined && !this.#mayChange()) this.#output.mute();
  }

  write(slice: Buffer): void {
    for (const reader of this.#rawReaders) reader.write(slice);
    this.#scanner?.write(slice);
    this.#checkSpools();
  }

  pending(): Promise<void> | undefined {
    for (const reader of this.#rawReaders) {
      const waiting = reader.waiting();
      if (waiting !== undefined) return waiting;
    }
    return (
      this.#scanner?.waiting() ??
      this.#recorder?.pending() ??
      this.#otherReadings?.pending() ??
      this.#pendingBehind()
    );
  }

  /** A promise while bytes that were written wait for their turn. */
  waiting(): Promise<void> | undefined {
    return this.#scanner?.waiting();
  }

  /** No body byte follows. */
  end(): void {
    for (const reader of this.#rawReaders) reader.end();
    this.#scanner?.end();
  }

  /** Resolves when all taps have said what they say; undefined when they have. */
  settled(): Promise<unknown> | undefined {
    return this.#readers?.settled();
  }

  /** The scanner stops at its limits and says so; what that means is policy. */
  checkLimits(): void {
    this.#checkSpools();
    const reached = this.ambiguities.find((ambiguity) => LIMIT_CODES.has(ambiguity.code));
    if (reached !== undefined) this.#resolution.structureLimit(reached.code);
  }

  /** Make the new body readable as a whole, where there is one; a promise, which never rejects, when that takes time. */
  seal(): Promise<void> | undefined {
    if (!this.changed) return undefined;
    return this.spool?.finish()?.catch((error: unknown) => this.#resolution.outage(error));
  }

  /** Whether somebody is still reading content. */
  get isRead(): boolean {
    return this.#readers?.atWork ?? false;
  }

  /** The message is over: whoever still reads is told so. */
  abort(reason: Error): void {
    this.#readers?.abort(reason);
  }

  discard(): void {
    this.spool?.discard();
  }

  // What stages ask of their message.

  bodyChanged(run: TransformRun): void {
    run.require('body');
    run.touched = true;
    this.changed = true;
  }

  decide(verdict: Verdict, run: TransformRun): void {
    if (!this.#resolution.decided) this.#resolution.decide(verdict, run);
  }

  fail(error: unknown, run: TransformRun, recoverable: boolean): boolean {
    return this.#resolution.fail(error, run, recoverable);
  }

  acting(run: TransformRun | undefined): TransformRun | undefined {
    const before = this.#hooks.acting;
    this.#hooks.acting = run;
    return before;
  }

  wrap(root: Part, behind: NewPart): void {
    // Every part of a pipeline is one.
    this.#wrapper?.wrap(root as MessagePart, behind);
  }

  report(part: Part, action: string, reason?: string): void {
    this.#recorder?.report(part, action, reason);
  }

  attend(reader: ContentReader<Verdict | void>, run: TransformRun): void {
    this.#readers ??= new Readers();
    this.#readers.attend(
      reader,
      (verdict) => {
        if (verdict !== undefined && verdict !== null)
          this.#hooks.guard(run, () => this.decide(verdict, run));
      },
      (error) => void this.fail(error, run, true),
    );
  }

  forksBehind(run: TransformRun): Forks | undefined {
    return this.#readingsBehind?.get(run)?.forks;
  }

  watch(reader: ContentReader<unknown>): void {
    this.#readers ??= new Readers();
    this.#readers.watch(reader);
  }

  crowded(): Promise<void> | undefined {
    return this.#readers?.crowded();
  }

  openSpool(): Spool {
    const spool = this.#services.openSpool();
    this.#spools = [...this.#spools.filter((other) => !other.isDiscarded), spool];
    return spool;
  }

  #openRaw(run: TransformRun): void {
    this.#hooks.guard(run, () => {
      const read = run.transform.onMessage?.(run);
      if (read === undefined || read === null) return;
      const reader = new ContentReader<Verdict | void>(undefined, (content) => read(content));
      this.#rawReaders.push(reader);
      this.attend(reader, run);
    });
  }

  #checkSpools(): void {
    let bytes = 0;
    for (const spool of this.#spools) if (!spool.isDiscarded) bytes += spool.length;
    if (bytes > this.limits.spoolBytes) this.#resolution.limit('spool-bytes');
  }

  /** A transform that waits for the verdicts of those in front; its neighbour behind it waits with it. */
  #needsBarrier(place: number): boolean {
    if (!this.#runs[place].isLate) return false;
    // A neighbour that has no stage, or is not for this message, brings no barrier.
    for (let i = place - 1; i >= 0 && this.#runs[i].isLate; i--) {
      const { onPart, fromStream } = this.#runs[i].transform;
      if (this.#runs[i].active && (onPart ?? fromStream) !== undefined) return false;
    }
    return true;
  }

  #barrier(run: TransformRun, next: Stage): BarrierStage {
    const failed = (error: unknown): void => this.#resolution.outage(error);
    const behind = new Set(this.#runs.slice(this.#runs.indexOf(run)));
    const wanted = (): boolean =>
      this.changed ||
      this.#services.output !== undefined ||
      this.#stages.some((stage) => behind.has(stage.run) && stage.interested);
    return new BarrierStage(this.openSpool(), () => this.#endBefore(run), failed, wanted, next);
  }

  /** Whoever stands behind a transform with streams gets the parts of another message, with its own ambiguities. */
  #recordBehind(index: number, next: Stage): Stage {
    const behind = this.#runs.slice(index + 1);
    if (behind.length === 0) return next;
    const recorder = new Recorder(next);
    const readings = this.#readingsFor(behind);
    if (readings !== undefined) (this.#readingsBehind ??= new Map()).set(this.#runs[index], readings);
    const ambiguities = (): readonly Ambiguity[] => {
      const found = recorder.ambiguities;
      return inAll(found, readings?.ambiguities ?? [], readings?.unread(found) ?? [], unshown(behind));
    };
    // Those behind a further transform of this kind have theirs already.
    for (const run of behind) run.ambiguitiesBehind ??= ambiguities;
    return recorder;
  }

  /** The other readings for those of these transforms that look at them, up to one that makes another message; undefined where none does. */
  #readingsFor(runs: readonly TransformRun[]): OtherReadings | undefined {
    const looking = runs.filter(
      ({ active, transform, ambiguitiesBehind }) =>
        active && transform.onReading !== undefined && ambiguitiesBehind === undefined,
    );
    return looking.length === 0 ? undefined : new OtherReadings(looking, this, this.limits);
  }

  #pendingBehind(): Promise<void> | undefined {
    if (this.#readingsBehind === undefined) return undefined;
    for (const readings of this.#readingsBehind.values()) {
      const waiting = readings.pending();
      if (waiting !== undefined) return waiting;
    }
    return undefined;
  }

  #mayChange(): boolean {
    return this.changed || this.#stages.some((stage) => stage.interested && stage.run.edits.has('body'));
  }
}

/** What is ambiguous, each thing once. */
function inAll(
  found: readonly Ambiguity[],
  ...others: readonly (readonly Ambiguity[])[]
): readonly Ambiguity[] {
  return others.every(({ length }) => length === 0) ? found : [...new Set([...found, ...others.flat()])];
}
