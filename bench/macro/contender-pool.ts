import { performance } from 'node:perf_hooks';
import { actionNames, protocolNames } from '../../src/protocol/index.ts';
import { MilterClient, parseAddress } from '../../src/server/index.ts';
import { millrace, PIPELINES } from '../contenders/millrace.ts';
import type { PipelineName, Watching } from '../contenders/millrace.ts';
import { libmilter, pymilter } from '../contenders/peers.ts';
import { startProgram, stopProgram } from '../contenders/process.ts';
import type { Program, RunningFilter, SocketKind } from '../contenders/process.ts';
import { startClamd, startStub } from '../contenders/scanners.ts';
import type { RunningScanner } from '../contenders/scanners.ts';
import type { LoadGenerator, LoadMessage } from '../load/job.ts';

/** A filter that can be put under load: Millrace with a pipeline, or a peer. */
export type ContenderName = PipelineName | 'libmilter' | 'pymilter';

/** What a contender is called in a report. */
export const CONTENDER_TITLES: Readonly<Record<ContenderName, string>> = {
  ...(Object.fromEntries(
    Object.entries(PIPELINES).map(([name, { title }]) => [name, `Millrace, ${title}`]),
  ) as Record<PipelineName, string>),
  libmilter: 'libmilter, C, naive footer',
  pymilter: 'pymilter, naive footer',
};

/** A contender that could be started, or why it could not. */
export type Entry =
  { readonly filter: RunningFilter; readonly negotiated: string } | { readonly reason: string };

/** Untimed messages before the first turn: until then V8 is still compiling what is used. */
export interface WarmUp {
  readonly messages: number;
  readonly message: LoadMessage;
}

/** On a machine that is very busy a warm-up is cut short, in milliseconds; that is looked at between its turns. */
const LONGEST_WARM_UP = 15_000;
const WARM_UP_TURNS = 10;

/**
 * Pipelines that are measured in few rows, each of which warms up by itself, get a part of those messages; the more so when a scanner
 * of its own sets the pace.
 */
const LIGHTLY_WARMED: Readonly<Partial<Record<ContenderName, number>>> = {
  nothing: 4,
  inspect: 8,
  strip: 4,
  'footer-strip': 4,
  'scan-stub': 16,
  'scan-clamd': 40,
};

/** The filters of a run: started when first needed, warmed up, and kept for the rows that follow. */
export class ContenderPool {
  readonly #directory: string;
  readonly #generator: LoadGenerator;
  readonly #warmUp: WarmUp;
  readonly #running = new Map<string, Promise<Entry>>();
  readonly #scanners = new Map<PipelineName, Promise<RunningScanner | { readonly reason: string }>>();

  constructor(directory: string, generator: LoadGenerator, warmUp: WarmUp) {
    this.#directory = directory;
    this.#generator = generator;
    this.#warmUp = warmUp;
  }

  /** A contender that has been warmed up; the same one at every call. */
  shared(name: ContenderName, kind: SocketKind): Promise<Entry> {
    const key = `${name} ${kind}`;
    let entry = this.#running.get(key);
    if (entry === undefined) {
      entry = this.#startWarm(name, kind);
      this.#running.set(key, entry);
    }
    return entry;
  }

  /** A contender as it comes, for figures that depend on what it did before; the caller stops it. */
  async fresh(name: ContenderName, kind: SocketKind, watching: Watching = {}): Promise<Entry> {
    const program = await this.#program(name, watching);
    if ('reason' in program) return program;
    const filter = await startProgram(program, kind, this.#directory);
    return { filter, negotiated: await negotiated(filter) };
  }

  async close(): Promise<void> {
    for (const entry of this.#running.values()) {
      const settled = await entry.catch(() => undefined);
      if (settled !== undefined && 'filter' in settled) await stopProgram(settled.filter);
    }
    for (const scanner of this.#scanners.values()) {
      const settled = await scanner.catch(() => undefined);
      if (settled !== undefined && 'stop' in settled) await settled.stop();
    }
  }

  async #startWarm(name: ContenderName, kind: SocketKind): Promise<Entry> {
    const entry = await this.fresh(name, kind);
    // What is compiled C has nothing to warm up, and some of it takes very long over TCP.
    if ('filter' in entry && name in PIPELINES) {
      const { messages, message } = this.#warmUp;
      const count = Math.ceil(messages / (LIGHTLY_WARMED[name] ?? 1));
      const job = { address: entry.filter.address, connections: 16, message };
      const until = performance.now() + LONGEST_WARM_UP;
      for (let done = 0; done < count && performance.now() < until; done += count / WARM_UP_TURNS)
        await this.#generator.run({ ...job, messages: Math.ceil(count / WARM_UP_TURNS) });
    }
    return entry;
  }

  async #program(
    name: ContenderName,
    watching: Watching = {},
  ): Promise<Program | { readonly reason: string }> {
    if (name === 'libmilter' || name === 'pymilter') {
      const peer = name === 'libmilter' ? libmilter(this.#directory) : pymilter();
      return 'program' in peer ? peer.program : peer;
    }
    const scanner = await this.#scanner(name);
    if (scanner !== undefined && 'reason' in scanner) return scanner;
    return millrace(name, this.#directory, {
      ...(scanner === undefined ? {} : { scanner: scanner.address }),
      ...watching,
    });
  }

  #scanner(name: PipelineName): Promise<RunningScanner | { readonly reason: string }> | undefined {
    if (name !== 'scan-stub' && name !== 'scan-clamd') return undefined;
    let scanner = this.#scanners.get(name);
    if (scanner === undefined) {
      scanner = name === 'scan-stub' ? startStub(this.#directory) : startClamd();
      this.#scanners.set(name, scanner);
    }
    return scanner;
  }
}

/** What a filter answers to the offer that the load generators make. */
async function negotiated({ milterAddress }: RunningFilter): Promise<string> {
  const reply = await MilterClient.probe(parseAddress(milterAddress), { timeout: 10_000 });
  const actions = actionNames(reply.actions).join(' ') || 'none';
  const protocol = protocolNames(reply.protocol).join(' ') || 'none';
  return `version ${reply.version}; actions: ${actions}; protocol: ${protocol}`;
}
