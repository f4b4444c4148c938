import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/protocol/verdict.ts';
import { SessionRecorder, wishes } from './session-recorder.ts';
import * as wire from './wire.ts';
import { packet } from './wire.ts';

/* Any bytes in any order: no exception, no reply too many, bounded memory. */

const COMMANDS: readonly Buffer[] = [
  wire.OFFER,
  wire.PLAIN_OFFER,
  wire.CONNECT,
  wire.HELO,
  wire.MAIL,
  wire.MAIL,
  wire.RCPT,
  wire.RCPT,
  wire.DATA,
  wire.SUBJECT,
  wire.END_OF_HEADERS,
  wire.BODY,
  wire.BODY,
  wire.END_OF_MESSAGE,
  packet('E', 'tail'),
  packet('U', 'XYZZY\0'),
  packet('D', 'L', 'i\0Q1\0'),
  packet('D', 'M', 'i\0Q1\0'),
  wire.ABORT,
  wire.QUIT_NEW_CONNECTION,
];

const command = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...COMMANDS) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...'ABCDEHKLMNOQRTUXb'), fc.uint8Array({ maxLength: 20 }))
      .map(([code, payload]) => packet(code, Buffer.from(payload))),
  },
);
const verdict: fc.Arbitrary<Verdict | 'later'> = fc.constantFrom<Array<Verdict | 'later'>[number]>(
  'continue',
  'continue',
  'continue',
  'continue',
  'accept',
  'reject',
  'tempfail',
  'discard',
  'skip',
  { code: 550, lines: ['no'] },
  'later',
);
const interest = fc.constantFrom('none' as const, 'observe' as const, 'answer' as const);

/** How many replies the packets call for at most: one for each command that takes one. */
function repliesDue(packets: readonly Buffer[]): number {
  return packets.filter((bytes) => bytes.length > 4 && 'OCHMRTLNBEU'.includes(String.fromCharCode(bytes[4])))
    .length;
}

describe('property', () => {
  it('any commands in any order and any verdicts: at most one reply each, and nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 30 }),
        fc.array(verdict, { minLength: 1, maxLength: 12 }),
        interest,
        fc.integer({ min: 1, max: 60 }),
        (list, verdicts, wanted, size) => {
          let asked = 0;
          const owner = (stage: string): Verdict | undefined => {
            const next = verdicts[asked++ % verdicts.length];
            if (next === 'later') return undefined;
            if (next === 'skip' && (stage !== 'body' || wanted !== 'answer')) return 'continue';
            if (next === 'discard' && ['connect', 'helo', 'unknown'].includes(stage)) return 'continue';
            return next;
          };
          const packets = [wire.OFFER, ...list];
          const recorder = new SessionRecorder(
            { wishes: wishes(wanted, { skip: true }), maxPacket: 200 },
            owner,
          );
          const bytes = Buffer.concat(packets);
          for (let at = 0; at < bytes.length; at += size) recorder.push(bytes.subarray(at, at + size));
          while (recorder.session.pending !== undefined) recorder.session.reply('continue');
          const replies = recorder.takeReplies();
          expect(replies.length).toBeLessThanOrEqual(repliesDue(packets));
          expect(replies).toMatch(/^O?[cartdsy]*$/);
          if (recorder.errors.length === 0 && wanted === 'answer') {
            const quit = packets.findIndex((one) => one[4] === 0x51);
            const served = quit < 0 ? packets : packets.slice(0, quit);
            expect(replies.length).toBe(repliesDue(served));
          }
          expect(recorder.errors.length).toBeLessThanOrEqual(1);
          if (recorder.errors.length === 1) expect(recorder.session.isClosed).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('any chunking gives the same events and the same output', () => {
    const list = fc.array(command, { maxLength: 15 });
    fc.assert(
      fc.property(
        list,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
        (packets, sizes) => {
          const bytes = Buffer.concat([wire.OFFER, ...packets]);
          const whole = new SessionRecorder({ maxPacket: 200 }).push(bytes);
          const pieces = new SessionRecorder({ maxPacket: 200 });
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length];
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(pieces.events).toEqual(whole.events);
          expect(pieces.takeOutput()).toBe(whole.takeOutput());
        },
      ),
      { numRuns: 500 },
    );
  });

  it('any bytes at all: only the event `error`, once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }),
        fc.boolean(),
        (chunks, negotiated) => {
          const recorder = new SessionRecorder();
          if (negotiated) recorder.push(wire.OFFER);
          for (const chunk of chunks) recorder.push(Buffer.from(chunk));
          expect(recorder.errors.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('a session with bytes changed in it does no harm', () => {
    const bytes = Buffer.concat([
      wire.OFFER,
      ...wire.SESSION_START,
      ...wire.MESSAGE,
      wire.ABORT,
      ...wire.MESSAGE,
      wire.QUIT,
    ]);
    const change = fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const mutated = Buffer.from(bytes);
        for (const [at, value] of changes) mutated[at] = value;
        const recorder = new SessionRecorder().push(mutated);
        expect(recorder.errors.length).toBeLessThanOrEqual(1);
        expect(recorder.takeReplies()).toMatch(/^O?c*$/);
      }),
      { numRuns: 1000 },
    );
  });
});
