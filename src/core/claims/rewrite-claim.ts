import { MillraceError } from '../../base/errors.ts';
import type { Limits } from '../limits.ts';
import { createTextDecoder, encodeExactly, type StreamingTextDecoder } from '../mime/charset/index.ts';
import type { Part } from '../mime/part.ts';
import { createDecoder, createEncoder, type Decoder } from '../mime/transfer/index.ts';
import type { Spool } from '../spool/index.ts';
import type { Stage } from '../stage.ts';
import { handOver } from '../turn.ts';
import type { Rewrite } from '../verbs.ts';
import type { Claim } from './claim.ts';
import { playHeldPart } from './held-part.ts';
import { createUnits } from './text-units.ts';
import type { ChangeReports } from './through-claim.ts';

/** What a rewrite claim needs of its stage. */
export interface RewriteHost extends ChangeReports {
  readonly limits: Readonly<Limits>;
  openSpool(): Spool;
}

/** Longest line that 7bit and 8bit may have, in bytes without the line end (RFC 2045 section 2.7). */
const MAX_LINE = 998;
const LF = 0x0a;
const CR = 0x0d;

/**
 * A text leaf is decoded, changed unit by unit, and held twice, as it came and as it becomes, until it is known whether
 * anything has changed: an unchanged part leaves byte for byte as it came, and an error leaves it whole.
 */
export class RewriteClaim implements Claim {
  readonly recoverable = true;
  readonly #part: Part;
  readonly #next: Stage;
  readonly #verb: Rewrite;
  readonly #host: RewriteHost;
  readonly #charset: string;
  readonly #decoder: Decoder;
  readonly #text: StreamingTextDecoder;
  readonly #units: ReturnType<typeof createUnits>;
  readonly #original: Spool;
  /** The new text in the part's charset, not transfer-encoded. */
  readonly #rewritten: Spool;
  #changed = false;
  #eightBit = false;
  #lineLength = 0;
  #longLine = false;

  /** Undefined when the part's encoding or charset is not known: its content is opaque then. */
  static create(part: Part, next: Stage, verb: Rewrite, host: RewriteHost): RewriteClaim | undefined {
    const decoder = createDecoder(part.transferEncoding);
    const charset = part.charset ?? 'us-ascii';
    const text = createTextDecoder(charset);
    if (decoder === undefined || text === undefined || encodeExactly('', charset) === undefined) {
      host.report('skipped', decoder === undefined ? 'unknown-encoding' : 'unknown-charset');
      return undefined;
    }
    return new RewriteClaim(part, next, verb, host, charset, decoder, text);
  }

  private constructor(
    part: Part,
    next: Stage,
    verb: Rewrite,
    host: RewriteHost,
    charset: string,
    decoder: Decoder,
    text: StreamingTextDecoder,
  ) {
    this.#part = part;
    this.#next = next;
    this.#verb = verb;
    this.#host = host;
    this.#charset = charset;
    this.#decoder = decoder;
    this.#text = text;
    this.#units = createUnits(verb.rewrite, host.limits.unitBytes);
    this.#original = host.openSpool();
    this.#rewritten = host.openSpool();
  }

  body(slice: Buffer): void {
    this.#original.write(slice);
    this.#take(this.#text.write(this.#decoder.write(slice)));
  }

  pending(): Promise<void> | undefined {
    return this.#original.pending() ?? this.#rewritten.pending();
  }

  async close(): Promise<void> {
    this.#take(this.#text.write(this.#decoder.end()) + this.#text.end());
    this.#put(this.#units.end());
    const added = this.#verb.atEnd?.() ?? '';
    if (added !== '') {
      this.#changed = true;
      this.#put(added);
    }
    if (this.#text.malformed) {
      this.#changed = false;
      this.#host.report('skipped', 'malformed-text');
    }
    if (this.#changed) await this.#playRewritten();
    else await playHeldPart(this.#part, this.#original, this.#next);
    this.#next.close(this.#part);
    this.#original.discard();
    this.#rewritten.discard();
  }

  async recover(): Promise<void> {
    this.#rewritten.discard();
    await playHeldPart(this.#part, this.#original, this.#next);
  }

  #take(text: string): void {
    if (text !== '') this.#put(this.#units.write(text));
  }

  #put(text: string): void {
    if (this.#units.changed) this.#changed = true;
    // Malformed text stays as it came, and its replacement characters need not fit the charset.
    if (text === '' || this.#text.malformed) return;
    const bytes = this.#encode(text);
    this.#measure(bytes);
    this.#rewritten.write(bytes);
  }

  #encode(text: string): Buffer {
    const whole = encodeExactly(text, this.#charset);
    if (whole !== undefined) return whole;
    const pieces = Array.from(text, (character) => {
      const exact = encodeExactly(character, this.#charset);
      if (exact !== undefined) return exact;
      const replacement =
        this.#part.type === 'text/html' ? `&#${character.codePointAt(0)};` : this.#question();
      return encodeExactly(replacement, this.#charset) ?? Buffer.from(replacement);
    });
    return Buffer.concat(pieces);
  }

  #question(): string {
    if (this.#verb.onUnrepresentable === 'question-mark') return '?';
    throw new MillraceError(
      'MILLRACE_ENCODING',
      `the new text of part ${this.#part.path} does not fit its charset`,
    );
  }

  /** What 7bit and 8bit can carry is known only when all of the text is. */
  #measure(bytes: Buffer): void {
    for (const byte of bytes) {
      if (byte > 0x7f) this.#eightBit = true;
      if (byte === LF) this.#lineLength = 0;
      else if (byte !== CR && ++this.#lineLength > MAX_LINE) this.#longLine = true;
    }
  }

  #encoding(): string {
    const encoding: string = this.#part.transferEncoding;
    if (encoding === 'base64' || encoding === 'quoted-printable' || encoding === 'binary') return encoding;
    return this.#longLine || (this.#eightBit && encoding === '7bit') ? 'quoted-printable' : encoding;
  }

  async #playRewritten(): Promise<void> {
    const encoding = this.#encoding();
    if (encoding !== this.#part.transferEncoding)
      this.#part.headers.set('Content-Transfer-Encoding', encoding);
    this.#host.changed();
    this.#host.report('rewritten');
    await this.#rewritten.finish();
    const encoder = createEncoder(encoding, { finalLineEnd: this.#part.parent === undefined })!;
    this.#next.open(this.#part);
    for await (const block of this.#rewritten.read()) {
      await handOver(
        block,
        (piece) => this.#next.body(this.#part, encoder.write(piece)),
        () => this.#next.pending(),
      );
    }
    this.#next.body(this.#part, encoder.end());
  }
}
