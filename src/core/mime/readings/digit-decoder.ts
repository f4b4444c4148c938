import type { ByteCoder } from '../transfer/byte-coder.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Decodes short stretches of base64. It costs little to make one, other than the decoder of the transfer encoding, of
 * which a message can make us begin thousands. What is no digit is skipped; data go on after padding.
 */
export class DigitDecoder implements ByteCoder {
  /** Digits of a quantum that is not complete. */
  #rest = '';

  write(slice: Buffer): Buffer {
    const runs = slice
      .toString('latin1')
      .replace(/[^A-Za-z0-9+/=]/g, '')
      .split('=');
    const out: Buffer[] = [];
    for (const [index, run] of runs.entries()) {
      const digits = this.#rest + run;
      const end = index < runs.length - 1 ? digits.length : digits.length - (digits.length % 4);
      if (end > 0) out.push(Buffer.from(digits.slice(0, end), 'base64'));
      this.#rest = digits.slice(end);
    }
    return out.length === 1 ? out[0] : Buffer.concat(out);
  }

  end(): Buffer {
    return this.#rest === '' ? NOTHING : Buffer.from(this.#rest, 'base64');
  }
}
