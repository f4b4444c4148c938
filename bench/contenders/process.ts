import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What a filter listens on. */
export type SocketKind = 'unix' | 'tcp';

/** A program that listens: the words of its command line, the address as libmilter writes it is put behind them. */
export interface Program {
  readonly name: string;
  readonly command: readonly string[];
  /** A directory whose files are its spool. */
  readonly spool?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A filter under load: a process, and where it listens. */
export interface RunningFilter {
  readonly child: ChildProcess;
  readonly pid: number;
  /** As load generators take it: `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  /** As MTAs take it: `unix:PATH` or `inet:PORT@HOST`. */
  readonly milterAddress: string;
  readonly spool?: string;
}

let count = 0;

/** Those that run now: a bench that is cut short must leave none of them behind. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Start a program on a Unix socket in `directory` or on a free TCP port; resolves when it listens. */
export async function startProgram(
  program: Program,
  kind: SocketKind,
  directory: string,
): Promise<RunningFilter> {
  const port = kind === 'tcp' ? await freePort() : 0;
  const path = join(directory, `${program.name}-${++count}.sock`);
  const milterAddress = kind === 'tcp' ? `inet:${port}@127.0.0.1` : `unix:${path}`;
  const [file, ...words] = [...program.command, milterAddress];
  const child = spawn(file, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...program.environment },
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2000)));
  const [ended, failed] = [() => child.exitCode !== null || child.signalCode !== null, once(child, 'error')];
  await Promise.race([
    listening(kind === 'tcp' ? port : path, () => {
      if (ended()) throw new Error(`${program.name} has ended: ${complaint.trim()}`);
    }),
    failed.then(([error]) => Promise.reject(error as Error)),
  ]);
  failed.catch(() => {});
  return {
    child,
    pid: child.pid!,
    address: kind === 'tcp' ? `127.0.0.1:${port}` : `unix:${path}`,
    milterAddress,
    ...(program.spool === undefined ? {} : { spool: program.spool }),
  };
}

/** End a process, and with it its socket. */
export async function stopProgram({ child, milterAddress }: RunningFilter): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  if (milterAddress.startsWith('unix:')) await rm(milterAddress.slice('unix:'.length), { force: true });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(where: number | string, check: () => void): Promise<void> {
  for (;;) {
    check();
    const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
    const isUp = await new Promise<boolean>((settle) => {
      socket.once('connect', () => settle(true)).once('error', () => settle(false));
    });
    socket.destroy();
    if (isUp) return;
    await new Promise((settle) => setTimeout(settle, 20));
  }
}
