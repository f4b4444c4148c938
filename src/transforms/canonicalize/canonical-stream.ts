import { Transform, type TransformCallback } from 'node:stream';
import type { Limits } from '../../core/index.ts';
import { type MessagePart, Scanner } from '../../core/mime/index.ts';
import { CanonicalStage } from './canonical-stage.ts';
import type { ContentPlan } from './content-fields.ts';

/** A message in, the same message written anew out. The header goes on as it is: it has been seen to. */
export class CanonicalStream extends Transform {
  readonly #scanner: Scanner;
  /** Bytes of the header that have not come yet. */
  #header: number;

  /**
   * @param root with the header that the message was received with, which says how the body is to be read
   * @param headerBytes length of the header in front of the body, its blank line included
   */
  constructor(root: MessagePart, plan: ContentPlan, headerBytes: number, limits: Readonly<Limits>) {
    super();
    this.#header = headerBytes;
    const stage = new CanonicalStage(plan, (bytes) => void this.push(Buffer.from(bytes)));
    this.#scanner = new Scanner(root, stage, limits);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const header = chunk.subarray(0, this.#header);
    this.#header -= header.length;
    if (header.length > 0) this.push(header);
    if (header.length < chunk.length) this.#scanner.write(chunk.subarray(header.length));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#scanner.end();
    done();
  }
}
