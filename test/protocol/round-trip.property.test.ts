import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Client } from '../../src/protocol/client.ts';
import type { MessageHabits, Mta, MtaMessage } from '../../src/protocol/mta.ts';
import { messageCommands } from '../../src/protocol/mta.ts';
import type { Offer, StageInterest } from '../../src/protocol/negotiation.ts';
import { actionOf } from '../../src/protocol/replies.ts';
import type { Modification } from '../../src/protocol/replies.ts';
import { Session } from '../../src/protocol/session.ts';
import { STAGE_NAMES } from '../../src/protocol/stages.ts';
import type { Stage } from '../../src/protocol/stages.ts';

/*
 * A client and a session in memory: whatever is offered and wished, the filter sees the message that was sent, and the
 * client gets the changes that were made.
 */

interface Seen {
  mail: string[];
  rcpts: string[];
  headers: string[];
  body: Buffer[];
  macro: string | undefined;
  isComplete: boolean;
}

function seenNothing(): Seen {
  return { mail: [], rcpts: [], headers: [], body: [], macro: undefined, isComplete: false };
}

interface Setup {
  readonly offer: Offer;
  readonly mta: Mta;
  readonly interest: Record<Stage, StageInterest>;
  readonly leadingSpace: boolean;
  readonly chunkBytes: number;
  readonly lastChunkInEndOfMessage: boolean;
  readonly edits: readonly Modification[];
  readonly newBody: Buffer | undefined;
  readonly cut: number;
}

/** Runs one session with the message said twice; returns what the filter saw last and what the client got. */
function run(message: MtaMessage, setup: Setup) {
  const { offer, mta, interest, cut } = setup;
  const seen: Seen[] = [];
  const problems: string[] = [];
  const newBody: Buffer[] = [];
  let client: Client;
  // Output is cut into small pieces on the way, in both directions.
  const toClient: Buffer[] = [];
  const toFilter: Buffer[] = [];
  const current = () => seen.at(-1)!;
  const edits = () => setup.edits.filter((edit) => (session.agreement!.actions & actionOf(edit)) !== 0);
  const session: Session = new Session(
    {
      write: (bytes) => toClient.push(Buffer.from(bytes)),
      negotiated: () => {},
      connect: () => session.reply('continue'),
      helo: () => session.reply('continue'),
      mail: ({ address, args }) => {
        seen.push(seenNothing());
        current().mail = [address, ...args];
        session.reply('continue');
      },
      rcpt: ({ address, args }) => {
        current().rcpts.push([address, ...args].join(' '));
        session.reply('continue');
      },
      data: () => session.reply('continue'),
      unknown: () => session.reply('continue'),
      header: (name, value) => {
        current().headers.push(`${name}:${value}`);
        session.reply('continue');
      },
      endOfHeaders: () => session.reply('continue'),
      bodySlice: (slice) => current().body.push(Buffer.from(slice)),
      bodyChunkEnd: () => session.reply('continue'),
      endOfMessage: () => {
        current().isComplete = true;
        current().macro = session.macros.get('i');
        session.edits.progress();
        for (const edit of edits()) session.edits.send(edit);
        if (setup.newBody !== undefined && (session.agreement!.actions & 0x02) !== 0)
          session.edits.replaceBody(setup.newBody);
        session.reply('accept');
      },
      abort: () => problems.push('abort'),
      quitNewConnection: () => {},
      quit: () => {},
      error: (error) => problems.push(`session: ${error.message}`),
    },
    {
      wishes: {
        requiredActions: 0,
        optionalActions: 0xff,
        stages: interest,
        leadingSpace: setup.leadingSpace,
      },
    },
  );
  client = new Client(
    {
      write: (bytes) => toFilter.push(Buffer.from(bytes)),
      negotiated: () => {},
      verdict: () => {},
      modification: () => {},
      bodyPacket: () => {},
      bodySlice: (slice) => newBody.push(Buffer.from(slice)),
      progress: () => {},
      error: (error) => problems.push(`client: ${error.message}`),
    },
    { offer, mta },
  );
  const exchange = () => {
    while (toFilter.length + toClient.length > 0) {
      const [bytes, push] =
        toFilter.length > 0
          ? [toFilter.shift()!, (b: Buffer) => session.push(b)]
          : [toClient.shift()!, (b: Buffer) => client.push(b)];
      for (let at = 0; at < bytes.length; at += cut) {
        const piece = Buffer.from(bytes.subarray(at, at + cut));
        push(piece);
        piece.fill(0xee);
      }
    }
  };
  client.start();
  exchange();
  const habits: MessageHabits = {
    ...setup,
    leadingSpace: (client.agreed!.protocol & 0x100000) !== 0,
    macros: { M: [['i', 'Q1']] },
  };
  client.send({ type: 'helo', name: 'h' });
  exchange();
  for (let round = 0; round < 2; round++) {
    newBody.length = 0;
    let modifications: readonly Modification[] = [];
    for (const command of messageCommands(message, habits)) {
      client.send(command);
      exchange();
      if (command.type === 'endOfMessage') modifications = client.modifications;
      if (client.waiting !== undefined) problems.push(`no reply to ${command.type}`);
    }
    if (round === 1) {
      return {
        seen: current(),
        rounds: seen.length,
        problems,
        modifications,
        expected: edits(),
        newBody: Buffer.concat(newBody),
        agreement: session.agreement!,
      };
    }
  }
  throw new Error('not reached');
}

const line = fc.string({ unit: fc.constantFrom(...'ab \xe9-.'), maxLength: 12 });
const message: fc.Arbitrary<MtaMessage> = fc.record({
  mail: fc.record({
    type: fc.constant('mail' as const),
    address: fc.constantFrom('<>', '<a@x>'),
    args: fc.constantFrom([], ['SIZE=1', 'BODY=8BITMIME']),
  }),
  rcpts: fc
    .array(fc.constantFrom('<b@x>', '<c@x>'), { minLength: 1, maxLength: 3 })
    .map((list) => list.map((address) => ({ type: 'rcpt' as const, address, args: [] }))),
  headers: fc.array(fc.record({ name: fc.constantFrom('A', 'Subject', 'X-Y'), value: line }), {
    maxLength: 5,
  }),
  body: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
});
const edit: fc.Arbitrary<Modification> = fc.oneof(
  fc.record({ type: fc.constant('addHeader' as const), name: fc.constant('X'), value: line }),
  fc.record({
    type: fc.constant('insertHeader' as const),
    index: fc.nat(9),
    name: fc.constant('X'),
    value: line,
  }),
  fc.record({
    type: fc.constant('changeHeader' as const),
    index: fc.nat(9),
    name: fc.constant('X'),
    value: line,
  }),
  fc.record({ type: fc.constant('addRecipient' as const), address: fc.constant('<n@x>') }),
  fc.record({
    type: fc.constant('addRecipient' as const),
    address: fc.constant('<n@x>'),
    args: fc.constantFrom('', 'A=1'),
  }),
  fc.record({ type: fc.constant('deleteRecipient' as const), address: fc.constant('<b@x>') }),
  fc.record({ type: fc.constant('changeFrom' as const), address: fc.constant('<s@x>') }),
  fc.record({ type: fc.constant('quarantine' as const), reason: fc.constant('odd') }),
);
const interest = fc.constantFrom<StageInterest[]>('none', 'observe', 'answer');
const setup: fc.Arbitrary<Setup> = fc.record({
  offer: fc.record({
    version: fc.constantFrom(2, 3, 4, 6),
    actions: fc.oneof(fc.constantFrom(0, 0x0f, 0x3f, 0xff, 0x1ff), fc.integer({ min: 1, max: 0x1ff })),
    protocol: fc.oneof(
      fc.constantFrom(0, 0x3f, 0x7f, 0x17f, 0x37f, 0x1fffff, 0x42),
      fc.integer({ min: 1, max: 0x1fffff }),
    ),
  }),
  mta: fc.constantFrom<Mta[]>('postfix', 'sendmail', 'stalwart'),
  interest: fc.record(
    Object.fromEntries(STAGE_NAMES.map((stage) => [stage, interest])) as Record<Stage, typeof interest>,
  ),
  leadingSpace: fc.boolean(),
  chunkBytes: fc.integer({ min: 1, max: 70 }),
  lastChunkInEndOfMessage: fc.boolean(),
  edits: fc.array(edit, { maxLength: 4 }),
  newBody: fc.option(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  ),
  cut: fc.integer({ min: 1, max: 100 }),
});

describe('property', () => {
  it('a filter sees the message that was sent, and its changes arrive, whatever was negotiated', () => {
    fc.assert(
      fc.property(message, setup, (sent, how) => {
        const { seen, rounds, problems, modifications, expected, newBody, agreement } = run(sent, how);
        // QUIRK(stalwart): without the body there is no end-of-message; the next MAIL ends the message.
        const hasEnd = how.mta !== 'stalwart' || agreement.stages.body.isSent;
        expect(problems).toEqual(hasEnd ? [] : ['abort']);
        expect(rounds).toBe(2);
        expect(seen.mail).toEqual([sent.mail.address, ...sent.mail.args]);
        expect(seen.macro).toBe(seen.isComplete ? 'Q1' : undefined);
        const { rcpt, header, body } = agreement.stages;
        expect(seen.rcpts).toEqual(rcpt.isSent ? sent.rcpts.map(({ address }) => address) : []);
        const shown = (value: string) => (agreement.leadingSpace ? value : value.replace(/^ /, ''));
        expect(seen.headers).toEqual(
          header.isSent ? sent.headers.map(({ name, value }) => `${name}:${shown(value)}`) : [],
        );
        expect(seen.isComplete).toBe(hasEnd);
        if (body.isSent) expect(Buffer.concat(seen.body).equals(sent.body)).toBe(true);
        if (!hasEnd) return;
        expect(modifications).toEqual(expected);
        const replaces = how.newBody !== undefined && (agreement.actions & 0x02) !== 0;
        expect(newBody).toEqual(replaces ? how.newBody : Buffer.alloc(0));
      }),
      { numRuns: 1500 },
    );
  });
});
