import type { MillraceError } from '../../src/base/errors.ts';
import { Client } from '../../src/protocol/client.ts';
import type { ClientOptions } from '../../src/protocol/client.ts';

/** A client whose events are written down as text; body bytes joined, output apart. */
export class ClientRecorder {
  readonly events: string[] = [];
  readonly errors: MillraceError[] = [];
  readonly output: Buffer[] = [];
  readonly client: Client;
  body = '';

  constructor(options: ClientOptions = {}) {
    this.client = new Client(
      {
        write: (bytes) => this.output.push(Buffer.from(bytes)),
        negotiated: (reply) => this.events.push(`negotiated ${reply.version}`),
        verdict: (stage, verdict) => this.events.push(`${stage} ${verdict.type}`),
        modification: (modification) => this.events.push(modification.type),
        bodyPacket: (length) => this.events.push(`body ${length}`),
        bodySlice: (slice) => {
          this.body += slice.toString('latin1');
        },
        progress: () => this.events.push('progress'),
        error: (error) => {
          this.errors.push(error);
          this.events.push(`error ${error.code}`);
        },
      },
      options,
    );
  }

  push(...chunks: readonly Buffer[]): this {
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      this.client.push(copy);
      copy.fill(0xee);
    }
    return this;
  }

  /** All output so far as a binary string, and forgets it. */
  takeOutput(): string {
    return Buffer.concat(this.output.splice(0)).toString('latin1');
  }
}
