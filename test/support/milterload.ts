import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasProgram, sharedTool } from './shared-tools.ts';

const run = promisify(execFile);
const SOURCE = sharedTool('milterload.c');

/** Why the load generator cannot be used here; undefined when it can. */
export const milterloadMissing: string | undefined =
  SOURCE === undefined
    ? 'milterload.c is not beside the repository'
    : hasProgram('cc')
      ? undefined
      : 'there is no C compiler (Debian: apt-get install gcc libc6-dev)';

/** What the load generator reports. */
export interface LoadReport {
  readonly messages: number;
  readonly errors: number;
  readonly final: Readonly<Record<string, number>>;
  readonly packets: Readonly<Record<string, number>>;
  readonly skips: number;
  readonly aborted: number;
  readonly dropped: number;
  readonly not_closed_after_quit: number;
  readonly body_in: number;
  readonly body_replaced: number;
}

/** The load generator and checker of the wire protocol, compiled. */
export class Milterload {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async compile(): Promise<Milterload> {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-load-'));
    await run('cc', ['-O2', '-pthread', '-o', join(directory, 'milterload'), SOURCE!]);
    return new Milterload(directory);
  }

  /** Run it; rejects with what it says on protocol errors. `address` is HOST:PORT or unix:PATH. */
  async run(address: string, ...options: string[]): Promise<LoadReport> {
    const { stdout } = await run(join(this.#directory, 'milterload'), ['--json', ...options, address], {
      timeout: 120_000,
      maxBuffer: 1 << 24,
    });
    return JSON.parse(stdout) as LoadReport;
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }
}
