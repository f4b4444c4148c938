import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/errors.ts';
import { FrameDecoder, STREAMED_COMMANDS } from '../../src/protocol/frame-decoder.ts';
import type { Verdict } from '../../src/protocol/verdict.ts';
import { SessionRecorder, wishes } from '../protocol/session-recorder.ts';
import { mutatedSession, pieces, pieceSizes } from './sessions.ts';

/* test/protocol/session.property.test.ts has whole commands in any order; here the packets themselves are broken. */

const MAX_PACKET = 1000;
const MAX_BACKLOG = 2000;

/** Commands that a reply may answer, the offer included, among what has really arrived as packets. */
function repliesDue(bytes: Buffer): number {
  let due = 0;
  const count = (code: number): void => {
    if ('OCHMRTLNBEU'.includes(String.fromCharCode(code))) due++;
  };
  const decoder = new FrameDecoder(
    { packet: count, bodyBegin: () => undefined, bodySlice: () => undefined, bodyEnd: count },
    { streamed: STREAMED_COMMANDS, maxPacket: MAX_PACKET },
  );
  try {
    decoder.push(bytes);
  } catch {
    // What comes behind a broken length is no packet.
  }
  return due;
}

const verdicts: fc.Arbitrary<(Verdict | 'never')[]> = fc.array(
  fc.constantFrom<(Verdict | 'never')[]>(
    'continue',
    'continue',
    'continue',
    'accept',
    'tempfail',
    'reject',
    'never',
  ),
  { minLength: 1, maxLength: 8 },
);

describe('a session with broken packets', () => {
  it('lets no exception escape, gives no reply too many, and ends with one error at most', () => {
    fc.assert(
      fc.property(
        mutatedSession,
        pieceSizes,
        verdicts,
        fc.constantFrom('none' as const, 'observe' as const, 'answer' as const),
        (bytes, sizes, answers, interest) => {
          let asked = 0;
          const recorder = new SessionRecorder(
            { wishes: wishes(interest), maxPacket: MAX_PACKET, maxBacklog: MAX_BACKLOG },
            () => {
              const answer = answers[asked++ % answers.length];
              return answer === 'never' ? undefined : answer;
            },
          );
          for (const piece of pieces(bytes, sizes)) recorder.push(piece);
          const replies = recorder.takeReplies();
          expect(replies.length).toBeLessThanOrEqual(repliesDue(bytes));
          expect(replies).toMatch(/^O?[cart]*$/);
          expect(recorder.errors.length).toBeLessThanOrEqual(1);
          for (const error of recorder.errors) {
            expect(error).toBeInstanceOf(MillraceError);
            expect(recorder.session.isClosed).toBe(true);
          }
          if (!recorder.session.isClosed) return;
          const heard = recorder.events.length;
          recorder.push(bytes);
          expect(recorder.events.length).toBe(heard);
          expect(recorder.output).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps no more than it may while its owner does not answer, however much arrives', () => {
    fc.assert(
      fc.property(mutatedSession, pieceSizes, fc.nat({ max: 8 }), (bytes, sizes, answered) => {
        let left = answered;
        const recorder = new SessionRecorder(
          { wishes: wishes('answer'), maxPacket: MAX_PACKET, maxBacklog: MAX_BACKLOG },
          () => (left-- > 0 ? 'continue' : undefined),
        );
        let waiting = 0;
        for (let round = 0; round < 20 && !recorder.session.isClosed; round++) {
          for (const piece of pieces(bytes, sizes)) {
            const wasPending = recorder.session.pending !== undefined;
            recorder.push(piece);
            if (recorder.session.isClosed) break;
            // All that came while a reply was due is kept, so it must stay within the limit.
            waiting = wasPending ? waiting + piece.length : 0;
            expect(waiting).toBeLessThanOrEqual(MAX_BACKLOG);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds at most twice what has arrived of a packet, whatever length it declares', () => {
    fc.assert(
      fc.property(mutatedSession, pieceSizes, (bytes, sizes) => {
        let sinceLast = 0;
        const decoder = new FrameDecoder(
          {
            packet: () => (sinceLast = 0),
            bodyBegin: () => (sinceLast = 0),
            bodySlice: () => (sinceLast = 0),
            bodyEnd: () => (sinceLast = 0),
          },
          { streamed: STREAMED_COMMANDS },
        );
        try {
          for (const piece of pieces(bytes, sizes)) {
            sinceLast += piece.length;
            decoder.push(piece);
            // What came in the piece in which the last packet ended is not counted.
            expect(decoder.heldBytes).toBeLessThanOrEqual(Math.max(4096, 2 * (sinceLast + 700)));
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'MILLRACE_FRAME_LENGTH' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
