import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A child process that answers one request at a time: for what must not share its heap and its compiled code with others. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  /** Rejects when the process ends. */
  readonly #gone: Promise<never>;

  /** `module` is the URL of a program that calls {@link answerRequests}. */
  constructor(module: URL, name: string, args: readonly string[]) {
    this.#name = name;
    this.#child = fork(module, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#gone = once(this.#child, 'exit').then(([status]) => {
      throw new Error(`${name}: the process has ended with ${status}`);
    });
    this.#gone.catch(() => {});
  }

  async ask<Answer>(request: unknown): Promise<Answer> {
    const answered = new Promise<Answer & { readonly error?: string }>((resolve) => {
      this.#child.once('message', resolve as (answer: unknown) => void);
    });
    this.#child.send(request as object);
    const answer = await Promise.race([answered, this.#gone]);
    if (answer.error !== undefined) throw new Error(`${this.#name}: ${answer.error}`);
    return answer;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

/** The other side: answer every request of the parent, until it goes away. */
export function answerRequests(answer: (request: unknown) => Promise<object>): void {
  process.on('message', (request) => {
    answer(request).then(
      (result) => process.send!(result),
      (error: Error) => process.send!({ error: error.stack ?? error.message }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
