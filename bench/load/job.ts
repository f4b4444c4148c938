/** A message to send: a file, or one that is made up on the way (so that it needs no memory, however large). */
export type LoadMessage =
  { readonly path: string } | { readonly kind: 'text' | 'mixed'; readonly bytes: number };

/** What a load generator is to do. */
export interface LoadJob {
  /** `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  readonly connections: number;
  /** Messages in all. */
  readonly messages: number;
  readonly message: LoadMessage;
  /** No end-of-message before all connections have sent a whole body: the worst case for memory. */
  readonly hold?: boolean;
  /** A message that comes back without a new body is an error. */
  readonly requireNewBody?: boolean;
}

/** Seconds below which a share of the messages stayed. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What a load generator saw. */
export interface LoadReport {
  readonly messages: number;
  readonly seconds: number;
  /** Body bytes sent, and body bytes that came back. */
  readonly bodyBytes: number;
  readonly newBodyBytes: number;
  /** From MAIL to the last answer. */
  readonly latency: LatencyFigures;
  /** From BODYEOB to the last answer. */
  readonly end: LatencyFigures;
  /** CPU seconds of the generator itself. */
  readonly generatorCpu: number;
}

/** Something that plays an MTA under load. */
export interface LoadGenerator {
  /** For the report. */
  readonly title: string;
  /** @throws Error with what went wrong: an error of the protocol, a filter that is gone. */
  run(job: LoadJob): Promise<LoadReport>;
}

/** Messages on one connection, as on a busy MTA. */
export const MESSAGES_PER_CONNECTION = 100;
