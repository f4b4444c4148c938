import type { ByteCoder } from '../transfer/byte-coder.ts';

const LF = 0x0a;
const CR = 0x0d;
const ESCAPE = 0x3d;
const Y = 0x79;

/**
 * Decodes yEnc (yenc.org, draft 1.3): each byte stands for the one 42 below it, `=` for one that is a further 64 below. Lines
 * that begin with `=y` say what follows and are skipped. To be given what begins with `=ybegin`.
 */
export class YencDecoder implements ByteCoder {
  #isLineStart = true;
  #escaped = false;
  /** The current line is one that says something. */
  #isKeyword = false;

  write(slice: Buffer): Buffer {
    const out = Buffer.allocUnsafe(slice.length);
    let length = 0;
    for (const byte of slice) {
      if (byte === LF) {
        this.#isLineStart = true;
        this.#isKeyword = false;
        this.#escaped = false;
        continue;
      }
      const wasStart = this.#isLineStart;
      this.#isLineStart = false;
      if (this.#isKeyword || byte === CR) continue;
      if (this.#escaped) {
        this.#escaped = false;
        // No encoder writes `=y` for a byte; at the start of a line it begins a keyword.
        if (byte === Y) this.#isKeyword = true;
        else out[length++] = byte - 64 - 42;
      } else if (byte === ESCAPE) {
        this.#escaped = true;
        this.#isLineStart = wasStart;
      } else out[length++] = byte - 42;
    }
    return out.subarray(0, length);
  }

  end(): Buffer {
    return Buffer.alloc(0);
  }
}
