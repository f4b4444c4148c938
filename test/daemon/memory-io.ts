import { Writable } from 'node:stream';
import type { CommandIo } from '../../src/daemon/command-io.ts';
import { runCommandLine } from '../../src/daemon/command-line.ts';

/** What a command has done. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Collector extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** An io that keeps what is written, and lets a test ask the command to stop. */
export class MemoryIo implements CommandIo {
  readonly cwd: string;
  readonly colour: boolean = false;
  readonly stdout = new Collector();
  readonly stderr = new Collector();
  /** Resolves when the command listens to signals. */
  readonly stoppable: Promise<void>;
  #stop: (() => void) | undefined;
  #isStoppable!: () => void;

  constructor(cwd: string) {
    this.cwd = cwd;
    this.stoppable = new Promise((resolve) => (this.#isStoppable = resolve));
  }

  onStop(stop: () => void): void {
    this.#stop = stop;
    this.#isStoppable();
  }

  onCrash(): void {}

  /** What SIGTERM does. */
  stop(): void {
    this.#stop?.();
  }
}

/** Run the program within this process. */
export async function millrace(cwd: string, ...argv: readonly string[]): Promise<CommandResult> {
  const io = new MemoryIo(cwd);
  const status = await runCommandLine(argv, io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}
