import { open } from 'node:fs/promises';
import { withCrlfFolds } from '../core/headers/header-field.ts';
import type { Spool } from '../core/spool/index.ts';
import { applyHeaderEdits } from '../protocol/apply-edits.ts';
import type { ApplyOptions, HeaderModification } from '../protocol/apply-edits.ts';
import { hiddenFields } from '../protocol/mta.ts';
import type { HeaderField } from '../protocol/mta.ts';
import type { Modification } from '../protocol/replies.ts';
import type { EmlSource } from './eml-source.ts';

/** An accepted message with the filter's changes applied, as the MTA would go on with it, without what the MTA puts in itself. */
export class ResultMessage {
  readonly #source: EmlSource;
  readonly #body: Spool | undefined;
  readonly #headers: readonly HeaderField[] | undefined;

  constructor(
    source: EmlSource,
    body: Spool | undefined,
    modifications: readonly Modification[],
    options: ApplyOptions,
  ) {
    this.#source = source;
    this.#body = body;
    const edits = modifications.filter(isHeaderModification);
    if (edits.length > 0) {
      this.#headers = applyHeaderEdits(
        [...hiddenFields(options.mta), ...source.headers],
        edits,
        options,
      ).filter(({ origin }) => origin !== 'trace' && origin !== 'default');
    }
  }

  /** The header fields; values with everything behind the colon, folds as LF. */
  get headers(): readonly HeaderField[] {
    return this.#headers ?? this.#source.headers;
  }

  /** The bytes of the message. Chunks are borrowed. */
  async *stream(): AsyncGenerator<Buffer, undefined> {
    if (this.#headers === undefined && this.#body === undefined) {
      yield* this.#source.message();
      return undefined;
    }
    const fields = this.headers.map(({ name, value }) => `${name}:${withCrlfFolds(value)}\r\n`);
    yield Buffer.from(`${fields.join('')}\r\n`, 'latin1');
    yield* this.#body === undefined ? this.#source.body() : this.#body.read();
    return undefined;
  }

  /** The whole message in memory. */
  async toBuffer(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream()) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  /** Write the message to a file, which is replaced if it exists. */
  async writeTo(path: string): Promise<void> {
    const file = await open(path, 'w');
    try {
      for await (const chunk of this.stream()) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
  }

  /** Let go of the new body. */
  dispose(): void {
    this.#body?.discard();
  }
}

function isHeaderModification(modification: Modification): modification is HeaderModification {
  return (
    modification.type === 'addHeader' ||
    modification.type === 'insertHeader' ||
    modification.type === 'changeHeader'
  );
}
