import type { Part } from '../mime/part.ts';
import type { Stage } from '../stage.ts';
import type { Claim } from './claim.ts';
import type { ContentReader } from './reader.ts';

/** The part passes as it is; a function reads its decoded content meanwhile and may go on when it has passed. */
export class TapClaim implements Claim {
  readonly recoverable = true;
  readonly #part: Part;
  readonly #next: Stage;
  readonly #reader: ContentReader<unknown>;

  constructor(part: Part, next: Stage, reader: ContentReader<unknown>) {
    this.#part = part;
    this.#next = next;
    this.#reader = reader;
    next.open(part);
  }

  body(slice: Buffer): void {
    this.#next.body(this.#part, slice);
    this.#reader.write(slice);
  }

  close(): undefined {
    this.#reader.end();
    this.#next.close(this.#part);
  }

  pending(): Promise<void> | undefined {
    return this.#reader.waiting();
  }

  /** Everything has gone on already. */
  recover(): undefined {}
}
