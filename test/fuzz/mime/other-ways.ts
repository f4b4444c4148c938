import { DEFAULT_LIMITS, type Limits } from '../../../src/core/limits.ts';
import type { MessagePart } from '../../../src/core/mime/index.ts';
import { Forks } from '../../../src/core/mime/readings/forks.ts';
import { ReadingBudget, type ReadingHost } from '../../../src/core/mime/readings/reading-budget.ts';
import type { Stage } from '../../../src/core/stage.ts';
import { IGNORED } from '../../support/ignored-stage.ts';
import { ambiguitiesOf, Recorder, type Scanned } from '../../support/scan.ts';
import { leafContent } from './leaf-content.ts';

interface Way {
  readonly root: MessagePart;
  /** What is told of it beside its parts. */
  readonly facts: string;
  readonly recorder: Recorder;
}

/** Takes down what a message is to those who split it in other ways than the rules have it. */
export class OtherWays implements ReadingHost {
  readonly forks: Forks;
  readonly #ways: Way[] = [];
  #tooMany = false;

  constructor(limits: Partial<Limits>) {
    this.forks = new Forks(new ReadingBudget(this), { ...DEFAULT_LIMITS, ...limits });
  }

  openReading(root: MessagePart, isDecoded: boolean, isQuoted: boolean): Stage {
    const recorder = new Recorder(IGNORED, root.parent);
    this.#ways.push({ root, facts: `${isDecoded} ${isQuoted}`, recorder });
    return recorder;
  }

  tooManyReadings(): void {
    this.#tooMany = true;
  }

  /** What the readers do, in words; several where one does all of that. */
  get names(): string[] {
    return this.#ways.map(({ root }) => root.reading!);
  }

  /** All of them: parts, and the content of leaves as it is; and what they have left for the leaves of the first scan. */
  text({ parts: first }: Scanned): string {
    const texts = this.#ways.map(({ root, facts, recorder: { parts, events, pieces } }) => [
      root.path,
      root.reading,
      facts,
      ...events,
      ...ambiguitiesOf(parts),
      ...parts.map((part) => [part.path, ...part.names, latin1(pieces.get(part.path))].join('|')),
    ]);
    const decodings = first.map((part) => (part as MessagePart).decodings);
    return [String(this.#tooMany), decodings.join(), ...texts.flat()].join('\n');
  }

  /** What their leaves are, decoded in pieces of these sizes. */
  decoded(sizes: readonly number[]): string {
    return this.#ways.flatMap(({ recorder }) => leavesOf(recorder, sizes)).join('\n');
  }
}

function leavesOf({ parts, pieces }: Recorder, sizes: readonly number[]): string[] {
  return parts.flatMap((part) => {
    if (!part.isLeaf) return [];
    const { decodings } = part as MessagePart;
    const content = Buffer.concat(pieces.get(part.path) ?? []);
    return [part.path, String(decodings), ...leafContent(part, content, sizes, decodings).texts];
  });
}

function latin1(pieces: readonly Buffer[] = []): string {
  return Buffer.concat(pieces).toString('latin1');
}
