import { HeaderList } from '../../src/core/headers/header-list.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.ts';
import {
  createRootPart,
  Scanner,
  Serializer,
  type MessagePart,
  type Part,
} from '../../src/core/mime/index.ts';
import type { Forks } from '../../src/core/mime/readings/forks.ts';
import type { ByteSink, Stage } from '../../src/core/stage.ts';
import { feed } from './chunks.ts';
import { splitMessage } from './corpus.ts';

/** What a scan has found. */
export interface Scanned {
  /** The bytes that the serializer wrote. */
  readonly output: Buffer;
  /** One line a part and what was between, without regard to slices. */
  readonly events: string[];
  /** Parts in the order of their opening. */
  readonly parts: Part[];
  /** Codes by path, sorted. */
  readonly ambiguities: string[];
  readonly root: MessagePart;
  readonly searches: number;
  /** Content of leaves, and what is outside of parts, by path. */
  readonly content: ReadonlyMap<string, Buffer>;
}

/** Collects bytes, copied. */
export class Collector implements ByteSink {
  readonly #pieces: Buffer[] = [];

  write(slice: Buffer): void {
    this.#pieces.push(Buffer.from(slice));
  }

  pending(): undefined {}

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

/** Passes events on and writes down what they say; fails when they break the contract of a stage. */
export class Recorder implements Stage {
  readonly parts: Part[] = [];
  readonly events: string[] = [];
  readonly pieces = new Map<string, Buffer[]>();
  readonly #open: Part[] = [];
  readonly #next: Stage;
  readonly #parent: Part | undefined;
  #last = '';

  /** @param parent of the first part */
  constructor(next: Stage, parent?: Part) {
    this.#next = next;
    this.#parent = parent;
  }

  open(part: Part): void {
    if (part.parent !== (this.#open.at(-1) ?? this.#parent))
      throw new Error(`part ${part.path} opened out of place`);
    this.#open.push(part);
    this.parts.push(part);
    this.#say(`open ${part.path} ${part.type} ${kindOf(part)}`);
    this.#next.open(part);
  }

  body(part: Part, slice: Buffer): void {
    if (!part.isLeaf) throw new Error(`body for part ${part.path}, which is no leaf`);
    this.#bytes('body', part, slice);
    this.#next.body(part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    if (!part.isMultipart) throw new Error(`frame for part ${part.path}, which is no multipart`);
    this.#bytes('frame', part, slice);
    this.#next.frame(part, slice);
  }

  close(part: Part): void {
    if (this.#open.pop() !== part) throw new Error(`part ${part.path} closed out of place`);
    this.#say(`close ${part.path}`);
    this.#next.close(part);
  }

  end(): void {
    if (this.#open.length > 0) throw new Error('end with open parts');
    this.#say('end');
    this.#next.end();
  }

  pending(): Promise<void> | undefined {
    return this.#next.pending();
  }

  #bytes(kind: string, part: Part, slice: Buffer): void {
    if (part !== this.#open.at(-1))
      throw new Error(`${kind} for part ${part.path}, which is not the open one`);
    if (slice.length === 0) throw new Error('an empty slice');
    const event = `${kind} ${part.path}`;
    if (this.#last !== event) this.#say(event);
    const pieces = this.pieces.get(part.path);
    if (pieces === undefined) this.pieces.set(part.path, [Buffer.from(slice)]);
    else pieces.push(Buffer.from(slice));
  }

  #say(event: string): void {
    this.#last = event;
    this.events.push(event);
  }
}

function kindOf(part: Part): string {
  if (part.isMultipart) return 'multipart';
  return part.isMessage ? 'message' : 'leaf';
}

/** Scan a body in the given pieces behind a header, and serialize it again; `forks` get what has other readings. */
export function scan(
  header: Buffer | string,
  pieces: Iterable<Buffer>,
  limits: Partial<Limits> = {},
  forks?: Forks,
): Scanned {
  const sink = new Collector();
  const recorder = new Recorder(new Serializer(sink));
  const root = createRootPart(HeaderList.parse(Buffer.from(header as string, 'latin1')));
  const scanner = new Scanner(root, recorder, { ...DEFAULT_LIMITS, ...limits }, forks);
  feed(pieces, (piece) => scanner.write(piece));
  scanner.end();
  return {
    root,
    output: sink.bytes,
    events: recorder.events,
    parts: recorder.parts,
    ambiguities: ambiguitiesOf(recorder.parts),
    searches: scanner.searches,
    content: new Map([...recorder.pieces].map(([path, list]) => [path, Buffer.concat(list)])),
  };
}

/** Codes by path, sorted. */
export function ambiguitiesOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => part.ambiguities.map(({ code, path }) => `${path} ${code}`)).toSorted();
}

/** {@link scan} of a whole message in one piece, given as latin1 text. */
export function scanMessage(message: string, limits: Partial<Limits> = {}): Scanned {
  const { header, body } = splitMessage(Buffer.from(message, 'latin1'));
  return scan(header, [Buffer.from(body)], limits);
}

/** What must not depend on chunk edges. */
export function shapeOf(scanned: Scanned): string {
  return [...scanned.events, ...scanned.ambiguities].join('\n');
}
