import type { Part } from '../mime/part.ts';
import type { Spool } from '../spool/index.ts';
import type { Stage } from '../stage.ts';
import type { Judgement } from '../verbs.ts';
import type { Claim } from './claim.ts';
import { playHeldPart } from './held-part.ts';
import type { ContentReader } from './reader.ts';

/** Carries a judgement out; true when the part is to go on as it is. */
export type CarryOut = (judgement: Judgement) => boolean;

/** The part is held in a spool until a function that reads its decoded content has decided what becomes of it. */
export class JudgeClaim implements Claim {
  readonly recoverable = true;
  readonly #part: Part;
  readonly #next: Stage;
  readonly #held: Spool;
  readonly #reader: ContentReader<Judgement>;
  readonly #carryOut: CarryOut;

  constructor(part: Part, next: Stage, held: Spool, reader: ContentReader<Judgement>, carryOut: CarryOut) {
    this.#part = part;
    this.#next = next;
    this.#held = held;
    this.#reader = reader;
    this.#carryOut = carryOut;
  }

  body(slice: Buffer): void {
    this.#held.write(slice);
    this.#reader.write(slice);
  }

  pending(): Promise<void> | undefined {
    return this.#held.pending() ?? this.#reader.waiting();
  }

  async close(): Promise<void> {
    this.#reader.end();
    if (!this.#carryOut(await this.#reader.done)) return this.#held.discard();
    await playHeldPart(this.#part, this.#held, this.#next);
    this.#next.close(this.#part);
  }

  recover(): Promise<void> {
    return playHeldPart(this.#part, this.#held, this.#next);
  }
}
