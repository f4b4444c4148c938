import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const HAPROXY = '/usr/sbin/haproxy';
const PATIENCE = 30_000;

/** Why the tests with a real HAProxy cannot run here; undefined when they can. */
export const haproxyMissing: string | undefined = existsSync(HAPROXY)
  ? undefined
  : `${HAPROXY} is not there (Debian: apt-get install haproxy)`;

/** How often HAProxy tries whether a backend is there, by a connection without a byte. */
export const CHECK_INTERVAL = 200;

/** A real HAProxy that spreads connections over milters. */
export class HAProxy {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(port: number, child: ChildProcess, directory: string) {
    this.port = port;
    this.#child = child;
    this.#directory = directory;
  }

  /** @param backends `HOST:PORT` of each. */
  static async start(backends: readonly string[]): Promise<HAProxy> {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-haproxy-'));
    const port = await freePort();
    const file = join(directory, 'haproxy.cfg');
    await writeFile(file, configuration(port, backends, join(directory, 'stats.sock')));
    const child = spawn(HAPROXY, ['-db', '-f', file], { stdio: 'ignore' });
    const proxy = new HAProxy(port, child, directory);
    if (await proxy.#listens()) return proxy;
    await proxy.stop();
    throw new Error('HAProxy does not listen');
  }

  /** Where it listens, as a milter's address. */
  get address(): string {
    return `inet:${this.port}@127.0.0.1`;
  }

  /** Resolves when its checks have found all backends. */
  async seesAll(): Promise<void> {
    for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(50)) {
      const states = (await this.#statistics())
        .split('\n')
        .filter((line) => line.startsWith('milters,milter'));
      if (states.every((line) => line.includes(',UP,'))) return;
    }
    throw new Error('HAProxy does not find its backends');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #statistics(): Promise<string> {
    const socket = connect(join(this.#directory, 'stats.sock'));
    socket.end('show stat\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  async #listens(): Promise<boolean> {
    for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(50)) {
      if (this.#child.exitCode !== null) return false;
      const socket = connect(this.port, '127.0.0.1');
      const isUp = await new Promise<boolean>((resolve) =>
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
      );
      socket.destroy();
      if (isUp) return true;
    }
    return false;
  }
}

/** `option redispatch`: who finds a backend gone before a check has is sent to another one. */
function configuration(port: number, backends: readonly string[], statistics: string): string {
  const servers = backends.map(
    (backend, i) => `  server milter${i} ${backend} check inter ${CHECK_INTERVAL}`,
  );
  return [
    'global',
    `  stats socket ${statistics}`,
    'defaults',
    '  mode tcp',
    '  timeout connect 1s',
    '  timeout client 300s',
    '  timeout server 300s',
    '  retries 2',
    '  option redispatch',
    'listen milters',
    `  bind 127.0.0.1:${port}`,
    '  balance roundrobin',
    ...servers,
    '',
  ].join('\n');
}
