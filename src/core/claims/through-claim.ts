import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { MillraceError } from '../../base/errors.ts';
import {
  Base64Encoder,
  type ByteCoder,
  createDecoder,
  type Decoder,
  QuotedPrintableEncoder,
} from '../mime/transfer/index.ts';
import type { Part } from '../mime/part.ts';
import type { Stage } from '../stage.ts';
import type { Through } from '../verbs.ts';
import type { Claim } from './claim.ts';

/** What a claim that changes content tells its stage. */
export interface ChangeReports {
  changed(): void;
  report(action: string, reason?: string): void;
}

/**
 * A leaf's decoded content goes through an author's Node stream; what comes out is encoded as the part was. A part in
 * an identity encoding becomes base64 (quoted-printable when it is text), because what an author's stream puts out need
 * not fit into lines or seven bits. Whether anything has changed is told by a digest of both sides.
 */
export class ThroughClaim implements Claim {
  readonly recoverable = false;
  readonly #part: Part;
  readonly #next: Stage;
  readonly #stream: Duplex;
  readonly #reports: ChangeReports;
  readonly #decoder: Decoder;
  readonly #encoder: ByteCoder;
  readonly #before = createHash('sha256');
  readonly #after = createHash('sha256');
  readonly #finished: Promise<void>;
  #opened = false;
  #failed: Error | undefined;
  #room: Promise<void> | undefined;
  #makeRoom: () => void = () => {};

  /** Undefined when the part's transfer encoding is not known: its content is opaque then. */
  static create(part: Part, next: Stage, verb: Through, reports: ChangeReports): ThroughClaim | undefined {
    const decoder = createDecoder(part.transferEncoding);
    if (decoder !== undefined) return new ThroughClaim(part, next, decoder, verb.create(part), reports);
    reports.report('skipped', 'unknown-encoding');
    return undefined;
  }

  private constructor(part: Part, next: Stage, decoder: Decoder, stream: Duplex, reports: ChangeReports) {
    this.#part = part;
    this.#next = next;
    this.#stream = stream;
    this.#reports = reports;
    this.#decoder = decoder;
    this.#encoder = this.#chooseEncoder();
    const drained = (): void => {
      this.#room = undefined;
      this.#makeRoom();
    };
    stream.on('drain', drained);
    stream.once('close', drained);
    this.#finished = new Promise((resolve, reject) => {
      stream.on('data', (chunk: Buffer | string) => {
        this.#emit(this.#encoder.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
        const pressure = next.pending();
        if (pressure === undefined) return;
        stream.pause();
        void pressure.then(() => stream.resume());
      });
      stream.once('end', resolve);
      stream.once('error', reject);
      stream.once('close', () =>
        reject(new MillraceError('MILLRACE_ABORTED', 'the stream closed before its end')),
      );
    });
    this.#finished.catch((error: Error) => (this.#failed = error));
  }

  #chooseEncoder(): ByteCoder {
    const encoding: string = this.#part.transferEncoding;
    const finalLineEnd = this.#part.parent === undefined;
    if (encoding === 'base64') return new Base64Encoder({ finalLineEnd });
    if (encoding === 'quoted-printable') return new QuotedPrintableEncoder({ finalLineEnd });
    const isText = this.#part.type.startsWith('text/');
    this.#part.headers.set('Content-Transfer-Encoding', isText ? 'quoted-printable' : 'base64');
    this.#reports.changed();
    return isText ? new QuotedPrintableEncoder({ finalLineEnd }) : new Base64Encoder({ finalLineEnd });
  }

  body(slice: Buffer): void {
    this.#before.update(slice);
    this.#send(this.#decoder.write(slice));
  }

  pending(): Promise<void> | undefined {
    return this.#room;
  }

  async close(): Promise<void> {
    this.#send(this.#decoder.end());
    this.#stream.end();
    await this.#finished;
    this.#emit(this.#encoder.end());
    this.#open();
    if (this.#before.digest('hex') !== this.#after.digest('hex')) {
      this.#reports.changed();
      this.#reports.report('rewritten');
    }
    this.#next.close(this.#part);
  }

  recover(): undefined {}

  #send(bytes: Buffer): void {
    if (this.#failed !== undefined) throw this.#failed;
    if (bytes.length === 0 || this.#stream.write(Buffer.from(bytes)) || this.#room !== undefined) return;
    this.#room = new Promise((resolve) => (this.#makeRoom = resolve));
  }

  #emit(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#open();
    this.#after.update(bytes);
    this.#next.body(this.#part, bytes);
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#next.open(this.#part);
  }
}
