import { MillraceError } from '../base/errors.ts';
import { blankLineBehind } from './blank-line.ts';
import { drained } from './drained.ts';
import { NO_SENDER } from './envelope.ts';
import type { Connection, EnvelopeAddress, Macros, RejectedRecipient } from './envelope.ts';
import { HeaderList } from './headers/header-list.ts';
import { HeaderSplitter } from './header-splitter.ts';
import type { Limits } from './limits.ts';
import { LineEnds } from './line-ends.ts';
import type { MessageRun } from './message-run.ts';
import type { Outcome } from './outcome.ts';
import type { Failure } from './resolution.ts';
import type { Spool } from './spool/index.ts';

/** Who is said to have sent a message that comes from no MTA, and what it is read like. */
export interface ProcessOptions {
  readonly sender?: EnvelopeAddress;
  readonly recipients?: readonly EnvelopeAddress[];
  /** Recipients that the MTA has refused by itself. */
  readonly rejected?: readonly RejectedRecipient[];
  readonly connection?: Omit<Connection, 'data'>;
  readonly macros?: Macros;
  /** Where held parts and bodies wait. */
  readonly openSpool: () => Spool;
  /** Bytes given to the pipeline at once; the source's own chunks when left out. */
  readonly chunkSize?: number;
  /** The message is tempfailed when this much time has passed, in milliseconds; no deadline when left out. */
  readonly deadline?: number;
}

/** A message that has been through a filter. Call `dispose` when done with it. */
export interface ProcessedMessage {
  readonly outcome: Outcome;
  readonly failures: readonly Failure[];
  /** Bytes of the message as it was read, line ends made CRLF. */
  readonly bytes: number;
  /** The resulting message; byte for byte the input where nothing was changed. Blocks are borrowed. */
  message(): AsyncGenerator<Buffer>;
  dispose(): void;
}

/** Header bytes that are collected at most; far more than any limit lets pass. */
const HEADER_CAP = 16 * 1024 * 1024;

/**
 * Send a whole message through a filter, without an MTA. Line ends are made CRLF, as an MTA would. The resulting
 * message is handed out only when everything is decided; meanwhile it waits in spools, so memory stays small.
 * @throws what the source throws; MillraceError `MILLRACE_SPOOL` when the message itself cannot be spooled.
 */
export async function processMessage(
  run: MessageRun,
  limits: Readonly<Limits>,
  source: AsyncIterable<Buffer>,
  options: ProcessOptions,
): Promise<ProcessedMessage> {
  const deadline = setDeadline(run, options.deadline);
  const original = options.openSpool();
  const splitter = new HeaderSplitter(Math.min(HEADER_CAP, limits.headerBytes + 65_536));
  const lineEnds = new LineEnds();
  let began = false;
  const begin = async (): Promise<HeaderList> => {
    began = true;
    return beginMessage(run, splitter, options);
  };
  let headers: HeaderList | undefined;
  let bytes = 0;
  const feed = async (chunk: Buffer): Promise<void> => {
    const crlf = lineEnds.write(chunk);
    bytes += crlf.length;
    const body = splitter.write(crlf);
    if (splitter.header !== undefined && !began) headers = await begin();
    if (body.length === 0) return;
    original.write(body);
    run.write(body);
    await original.pending();
    await drained(run);
  };
  try {
    for await (const chunk of source) for (const piece of cut(chunk, options.chunkSize)) await feed(piece);
    const { block, separator } = splitter.end();
    headers ??= await begin();
    const outcome = await run.end();
    await original.finish();
    const list = headers;
    // Also where a field was only written anew: an MTA shows a filter nothing of its old form, but here it is in the bytes.
    const edited = !run.decided && list.edited;
    return {
      outcome,
      failures: run.failures,
      bytes,
      async *message() {
        const header = edited ? list.toBuffer() : block;
        yield header;
        const isMissing = separator.length === 0 && (edited || outcome.bodyChanged);
        yield isMissing ? blankLineBehind(header) : separator;
        yield* (run.newBody() ?? original).read();
      },
      dispose() {
        run.dispose();
        original.discard();
      },
    };
  } catch (error) {
    run.abort(new MillraceError('MILLRACE_ABORTED', 'the message could not be read', { cause: error }));
    run.dispose();
    original.discard();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function beginMessage(
  run: MessageRun,
  splitter: HeaderSplitter,
  options: ProcessOptions,
): Promise<HeaderList> {
  await run.mail(options.sender ?? NO_SENDER);
  for (const recipient of options.recipients ?? []) await run.rcpt(recipient);
  for (const recipient of options.rejected ?? []) await run.rejectedRcpt(recipient);
  await run.data();
  const headers = HeaderList.parse(splitter.header?.block ?? splitter.end().block);
  run.headers(headers);
  await run.endOfHeaders();
  return headers;
}

function setDeadline(run: MessageRun, milliseconds: number | undefined): NodeJS.Timeout | undefined {
  if (milliseconds === undefined) return undefined;
  const late = new MillraceError('MILLRACE_DEADLINE', `the message took more than ${milliseconds} ms`, {
    status: '4.4.7',
  });
  return setTimeout(() => run.abort(late), milliseconds);
}

function* cut(chunk: Buffer, size = chunk.length): Generator<Buffer> {
  if (chunk.length <= size) return yield chunk;
  for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}
