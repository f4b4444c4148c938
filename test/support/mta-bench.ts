import { describe } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import type { FilterOptions } from '../../src/core/filter-options.ts';
import type { AnyTransform } from '../../src/core/transform.ts';
import type { ListenAddress } from '../../src/server/listen-address.ts';
import type { LogFields } from '../../src/server/logger.ts';
import { serve } from '../../src/server/server.ts';
import type { MilterServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { postfixMissing, sendmailMissing } from './mta.ts';
import { Mta } from './mta-instance.ts';
import type { Mail, MtaKind, MtaListener, Fate } from './mta-instance.ts';
import { integrationRequired } from './shared-tools.ts';

/** A filter of a test, served by the test's own process. */
export interface BenchFilter {
  readonly transforms: readonly AnyTransform[];
  readonly policy?: FilterOptions;
  readonly server?: ServerOptions;
}

/** A way in which an MTA talks to filters. */
export interface MtaVariant {
  readonly name: string;
  readonly kind: MtaKind;
  /** Suffix of its listeners. */
  readonly suffix: string;
  readonly onFailure?: 'tempfail' | 'accept';
  readonly settings?: Readonly<Record<string, string>>;
}

/** Postfix with every version of the protocol that it knows, and Sendmail. */
export const ALL_VARIANTS: readonly MtaVariant[] = [
  ...['2', '3', '4', '6'].map((version) => ({
    name: `Postfix, milter_protocol = ${version}`,
    kind: 'postfix' as const,
    suffix: `-${version}`,
    settings: { milter_protocol: version },
  })),
  { name: 'Sendmail', kind: 'sendmail', suffix: '' },
];

/** Both MTAs with their defaults. */
export const BOTH_MTAS: readonly MtaVariant[] = [
  { name: 'Postfix', kind: 'postfix', suffix: '' },
  { name: 'Sendmail', kind: 'sendmail', suffix: '' },
];

const MISSING: Readonly<Record<MtaKind, string | undefined>> = {
  postfix: postfixMissing,
  sendmail: sendmailMissing,
};

/** A `describe` for tests with a real MTA: skipped with the reason in its name, or an error where they are required. */
export function describeMta(kind: MtaKind, name: string, tests: () => void): void {
  const missing = MISSING[kind];
  if (missing !== undefined && integrationRequired) throw new Error(missing);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? name : `${name}: skipped, ${missing}`,
    tests,
  );
}

/** Real MTAs, each with one listener for each filter and variant. An MTA that is not there is left out. */
export class MtaBench {
  readonly #servers: MilterServer[] = [];
  readonly #mtas = new Map<MtaKind, Mta>();
  readonly #logs = new Map<string, LogFields[]>();
  readonly #addresses = new Map<string, ListenAddress>();

  /**
   * Start everything.
   * @param filters by name; `undefined` is no filter at all.
   */
  static async start(
    variants: readonly MtaVariant[],
    filters: Readonly<Record<string, BenchFilter | undefined>>,
  ): Promise<MtaBench> {
    const bench = new MtaBench();
    const milters = new Map<string, MtaListener['milter']>();
    for (const [name, filter] of Object.entries(filters)) milters.set(name, await bench.#serve(name, filter));
    for (const kind of ['postfix', 'sendmail'] as const) {
      const own = variants.filter((variant) => variant.kind === kind);
      if (own.length === 0 || MISSING[kind] !== undefined) continue;
      const listeners: Record<string, MtaListener> = {};
      for (const { suffix, name: _, kind: __, ...listener } of own) {
        for (const [name, milter] of milters) listeners[name + suffix] = { milter, ...listener };
      }
      bench.#mtas.set(kind, await Mta.start(kind, listeners));
    }
    return bench;
  }

  mta(kind: MtaKind): Mta {
    return this.#mtas.get(kind)!;
  }

  /** Send a message by this variant of an MTA through this filter. */
  send({ kind, suffix }: MtaVariant, filter: string, mail?: Mail): Promise<Fate> {
    return this.mta(kind).send(filter + suffix, mail);
  }

  /** Where the filter listens. */
  address(filter: string): ListenAddress {
    return this.#addresses.get(filter)!;
  }

  /** What the filter has logged so far. */
  log(filter: string): readonly LogFields[] {
    return this.#logs.get(filter)!;
  }

  async stop(): Promise<void> {
    for (const mta of this.#mtas.values()) await mta.stop();
    await Promise.all(this.#servers.map((server) => server.close({ grace: 0 })));
  }

  async #serve(name: string, filter: BenchFilter | undefined): Promise<MtaListener['milter']> {
    if (filter === undefined) return undefined;
    const log: LogFields[] = [];
    this.#logs.set(name, log);
    const server = await serve(defineFilter(filter.transforms, filter.policy), {
      listen: 'inet:0@127.0.0.1',
      logger: { log: (level, text, fields = {}) => void log.push({ ...fields, level, text }) },
      ...filter.server,
    });
    this.#servers.push(server);
    this.#addresses.set(name, server.addresses[0]);
    return server.addresses[0];
  }
}
