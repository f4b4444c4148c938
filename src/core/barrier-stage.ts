import { drained } from './drained.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { Part } from './mime/part.ts';
import type { Spool, SpoolReader } from './spool/index.ts';
import type { Stage } from './stage.ts';
import { countWork, handOver, isTurnOver, laterTurn } from './turn.ts';

/** A part's beginning or end. */
interface Edge {
  readonly type: 'open' | 'close';
  readonly part: Part;
}

/** A run of a part's bytes, which are in the spool. */
interface Run {
  readonly type: 'body' | 'frame';
  readonly part: Part;
  length: number;
}

/**
 * Holds the message, as the transforms in front of it have made it, until they have all said what they think of it; then
 * the transforms behind it get it. Bytes wait in a spool; of the events a few words a part are kept.
 */
export class BarrierStage implements Stage {
  readonly #held: Spool;
  readonly #reached: () => MaybePromise<boolean>;
  readonly #failed: (error: unknown) => void;
  readonly #wanted: () => boolean;
  readonly #next: Stage;
  readonly #events: (Edge | Run)[] = [];
  /** What is left of the block that is played. */
  #block: Buffer = Buffer.alloc(0);
  #replay: Promise<void> | undefined;

  /**
   * @param held where the bytes wait
   * @param reached gives true or false when everything in front has been decided: whether the message goes on; never rejects
   * @param failed is told when the spool fails
   * @param wanted whether anybody behind still wants the rest, to be asked when the root has begun
   */
  constructor(
    held: Spool,
    reached: () => MaybePromise<boolean>,
    failed: (error: unknown) => void,
    wanted: () => boolean,
    next: Stage,
  ) {
    this.#held = held;
    this.#reached = reached;
    this.#failed = failed;
    this.#wanted = wanted;
    this.#next = next;
  }

  open(part: Part): void {
    this.#events.push({ type: 'open', part });
  }

  body(part: Part, slice: Buffer): void {
    this.#hold('body', part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    this.#hold('frame', part, slice);
  }

  close(part: Part): void {
    this.#events.push({ type: 'close', part });
  }

  end(): void {
    this.#replay = this.#release().finally(() => {
      this.#replay = undefined;
      this.#held.discard();
    });
  }

  pending(): Promise<void> | undefined {
    return this.#replay ?? this.#held.pending() ?? this.#next.pending();
  }

  #hold(type: 'body' | 'frame', part: Part, slice: Buffer): void {
    if (slice.length === 0) return;
    this.#held.write(slice);
    const last = this.#events.at(-1);
    if (last !== undefined && last.type === type && last.part === part) last.length += slice.length;
    else this.#events.push({ type, part, length: slice.length });
  }

  async #release(): Promise<void> {
    if (!(await this.#reached())) return;
    try {
      await this.#held.finish();
      await this.#play();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #play(): Promise<void> {
    const [root, ...events] = this.#events;
    if (root === undefined || 'length' in root) return;
    this.#next.open(root.part);
    if (!this.#wanted()) return;
    const blocks = this.#held.read();
    for (const event of events) {
      if (isTurnOver()) await laterTurn();
      if ('length' in event) {
        await this.#playRun(event, blocks);
        continue;
      }
      const start = performance.now();
      this.#next[event.type](event.part);
      countWork(start);
    }
    blocks.close();
    this.#next.end();
    await drained(this.#next);
  }

  async #playRun({ type, part, length }: Run, blocks: SpoolReader): Promise<void> {
    for (let left = length; left > 0;) {
      // The spool holds what the runs are made of, so there is a block for every byte.
      if (this.#block.length === 0) this.#block = (await blocks.next())!;
      const piece = this.#block.subarray(0, left);
      this.#block = this.#block.subarray(piece.length);
      left -= piece.length;
      await handOver(
        piece,
        (slice) => this.#next[type](part, slice),
        () => this.#next.pending(),
      );
    }
  }
}
