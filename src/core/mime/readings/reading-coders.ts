import type { StreamingTextDecoder } from '../charset/index.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';

/** One coder behind another. */
export class Chain implements ByteCoder {
  readonly #first: ByteCoder;
  readonly #second: ByteCoder;

  constructor(first: ByteCoder, second: ByteCoder) {
    this.#first = first;
    this.#second = second;
  }

  write(slice: Buffer): Buffer {
    return this.#second.write(this.#first.write(slice));
  }

  end(): Buffer {
    const last = Buffer.from(this.#second.write(this.#first.end()));
    return Buffer.concat([last, this.#second.end()]);
  }
}

/** A coder that is given something in front of its input. */
export class Prefixed implements ByteCoder {
  readonly #coder: ByteCoder;
  #prefix: Buffer | undefined;

  /** The prefix is copied. */
  constructor(prefix: Buffer, coder: ByteCoder) {
    this.#prefix = Buffer.from(prefix);
    this.#coder = coder;
  }

  write(slice: Buffer): Buffer {
    const first = this.#first();
    return first === undefined ? this.#coder.write(slice) : Buffer.concat([first, this.#coder.write(slice)]);
  }

  end(): Buffer {
    const first = this.#first();
    return first === undefined ? this.#coder.end() : Buffer.concat([first, this.#coder.end()]);
  }

  #first(): Buffer | undefined {
    if (this.#prefix === undefined) return undefined;
    const first = Buffer.from(this.#coder.write(this.#prefix));
    this.#prefix = undefined;
    return first;
  }
}

/** Text of a charset in which ASCII is not one byte a character, as UTF-8. */
export class TextCoder implements ByteCoder {
  readonly #decoder: StreamingTextDecoder;

  constructor(decoder: StreamingTextDecoder) {
    this.#decoder = decoder;
  }

  write(slice: Buffer): Buffer {
    return Buffer.from(this.#decoder.write(slice));
  }

  end(): Buffer {
    return Buffer.from(this.#decoder.end());
  }
}
