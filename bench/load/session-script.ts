import { encodeCommand, joinMacros, MAX_BODY_CHUNK, planStages, PROTOCOL } from '../../src/protocol/index.ts';
import type { Command, MacroStage, NegotiateReply, Stage } from '../../src/protocol/index.ts';
import type { MessageSource } from './message-source.ts';

/** Bytes that go out together, up to a command whose reply is awaited. */
export interface Leg {
  readonly bytes: Buffer;
  readonly awaits: 'reply' | 'nothing';
}

/** What goes over the wire for one kind of session, encoded once: only large bodies are put together while sending. */
export interface SessionScript {
  readonly connection: readonly Leg[];
  /** From MAIL to the end of the header. */
  readonly head: readonly Leg[];
  /** In front of the data of a body chunk of that length: the macros that Postfix sends, and the packet's header. */
  chunkHead(length: number): Buffer;
  readonly isBodySent: boolean;
  readonly isChunkAnswered: boolean;
  readonly end: Buffer;
  readonly abort: Buffer;
  readonly quit: Buffer;
}

/** Macros as Postfix 3.7 sends them by default, by the letter of the command. */
const MACROS: Readonly<Record<string, ReadonlyArray<readonly [string, string]>>> = {
  C: [
    ['j', 'mx.example.org'],
    ['{daemon_name}', 'mx.example.org'],
    ['{daemon_addr}', '127.0.0.1'],
    ['v', 'Postfix 3.7'],
    ['_', 'client.example.net [192.0.2.7]'],
  ],
  H: [],
  M: [
    ['i', '4BENCH0000'],
    ['{mail_addr}', 'from@example.org'],
    ['{mail_host}', 'example.org'],
    ['{mail_mailer}', 'smtp'],
  ],
  R: [
    ['i', '4BENCH0000'],
    ['{rcpt_addr}', 'to@example.org'],
    ['{rcpt_host}', 'example.org'],
    ['{rcpt_mailer}', 'local'],
  ],
  T: [['i', '4BENCH0000']],
  N: [['i', '4BENCH0000']],
  E: [['i', '4BENCH0000']],
};

/** Where a filter's list of macros is found, by the letter of the command. */
const LISTS: Readonly<Record<string, MacroStage>> = {
  C: 'connect',
  H: 'helo',
  M: 'mail',
  R: 'rcpt',
  T: 'data',
  L: 'endOfHeaders',
  N: 'endOfHeaders',
  B: 'endOfMessage',
  E: 'endOfMessage',
};

/** Encode a session for what was negotiated. */
export function writeScript(agreed: NegotiateReply, source: MessageSource): SessionScript {
  const plan = planStages(agreed.version, agreed.protocol);
  const macros = (letter: string): Buffer => {
    const known = MACROS[letter === 'L' ? 'N' : letter === 'B' ? 'E' : letter];
    const wanted = agreed.macros?.[LISTS[letter]];
    const list = wanted === undefined ? known : known.filter(([name]) => wanted.includes(name));
    return encodeCommand({ type: 'macro', stage: letter, raw: joinMacros(list) });
  };
  const legs = (
    commands: ReadonlyArray<readonly [letter: string, command: Command, stage: Stage]>,
  ): Leg[] => {
    const done: Leg[] = [];
    let pieces: Buffer[] = [];
    for (const [letter, command, stage] of commands) {
      // QUIRK(postfix): macros come also before a command that is left out, save HEADER, EOH and BODY.
      if (plan[stage].isSent || !'LN'.includes(letter)) pieces.push(macros(letter));
      if (!plan[stage].isSent) continue;
      pieces.push(encodeCommand(command));
      if (!plan[stage].takesReply) continue;
      done.push({ bytes: Buffer.concat(pieces), awaits: 'reply' });
      pieces = [];
    }
    return [...done, { bytes: Buffer.concat(pieces), awaits: 'nothing' }];
  };
  const blank = (agreed.protocol & PROTOCOL.HDR_LEADSPC) === 0 ? '' : ' ';
  const fullHead = chunkHead(macros('B'), MAX_BODY_CHUNK);
  return {
    connection: legs([
      [
        'C',
        { type: 'connect', host: 'client.example.net', family: 'inet', port: 12_345, address: '192.0.2.7' },
        'connect',
      ],
      ['H', { type: 'helo', name: 'client.example.net' }, 'helo'],
    ]),
    head: legs([
      ['M', { type: 'mail', address: '<from@example.org>', args: [`SIZE=${source.bodyBytes}`] }, 'mail'],
      ['R', { type: 'rcpt', address: '<to@example.org>', args: [] }, 'rcpt'],
      ['T', { type: 'data' }, 'data'],
      ...source.fields.map(
        ({ name, value }) => ['L', { type: 'header', name, value: blank + value }, 'header'] as const,
      ),
      ['N', { type: 'endOfHeaders' }, 'endOfHeaders'],
    ]),
    chunkHead: (length) => (length === MAX_BODY_CHUNK ? fullHead : chunkHead(macros('B'), length)),
    isBodySent: plan.body.isSent,
    isChunkAnswered: plan.body.takesReply,
    end: Buffer.concat([macros('E'), encodeCommand({ type: 'endOfMessage', data: Buffer.alloc(0) })]),
    abort: encodeCommand({ type: 'abort' }),
    quit: encodeCommand({ type: 'quit' }),
  };
}

function chunkHead(macros: Buffer, length: number): Buffer {
  const head = encodeCommand({ type: 'body', data: Buffer.alloc(0) });
  head.writeUInt32BE(length + 1, 0);
  return Buffer.concat([macros, head]);
}
