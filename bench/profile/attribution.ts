/** A frame of a profile. Without a URL it is V8's or Node's own machine code. */
interface Frame {
  readonly functionName: string;
  readonly url: string;
}

/** What `node --cpu-prof` writes, as far as it is read here. Times are in microseconds. */
export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }>;
  readonly endTime: number;
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What a process spends its time with, in the order of the report. */
export const WORK = [
  'writing to sockets',
  'sockets and streams of Node',
  'garbage collection',
  'milter packets and sessions',
  'headers, MIME parts, charsets',
  'footer',
  'pipeline and message',
  'spool and files',
  'log',
  'V8, Node and the rest',
] as const;

/** One of them. */
export type Work = (typeof WORK)[number];

/** Node's own code that the calls into the system are in. */
const WRITES = new Set(['writeBuffer', 'writev', 'writeUtf8String', 'writeLatin1String']);

/** By the first that fits. Paths are those of the built program, and of Node's modules. */
const PLACES: ReadonlyArray<readonly [where: RegExp, work: Work]> = [
  [
    /^node:(?:net|stream|events|internal\/streams|internal\/stream_base|internal\/js_stream)/,
    'sockets and streams of Node',
  ],
  [/^node:(?:fs|internal\/fs)/, 'spool and files'],
  [/^node:/, 'V8, Node and the rest'],
  [/\/node_modules\/pino|\/dist\/daemon\/|\/dist\/server\/log/, 'log'],
  [/\/dist\/core\/spool\//, 'spool and files'],
  [/\/dist\/core\/(?:mime|headers)\/|\/node_modules\/iconv-lite\//, 'headers, MIME parts, charsets'],
  [/\/dist\/transforms\//, 'footer'],
  [/\/dist\/core\//, 'pipeline and message'],
  [/\/dist\/(?:protocol|server|base)\//, 'milter packets and sessions'],
];

/**
 * What the last `seconds` of a profile went into, in seconds; the time in which there was nothing to do is left out. Machine code (a search
 * in a buffer, a copy) counts for whoever calls it.
 */
export function attribute(profile: CpuProfile, seconds: number): ReadonlyMap<Work, number> {
  const works = worksOf(profile);
  const spent = new Map<Work, number>();
  const from = profile.endTime - seconds * 1e6;
  let at = profile.startTime;
  for (const [i, sample] of profile.samples.entries()) {
    const took = profile.timeDeltas[i];
    at += took;
    const work = works.get(sample);
    if (at > from && work !== undefined) spent.set(work, (spent.get(work) ?? 0) + took / 1e6);
  }
  return spent;
}

/** What each node of the tree is; nothing for idling. */
function worksOf({ nodes }: CpuProfile): ReadonlyMap<number, Work | undefined> {
  const frames = new Map(nodes.map((node) => [node.id, node]));
  const works = new Map<number, Work | undefined>();
  const waiting: [id: number, caller: Work][] = [[nodes[0].id, 'V8, Node and the rest']];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [id, caller] = next;
    const { callFrame, children = [] } = frames.get(id)!;
    const work = workOf(callFrame, caller);
    works.set(id, work);
    for (const child of children) waiting.push([child, work ?? caller]);
  }
  return works;
}

function workOf({ functionName, url }: Frame, caller: Work): Work | undefined {
  if (url === '') {
    if (functionName === '(idle)') return undefined;
    if (functionName === '(garbage collector)') return 'garbage collection';
    return WRITES.has(functionName) ? 'writing to sockets' : caller;
  }
  return PLACES.find(([where]) => where.test(url))?.[1] ?? caller;
}
