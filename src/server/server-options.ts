import { MillraceError } from '../base/errors.ts';
import type { SpoolStore } from '../core/spool/index.ts';
import { parseAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { escapingLogger, silentLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import type { SocketAccess } from './socket-file.ts';
import type { TlsFiles } from './tls-files.ts';

/**
 * How long things may take, in milliseconds. The defaults stay below what Postfix and Sendmail wait themselves, so that
 * it is this side that decides what becomes of a message.
 */
export interface Deadlines {
  /** From the first header of a message to its answer. Default 240 s: Sendmail waits 300 s in all at end-of-message. */
  readonly message: number;
  /** One answer at connect, HELO, MAIL, RCPT or DATA. Default 25 s; Postfix waits 30 s, Sendmail 10 s. */
  readonly command: number;
  /** Between two messages, and between two packets of a message that is being sent. Default 5 min. */
  readonly idle: number;
  /**
   * Between MAIL and the first header, while the SMTP client is still sending its data to the MTA. Default 2 h, as in
   * libmilter: a slow client must not lose its mail for that.
   */
  readonly transaction: number;
  /** From the connection to the end of the negotiation. Default 30 s. */
  readonly handshake: number;
  /** For the peer to read what has been written. Default 60 s. */
  readonly write: number;
  /**
   * That a slow transform may hold the MTA back for within one body chunk, or in all of them where the MTA gets no
   * replies to chunks; what comes then goes to an overflow spool.
   * Default 3 s; Sendmail gives up after 10 s.
   */
  readonly pushback: number;
  /** Between two signs of life (PROGRESS) at end-of-message. Default 2 s. */
  readonly progress: number;
}

/** The defaults of {@link Deadlines}. */
export const DEFAULT_DEADLINES: Readonly<Deadlines> = Object.freeze({
  message: 240_000,
  command: 25_000,
  idle: 300_000,
  transaction: 7_210_000,
  handshake: 30_000,
  write: 60_000,
  pushback: 3_000,
  progress: 2_000,
});

/** One address or several. */
type Addresses = string | ListenAddress | readonly (string | ListenAddress)[];

/** Where to listen with TLS, and with what. Of the usual MTAs, Stalwart can use it. */
interface TlsListen extends TlsFiles {
  /** TCP addresses, or descriptors of TCP sockets. */
  readonly listen: Addresses;
}

/** How a milter server works; everything may be left out. */
export interface ServerOptions {
  /** Where to listen without TLS. Default `inet:8890@127.0.0.1`; nowhere when there is `tls`. */
  readonly listen?: Addresses;
  readonly tls?: TlsListen;
  /** Mode and group of Unix sockets. Default 0o660 and the group of the process. */
  readonly socket?: SocketAccess;
  /**
   * Most connections at once; a further one is closed at once, which the MTA answers with its default action. Default
   * 1000: ten times the processes that a default Postfix runs for its clients, and below the usual limit of descriptors.
   */
  readonly maxConnections?: number;
  readonly deadlines?: Partial<Deadlines>;
  /**
   * Largest packet taken from the MTA, in bytes; at least 65536, which is a body chunk. Default 1 MiB and 4 KiB. With 1 MiB or
   * more, packets of that size are asked for where they are offered, for headers beyond 64 KiB.
   */
  readonly maxPacket?: number;
  /** Where new bodies, held parts and overflow go. Default: one store for the process, in the system's directory for temporary files. */
  readonly spool?: SpoolStore;
  /** Default: no log at all. */
  readonly logger?: Logger;
}

/** {@link ServerOptions} with nothing left open. */
export interface ServerSettings {
  readonly listen: readonly ListenAddress[];
  readonly tls: { readonly listen: readonly ListenAddress[]; readonly files: TlsFiles } | undefined;
  readonly socket: SocketAccess;
  readonly maxConnections: number;
  readonly deadlines: Readonly<Deadlines>;
  readonly maxPacket: number | undefined;
  readonly spool: SpoolStore | undefined;
  readonly logger: Logger;
}

const DEFAULT_LISTEN = 'inet:8890@127.0.0.1';
const DEFAULT_MAX_CONNECTIONS = 1000;
/** setTimeout takes no more. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/** Least bytes for `maxPacket`: a body chunk has 65535 on all MTAs. */
export const MIN_MAX_PACKET = 65_536;

/** @throws MillraceError `MILLRACE_CONFIG` naming what is wrong. */
export function completeOptions(options: ServerOptions): ServerSettings {
  const { tls, maxConnections = DEFAULT_MAX_CONNECTIONS, maxPacket } = options;
  const listen = parseAddresses(options.listen ?? (tls === undefined ? DEFAULT_LISTEN : []));
  if (listen.length === 0 && tls === undefined) throw wrong('there is no address to listen on');
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw wrong('maxConnections must be a positive whole number');
  }
  if (maxPacket !== undefined && !(Number.isSafeInteger(maxPacket) && maxPacket >= MIN_MAX_PACKET)) {
    throw wrong(`maxPacket must be a whole number of bytes from ${MIN_MAX_PACKET} on`);
  }
  const deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  for (const [name, value] of Object.entries(deadlines)) {
    if (!Object.hasOwn(DEFAULT_DEADLINES, name)) throw wrong(`unknown deadline ${JSON.stringify(name)}`);
    if (!(value > 0 && value <= MAX_MILLISECONDS)) {
      throw wrong(`deadline ${name} must be a number of milliseconds from 1 to ${MAX_MILLISECONDS}`);
    }
  }
  return {
    listen,
    tls: tls === undefined ? undefined : { listen: tlsAddresses(tls), files: tls },
    socket: options.socket ?? {},
    maxConnections,
    deadlines,
    maxPacket,
    spool: options.spool,
    logger: escapingLogger(options.logger ?? silentLogger),
  };
}

function parseAddresses(listen: Addresses): ListenAddress[] {
  const addresses = (Array.isArray(listen) ? listen : [listen]) as readonly (string | ListenAddress)[];
  return addresses.map((address) => (typeof address === 'string' ? parseAddress(address) : address));
}

function tlsAddresses({ listen }: TlsListen): ListenAddress[] {
  const addresses = parseAddresses(listen);
  if (addresses.length === 0) throw wrong('tls.listen: there is no address to listen on');
  if (addresses.some(({ kind }) => kind === 'unix'))
    throw wrong('tls.listen: TLS is for TCP, not for Unix sockets');
  return addresses;
}

function wrong(text: string): MillraceError {
  return new MillraceError('MILLRACE_CONFIG', `server: ${text}`);
}
