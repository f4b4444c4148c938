import type { Transform } from 'node:stream';
import { MillraceError } from '../base/errors.ts';
import { BodyTransform, StreamOutput } from './body-transform.ts';
import { ConnectionRun } from './connection-run.ts';
import { NO_SENDER } from './envelope.ts';
import type { Connection, EnvelopeAddress, Macros } from './envelope.ts';
import { completePolicy, type FilterOptions, type FilterPolicy } from './filter-options.ts';
import { type Interest, interestOf } from './interest.ts';
import { LOCAL_CONNECTION } from './local-connection.ts';
import type { MessageRun, PreparedTransform } from './message-run.ts';
import type { RunServices } from './run-services.ts';
import type { Outcome } from './outcome.ts';
import { compileNetworks } from './networks.ts';
import { processMessage, type ProcessedMessage, type ProcessOptions } from './process.ts';
import { SpoolStore } from './spool/index.ts';
import { type AnyTransform, defineTransform, editsOf } from './transform.ts';
import { compileVerdict, compileWhen } from './when.ts';

/** A message whose header is known and whose body is still to come. */
export interface MessageInput {
  /** Header fields in order; a value is the bytes after the colon as a latin1 "binary" string. */
  readonly headers: Iterable<readonly [name: string, rawValue: string]>;
  readonly sender?: EnvelopeAddress;
  readonly recipients?: readonly EnvelopeAddress[];
  readonly connection?: Omit<Connection, 'data'>;
  readonly macros?: Macros;
}

/** A body on its way through a filter. */
export interface OpenedMessage {
  /** Body bytes in, new body bytes out; provisional until `outcome` resolves. */
  readonly body: Transform;
  readonly outcome: Promise<Outcome>;
}

/** A pipeline of transforms with its policy. It keeps nothing between messages. */
export interface Filter {
  readonly transforms: readonly AnyTransform[];
  readonly policy: FilterPolicy;
  readonly interest: Interest;
  /** One SMTP connection; the server feeds it. */
  connect(connection: Omit<Connection, 'data'>, services: RunServices): ConnectionRun;
  /** One message as a Node stream, for use in any `stream.pipeline`. */
  open(message: MessageInput): OpenedMessage;
  /** A whole message, header and body; the new one is handed out when everything is decided. */
  process(source: AsyncIterable<Buffer>, options?: Partial<ProcessOptions>): Promise<ProcessedMessage>;
}

/**
 * Put transforms together, in the order in which messages pass them.
 * @throws MillraceError `MILLRACE_DEFINITION` for a wrong transform or option, `MILLRACE_ADDRESS` for a bad pattern.
 */
export function defineFilter(transforms: readonly AnyTransform[], options: FilterOptions = {}): Filter {
  if (!Array.isArray(transforms)) {
    throw new MillraceError('MILLRACE_DEFINITION', 'a filter is made from an array of transforms');
  }
  const policy = completePolicy(options);
  const isLocal = compileNetworks(policy.localNetworks);
  const prepared: PreparedTransform[] = transforms.map((transform: AnyTransform) => ({
    transform: defineTransform(transform),
    edits: editsOf(transform),
    fits: transform.when === undefined ? undefined : compileWhen(transform.when, isLocal),
    late: compileVerdict(transform.when ?? {}) ?? (transform.late === true ? () => true : undefined),
  }));
  let spools: SpoolStore | undefined;
  const openSpool = (): ReturnType<SpoolStore['open']> => (spools ??= new SpoolStore({})).open();
  const connect: Filter['connect'] = (connection, services) =>
    new ConnectionRun(prepared, policy, connection, services);
  return {
    transforms: [...transforms],
    policy,
    interest: interestOf(transforms),
    connect,
    open(message) {
      const output = new StreamOutput();
      const macros = message.macros ?? {};
      const run = connect(message.connection ?? LOCAL_CONNECTION, { openSpool, output }).message(
        () => macros,
      );
      const body = new BodyTransform(run, output, () => begin(run, message));
      return { body, outcome: body.outcome };
    },
    process(source, processing = {}) {
      const complete = { openSpool, ...processing };
      const run = connect(complete.connection ?? LOCAL_CONNECTION, complete).message(
        () => complete.macros ?? {},
      );
      return processMessage(run, policy.limits, source, complete);
    },
  };
}

/** Everything in front of the body. */
async function begin(run: MessageRun, message: MessageInput): Promise<void> {
  await run.mail(message.sender ?? NO_SENDER);
  for (const recipient of message.recipients ?? []) await run.rcpt(recipient);
  await run.data();
  for (const [name, value] of message.headers) run.header(name, value);
  await run.endOfHeaders();
}
