import type { MillraceError } from '../../src/base/errors.ts';
import type { StageInterest, Stage, Wishes } from '../../src/protocol/index.ts';
import { Session } from '../../src/protocol/session.ts';
import type { SessionOptions } from '../../src/protocol/session.ts';
import type { SessionEvents } from '../../src/protocol/session-events.ts';
import type { ReplyStage, Verdict } from '../../src/protocol/verdict.ts';

const ALL_STAGES: readonly Stage[] = [
  'connect',
  'helo',
  'mail',
  'rcpt',
  'data',
  'unknown',
  'header',
  'endOfHeaders',
  'body',
];

/** Wishes of a filter that has the same interest everywhere and may do everything. */
export function wishes(interest: StageInterest = 'answer', more: Partial<Wishes> = {}): Wishes {
  const stages = Object.fromEntries(ALL_STAGES.map((stage) => [stage, interest]));
  return { requiredActions: 0, optionalActions: 0xff, stages, ...more };
}

/** What the owner does when a stage asks for its reply; undefined leaves it waiting. */
export type Owner = (stage: ReplyStage, session: Session, detail: string) => Verdict | undefined;

/** A session whose events are written down as text: consecutive body slices joined, output apart. */
export class SessionRecorder {
  readonly events: string[] = [];
  readonly output: Buffer[] = [];
  readonly errors: MillraceError[] = [];
  readonly session: Session;
  readonly #owner: Owner;
  #body: string | undefined;

  constructor(options: Partial<SessionOptions> = {}, owner: Owner = () => 'continue') {
    this.#owner = owner;
    this.session = new Session(this.#listener(), { wishes: wishes(), ...options });
  }

  /** Pushes copies that are overwritten afterwards: slices are borrowed. */
  push(...chunks: readonly Buffer[]): this {
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      this.session.push(copy);
      copy.fill(0xee);
    }
    return this;
  }

  /** All output so far as a binary string, and forgets it. */
  takeOutput(): string {
    return Buffer.concat(this.output.splice(0)).toString('latin1');
  }

  /** The codes of the packets in the output so far, and forgets it. */
  takeReplies(): string {
    const bytes = Buffer.concat(this.output.splice(0));
    let codes = '';
    for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at))
      codes += String.fromCharCode(bytes[at + 4]);
    return codes;
  }

  /** The code of the error that ended the session. */
  get errorCode(): string | undefined {
    return this.errors[0]?.code;
  }

  #note(event: string): void {
    if (this.#body !== undefined) this.events.push(`slices ${this.#body}`);
    this.#body = undefined;
    this.events.push(event);
  }

  #ask(stage: ReplyStage, detail: string): void {
    this.#note(detail === '' ? stage : `${stage} ${detail}`);
    const verdict = this.#owner(stage, this.session, detail);
    if (verdict !== undefined) this.session.reply(verdict);
  }

  #listener(): SessionEvents {
    return {
      write: (bytes) => this.output.push(Buffer.from(bytes)),
      negotiated: (agreement) => this.#note(`negotiated ${agreement.version}`),
      connect: (c) => this.#ask('connect', `${c.host} ${c.family} ${c.port} ${c.address}`),
      helo: (name) => this.#ask('helo', name),
      mail: (c) => this.#ask('mail', [c.address, ...c.args].join(' ')),
      rcpt: (c) => this.#ask('rcpt', [c.address, ...c.args].join(' ')),
      data: () => this.#ask('data', ''),
      unknown: (command) => this.#ask('unknown', command),
      header: (name, value) => this.#ask('header', `${name}:${value}`),
      endOfHeaders: () => this.#ask('endOfHeaders', ''),
      bodySlice: (slice) => {
        this.#body = (this.#body ?? '') + slice.toString('latin1');
      },
      bodyChunkEnd: () => this.#ask('body', ''),
      endOfMessage: () => this.#ask('endOfMessage', ''),
      abort: () => this.#note('abort'),
      quitNewConnection: () => this.#note('quitNewConnection'),
      quit: () => this.#note('quit'),
      error: (error) => {
        this.errors.push(error);
        this.#note(`error ${error.code}`);
      },
    };
  }
}
