import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { MillraceError } from '../base/errors.ts';
import { withLfFolds } from '../core/headers/header-field.ts';
import { LineEnds } from '../core/line-ends.ts';
import { parseFields } from '../core/headers/parse-fields.ts';
import type { HeaderField } from '../protocol/mta.ts';

/** A message as a file has it: a path, its bytes, or a function that opens a stream of them anew. */
export type EmlInput = string | Buffer | (() => Readable);

/** Longest header that is taken; an MTA takes less. */
const MAX_HEADER = 4 * 1024 * 1024;
const READ_BYTES = 256 * 1024;
const CRLF = Buffer.from('\r\n');

/**
 * A message as an MTA would hand it to a filter: header fields and a body with CR LF line ends, read as a stream. A line
 * that is no field ends the header, as in Postfix, and begins the body.
 */
export class EmlSource {
  /** The header fields; values with everything behind the colon, folds as LF. */
  readonly headers: readonly HeaderField[];
  readonly #input: EmlInput;
  /** Bytes of the message, after its line ends have been made CR LF, in front of the body. */
  readonly #bodyStart: number;

  private constructor(input: EmlInput, headers: readonly HeaderField[], bodyStart: number) {
    this.#input = input;
    this.headers = headers;
    this.#bodyStart = bodyStart;
  }

  /** Read the header. @throws MillraceError `MILLRACE_LIMIT` when it is over 4 MiB; the file system's error. */
  static async open(input: EmlInput): Promise<EmlSource> {
    let head: Buffer = Buffer.alloc(0);
    for await (const chunk of crlfLines(openInput(input))) {
      // Doubling would be linear; a header is small enough for this not to matter.
      head = Buffer.concat([head, chunk]);
      if (head.subarray(0, 2).equals(CRLF) || head.includes('\r\n\r\n')) break;
      if (head.length > MAX_HEADER) {
        throw new MillraceError('MILLRACE_LIMIT', `a header of more than ${MAX_HEADER} bytes`);
      }
    }
    const blank = head.subarray(0, 2).equals(CRLF) ? 0 : head.indexOf('\r\n\r\n') + 2;
    const block = head.subarray(0, blank === 1 ? head.length : blank);
    const headers: HeaderField[] = [];
    let bodyStart = 0;
    for (const { name, rawValue, source } of parseFields(block).fields) {
      if (name === '') return new EmlSource(input, headers, bodyStart);
      headers.push({ name, value: withLfFolds(rawValue) });
      bodyStart += source!.length;
    }
    return new EmlSource(input, headers, Math.min(head.length, bodyStart + CRLF.length));
  }

  /** The body, as often as one likes. Chunks are borrowed. */
  async *body(): AsyncGenerator<Buffer, undefined> {
    let skip = this.#bodyStart;
    for await (const chunk of this.message()) {
      if (skip < chunk.length) yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
    return undefined;
  }

  /** The whole message with CR LF line ends. Chunks are borrowed. */
  message(): AsyncGenerator<Buffer, undefined> {
    return crlfLines(openInput(this.#input));
  }
}

function openInput(input: EmlInput): Iterable<Buffer> | AsyncIterable<Buffer> {
  if (typeof input === 'string') return createReadStream(input, { highWaterMark: READ_BYTES });
  return typeof input === 'function' ? input() : [input];
}

/** With every line end as CR LF. */
async function* crlfLines(
  input: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, undefined> {
  const lineEnds = new LineEnds();
  for await (const chunk of input) if (chunk.length > 0) yield lineEnds.write(chunk);
  return undefined;
}
