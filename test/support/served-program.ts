import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finished, startNode } from './built-program.ts';
import type { ProgramResult } from './built-program.ts';
import type { BuiltSources } from './daemon-process.ts';

/** `millrace serve` with a configuration in a directory of its own. */
export class ServedProgram {
  readonly child: ChildProcess;
  /** What it has done, once it has ended. */
  readonly end: Promise<ProgramResult>;
  readonly #directory: string;
  #output = '';

  private constructor(child: ChildProcess, directory: string) {
    this.child = child;
    this.end = finished(child);
    this.#directory = directory;
    child.stdout!.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /**
   * Resolves when it listens.
   * @param files the configuration as `millrace.toml`, and the modules that it names.
   */
  static async start(
    built: BuiltSources,
    files: Readonly<Record<string, string>>,
    listen = 'inet:0@127.0.0.1',
  ): Promise<ServedProgram> {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-served-'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    const main = fileURLToPath(built.module('daemon/main'));
    const child = startNode(directory, main, 'serve', '-c', 'millrace.toml', '--listen', listen);
    const program = new ServedProgram(child, directory);
    await program.says('"listening"');
    return program;
  }

  /** Where it listens. */
  get address(): string {
    return (JSON.parse(this.#lines('"listening"')[0]) as { listener: string }).listener;
  }

  /** Wait until its output has so many lines with this text. */
  async says(text: string, times = 1): Promise<void> {
    while (this.count(text) < times) {
      if (this.child.exitCode !== null) {
        throw new Error(`ended before it said ${text}: ${this.#output}${(await this.end).stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** How many lines of its output have this text so far. */
  count(text: string): number {
    return this.#lines(text).length;
  }

  /** End it, if it still runs, and remove its directory. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<ProgramResult> {
    this.child.kill(signal);
    const result = await this.end;
    await rm(this.#directory, { recursive: true, force: true });
    return result;
  }

  #lines(text: string): string[] {
    return this.#output.split('\n').filter((line) => line.includes(text));
  }
}
