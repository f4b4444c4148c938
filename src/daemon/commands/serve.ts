import { SpoolStore } from '../../core/index.ts';
import { createServer, parseAddress } from '../../server/index.ts';
import type { Logger, ServerOptions } from '../../server/index.ts';
import { CONFIG_OPTION } from '../command.ts';
import type { Command } from '../command.ts';
import { ExitStatus } from '../command-io.ts';
import type { Config } from '../config/config.ts';
import { spoolOptions } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { pinoLogger } from '../pino-logger.ts';

/** `millrace serve`: the milter itself, in the foreground. */
export const serveCommand: Command = {
  spec: {
    name: 'serve',
    summary: 'Run the milter in the foreground; it logs to stdout, a JSON object a line',
    options: {
      config: CONFIG_OPTION,
      listen: { value: 'ADDR', multiple: true, help: 'listen there instead of where the configuration says' },
    },
    operands: '',
    minOperands: 0,
    maxOperands: 0,
  },

  async run(args, io) {
    const given = args.values('listen').map((address) => parseAddress(address));
    const loaded = await loadConfig(args.value('config'), io.cwd);
    const config = given.length === 0 ? loaded : { ...loaded, listen: given, tls: undefined };
    const logger = pinoLogger(config.logLevel, io.stdout);
    io.onCrash((error) => logCrash(logger, error)); // which goes out at once
    const spools = new SpoolStore(spoolOptions(config));
    const server = createServer(config.filter, serverOptions(config, spools, logger));
    await server.listen();
    warnAboutRoot(logger);
    await new Promise<void>((resolve) => io.onStop(resolve));
    logger.log('info', 'stopping', { connections: server.connections, grace: config.deadlines.grace });
    await server.close({ grace: config.deadlines.grace });
    await spools.close();
    logger.log('info', 'stopped');
    logger.flush();
    return ExitStatus.done;
  },
};

/** What a configuration means for the server. */
export function serverOptions(config: Config, spool: SpoolStore, logger: Logger): ServerOptions {
  const { grace: _, ...deadlines } = config.deadlines;
  const { max, maxPacket } = config.connections;
  return {
    listen: config.listen,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    socket: config.socket,
    maxConnections: max,
    ...(maxPacket === undefined ? {} : { maxPacket }),
    deadlines,
    spool,
    logger,
  };
}

/** Nothing here needs root; what a transform is tricked into should not have it. */
function warnAboutRoot(logger: Logger): void {
  if (process.getuid?.() === 0) logger.log('warn', 'running as root: use a user of its own');
}

function logCrash(logger: Logger, error: unknown): void {
  // Only the stack: the message of a foreign error may quote mail.
  const stack =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const name = error instanceof Error ? error.name : typeof error;
  logger.log('error', 'uncaught error: the process ends', { error: name, stack: stack.join(' ').trim() });
}
