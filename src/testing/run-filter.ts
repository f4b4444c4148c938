import { readFile } from 'node:fs/promises';
import { parsePath } from '../base/address.ts';
import type { EnvelopeAddress, RejectedRecipient } from '../core/envelope.ts';
import type { Connection, Failure, Filter, Macros, Outcome } from '../core/index.ts';

/** A message, and how it is played through a filter. */
export interface RunFilterOptions {
  /** The message itself, or the path of a file with it. Line ends are made CRLF, as an MTA would. */
  readonly eml: Buffer | string | URL;
  /** Envelope sender; the null sender when left out, or no envelope at all when there are no recipients either. */
  readonly from?: string;
  /** Envelope recipients. */
  readonly to?: string | readonly string[];
  /** Recipients that the MTA has refused by itself: an address, or one with the reason. */
  readonly rejected?: ReadonlyArray<string | RejectedRecipient>;
  readonly connection?: Omit<Connection, 'data'>;
  readonly macros?: Macros;
  /** Bytes that the filter gets at once; 65535 as from an MTA when left out. */
  readonly chunkSize?: number;
  /** Milliseconds until the message is tempfailed. */
  readonly deadline?: number;
}

/** What a filter made of a message. */
export interface RunFilterResult extends Outcome {
  /** The message with all edits applied, header and body; as received when it was not accepted. */
  readonly message: Buffer;
  /** Errors that transforms raised. */
  readonly failures: readonly Failure[];
}

/**
 * Play one message through a filter, without a socket and without an MTA. For tests: the resulting message is given as
 * one buffer.
 *
 * ```ts
 * const result = await runFilter(filter, { eml: 'test/letter.eml', from: 'a@example.org', to: 'b@example.net' });
 * expect(result.verdict.kind).toBe('accept');
 * ```
 */
export async function runFilter(filter: Filter, options: RunFilterOptions): Promise<RunFilterResult> {
  const eml = Buffer.isBuffer(options.eml) ? options.eml : await readFile(options.eml);
  const { from, to = [], chunkSize = 65_535 } = options;
  const recipients = typeof to === 'string' ? [to] : to;
  const hasEnvelope = from !== undefined || recipients.length > 0;
  const processed = await filter.process(inChunks(eml), {
    ...(hasEnvelope ? { sender: address(from ?? '') } : {}),
    recipients: recipients.map(address),
    rejected: (options.rejected ?? []).map((recipient) =>
      typeof recipient === 'string' ? address(recipient) : recipient,
    ),
    chunkSize,
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    ...(options.macros === undefined ? {} : { macros: options.macros }),
    ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  });
  try {
    const blocks: Buffer[] = [];
    for await (const block of processed.message()) blocks.push(Buffer.from(block));
    return { ...processed.outcome, failures: processed.failures, message: Buffer.concat(blocks) };
  } finally {
    processed.dispose();
  }
}

function address(text: string): EnvelopeAddress {
  return { address: parsePath(text), parameters: [] };
}

async function* inChunks(eml: Buffer): AsyncGenerator<Buffer> {
  yield eml;
}
