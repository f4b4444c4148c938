import type { Part } from './mime/part.ts';
import type { Stage } from './stage.ts';

type QueuedEvent =
  | { type: 'open' | 'close'; part: Part }
  | { type: 'body' | 'frame'; part: Part; bytes: Buffer }
  | { type: 'end' };

/** MIME events kept for later, with copies of their bytes. It holds at most what one input chunk can cause. */
export class EventQueue {
  #events: QueuedEvent[] = [];
  #next = 0;

  get empty(): boolean {
    return this.#next === this.#events.length;
  }

  add(type: 'open' | 'close', part: Part): void {
    this.#events.push({ type, part });
  }

  addBytes(type: 'body' | 'frame', part: Part, slice: Buffer): void {
    this.#events.push({ type, part, bytes: Buffer.from(slice) });
  }

  addEnd(): void {
    this.#events.push({ type: 'end' });
  }

  /** Play the oldest event to a stage. */
  play(stage: Stage): void {
    const event = this.#events[this.#next++];
    if (this.empty) {
      this.#events = [];
      this.#next = 0;
    }
    switch (event.type) {
      case 'open':
        return stage.open(event.part);
      case 'close':
        return stage.close(event.part);
      case 'body':
        return stage.body(event.part, event.bytes);
      case 'frame':
        return stage.frame(event.part, event.bytes);
      case 'end':
        return stage.end();
    }
  }
}
