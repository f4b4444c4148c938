import { NO_SENDER } from './envelope.ts';
import type { Connection, EnvelopeAddress, EnvelopeEdit, Macros } from './envelope.ts';
import { HeaderList } from './headers/header-list.ts';
import type { Limits } from './limits.ts';
import type { Ambiguity } from './mime/ambiguity.ts';

/** What is made only when somebody asks: most messages never need a macro or a signal. */
export interface OnDemand {
  readonly macros: () => Macros;
  readonly signal: () => AbortSignal;
  readonly ambiguities: () => readonly Ambiguity[];
}

/**
 * What all transforms of a message share.
 *
 * A class, because an object literal with getters is far more costly than it looks: V8 makes a hidden class for each such
 * object, and these keep everything that the getters can reach until the next full garbage collection.
 */
export class SharedMessage {
  readonly connection: Connection;
  readonly limits: Readonly<Limits>;
  readonly envelope: { sender: EnvelopeAddress; readonly recipients: EnvelopeAddress[] } = {
    sender: NO_SENDER,
    recipients: [],
  };
  headers = new HeaderList();
  readonly envelopeEdits: EnvelopeEdit[] = [];
  readonly notes: string[] = [];
  #findings: Set<string> | undefined;
  quarantineReason: string | undefined;
  readonly #onDemand: OnDemand;

  constructor(connection: Connection, limits: Readonly<Limits>, onDemand: OnDemand) {
    this.connection = connection;
    this.limits = limits;
    this.#onDemand = onDemand;
  }

  /** What transforms have found wrong. */
  get findings(): Set<string> {
    return (this.#findings ??= new Set());
  }

  get macros(): Macros {
    return this.#onDemand.macros();
  }

  get signal(): AbortSignal {
    return this.#onDemand.signal();
  }

  get ambiguities(): readonly Ambiguity[] {
    return this.#onDemand.ambiguities();
  }
}
