import type { Connection, Macros } from './envelope.ts';
import type { FilterPolicy } from './filter-options.ts';
import { Hooks } from './hooks.ts';
import { isPromise } from './maybe-promise.ts';
import { type Answer, MessageRun, type PreparedTransform } from './message-run.ts';
import type { RunServices } from './run-services.ts';
import { Resolution } from './resolution.ts';
import type { AnyTransform } from './transform.ts';
import { SharedMessage } from './shared-message.ts';
import { TransformRun } from './transform-run.ts';
import type { HookCall } from './hooks.ts';

/**
 * One SMTP connection as a filter sees it: its own hooks, then one {@link MessageRun} after the other. A transform that
 * accepts at CONNECT or HELO is out for the whole connection; when all are, so is the filter.
 */
export class ConnectionRun {
  readonly #prepared: readonly PreparedTransform[];
  readonly #policy: FilterPolicy;
  readonly #services: RunServices;
  readonly #data = new Map<string, unknown>();
  readonly #out = new Set<AnyTransform>();
  #connection: Connection;
  #controller: AbortController | undefined;

  constructor(
    prepared: readonly PreparedTransform[],
    policy: FilterPolicy,
    connection: Omit<Connection, 'data'>,
    services: RunServices,
  ) {
    this.#prepared = prepared;
    this.#policy = policy;
    this.#services = services;
    this.#connection = { ...connection, data: this.#data };
  }

  /** The MTA has told who the client is (CONNECT). Forgets what an earlier client on this socket left behind. */
  connect(connection: Omit<Connection, 'data'>, macros: () => Macros): Answer {
    this.#data.clear();
    this.#out.clear();
    this.#connection = { ...connection, data: this.#data };
    return this.#ask('onConnect', macros, (run) => run.transform.onConnect?.(run));
  }

  /** HELO or EHLO; may come again, after STARTTLS for instance. */
  helo(name: string, macros: () => Macros): Answer {
    this.#connection = { ...this.#connection, helo: name };
    return this.#ask('onHelo', macros, (run) => run.transform.onHelo?.(run));
  }

  /** The next message of this connection. */
  message(macros: () => Macros): MessageRun {
    return new MessageRun(this.#remaining(), this.#policy, this.#connection, macros, this.#services);
  }

  /**
   * A hook at CONNECT or HELO has taken too long, or the client is gone: the signal that it was given aborts. The error is made only
   * where there is a signal: it costs a tenth of what a short connection does.
   */
  abort(reason: () => Error): void {
    this.#controller?.abort(reason());
    this.#controller = undefined;
  }

  #remaining(): readonly PreparedTransform[] {
    return this.#out.size === 0
      ? this.#prepared
      : this.#prepared.filter(({ transform }) => !this.#out.has(transform));
  }

  #ask(hook: 'onConnect' | 'onHelo', macros: () => Macros, call: HookCall): Answer {
    const remaining = this.#remaining();
    if (!remaining.some(({ transform }) => transform[hook] !== undefined)) return undefined;
    const shared = this.#share(macros);
    const runs = remaining.map((one) => new TransformRun(one, this.#policy.onError, shared));
    const resolution = new Resolution(runs, this.#policy.onLimit);
    const settle = (verdict: Awaited<Answer>): Awaited<Answer> => {
      for (const run of runs) if (!run.active) this.#out.add(run.transform);
      if (verdict !== undefined) return verdict;
      return (
        resolution.answer() ?? (this.#out.size === this.#prepared.length ? { kind: 'accept' } : undefined)
      );
    };
    const answer = new Hooks(runs, resolution).first(hook, call);
    return isPromise(answer) ? answer.then(settle) : settle(answer);
  }

  /** There is no message yet: an empty envelope, and a header that nobody will send. */
  #share(macros: () => Macros): SharedMessage {
    const shared = new SharedMessage(this.#connection, this.#policy.limits, {
      macros,
      signal: () => (this.#controller ??= new AbortController()).signal,
      ambiguities: () => [],
    });
    shared.headers.freeze('there is no message yet');
    return shared;
  }
}
