import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldBytes } from '../../../src/transforms/footer/held-bytes.ts';
import { RecentBytes } from '../../../src/transforms/footer/recent-bytes.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 20 });

describe('RecentBytes', () => {
  it('has the last bytes of the stream, in front of any place in the chunk in work', () => {
    fc.assert(
      fc.property(
        chunks,
        fc.uint8Array({ maxLength: 12 }),
        fc.nat(12),
        fc.integer({ min: 1, max: 20 }),
        (pushed, last, at, size) => {
          const recent = new RecentBytes(size);
          for (const chunk of pushed) recent.push(Buffer.from(chunk));
          const to = Math.min(at, last.length);
          const all = Buffer.concat([...pushed, last.subarray(0, to)]);
          expect([...recent.before(Buffer.from(last), to)]).toEqual([...all.subarray(-size)]);
        },
      ),
    );
  });
});

describe('HeldBytes', () => {
  it('is a queue', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(12)), { maxLength: 20 }),
        (steps) => {
          const held = new HeldBytes();
          let model: number[] = [];
          for (const [bytes, count] of steps) {
            held.push(Buffer.from(bytes));
            model.push(...bytes);
            const dropped = Math.min(count, model.length);
            held.drop(dropped);
            model = model.slice(dropped);
            expect([...held.bytes()]).toEqual(model);
            expect(held.length).toBe(model.length);
          }
        },
      ),
    );
  });
});
