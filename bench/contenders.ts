import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';

/** The scripts of package.json run in the checkout. */
const ROOT = process.cwd();
const LOAD_SOURCE = resolve(ROOT, '../shared/tools/milterload.c');
const FILTER_SOURCE = resolve(ROOT, 'bench/libmilter/footer.c');

const CONFIG = `
[[transform]]
use = "footer"
text = "-- \\nSent via example.org"
`;

/** A filter under load: a process, and where it listens. */
export interface Contender {
  readonly child: ChildProcess;
  /** As the load generator takes it: `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
}

/** Why there can be no contest here; undefined when there can. */
export function missing(): string | undefined {
  if (!existsSync(LOAD_SOURCE)) return 'the load generator milterload.c is not beside the repository';
  try {
    execFileSync('cc', ['-include', 'libmilter/mfapi.h', '-fsyntax-only', '-x', 'c', '/dev/null'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'there is no C compiler with libmilter (Debian: apt-get install gcc libc6-dev libmilter-dev)';
  }
}

/** Compile the load generator and the libmilter filter; their paths. */
export function compile(directory: string): { load: string; filter: string } {
  const paths = { load: join(directory, 'milterload'), filter: join(directory, 'footer') };
  execFileSync('cc', ['-O2', '-pthread', '-o', paths.load, LOAD_SOURCE]);
  execFileSync('cc', ['-O2', '-o', paths.filter, FILTER_SOURCE, '-lmilter', '-lpthread']);
  return paths;
}

/** Start both on Unix sockets or on TCP ports; resolves when they listen. */
export async function start(
  kind: 'unix' | 'tcp',
  directory: string,
  filter: string,
): Promise<{ libmilter: Contender; millrace: Contender }> {
  const config = join(directory, 'footer.toml');
  await writeFile(config, CONFIG);
  const begin = async (name: string, command: readonly string[]): Promise<Contender> => {
    const port = kind === 'tcp' ? await freePort() : 0;
    const path = join(directory, `${name}.sock`);
    const listen = kind === 'tcp' ? `inet:${port}@127.0.0.1` : `unix:${path}`;
    const child = spawn(command[0], [...command.slice(1), listen], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await listening(child, kind === 'tcp' ? port : path);
    return { child, address: kind === 'tcp' ? `127.0.0.1:${port}` : `unix:${path}` };
  };
  const main = resolve(ROOT, 'dist/daemon/main.js');
  return {
    libmilter: await begin('libmilter', [filter]),
    millrace: await begin('millrace', [process.execPath, main, 'serve', '-c', config, '--listen']),
  };
}

/** End a contender. */
export async function stop({ child }: Contender): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(child: ChildProcess, where: number | string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} has ended with ${child.exitCode}`);
    const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
    const isUp = await new Promise<boolean>((settle) => {
      socket.once('connect', () => settle(true)).once('error', () => settle(false));
    });
    socket.destroy();
    if (isUp) return;
    await new Promise((settle) => setTimeout(settle, 50));
  }
}
