import { afterEach } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import type { FilterOptions } from '../../src/core/filter-options.ts';
import type { AnyTransform } from '../../src/core/transform.ts';
import type { ListenAddress } from '../../src/server/listen-address.ts';
import type { LogFields, LogLevel } from '../../src/server/logger.ts';
import { serve } from '../../src/server/server.ts';
import type { MilterServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';

interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
  readonly fields: LogFields;
}

/** A server of a test, with everything that it has logged. */
export interface TestServer {
  readonly server: MilterServer;
  readonly address: ListenAddress;
  readonly lines: LogLine[];
  /** The lines of finished messages. */
  messages(): LogFields[];
}

const started: MilterServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close({ grace: 0 })));
});

/** Serve a filter of these transforms on a free port until the test is over. */
export async function startServer(
  transforms: readonly AnyTransform[],
  options: ServerOptions = {},
  policy: FilterOptions = {},
): Promise<TestServer> {
  const lines: LogLine[] = [];
  const server = await serve(defineFilter(transforms, policy), {
    listen: 'inet:0@127.0.0.1',
    logger: { log: (level, text, fields = {}) => void lines.push({ level, text, fields }) },
    ...options,
  });
  started.push(server);
  return {
    server,
    address: server.addresses[0],
    lines,
    messages: () => lines.filter(({ text }) => text === 'message').map(({ fields }) => fields),
  };
}
