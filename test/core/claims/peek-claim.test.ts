import { describe, expect, it } from 'vitest';
import { PeekClaim } from '../../../src/core/claims/peek-claim.ts';
import { createRootPart, type Part } from '../../../src/core/mime/index.ts';
import { wholeReadingsOf } from '../../../src/core/mime/readings/index.ts';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import type { Stage } from '../../../src/core/stage.ts';
import { type Beginning, drop, peek } from '../../../src/core/verbs.ts';
import { CHUNK_SIZES, chunksOf, feed, twoPieceSplits } from '../../support/chunks.ts';

const CONTENT = Buffer.from(Array.from({ length: 2500 }, (_, at) => at & 0xff));
const leaf = (header: string): Part => createRootPart(HeaderList.parse(Buffer.from(header)));
const PLAIN = 'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n';

/** Borrowed pieces through a claim: what was seen, and what was held for whoever goes on with the part. */
function play(part: Part, pieces: Iterable<Buffer>) {
  const seen: Beginning[] = [];
  let held: Buffer | undefined;
  let rest = 0;
  const verb = peek((beginning) => {
    seen.push(beginning);
    return drop();
  });
  const claim = new PeekClaim(
    part,
    {} as Stage,
    verb,
    (isRegular) => wholeReadingsOf(part, Infinity, isRegular),
    (answer, pieces_) => {
      expect(answer).toEqual(drop());
      held = Buffer.concat(pieces_);
    },
  );
  feed(pieces, (piece) => (held === undefined ? claim.body(piece) : (rest += piece.length)));
  if (held === undefined) claim.finish();
  return { seen, held: held!, rest };
}

describe('a claim that holds the beginning', () => {
  it.each(['binary', 'x-unknown'])(
    'keeps nothing of borrowed slices, at every split near the ends of the window (%s)',
    (encoding) => {
      const whole = CONTENT.subarray(0, 2100);
      const splits = [...twoPieceSplits(whole)].filter(([{ length }]) => length < 50 || length > 2000);
      for (const pieces of [...splits, ...CHUNK_SIZES.map((size) => chunksOf(whole, size))]) {
        const { seen, held, rest } = play(leaf(PLAIN.replace('binary', encoding)), pieces);
        const isSeen = seen.length === 1 && seen[0].content.equals(whole.subarray(0, 2048));
        const isHeld = held.equals(whole.subarray(0, held.length)) && held.length + rest === whole.length;
        if (!isSeen || !isHeld) expect({ isSeen, isHeld, held: held.length }).toBeUndefined();
      }
    },
  );

  it('has what few readers make of it', () => {
    const digits = Buffer.from(CONTENT.toString('base64'));
    const { seen } = play(leaf(PLAIN.replace('binary', '8bit')), [digits]);
    expect(seen[0].others.map((other) => CONTENT.indexOf(other))).toEqual([0]);
  });

  it('has what readers make of base64 that is not regular', () => {
    const digits = Buffer.from(
      `${CONTENT.subarray(0, 100).toString('base64')}\r\n${CONTENT.toString('base64')}`,
    );
    const base64 = PLAIN.replace('binary', 'base64');
    for (const size of CHUNK_SIZES) {
      const [{ content, others }] = play(leaf(base64), chunksOf(digits, size)).seen;
      const whole = Buffer.concat([CONTENT.subarray(0, 100), CONTENT]);
      expect([content, ...others].some((one) => one.length > 1000 && whole.indexOf(one) === 0)).toBe(true);
      expect(others.length).toBeGreaterThan(0);
    }
    expect(play(leaf(base64), [Buffer.from(CONTENT.toString('base64'))]).seen[0].others).toEqual([]);
  });

  it('gives all of it back when it fails', () => {
    for (const size of CHUNK_SIZES) {
      const events: (string | Buffer)[] = [];
      const next = {
        open: (part: Part) => void events.push(part.path),
        body: (_: Part, slice: Buffer) => void events.push(Buffer.from(slice)),
      } as unknown as Stage;
      const verb = peek(() => {
        throw new Error('boom');
      });
      const part = leaf(PLAIN);
      const claim = new PeekClaim(
        part,
        next,
        verb,
        (isRegular) => wholeReadingsOf(part, Infinity, isRegular),
        () => {},
      );
      let given = 0;
      const fail = () =>
        feed(chunksOf(CONTENT, size), (piece) => {
          given += piece.length;
          try {
            claim.body(piece);
          } catch (error) {
            claim.recover();
            throw error;
          }
        });
      expect(fail).toThrow('boom');
      expect(claim.recoverable).toBe(true);
      const [first, ...content] = events;
      expect(first).toBe('1');
      expect(Buffer.concat(content as Buffer[]).equals(CONTENT.subarray(0, given))).toBe(true);
    }
  });
});
