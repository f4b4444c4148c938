import type { Part } from '../mime/part.ts';
import type { Stage } from '../stage.ts';
import type { NewPart } from '../verbs.ts';
import { makePart } from './new-part.ts';

/** What stands where nothing else is left: a multipart must have a part (RFC 2046 section 5.1.1). */
const REMOVED: NewPart = { content: 'An attachment was removed from this message.\r\n' };

/**
 * Takes parts out and puts new ones in. A container whose children are all gone gets a notice as its only part, and so
 * does a message whose root is dropped.
 */
export class Replacer {
  readonly #next: Stage;
  /** Containers with a child that went on. Like the next, made when there is one. */
  #filled: Set<Part> | undefined;
  /** The first dropped child of a container that has none yet. */
  #emptied: Map<Part, Part> | undefined;

  constructor(next: Stage) {
    this.#next = next;
  }

  /** A part goes on. */
  passed(part: Part): void {
    if (part.parent === undefined) return;
    (this.#filled ??= new Set()).add(part.parent);
    this.#emptied?.delete(part.parent);
  }

  drop(part: Part): void {
    if (part.parent === undefined || part.parent.isMessage) return this.replace(part, REMOVED);
    if (this.#filled?.has(part.parent) === true) return;
    this.#emptied ??= new Map();
    if (!this.#emptied.has(part.parent)) this.#emptied.set(part.parent, part);
  }

  replace(part: Part, replacement: NewPart): void {
    this.passed(part);
    const made = makePart(part, replacement);
    this.#next.open(made.part);
    if (made.content.length > 0) this.#next.body(made.part, made.content);
    this.#next.close(made.part);
  }

  /** A container's children are over: it must not be left without any. */
  fill(container: Part): void {
    const dropped = this.#emptied?.get(container);
    if (dropped !== undefined) this.replace(dropped, REMOVED);
  }
}
