import type { EditKind } from '../../core/transform.ts';
import { type AmbiguityPolicy, type OnAmbiguous, readOnAmbiguous } from '../policy/on-ambiguous.ts';
import {
  COMMON_OPTIONS,
  type CommonOptions,
  checkKeys,
  choice,
  positive,
  wrongOption,
} from '../policy/options.ts';
import { BuiltinScanner } from './builtin-scanner.ts';
import { parseClamdAddress } from './clamd-address.ts';
import { CLAMD_TIMEOUTS, ClamdScanner, type ClamdTimeouts } from './clamd-scanner.ts';
import { readHashes } from './hash-list.ts';
import type { Scanner } from './scanner.ts';

const ON_INFECTED = ['reject', 'strip', 'quarantine', 'discard', 'tag'] as const;
const ON_UNAVAILABLE = ['tempfail', 'accept', 'quarantine'] as const;
const ON_UNSCANNED = ['accept', 'tag', 'quarantine', 'reject', 'tempfail'] as const;

/** Options of {@link virusScan}. */
export interface VirusScanOptions extends CommonOptions {
  /**
   * Who scans. `builtin` (the default) knows the EICAR test string, also inside of zip and gzip, and a list of hashes; `clamd` asks a clamd at
   * `address`; an object is an adapter of one's own.
   */
  readonly engine?: 'builtin' | 'clamd' | Scanner;
  /** Where clamd listens: `unix:/run/clamav/clamd.ctl`, `inet:3310@127.0.0.1`. */
  readonly address?: string;
  /**
   * What is done with an infected message. Default `reject` (550 5.7.1). `strip` puts a notice in the place of infected
   * leaves; an infection that is not in one leaf, or is inside of a signed entity, is rejected all the same.
   * `tag` sets `X-Virus`.
   */
  readonly onInfected?: (typeof ON_INFECTED)[number];
  /** The scanner gave no verdict: outage, timeout, an answer cut short or not understood. Default `tempfail`. */
  readonly onUnavailable?: (typeof ON_UNAVAILABLE)[number];
  /** The scanner will never give one: too large, encrypted, over the scanner's limits. Default `quarantine`. */
  readonly onUnscanned?: (typeof ON_UNSCANNED)[number];
  /** A mail reader may find parts in the message that were not scanned by themselves. Default `quarantine`. */
  readonly onAmbiguous?: OnAmbiguous;
  /**
   * In ms: for the connection (5 s), for clamd to take a chunk (30 s), for its answer once everything is sent (120 s);
   * and, with any engine, for one of the `concurrency` places (30 s).
   */
  readonly timeouts?: Partial<ClamdTimeouts> & { readonly queue?: number };
  /**
   * Bytes of the message or of one decoded leaf; what is longer is unscanned. Keep it below clamd's `StreamMaxLength`,
   * `MaxFileSize` and `MaxScanSize`: above the latter two clamd says OK without having looked, unless `AlertExceedsMax`
   * is on (clamd.conf(5)). Default with clamd 25 MiB, else no limit.
   */
  readonly maxSize?: number;
  /** SHA-256 of leaves that count as infected, or the path of a file with one a line. For the engine `builtin`. */
  readonly hashes?: readonly string[] | string;
  /** Messages scanned at once, with two streams each; the others wait. Default 8. */
  readonly concurrency?: number;
}

/** Options checked and complete. */
export interface VirusScanSettings {
  readonly scanner: Scanner;
  readonly onInfected: (typeof ON_INFECTED)[number];
  readonly onUnavailable: (typeof ON_UNAVAILABLE)[number];
  readonly onUnscanned: (typeof ON_UNSCANNED)[number];
  readonly onAmbiguous: AmbiguityPolicy;
  readonly maxSize: number;
  readonly concurrency: number;
  readonly queueTimeout: number;
  /** The edits that these policies can lead to. */
  readonly edits: readonly EditKind[];
}

const KEYS = [
  'engine',
  'address',
  'onInfected',
  'onUnavailable',
  'onUnscanned',
  'onAmbiguous',
  'timeouts',
  'maxSize',
  'hashes',
  'concurrency',
  ...COMMON_OPTIONS,
];
const NAME = 'virusScan';
const CLAMD_MAX_SIZE = 25 * 1024 * 1024;

/** @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option. */
export function readVirusScanOptions(options: VirusScanOptions): VirusScanSettings {
  checkKeys(NAME, options, KEYS);
  const timeouts = options.timeouts ?? {};
  checkKeys(`${NAME}: timeouts`, timeouts, ['connect', 'write', 'verdict', 'queue']);
  const policies = {
    onInfected: choice(NAME, 'onInfected', options.onInfected, ON_INFECTED, 'reject'),
    onUnavailable: choice(NAME, 'onUnavailable', options.onUnavailable, ON_UNAVAILABLE, 'tempfail'),
    onUnscanned: choice(NAME, 'onUnscanned', options.onUnscanned, ON_UNSCANNED, 'quarantine'),
  };
  const onAmbiguous = readOnAmbiguous(NAME, options.onAmbiguous);
  const concurrency = positive(NAME, 'concurrency', options.concurrency, 8);
  if (!Number.isInteger(concurrency)) throw wrongOption(NAME, 'concurrency must be a whole number');
  return {
    ...policies,
    onAmbiguous,
    scanner: chooseScanner(options, {
      connect: positive(NAME, 'timeouts.connect', timeouts.connect, CLAMD_TIMEOUTS.connect),
      write: positive(NAME, 'timeouts.write', timeouts.write, CLAMD_TIMEOUTS.write),
      verdict: positive(NAME, 'timeouts.verdict', timeouts.verdict, CLAMD_TIMEOUTS.verdict),
    }),
    maxSize: positive(
      NAME,
      'maxSize',
      options.maxSize,
      options.engine === 'clamd' ? CLAMD_MAX_SIZE : Infinity,
    ),
    concurrency,
    queueTimeout: positive(NAME, 'timeouts.queue', timeouts.queue, 30_000),
    edits: editsOf([...Object.values(policies), ...onAmbiguous.actions]),
  };
}

function chooseScanner(options: VirusScanOptions, timeouts: ClamdTimeouts): Scanner {
  const { engine = 'builtin', address, hashes } = options;
  if (engine !== 'clamd' && address !== undefined)
    throw wrongOption(NAME, 'address is for the engine clamd only');
  if (engine !== 'builtin' && hashes !== undefined)
    throw wrongOption(NAME, 'hashes is for the engine builtin only');
  if (engine === 'builtin')
    return new BuiltinScanner(hashes === undefined ? undefined : readHashes(NAME, hashes));
  if (engine === 'clamd') {
    if (typeof address !== 'string') throw wrongOption(NAME, 'engine clamd needs an address');
    return new ClamdScanner(parseClamdAddress(NAME, address), timeouts);
  }
  if (typeof engine === 'object' && engine !== null && typeof engine.scan === 'function') return engine;
  throw wrongOption(NAME, `engine must be builtin, clamd or a Scanner, not ${JSON.stringify(engine)}`);
}

/** An MTA is asked for no more than the policies can need. */
function editsOf(policies: readonly string[]): EditKind[] {
  const edits: EditKind[] = [];
  if (policies.includes('strip')) edits.push('body');
  if (['strip', 'tag', 'header'].some((policy) => policies.includes(policy))) edits.push('headers');
  if (policies.includes('quarantine')) edits.push('quarantine');
  return edits;
}
