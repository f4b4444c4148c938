import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BuiltSources } from './daemon-process.ts';

/** What a process has had to do while it was watched, in milliseconds. */
export interface Effort {
  /** The longest delay of its event loop. On a machine that is busy with other things some of it is theirs. */
  readonly delay: number;
  /** The most CPU time that one turn of its event loop took. */
  readonly turn: number;
  /** CPU time of all turns with something to do. */
  readonly cpu: number;
}

/** A milter in a process of its own, which tells how busy it has been. */
export class WatchedServer {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Serve these transforms, an expression that may use everything of `core`, `transforms` and `mailsplit`. */
  static async start(built: BuiltSources, transforms: string): Promise<WatchedServer> {
    const module = (name: string): string => JSON.stringify(built.module(name));
    const script = `
      import { monitorEventLoopDelay } from 'node:perf_hooks';
      import { Rewriter } from 'mailsplit';
      import * as core from ${module('core/index')};
      import * as all from ${module('transforms/index')};
      import { mailsplitTransform } from ${module('transforms/mailsplit')};
      import { formatAddress, serve } from ${module('server/index')};
      const names = { ...core, ...all, mailsplitTransform, Rewriter };
      const transforms = new Function(...Object.keys(names), 'return ' + ${JSON.stringify(transforms)})(...Object.values(names));
      const server = await serve(core.defineFilter(transforms), { listen: 'inet:0@127.0.0.1', logger: { log() {} } });
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e3; };
      let [work, last, turn] = [0, cpu(), 0];
      let isWatching = false;
      const watch = () => {
        const now = cpu();
        turn = Math.max(turn, now - last);
        if (now - last > 0.2) work += now - last;
        last = now;
        if (isWatching) setImmediate(watch);
      };
      process.on('message', (what) => {
        if (what === 'watch') {
          isWatching = true;
          delay.reset();
          [work, last, turn] = [0, cpu(), 0];
          setImmediate(watch);
          process.send('watching');
        } else {
          isWatching = false;
          process.send({ delay: delay.max / 1e6, turn, cpu: work });
        }
      });
      process.on('disconnect', () => process.exit(0));
      process.send(formatAddress(server.addresses[0]));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [address] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the server did not start'))),
    ])) as [string];
    return new WatchedServer(child, address);
  }

  /** What it has to do meanwhile. */
  async watch(work: () => Promise<void>): Promise<Effort> {
    await this.#ask('watch');
    await work();
    return (await this.#ask('read')) as Effort;
  }

  async #ask(what: string): Promise<unknown> {
    if (this.#child.exitCode !== null) throw new Error('the server has died');
    const answer = once(this.#child, 'message');
    this.#child.send(what);
    return ((await answer) as [unknown])[0];
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
