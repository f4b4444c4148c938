import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EICAR } from './eicar.ts';

const CLAMD = '/usr/sbin/clamd';

/** Why the tests with a real clamd cannot run here; undefined when they can. */
export const clamdMissing: string | undefined = existsSync(CLAMD)
  ? undefined
  : `${CLAMD} is not there (Debian: apt-get install clamav-daemon)`;

/** Content that the private signatures call `Test.Marker.UNOFFICIAL`. */
export const MARKER = Buffer.from('MILLRACE-VIRUS-MARKER-41c7');

/**
 * A real clamd with a configuration and signatures of its own: the EICAR test string and {@link MARKER}, anywhere in
 * any file. It needs no virus database.
 */
export class Clamd {
  readonly #directory: string;
  #child: ChildProcess | undefined;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @param settings lines of clamd.conf(5) that are to be different. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Clamd> {
    const clamd = new Clamd(await mkdtemp(join(tmpdir(), 'millrace-clamd-')));
    await clamd.#configure(settings);
    await clamd.run();
    return clamd;
  }

  /** The Unix socket that it listens on. */
  get path(): string {
    return join(this.#directory, 'clamd.sock');
  }

  get address(): string {
    return `unix:${this.path}`;
  }

  /** Start the process (again) and wait until it answers. */
  async run(): Promise<void> {
    const child = spawn(CLAMD, ['-c', join(this.#directory, 'clamd.conf')], { stdio: 'ignore' });
    this.#child = child;
    for (const until = Date.now() + 90_000; Date.now() < until; await sleep(100)) {
      if (child.exitCode !== null) break;
      if (await this.#answers()) return;
    }
    const log = await readFile(join(this.#directory, 'clamd.log'), 'utf8').catch(() => 'no log');
    await this.stop();
    throw new Error(`clamd does not answer: ${log.slice(-2000)}`);
  }

  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** End the process and remove everything that it has left. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const database = join(this.#directory, 'db');
    await mkdir(database);
    for (const directory of [this.#directory, database]) await chmod(directory, 0o755);
    const signatures = [
      `Test.Eicar:0:*:${EICAR.toString('hex')}`,
      `Test.Marker:0:*:${MARKER.toString('hex')}`,
    ];
    await writeFile(join(database, 'test.ndb'), `${signatures.join('\n')}\n`);
    const configuration = {
      Foreground: 'yes',
      LocalSocket: this.path,
      FixStaleSocket: 'yes',
      DatabaseDirectory: database,
      LogFile: join(this.#directory, 'clamd.log'),
      TemporaryDirectory: this.#directory,
      User: userInfo().username,
      StreamMaxLength: '4M',
      ReadTimeout: '5',
      CommandReadTimeout: '5',
      MaxThreads: '2',
      ...settings,
    };
    const lines = Object.entries(configuration).map(([key, value]) => `${key} ${value}\n`);
    await writeFile(join(this.#directory, 'clamd.conf'), lines.join(''));
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.path);
      socket.on('connect', () => socket.write('zPING\0'));
      socket.on('data', (bytes) => {
        socket.destroy();
        resolve(bytes.toString().startsWith('PONG'));
      });
      socket.on('error', () => resolve(false));
      socket.on('end', () => resolve(false));
    });
  }
}
