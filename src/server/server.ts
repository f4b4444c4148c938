import type { Socket } from 'node:net';
import type { Filter } from '../core/filter.ts';
import { SpoolStore } from '../core/spool/index.ts';
import { MilterConnection } from './connection.ts';
import type { ConnectionContext } from './connection.ts';
import { formatAddress } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { listen } from './listener.ts';
import type { Listener, ListenerTls } from './listener.ts';
import { logError } from './log-lines.ts';
import { completeOptions } from './server-options.ts';
import type { ServerOptions, ServerSettings } from './server-options.ts';
import { loadTls } from './tls-files.ts';
import { wishesOf } from './wishes.ts';

/** How a server is closed. */
export interface CloseOptions {
  /** How long, in ms, messages that are under way may still take. Default 30 s. */
  readonly grace?: number;
}

const DEFAULT_GRACE = 30_000;

/** After the grace period: for a last tempfail to leave. */
const FAREWELL = 1000;

/** A milter for one filter: it listens, serves every connection that comes, and can be closed without losing mail. */
export class MilterServer {
  readonly #settings: ServerSettings;
  readonly #context: ConnectionContext;
  readonly #ownSpool: SpoolStore | undefined;
  readonly #connections = new Set<MilterConnection>();
  #listeners: Listener[] = [];
  #isFull = false;
  #closing: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  constructor(filter: Filter, options: ServerOptions) {
    this.#settings = completeOptions(options);
    const { deadlines, maxPacket, logger, spool } = this.#settings;
    this.#ownSpool = spool === undefined ? new SpoolStore() : undefined;
    const store = spool ?? this.#ownSpool!;
    this.#context = {
      filter,
      wishes: wishesOf(filter.interest, maxPacket),
      deadlines,
      maxPacket,
      logger,
      openSpool: () => store.open(),
    };
  }

  /** Where it listens, with the ports that the system chose; empty before `listen` and after `close`. */
  get addresses(): readonly ListenAddress[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Open all addresses; if one of them fails, none stays open.
   * @throws MillraceError `MILLRACE_LISTEN`; `MILLRACE_CONFIG` when a file for TLS cannot be used.
   */
  async listen(): Promise<void> {
    const { listen: plain, tls, deadlines, maxConnections } = this.#settings;
    try {
      for (const address of plain) await this.#open(address);
      if (tls === undefined) return;
      const keys = await loadTls(tls.files);
      for (const address of tls.listen) {
        await this.#open(address, { keys, handshake: deadlines.handshake, maxConnections });
      }
    } catch (error) {
      this.#stopListening();
      throw error;
    }
  }

  /**
   * Stop: no new connections, connections without a message are closed, messages that are under way are finished. What is not
   * done after `grace` is answered with tempfail where a reply is due. Resolves when every connection is closed.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.grace ?? DEFAULT_GRACE);
    return this.#closing;
  }

  async #close(grace: number): Promise<void> {
    this.#stopListening();
    const emptied = new Promise<void>((resolve) => (this.#emptied = resolve));
    for (const connection of this.#connections) connection.drain();
    if (this.#connections.size > 0) {
      const patience = setTimeout(() => this.#stopConnections(), grace);
      await emptied;
      clearTimeout(patience);
    }
    await this.#ownSpool?.close();
  }

  #stopConnections(): void {
    this.#settings.logger.log('warn', 'messages cut short by the end of the grace period', {
      connections: this.#connections.size,
    });
    for (const connection of this.#connections) connection.stop();
    setTimeout(() => {
      for (const connection of this.#connections) connection.port.destroy();
    }, FAREWELL).unref();
  }

  #stopListening(): void {
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
  }

  async #open(address: ListenAddress, tls?: ListenerTls): Promise<void> {
    const { logger, socket: access } = this.#settings;
    const name = formatAddress(address);
    const listener = await listen(address, tls === undefined ? { access } : { access, tls }, {
      connection: (socket) => this.#accept(socket, name),
      refused: (reason) => logger.log('debug', 'connection closed', { listener: name, reason }),
      full: () => this.#noteFull(),
      error: (error) => logError(logger, 'listener failed', error, { listener: name }),
    });
    this.#listeners.push(listener);
    logger.log('info', 'listening', {
      listener: formatAddress(listener.address),
      tls: tls === undefined ? undefined : true,
    });
  }

  #noteFull(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#settings.logger.log('warn', 'too many connections: new ones are closed', {
      connections: this.#connections.size,
    });
  }

  #accept(socket: Socket, listener: string): void {
    if (this.#closing !== undefined || this.#connections.size >= this.#settings.maxConnections) {
      if (this.#closing === undefined) this.#noteFull();
      socket.destroy();
      return;
    }
    this.#isFull = false;
    const connection = new MilterConnection(socket, listener, this.#context, () => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#emptied?.();
    });
    this.#connections.add(connection);
  }
}

/** A server for a filter that does not listen yet. @throws MillraceError `MILLRACE_CONFIG` for a wrong option. */
export function createServer(filter: Filter, options: ServerOptions = {}): MilterServer {
  return new MilterServer(filter, options);
}

/** A server for a filter that listens. @throws MillraceError `MILLRACE_CONFIG` or `MILLRACE_LISTEN`. */
export async function serve(filter: Filter, options: ServerOptions = {}): Promise<MilterServer> {
  const server = createServer(filter, options);
  await server.listen();
  return server;
}
