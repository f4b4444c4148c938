import type { Filter } from '../../core/index.ts';
import type { SpoolStoreOptions } from '../../core/spool/index.ts';
import { DEFAULT_DEADLINES } from '../../server/index.ts';
import type { Deadlines, ListenAddress, LogLevel, SocketAccess, TlsFiles } from '../../server/index.ts';

/** What the commands run on: a configuration that has been read and checked, with its defaults filled in. */
export interface Config {
  /** The file it was read from, as given, or what the embedded one is called. */
  readonly source: string;
  readonly filter: Filter;
  /** Where to listen without TLS; empty when there is nothing but `tls`. */
  readonly listen: readonly ListenAddress[];
  readonly tls: (TlsFiles & { readonly listen: readonly ListenAddress[] }) | undefined;
  readonly logLevel: LogLevel;
  readonly socket: SocketAccess;
  readonly spool: {
    /** Where temp files go; undefined is the system's directory for them. */
    readonly directory: string | undefined;
    /** Most bytes of all temp files together; undefined is the spool's own default. */
    readonly quota: number | undefined;
    /** Bytes of memory of all spools together; undefined is the spool's own default. */
    readonly memory: number | undefined;
  };
  /** Milliseconds; `grace` is what messages that are under way get when the server stops. */
  readonly deadlines: Deadlines & { readonly grace: number };
  readonly connections: {
    readonly max: number;
    /** Bytes of the largest packet; undefined is the server's own default. */
    readonly maxPacket: number | undefined;
  };
}

/** What holds where a configuration says nothing; `filter` has defaults of its own. */
export const DEFAULT_SETTINGS: Omit<Config, 'source' | 'filter'> = {
  listen: [{ kind: 'inet', family: 4, host: '127.0.0.1', port: 8890 }],
  tls: undefined,
  logLevel: 'info',
  socket: {},
  spool: { directory: undefined, quota: undefined, memory: undefined },
  deadlines: { ...DEFAULT_DEADLINES, grace: 30_000 },
  connections: { max: 1000, maxPacket: undefined },
};

/** The settings of spools as their store takes them. */
export function spoolOptions({ spool }: Pick<Config, 'spool'>): SpoolStoreOptions {
  const { directory, quota, memory } = spool;
  return {
    ...(directory === undefined ? {} : { directory }),
    ...(quota === undefined ? {} : { quota }),
    ...(memory === undefined ? {} : { memory }),
  };
}
