import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * The sources compiled as they are published, for tests that need a process of their own (Node 20 runs no TypeScript).
 * Below node_modules, so that dependencies are found and nothing is left in the tree.
 */
export class BuiltSources {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async build(): Promise<BuiltSources> {
    const directory = join(ROOT, 'node_modules', '.cache', `millrace-test-${process.pid}`);
    await mkdir(directory, { recursive: true });
    const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
    const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', directory];
    await promisify(execFile)(compiler, [
      ...options,
      '--noCheck', // types are another test's business
      '--declaration',
      'false',
      '--tsBuildInfoFile',
      join(directory, '.tsbuildinfo'),
    ]);
    return new BuiltSources(directory);
  }

  /** The URL of a compiled module: `module('server/index')`. */
  module(name: string): string {
    return pathToFileURL(join(this.#directory, `${name}.js`)).href;
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }
}

/** A milter in a process of its own. */
export class FilterProcess {
  readonly child: ChildProcess;
  /** Where it listens, as `inet:PORT@HOST` or `unix:PATH`. */
  readonly address: string;

  private constructor(child: ChildProcess, address: string) {
    this.child = child;
    this.address = address;
  }

  /**
   * Serve `filter`, an expression that may use everything of `core` and `transforms`.
   * @param options an expression, the server's options beside `listen`.
   * @param descriptors further descriptors for the child, from 3 on.
   */
  static async start(
    built: BuiltSources,
    filter: string,
    listen = 'inet:0@127.0.0.1',
    options = '{}',
    descriptors: readonly number[] = [],
  ): Promise<FilterProcess> {
    const script = `
      import * as core from ${JSON.stringify(built.module('core/index'))};
      import * as transforms from ${JSON.stringify(built.module('transforms/index'))};
      import { formatAddress, serve } from ${JSON.stringify(built.module('server/index'))};
      const filter = ((names) => new Function(...Object.keys(names), 'return ' + ${JSON.stringify(`(${filter})`)})(...Object.values(names)))({ ...core, ...transforms });
      const server = await serve(filter, { listen: ${JSON.stringify(listen)}, ...${options} });
      console.log('listening ' + formatAddress(server.addresses[0]));
      process.on('SIGTERM', () => server.close().then(() => process.exit(0)));
    `;
    const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', ...descriptors];
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio });
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('listening ')) return new FilterProcess(child, line.slice('listening '.length));
    }
    throw new Error(`the filter process has ended with ${child.exitCode}`);
  }

  /** Port of a TCP address. */
  get port(): number {
    return Number(/^inet:(\d+)@/.exec(this.address)![1]);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }
}
